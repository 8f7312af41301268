//! Who sees a transfer: every organization at or above either end.

use ejia_db::{Txn, args};
use ejia_kernel::{OrganizationId, Problem, TransferId};

/// What a transfer is to one organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Party {
    pub(crate) organization_id: OrganizationId,
    /// The branch that is left is this organization or lies under it.
    pub(crate) leaves: bool,
    /// The branch that is gone to is this organization or lies under it.
    pub(crate) enters: bool,
    /// It stays within one committee, or within this organization.
    pub(crate) internal: bool,
}

/// Writes anew who sees a transfer. Whoever saw it once still does.
pub(crate) fn set_parties(txn: &mut Txn<'_>, id: TransferId, parties: &[Party]) -> Result<(), Problem> {
    txn.later(
        "UPDATE transfer_party SET leaves = $2, enters = $2, internal = $2 WHERE transfer_id = $1",
        &args![id, false],
    )?;
    for Party { organization_id, leaves, enters, internal } in parties {
        txn.later(
            "INSERT INTO transfer_party (organization_id, transfer_id, leaves, enters, internal, stage, direction, name)
             SELECT $1, t.id, $3, $4, $5, t.stage, t.direction, t.name FROM transfer t WHERE t.id = $2
             ON CONFLICT (organization_id, transfer_id) DO UPDATE SET leaves = excluded.leaves,
                 enters = excluded.enters, internal = excluded.internal",
            &args![*organization_id, id, *leaves, *enters, *internal],
        )?;
    }
    Ok(())
}

/// Whether an organization sees a transfer.
pub(crate) fn is_party(txn: &mut Txn<'_>, id: TransferId, organization: OrganizationId) -> Result<bool, Problem> {
    let sql = "SELECT 1 FROM transfer_party WHERE organization_id = $1 AND transfer_id = $2";
    Ok(txn.first(sql, &args![organization, id], |row| row.get::<i64>(0))?.is_some())
}
