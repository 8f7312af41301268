//! What waits for a branch, as its first page tells it: members who have not paid for months running.

use ejia_db::Txn;
use ejia_directory::Reminder;
use ejia_kernel::{OrganizationKind, Problem};
use ejia_web::Officer;

use super::store::bills;
use super::unpaid::debtors;
use crate::rules::window;

/// The members of a branch whom it was or will be warned of. All of it is late.
///
/// # Errors
/// A fault of the database.
pub fn reminders(txn: &mut Txn<'_>, by: &Officer) -> Result<Vec<Reminder>, Problem> {
    if by.kind() != OrganizationKind::Branch {
        return Ok(Vec::new());
    }
    let window = window(txn.now().china_date());
    let unpaid = debtors(bills::unpaid_of_branch(txn, by.organization_id(), window)?, window);
    let warned = unpaid.iter().filter(|debtor| debtor.warning().is_some()).count();
    let count = i64::try_from(warned).unwrap_or(i64::MAX);
    let (text, href) = ("党费连续3个月以上未交的党员", "/office/dues/unpaid?months=3");
    Ok(vec![Reminder { text, count, late: count, href, action: "查看名单" }])
}
