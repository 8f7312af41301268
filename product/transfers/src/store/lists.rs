//! Short lists of transfers: a member's own, and what awaits an organization.

use ejia_db::{Txn, Value, args};
use ejia_kernel::{MemberId, OrganizationId, Problem, TransferId};

use super::transfers::{COLUMNS, transfer};
use crate::model::{Stage, Transfer};

/// A list shows so many at once, the oldest first: what is done makes room for the next.
const SHOWN: i64 = 200;

/// All transfers of a member, the latest first.
pub(crate) fn of_member(txn: &mut Txn<'_>, member: MemberId) -> Result<Vec<Transfer>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM transfer t WHERE t.member_id = $1 ORDER BY t.id DESC LIMIT $2");
    Ok(txn.query(&sql, &args![member, SHOWN], transfer)?)
}

/// Members and their open transfers, those behind this member, in the order of members: a page of them.
pub(crate) fn open_behind(txn: &mut Txn<'_>, behind: Option<MemberId>) -> Result<Vec<(TransferId, MemberId)>, Problem> {
    let sql = "SELECT id, member_id FROM transfer WHERE ended_at IS NULL AND member_id IS NOT NULL AND member_id > $1
               ORDER BY member_id LIMIT $2";
    let behind = behind.map(|id| id.to_string()).unwrap_or_default();
    Ok(txn.query(sql, &args![behind, SHOWN], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// What is asked of [`awaiting`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Awaiting {
    /// What one of these organizations has to do.
    Handler,
    /// What waits for a receipt and began under the first of these organizations.
    Receipt,
}

/// What awaits these organizations, the oldest first.
pub(crate) fn awaiting(
    txn: &mut Txn<'_>,
    what: Awaiting,
    organizations: &[OrganizationId],
) -> Result<Vec<Transfer>, Problem> {
    let mut found = Vec::new();
    for id in organizations {
        let (sql, args): (String, [Value; 3]) = match what {
            Awaiting::Handler => (
                format!(
                    "SELECT {COLUMNS} FROM transfer t
                     WHERE t.at_organization_id = $1 AND t.ended_at IS NULL AND t.stage <> $2
                     ORDER BY t.since, t.id LIMIT $3"
                ),
                args![*id, Stage::Receipt.code(), SHOWN],
            ),
            Awaiting::Receipt => (
                format!(
                    "SELECT {COLUMNS} FROM transfer_party p JOIN transfer t ON t.id = p.transfer_id
                     WHERE p.organization_id = $1 AND p.leaves AND t.ended_at IS NULL AND t.stage = $2
                     ORDER BY t.since, t.id LIMIT $3"
                ),
                args![*id, Stage::Receipt.code(), SHOWN],
            ),
        };
        found.extend(txn.query(&sql, &args, transfer)?);
    }
    found.sort_by_key(|transfer| (transfer.since, transfer.id));
    Ok(found)
}
