//! Loads and saves delegations.

use ejia_db::{Txn, args};
use ejia_kernel::{MemberId, Problem};

use super::model::Principal;

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
