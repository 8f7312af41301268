//! The list of meetings.

use ejia_db::Txn;
use ejia_kernel::Problem;
use ejia_web::{Asked, Look, OfficePortal, Page, Routes, page};

use super::views::{ListAsked, ListView};

const LIST: Page<OfficePortal, ListView> = page!(ListView, "office/meetings/list.html", "会议管理");

/// The routes of lists.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new().page("/office/meetings", LIST, list)
}

fn list(
    txn: &mut Txn<'_>,
    look: &Look<'_, OfficePortal>,
    Asked(asked): &Asked<ListAsked>,
) -> Result<ListView, Problem> {
    ListView::of(txn, look.caller(), asked)
}
