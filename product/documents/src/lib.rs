//! Files made for somebody to take away: papers set as PDF, and long tables made by a job with a progress bar that is
//! true.
//!
//! A capability makes the *content*: a sheet (title, columns, rows, sums; `ejia_kernel::sheet`) or a [`Paper`] (the name
//! of a template and what it says). Who writes table files and who sets papers is handed in ([`WriteSheet`],
//! [`Typesetter`]); both live in adapters.
//!
//! What is small is made while the person waits ([`Documents::set`], [`Documents::write`], by `ejia_web::aside`). What may
//! be long is asked for ([`ask`]): a row of `document` and the job `documents.make` stand in the caller's transaction;
//! the maker registered for the kind writes the file beside its place, tells how far it has come ([`Making::progress`]),
//! and the file is moved to its place when it is whole. Many papers at once go into one ZIP as they are set
//! ([`Making::archive`], [`Making::set`]). Only who asked takes it away; after a week it is removed.
//!
//! What must be kept (a photo somebody sent, a paper that is ready) goes through [`Files`]: photos are made to fit
//! ([`FitPhoto`]), everything is sealed by the vault, and only then is it put into the store ([`FileStore`]).

mod archive;
mod capitals;
mod files;
mod letter;
mod making;
mod model;
mod pages;
mod paper;
mod photo;
mod register;
mod schema;
mod signature;
mod store;
#[cfg(test)]
mod tests;
mod under_way;
mod views;

use ejia_web::RouteSet;

pub use capitals::{capital_amount, capital_count, capital_number, capital_year};
pub use files::{FileKey, FileKeyFault, FileStore, Files, FilesAway, StoredPhoto, on_field};
pub use letter::{IntroducedMember, LetterPaper, OldCommittee};
pub use making::{Documents, NewDocument, WriteSheet, ask};
pub use model::{Document, DocumentState, Form};
pub use paper::{Paper, PaperFile, Receipt, TypesetFault, Typesetter};
pub use photo::{FitPhoto, Photo, PhotoFault};
pub use register::{
    MOST_REGISTER_BYTES, MOST_REGISTER_PHOTO, MOST_REGISTER_PHOTOS, RegisterAttendance, RegisterAway,
    RegisterCorrection, RegisterCount, RegisterEntry, RegisterItem, RegisterPaper, RegisterPhoto, RegisterRecorded,
    RegisterVotes,
};
pub use schema::MIGRATIONS;
pub use signature::{SignatureKind, Signet};
pub use under_way::Making;

/// The Chinese sentences of this crate.
pub const TEXTS: &str = include_str!("texts.toml");

/// The pages of this crate.
pub fn routes() -> Vec<RouteSet> {
    vec![pages::routes().into()]
}
