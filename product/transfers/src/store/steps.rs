//! What was done on the way: written once, never changed.

use ejia_db::{DbError, Txn, args};
use ejia_kernel::{Problem, TransferId};

use crate::model::{Act, Step};

/// Adds what was done. The caller holds the transfer's row locked, so that positions do not collide.
pub(crate) fn add_step(txn: &mut Txn<'_>, id: TransferId, step: &Step) -> Result<(), Problem> {
    let Step { act, at, organization_id, organization, by, said } = step;
    txn.later(
        "INSERT INTO transfer_step (transfer_id, position, act, at, organization_id, organization, by_name, said)
         VALUES ($1, (SELECT coalesce(max(position), 0) + 1 FROM transfer_step WHERE transfer_id = $1),
                 $2, $3, $4, $5, $6, $7)",
        &args![id, act.code(), *at, *organization_id, organization, by, said],
    )?;
    Ok(())
}

/// Everything that was done, in order.
pub(crate) fn steps(txn: &mut Txn<'_>, id: TransferId) -> Result<Vec<Step>, Problem> {
    Ok(txn.query(
        "SELECT act, at, organization_id, organization, by_name, said FROM transfer_step
         WHERE transfer_id = $1 ORDER BY position",
        &args![id],
        |row| {
            let act = Act::from_code(&row.get::<String>(0)?);
            Ok(Step {
                act: act.ok_or_else(|| DbError::Column("transfer_step.act is not understood".to_owned()))?,
                at: row.get(1)?,
                organization_id: row.get(2)?,
                organization: row.get(3)?,
                by: row.get(4)?,
                said: row.get(5)?,
            })
        },
    )?)
}
