//! Transfers (组织关系转移): from an application to the receipt.
//!
//! A member applies (`applying`), organizations handle his application one after the other (`handling`), and at the end
//! he stands in another branch or outside the city. Where an application goes next is never stored: one pure rule finds
//! it in the tree as it stands at that moment (`road`). Whatever is done with it is one move (`course`): the row, a step
//! of its history, who sees it, the record of acts.
//!
//! **Exactly one organization is responsible for a member at every instant**: the branch his record names. It changes in
//! the transaction in which the new branch takes him in, and in no other. A unique key makes two open transfers of one
//! member impossible.

use ejia_db::Migration;
use ejia_jobs::Handlers;
use ejia_web::RouteSet;

mod applying;
mod course;
mod fields;
mod handling;
mod jobs;
mod model;
mod road;
mod schema;
mod store;
mod views;

/// The migrations of this crate, in order.
pub const MIGRATIONS: &[Migration] = &[schema::FIRST];

/// The Chinese sentences of this crate's refusals, notices and audit actions.
pub const TEXTS: &str = include_str!("texts.toml");

/// The pages of this crate, a set for each portal.
pub fn routes() -> Vec<RouteSet> {
    vec![applying::routes().into(), handling::routes().into()]
}

/// The jobs of this crate.
#[must_use]
pub fn handlers(handlers: Handlers) -> Handlers {
    jobs::handlers(handlers)
}
