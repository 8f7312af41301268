//! What the register is listed and counted by.

use std::collections::HashMap;

use ejia_db::{Txn, Value, args};
use ejia_directory::Way as Leafing;
use ejia_kernel::{Instant, MeetingId, OrganizationId, Problem};

use super::asked::{Filter, Whose};
use crate::kinds::MeetingKind;
use crate::store::understood;

/// Where a meeting stands in the register: the earliest first.
pub(super) type Place = (Instant, MeetingId);

/// The meetings that a filter lets through, as the end of a statement, and its parameters.
fn through(filter: &Filter) -> (String, Vec<Value>) {
    let (from, to) = filter.span();
    let mut args: Vec<Value> = args![from, to].to_vec();
    let within = match &filter.whose {
        Whose::One(id) => {
            args.push(Value::from(*id));
            "FROM meeting m WHERE m.organization_id = $3".to_owned()
        }
        Whose::Under(path) => {
            args.extend(args![path.as_str(), path.upper_bound()]);
            "FROM organization o JOIN meeting m ON m.organization_id = o.id WHERE o.path >= $3 AND o.path < $4"
                .to_owned()
        }
    };
    let mut sql = within + " AND m.archived_at IS NOT NULL AND m.starts_at >= $1 AND m.starts_at < $2";
    if let Some(kind) = filter.kind {
        args.push(Value::from(kind.code()));
        sql = format!("{sql} AND m.kind = ${}", args.len());
    }
    (sql, args)
}

/// A page of the register: which meetings, from a place on or back from it.
pub(super) fn places(
    txn: &mut Txn<'_>,
    filter: &Filter,
    place: Option<&Place>,
    way: Leafing,
    limit: i64,
) -> Result<Vec<Place>, Problem> {
    let (mut sql, mut args) = through(filter);
    if let Some((at, id)) = place {
        let beyond = if way == Leafing::On { ">" } else { "<" };
        sql = format!("{sql} AND (m.starts_at, m.id) {beyond} (${}, ${})", args.len() + 1, args.len() + 2);
        args.extend(args![*at, *id]);
    }
    let order = if way == Leafing::On { "ASC" } else { "DESC" };
    args.push(Value::from(limit));
    let sql =
        format!("SELECT m.starts_at, m.id {sql} ORDER BY m.starts_at {order}, m.id {order} LIMIT ${}", args.len());
    Ok(txn.query(&sql, &args, |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// How many of each kind there are.
pub(super) fn counts(txn: &mut Txn<'_>, filter: &Filter) -> Result<HashMap<MeetingKind, i64>, Problem> {
    let (sql, args) = through(filter);
    let sql = format!("SELECT m.kind, count(*) {sql} GROUP BY m.kind");
    let read = |row: &ejia_db::Row<'_>| {
        let kind = understood(MeetingKind::from_code(&row.get::<String>(0)?), "meeting.kind")?;
        Ok((kind, row.get(1)?))
    };
    Ok(txn.query(&sql, &args, read)?.into_iter().collect())
}

/// The organizations that have entries in the year.
pub(super) fn organizations(txn: &mut Txn<'_>, filter: &Filter) -> Result<Vec<OrganizationId>, Problem> {
    let (sql, args) = through(filter);
    Ok(txn.query(&format!("SELECT DISTINCT m.organization_id {sql}"), &args, |row| row.get(0))?)
}

/// How many photos each meeting of the register has, and how many bytes they are, in the order of the register.
pub(super) fn weights(txn: &mut Txn<'_>, filter: &Filter) -> Result<Vec<(i64, i64)>, Problem> {
    let (sql, args) = through(filter);
    // Meetings without photos count for a paper, too.
    let sql = format!(
        "SELECT (SELECT count(*) FROM meeting_photo p WHERE p.meeting_id = m.id),
             (SELECT CAST(coalesce(sum(p.bytes), 0) AS BIGINT) FROM meeting_photo p WHERE p.meeting_id = m.id)
         {sql} ORDER BY m.starts_at, m.id"
    );
    Ok(txn.query(&sql, &args, |row| Ok((row.get(0)?, row.get(1)?)))?)
}
