//! 会议二维码, to be printed, and the code for the screen.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::{MeetingId, Problem};
use ejia_web::{Look, OfficePortal, Page, Routes, page};

use super::code_views::CodeView;
use super::desk::CheckInDesk;

const CODE: Page<OfficePortal, CodeView> = page!(CodeView, "office/meetings/code.html", "会议二维码");
const SCREEN: Page<OfficePortal, CodeView> = page!(CodeView, "office/meetings/screen.html", "扫码签到");

/// The routes of codes.
pub(super) fn routes() -> Routes<OfficePortal> {
    Routes::new().page("/office/meetings/{id}/code", CODE, code).page(
        "/office/meetings/{id}/code/screen",
        SCREEN,
        screen,
    )
}

fn code(txn: &mut Txn<'_>, look: &Look<'_, OfficePortal>, Path(id): &Path<MeetingId>) -> Result<CodeView, Problem> {
    CodeView::printed(txn, look.caller(), &*look.part::<CheckInDesk>()?, *id)
}

fn screen(txn: &mut Txn<'_>, look: &Look<'_, OfficePortal>, Path(id): &Path<MeetingId>) -> Result<CodeView, Problem> {
    CodeView::on_screen(txn, look.caller(), &*look.part::<CheckInDesk>()?, *id)
}
