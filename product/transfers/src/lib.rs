//! Transfers (组织关系转移): from an application to the receipt.
//!
//! A member applies (`applying`), organizations handle his application one after the other (`handling`), and at the end
//! he stands in another branch or outside the city. Where an application goes next is never stored: one pure rule finds
//! it in the tree as it stands at that moment (`road`). Whatever is done with it is one move (`course`): the row, a step
//! of its history, who sees it, the record of acts. What has been done is looked up in `records`; what waits is told on
//! the first page (`reminders`).
//!
//! Who goes out of the city takes a letter along (`letters`) and is awaited by its receipt (`receipts`).
//!
//! **Exactly one organization is responsible for a member at every instant**: the branch his record names. It changes in
//! the transaction in which the new branch takes him in, or in which his old one accepts the receipt from outside, and in no
//! other. A unique key makes two open transfers of one
//! member impossible.

use ejia_db::Migration;
use ejia_jobs::Handlers;
use ejia_web::RouteSet;

mod applying;
mod course;
mod departed;
mod handling;
mod incoming;
mod issuers;
mod jobs;
mod letters;
mod model;
mod receipts;
mod records;
mod reminders;
mod road;
mod schema;
mod store;
#[cfg(test)]
mod tests;
mod views;
mod waiting;

pub use applying::{OutEntered, apply_out};
pub use handling::{Said, review};
pub use letters::{LetterDesk, PaidTo};
pub use model::{Stage, Standing};
pub use records::{Count, Tab, transfer_figures};
pub use reminders::reminders;
pub use schema::BLOBS;
pub use waiting::waiting;

/// The migrations of this crate, in order.
pub const MIGRATIONS: &[Migration] = &[
    schema::FIRST,
    schema::INCOMING,
    records::schema::FIRST,
    letters::schema::FIRST,
    receipts::schema::FIRST,
    records::schema::FIGURES,
];

/// The Chinese sentences of this crate's refusals, notices and audit actions.
pub const TEXTS: &str = include_str!("texts.toml");

/// The pages of this crate, a set for each portal.
pub fn routes() -> Vec<RouteSet> {
    let office = handling::routes().merge(records::routes()).merge(issuers::routes()).merge(incoming::office_routes());
    let office = office.merge(letters::office_routes()).merge(letters::print_routes()).merge(receipts::office_routes());
    let member = applying::routes().merge(letters::member_routes()).merge(receipts::member_routes());
    let front = letters::front_routes().merge(receipts::front_routes());
    vec![member.into(), office.into(), front.into(), incoming::routes().into()]
}

/// With the makers of this crate's documents.
#[must_use]
pub fn documents(documents: ejia_documents::Documents) -> ejia_documents::Documents {
    records::made(documents)
}

/// The jobs of this crate, with what letters need from outside.
#[must_use]
pub fn handlers(handlers: Handlers, letters: &LetterDesk) -> Handlers {
    letters::handlers(departed::handlers(incoming::handlers(jobs::handlers(handlers))), letters)
}
