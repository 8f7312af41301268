//! What waits for a branch: kinds it is behind with, meetings to be put into the register.

use ejia_db::Txn;
use ejia_directory::Reminder;
use ejia_kernel::{OrganizationKind, Problem};
use ejia_web::Officer;

use super::standings::{Quarter, standings};
use super::store;
use crate::kinds::Standing;

/// What waits for this officer, for his first page. All of it is late.
///
/// # Errors
/// A fault of the database.
pub fn reminders(txn: &mut Txn<'_>, by: &Officer) -> Result<Vec<Reminder>, Problem> {
    if !by.kind().is_party() {
        return Ok(Vec::new());
    }
    let to_archive = store::to_archive(txn, by.organization_id())?;
    let mut all = vec![Reminder {
        text: "已结束待归档的会议",
        count: to_archive,
        late: to_archive,
        href: "/office/meetings",
        action: "去归档",
    }];
    if by.kind() == OrganizationKind::Branch {
        let quarter = Quarter::of(txn.now().china_date());
        let own = standings(txn, by.path(), quarter)?;
        let kinds = own.iter().flat_map(|branch| &branch.kinds);
        let behind = kinds.filter(|(_, standing, _)| *standing == Standing::Behind).count();
        let behind = i64::try_from(behind).unwrap_or(i64::MAX);
        let (text, href) = ("本季度未按期开展的组织生活", "/office/meetings/overview");
        all.push(Reminder { text, count: behind, late: behind, href, action: "查看" });
    }
    Ok(all)
}
