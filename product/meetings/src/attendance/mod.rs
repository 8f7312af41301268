//! Who is there: by the code on the wall or on the screen (签到), or noted by the administrator (到会登记).
//!
//! A code holds chance and nothing of the meeting. The printed one stays as it is; the one on the screen is another every
//! half minute, so that a photo of it does not let anybody in from afar. Only the administrator who published a meeting sees its codes.

mod check_in;
mod check_in_pages;
mod code;
mod code_pages;
mod code_views;
mod desk;
mod mark;
mod mark_pages;
mod mark_views;

use ejia_web::{OfficePortal, Routes};

pub(crate) use check_in_pages::routes as member_routes;
pub use desk::CheckInDesk;

/// The routes of codes and of noting by hand.
pub(crate) fn office_routes() -> Routes<OfficePortal> {
    code_pages::routes().merge(mark_pages::routes())
}

/// What tests need to look over the shoulder of the screen.
#[cfg(test)]
pub(crate) mod testing {
    use crate::token::Token;

    /// What the code on the screen holds now.
    pub(crate) fn on_screen_now(desk: &ejia_db::Desk, token: &Token) -> String {
        super::code::on_screen(desk.vault(), token, desk.now())
    }
}
