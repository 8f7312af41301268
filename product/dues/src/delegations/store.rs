//! Loads and saves delegations.

use ejia_db::{DbError, Row, Txn, Value, args};
use ejia_kernel::{DelegationId, Instant, MemberId, OrganizationId, Problem};

use super::model::{Delegation, Principal, Side, Source, State};

/// What holds of a delegation in force: both are members still, and one granted by a branch ends with the belonging
/// of either to it. `d` is the delegation, `a` the principal, `b` the payer.
macro_rules! in_force {
    () => {
        "a.departed_at IS NULL AND b.departed_at IS NULL
         AND (d.source = 'member' OR (a.organization_id = d.organization_id AND b.organization_id = d.organization_id))"
    };
}

/// The members, not himself, whose live delegation names this payer, by branch and name. One statement.
///
/// # Errors
/// A fault of the database.
pub(crate) fn payable_for(txn: &mut Txn<'_>, payer: MemberId) -> Result<Vec<Principal>, Problem> {
    Ok(txn.query(
        concat!(
            "SELECT a.id, a.name, a.organization_id
             FROM dues_delegation d JOIN member a ON a.id = d.principal_id JOIN member b ON b.id = d.payer_id
             WHERE d.payer_id = $1 AND d.ended_at IS NULL AND d.state = 'live' AND ",
            in_force!(),
            " ORDER BY a.path, a.sort_key, a.id"
        ),
        &args![payer],
        |row| Ok(Principal { member_id: row.get(0)?, name: row.get(1)?, organization_id: row.get(2)? }),
    )?)
}

fn understood<T>(parsed: Option<T>, name: &str) -> Result<T, DbError> {
    parsed.ok_or_else(|| DbError::Column(format!("dues_delegation.{name} is not understood")))
}

const COLUMNS: &str = "d.id, d.organization_id, d.principal_id, d.payer_id, d.source, d.state, d.asked_at, d.live_at, d.ended_at, d.ended_by";

fn delegation(row: &Row<'_>) -> Result<Delegation, DbError> {
    Ok(Delegation {
        id: row.get(0)?,
        organization_id: row.get(1)?,
        principal_id: row.get(2)?,
        payer_id: row.get(3)?,
        source: understood(Source::from_code(&row.get::<String>(4)?), "source")?,
        state: understood(State::from_code(&row.get::<String>(5)?), "state")?,
        asked_at: row.get(6)?,
        live_at: row.get(7)?,
        ended_at: row.get(8)?,
        ended_by: match row.get::<Option<String>>(9)? {
            Some(code) => Some(understood(Side::from_code(&code), "ended_by")?),
            None => None,
        },
    })
}

/// The delegation with this id, its row locked.
pub(super) fn load_locked(txn: &mut Txn<'_>, id: DelegationId) -> Result<Option<Delegation>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM dues_delegation d WHERE d.id = $1{}", txn.for_update());
    Ok(txn.first(&sql, &args![id], delegation)?)
}

/// What has not ended between these two, its row locked.
pub(super) fn open_between(
    txn: &mut Txn<'_>,
    principal: MemberId,
    payer: MemberId,
) -> Result<Option<Delegation>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM dues_delegation d
         WHERE d.principal_id = $1 AND d.payer_id = $2 AND d.ended_at IS NULL{}",
        txn.for_update()
    );
    Ok(txn.first(&sql, &args![principal, payer], delegation)?)
}

/// What has not ended of all that name this payer, their rows locked.
pub(super) fn open_to(txn: &mut Txn<'_>, payer: MemberId) -> Result<Vec<Delegation>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM dues_delegation d WHERE d.payer_id = $1 AND d.ended_at IS NULL ORDER BY d.id{}",
        txn.for_update()
    );
    Ok(txn.query(&sql, &args![payer], delegation)?)
}

/// How many delegations of a member's dues have not ended.
pub(super) fn open_count(txn: &mut Txn<'_>, principal: MemberId) -> Result<i64, Problem> {
    let sql = "SELECT count(*) FROM dues_delegation WHERE principal_id = $1 AND ended_at IS NULL";
    Ok(txn.one(sql, &args![principal], |row| row.get(0))?)
}

/// Writes new delegations down.
pub(super) fn insert(txn: &mut Txn<'_>, new: &[Delegation]) -> Result<(), Problem> {
    let columns = [
        "id",
        "organization_id",
        "principal_id",
        "payer_id",
        "source",
        "state",
        "asked_at",
        "live_at",
        "ended_at",
        "ended_by",
    ];
    let rows = new.iter().map(|new| {
        let Delegation { id, organization_id, principal_id, payer_id, source, state, asked_at, live_at, .. } = new;
        let ended = (Value::Null, Value::Null);
        let values = args![
            *id,
            *organization_id,
            *principal_id,
            *payer_id,
            source.code(),
            state.code(),
            *asked_at,
            *live_at,
            ended.0,
            ended.1
        ];
        values.to_vec()
    });
    let written = txn.insert_many("dues_delegation", &columns, rows);
    written.map(drop).map_err(|error| {
        if error.is_unique("dues_delegation_pair_key") {
            Problem::conflict("dues.delegation_open_already")
        } else {
            error.into()
        }
    })
}

/// The other may pay from now on; granted by whom `source` says, within this branch.
pub(super) fn make_live(
    txn: &mut Txn<'_>,
    id: DelegationId,
    source: Source,
    organization_id: OrganizationId,
) -> Result<(), Problem> {
    let now = txn.now();
    txn.execute(
        "UPDATE dues_delegation SET state = 'live', live_at = $2, source = $3, organization_id = $4
         WHERE id = $1 AND ended_at IS NULL",
        &args![id, now, source.code(), organization_id],
    )?;
    Ok(())
}

/// Ends a delegation; `by` is who does, none when what it stood on is gone.
pub(super) fn end(txn: &mut Txn<'_>, id: DelegationId, state: State, by: Option<Side>) -> Result<(), Problem> {
    let now = txn.now();
    txn.execute(
        "UPDATE dues_delegation SET state = $2, ended_at = $3, ended_by = $4 WHERE id = $1 AND ended_at IS NULL",
        &args![id, state.code(), now, by.map(Side::code)],
    )?;
    Ok(())
}

/// One of the two of a delegation, as the other sees him.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) id: MemberId,
    pub(super) name: String,
    pub(super) organization_id: OrganizationId,
}

/// A delegation with both of its people, and whether it is in force.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) delegation: Delegation,
    pub(super) principal: Person,
    pub(super) payer: Person,
    /// Whether both still are where it was granted.
    pub(super) holds: bool,
}

fn person(row: &Row<'_>, first: usize) -> Result<Person, DbError> {
    Ok(Person { id: row.get(first)?, name: row.get(first + 1)?, organization_id: row.get(first + 2)? })
}

fn lines(txn: &mut Txn<'_>, rest: &str, args: &[Value]) -> Result<Vec<Line>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS}, a.id, a.name, a.organization_id, b.id, b.name, b.organization_id,
                CASE WHEN {} THEN 1 ELSE 0 END
         FROM dues_delegation d JOIN member a ON a.id = d.principal_id JOIN member b ON b.id = d.payer_id {rest}",
        in_force!()
    );
    Ok(txn.query(&sql, args, |row| {
        Ok(Line {
            delegation: delegation(row)?,
            principal: person(row, 10)?,
            payer: person(row, 13)?,
            holds: row.get::<i64>(16)? == 1,
        })
    })?)
}

/// Lines of history a page shows.
const SHOWN: i64 = 200;

/// Whom a member has authorised, the open ones first.
pub(super) fn of_principal(txn: &mut Txn<'_>, principal: MemberId) -> Result<Vec<Line>, Problem> {
    let rest = "WHERE d.principal_id = $1 ORDER BY d.ended_at IS NOT NULL, d.asked_at DESC, d.id DESC LIMIT $2";
    lines(txn, rest, &args![principal, SHOWN])
}

/// Who has authorised a member, the open ones first. A branch has at most 500 members; all of them may have.
pub(super) fn of_payer(txn: &mut Txn<'_>, payer: MemberId) -> Result<Vec<Line>, Problem> {
    let rest = "WHERE d.payer_id = $1 ORDER BY d.ended_at IS NOT NULL, d.asked_at DESC, d.id DESC LIMIT $2";
    lines(txn, rest, &args![payer, 5 * SHOWN])
}

/// What is in force or asked of the members of a branch, by the members' names.
pub(super) fn of_branch(txn: &mut Txn<'_>, path: &str) -> Result<Vec<Line>, Problem> {
    let rest = "WHERE a.path = $1 AND a.departed_at IS NULL AND b.departed_at IS NULL AND d.ended_at IS NULL
                ORDER BY a.sort_key, a.id, d.asked_at";
    lines(txn, rest, &args![path])
}

/// One delegation with both of its people.
pub(super) fn line(txn: &mut Txn<'_>, id: DelegationId) -> Result<Option<Line>, Problem> {
    Ok(lines(txn, "WHERE d.id = $1", &args![id])?.into_iter().next())
}

/// What a branch has made live for a payer at one instant.
pub(super) fn made_live(
    txn: &mut Txn<'_>,
    payer: MemberId,
    at: Instant,
) -> Result<Vec<(DelegationId, MemberId)>, Problem> {
    Ok(txn.query(
        "SELECT id, principal_id FROM dues_delegation
         WHERE payer_id = $1 AND live_at = $2 AND source = 'branch' AND ended_at IS NULL ORDER BY id",
        &args![payer, at],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}
