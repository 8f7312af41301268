//! The rows of transfers.

use ejia_db::{DbError, Row, Txn, args};
use ejia_directory::sort_key;
use ejia_kernel::{MemberId, OrganizationId, Problem, TransferId};

use crate::model::{Direction, End, Stage, Standing, Transfer};
use crate::road::Issuers;

/// The columns of a transfer, in the order of [`transfer`]; `t` is the table.
pub(crate) const COLUMNS: &str = "t.id, t.direction, t.member_id, t.name, t.from_organization_id, t.from_name,
    t.to_organization_id, t.to_name, t.unit, t.committee_id, t.addressee, t.reason, t.remark, t.stage,
    t.at_organization_id, t.since, t.opened_at, t.ended_at, t.version";

fn understood<T>(parsed: Option<T>, name: &str) -> Result<T, DbError> {
    parsed.ok_or_else(|| DbError::Column(format!("transfer.{name} is not understood")))
}

pub(crate) fn transfer(row: &Row<'_>) -> Result<Transfer, DbError> {
    Ok(Transfer {
        id: row.get(0)?,
        direction: understood(Direction::from_code(&row.get::<String>(1)?), "direction")?,
        member_id: row.get(2)?,
        name: row.get(3)?,
        from: End { organization_id: row.get(4)?, name: row.get(5)? },
        to: End { organization_id: row.get(6)?, name: row.get(7)? },
        unit: row.get(8)?,
        committee_id: row.get(9)?,
        addressee: row.get(10)?,
        reason: row.get(11)?,
        remark: row.get(12)?,
        standing: Standing { stage: understood(Stage::from_code(&row.get::<String>(13)?), "stage")?, at: row.get(14)? },
        since: row.get(15)?,
        opened_at: row.get(16)?,
        ended_at: row.get(17)?,
        version: row.get(18)?,
    })
}

/// The transfer with this id.
pub(crate) fn load(txn: &mut Txn<'_>, id: TransferId) -> Result<Option<Transfer>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM transfer t WHERE t.id = $1");
    Ok(txn.first(&sql, &args![id], transfer)?)
}

/// The transfer with this id, its row locked.
pub(crate) fn load_locked(txn: &mut Txn<'_>, id: TransferId) -> Result<Option<Transfer>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM transfer t WHERE t.id = $1{}", txn.for_update());
    Ok(txn.first(&sql, &args![id], transfer)?)
}

/// The open transfer of a member, if there is one.
pub(crate) fn open_of_member(txn: &mut Txn<'_>, member: MemberId) -> Result<Option<Transfer>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM transfer t WHERE t.member_id = $1 AND t.ended_at IS NULL");
    Ok(txn.first(&sql, &args![member], transfer)?)
}

/// Writes a new transfer down.
///
/// # Errors
/// `transfers.open_already` when the member has another that is open.
pub(crate) fn insert(txn: &mut Txn<'_>, new: &Transfer) -> Result<(), Problem> {
    let Transfer {
        id,
        direction,
        member_id,
        name,
        from,
        to,
        unit,
        committee_id,
        addressee,
        reason,
        remark,
        standing,
        since,
        opened_at,
        ended_at,
        version,
    } = new;
    txn.execute(
        "INSERT INTO transfer (id, direction, member_id, name, sort_key, from_organization_id, from_name,
             to_organization_id, to_name, unit, committee_id, addressee, reason, remark, stage, at_organization_id,
             since, opened_at, ended_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        &args![
            *id,
            direction.code(),
            *member_id,
            name,
            sort_key(name),
            from.organization_id,
            &from.name,
            to.organization_id,
            &to.name,
            unit,
            *committee_id,
            addressee,
            reason,
            remark,
            standing.stage.code(),
            standing.at,
            *since,
            *opened_at,
            *ended_at,
            *version,
        ],
    )
    .map_err(|error| {
        if error.is_unique("transfer_member_id_key") {
            Problem::conflict("transfers.open_already")
        } else {
            error.into()
        }
    })?;
    Ok(())
}

/// Writes a transfer anew as it stands now; who and when it was handed in stay.
///
/// # Errors
/// `transfers.changed_meanwhile` when somebody else wrote the row since it was loaded.
pub(crate) fn save(txn: &mut Txn<'_>, changed: &Transfer) -> Result<(), Problem> {
    let Transfer {
        id,
        direction: _,
        member_id,
        name,
        from,
        to,
        unit,
        committee_id,
        addressee,
        reason,
        remark,
        standing,
        since,
        opened_at: _,
        ended_at,
        version,
    } = changed;
    let touched = txn.execute(
        "UPDATE transfer SET member_id = $3, name = $4, sort_key = $5, from_organization_id = $6, from_name = $7,
             to_organization_id = $8, to_name = $9, unit = $10, committee_id = $11, addressee = $12, reason = $13,
             remark = $14, stage = $15, at_organization_id = $16, since = $17, ended_at = $18, version = version + 1
         WHERE id = $1 AND version = $2",
        &args![
            *id,
            *version,
            *member_id,
            name,
            sort_key(name),
            from.organization_id,
            &from.name,
            to.organization_id,
            &to.name,
            unit,
            *committee_id,
            addressee,
            reason,
            remark,
            standing.stage.code(),
            standing.at,
            *since,
            *ended_at,
        ],
    )?;
    if touched != 1 {
        return Err(Problem::conflict("transfers.changed_meanwhile"));
    }
    // What lists are narrowed by stands beside who sees it, too.
    txn.later(
        "UPDATE transfer_party SET stage = $2, name = $3 WHERE transfer_id = $1 AND (stage <> $2 OR name <> $3)",
        &args![*id, standing.stage.code(), name],
    )?;
    Ok(())
}

/// What was decided of single organizations' right to issue letters.
pub(crate) fn issuers(txn: &mut Txn<'_>) -> Result<Issuers, Problem> {
    let sql = "SELECT organization_id, may_issue FROM transfer_issuer";
    let decisions: Vec<(OrganizationId, bool)> = txn.query(sql, &args![], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Issuers::decided(decisions))
}

/// Gives an organization the right to issue letters, or takes it away.
pub(crate) fn set_issuer(txn: &mut Txn<'_>, id: OrganizationId, may_issue: bool) -> Result<(), Problem> {
    txn.execute(
        "INSERT INTO transfer_issuer (organization_id, may_issue) VALUES ($1, $2)
         ON CONFLICT (organization_id) DO UPDATE SET may_issue = excluded.may_issue",
        &args![id, may_issue],
    )?;
    Ok(())
}
