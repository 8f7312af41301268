//! 【附件】: files that go along with a notice, for those on the list to read before they come.

mod change;
mod pages;
pub(crate) mod schema;
mod store;
mod views;

pub(crate) use pages::{member_routes, routes};
pub(crate) use views::{AttachmentLine, lines};
