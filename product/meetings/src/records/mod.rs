//! 【会议记录】: minutes and photos of a meeting, and the register they are put into.
//!
//! The record is open until it is archived; then it stands in the register of its organization, in a chain of entries
//! that nobody can alter unseen (`chain`, `verify`). What was wrong is corrected by another entry, with a reason: the
//! old one stays, and the page shows both.

mod agenda;
mod archive;
mod chain;
mod model;
mod pages;
mod photo_pages;
mod photos;
pub(crate) mod schema;
pub(crate) mod store;
mod verify;
mod views;

use ejia_documents::Files;
use ejia_jobs::Handlers;

pub(crate) use chain::fingerprint;
pub(crate) use model::{Attended, Content, Entry, Item, Votes};
pub(crate) use pages::routes;
pub(crate) use photos::{forget_file, open as open_photo};
#[cfg(test)]
pub(crate) use verify::nightly;
pub(crate) use verify::{Chain, verify};
pub(crate) use views::{changes, understood};

/// Adds the jobs of records.
#[must_use]
pub(crate) fn handlers(handlers: Handlers, files: &Files) -> Handlers {
    verify::handlers(photos::handlers(handlers, files))
}
