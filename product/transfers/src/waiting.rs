//! What waits for a member about his transfer, as his first page tells it: how far it is.

use ejia_db::Txn;
use ejia_directory::{Waiting, tree};
use ejia_kernel::Problem;
use ejia_web::Member;

use crate::model::Stage;
use crate::store;
use crate::views::LineView;

/// How far the member's transfer is, while it is under way.
///
/// # Errors
/// A fault of the database.
pub fn waiting(txn: &mut Txn<'_>, by: &Member) -> Result<Vec<Waiting>, Problem> {
    let Some(transfer) = store::open_of_member(txn, by.id())? else { return Ok(Vec::new()) };
    let (tree, now) = (tree(txn)?, txn.now());
    let line = LineView::of(&tree, &transfer, now);
    let remark =
        if transfer.standing.stage == Stage::Returned { "请修改后重新提交".to_owned() } else { line.to };
    let text = format!("组织关系转移{}", line.stage);
    Ok(vec![Waiting { text, remark, href: format!("/member/transfers/{}", transfer.id) }])
}
