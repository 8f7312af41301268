//! 党统数据: tables for the statistics software (M9), in the layout in which its own tables come in.
//!
//! An export is a document (`ejia_documents`) of one of two tables, organizations or members, with everything under the
//! organization that asks. It is *whole*, or what has become different since the export before it, or what differs from a
//! table that the statistics software gave: who came, who left, and each item that changed with both values.
//!
//! What an export said is kept, sealed, until the next one is made (`store.rs`): the next one is compared with it person by
//! person, so that a corrected ID-card number is a change and not one who left and one who came. A table given from outside
//! is compared by ID-card number or organization code (`ejia_directory::export`) and changes nothing.
//!
//! `comparison.rs` is the rule, `exports.rs` the asking and making, `command.rs` the same from the command line.

use ejia_db::Migration;
use ejia_web::RouteSet;

mod command;
mod comparison;
mod exports;
mod model;
mod pages;
mod schema;
mod store;
mod views;

pub use command::{ExportedFile, WriteLines, export_file};
pub use exports::{GivenTables, documents};
pub use schema::BLOBS;

/// The migrations of this crate, in order.
pub const MIGRATIONS: &[Migration] = &[schema::FIRST];

/// The Chinese sentences of this crate's refusals and audit actions.
pub const TEXTS: &str = include_str!("texts.toml");

/// The pages of this crate.
pub fn routes() -> Vec<RouteSet> {
    vec![pages::routes().into()]
}
