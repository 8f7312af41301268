//! What awaits an organization: 【转出办理】 (待审核, 待回执) and 【转入办理】 (待划拨, 待接收).

use ejia_db::Txn;
use ejia_directory::tree;
use ejia_kernel::Problem;
use ejia_web::Officer;

use super::at_desk::AtDesk;
use crate::model::{Stage, Transfer};
use crate::road::Road;
use crate::store::{self, Awaiting};

/// What this officer has to do, each with the stage at which he has it; the oldest first.
pub(crate) fn to_handle(txn: &mut Txn<'_>, by: &Officer) -> Result<Vec<(Stage, Transfer)>, Problem> {
    let (tree, issuers) = (tree(txn)?, store::issuers(txn)?);
    let road = Road { tree: &tree, issuers: &issuers };
    let reach = road.within_reach(by.organization_id());
    let found = store::awaiting(txn, Awaiting::Handler, &reach)?;
    let mine = found.into_iter().filter_map(|transfer| Some((AtDesk::turn(&road, &transfer, by)?.stage, transfer)));
    Ok(mine.collect())
}

/// What waits for a receipt and began at or under this officer's organization.
pub(crate) fn waiting_for_receipt(txn: &mut Txn<'_>, by: &Officer) -> Result<Vec<Transfer>, Problem> {
    store::awaiting(txn, Awaiting::Receipt, &[by.organization_id()])
}
