//! Lists of meetings: an organization's, a member's.

use std::collections::HashMap;

use ejia_db::{Txn, Value, args, filled, places};
use ejia_directory::Way as Leafing;
use ejia_kernel::{Instant, MeetingId, MemberId, OrganizationId, Problem};

use super::people::person_from;
use super::{COLUMNS, PERSON, meeting};
use crate::kinds::MeetingKind;
use crate::model::{Meeting, Person};

/// What a list of an organization's meetings is narrowed to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Narrowed {
    pub(crate) kind: Option<MeetingKind>,
    /// Part of the name; empty for all.
    pub(crate) name: String,
    /// Begins at or after …
    pub(crate) from: Option<Instant>,
    /// … and before.
    pub(crate) to: Option<Instant>,
}

/// Where a meeting stands in a list: the latest first.
pub(crate) type Place = (Instant, MeetingId);

/// An organization's meetings, the latest first, from a place on or back from it.
pub(crate) fn of_organization(
    txn: &mut Txn<'_>,
    organization: OrganizationId,
    narrowed: &Narrowed,
    place: Option<&Place>,
    way: Leafing,
    limit: i64,
) -> Result<Vec<Meeting>, Problem> {
    let Narrowed { kind, name, from, to } = narrowed;
    let mut args: Vec<Value> = args![organization, limit].to_vec();
    let mut sql = format!("SELECT {COLUMNS} FROM meeting m WHERE m.organization_id = $1");
    let mut and = |clause: &str, values: &[Value]| {
        let numbered = values.iter().enumerate().fold(clause.to_owned(), |clause, (index, _)| {
            clause.replace(&format!("?{index}"), &format!("${}", args.len() + 1 + index))
        });
        sql.push_str(&numbered);
        args.extend_from_slice(values);
    };
    if let Some(kind) = kind {
        and(" AND m.kind = ?0", &args![kind.code()]);
    }
    if !name.is_empty() {
        and(" AND m.name LIKE ?0 ESCAPE '\\'", &args![containing(name)]);
    }
    if let Some(from) = from {
        and(" AND m.starts_at >= ?0", &args![*from]);
    }
    if let Some(to) = to {
        and(" AND m.starts_at < ?0", &args![*to]);
    }
    if let Some((at, id)) = place {
        let beyond = if way == Leafing::On { "<" } else { ">" };
        and(&format!(" AND (m.starts_at, m.id) {beyond} (?0, ?1)"), &args![*at, *id]);
    }
    let order = if way == Leafing::On { "DESC" } else { "ASC" };
    let sql = format!("{sql} ORDER BY m.starts_at {order}, m.id {order} LIMIT $2");
    Ok(txn.query(&sql, &args, meeting)?)
}

/// A pattern for texts that contain this one, whatever signs it has.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern + "%"
}

/// An organization's meetings that begin in a stretch of time, the earliest first: no more than `limit`.
pub(crate) fn between(
    txn: &mut Txn<'_>,
    organization: OrganizationId,
    from: Instant,
    to: Instant,
    limit: i64,
) -> Result<Vec<Meeting>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM meeting m WHERE m.organization_id = $1 AND m.starts_at >= $2 AND m.starts_at < $3
         ORDER BY m.starts_at, m.id LIMIT $4"
    );
    Ok(txn.query(&sql, &args![organization, from, to, limit], meeting)?)
}

/// How many are due and how many are present at each of these meetings.
pub(crate) fn presences(txn: &mut Txn<'_>, meetings: &[MeetingId]) -> Result<HashMap<MeetingId, (i64, i64)>, Problem> {
    if meetings.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "SELECT meeting_id, count(*), count(CASE WHEN attendance = 'present' THEN 1 END) FROM meeting_person
         WHERE meeting_id IN ({}) GROUP BY meeting_id",
        places(1, meetings.len())
    );
    let args = filled(meetings, meetings.len());
    Ok(txn.query(&sql, &args, |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?.into_iter().collect())
}

/// The meetings on whose list a member stands that are not over, the next first.
pub(crate) fn coming_of_member(
    txn: &mut Txn<'_>,
    member: MemberId,
    now: Instant,
) -> Result<Vec<(Meeting, Person)>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS}, {PERSON} FROM meeting_person p JOIN meeting m ON m.id = p.meeting_id
         WHERE p.member_id = $1 AND m.ends_at > $2 AND m.archived_at IS NULL
         ORDER BY m.starts_at, m.id LIMIT 100"
    );
    own(txn, &sql, member, now)
}

/// The meetings on whose list a member stood that are over, the latest first.
pub(crate) fn past_of_member(
    txn: &mut Txn<'_>,
    member: MemberId,
    now: Instant,
) -> Result<Vec<(Meeting, Person)>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS}, {PERSON} FROM meeting_person p JOIN meeting m ON m.id = p.meeting_id
         WHERE p.member_id = $1 AND (m.ends_at <= $2 OR m.archived_at IS NOT NULL)
         ORDER BY m.starts_at DESC, m.id DESC LIMIT 100"
    );
    own(txn, &sql, member, now)
}

fn own(txn: &mut Txn<'_>, sql: &str, member: MemberId, now: Instant) -> Result<Vec<(Meeting, Person)>, Problem> {
    let first = COLUMNS.split(',').count();
    Ok(txn.query(sql, &args![member, now], |row| Ok((meeting(row)?, person_from(row, first)?)))?)
}
