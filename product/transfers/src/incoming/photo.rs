//! The photo of a letter or an ID card beside an application: optional, stripped of what a phone writes into it, kept
//! sealed, and deleted when the application has been decided (Personal Information Protection Law: no longer than needed).

use ejia_db::{Desk, Txn};
use ejia_documents::{FileKey, Files, on_field};
use ejia_kernel::{Problem, TransferId};
use ejia_web::Applicant;

use super::apply::{may_correct, own};
use super::store;
use crate::letters::forget_file;

/// What photos are sealed for.
pub(super) const PURPOSE: &str = "transfer_photo";

/// Has the photo of an application deleted once the transaction stands.
pub(super) fn forget_later(txn: &mut Txn<'_>, id: TransferId) -> Result<(), Problem> {
    match store::photo(txn, id)? {
        Some(key) => forget_file(txn, &key),
        None => Ok(()),
    }
}

/// Keeps a photo beside an application, in the place of the one before. Blocks: called by `ejia_web::aside`.
///
/// # Errors
/// `documents.photo_…` on the field `photo`; `transfers.cannot_correct` once the application is allocated.
pub(super) fn keep(
    desk: &Desk,
    files: &Files,
    by: &Applicant,
    id: TransferId,
    sent: &std::path::Path,
) -> Result<(), Problem> {
    let bytes = std::fs::read(sent).map_err(Problem::fault)?;
    let kept = files.keep_photo(desk.vault(), PURPOSE, &bytes).map_err(|problem| on_field(problem, "photo"))?;
    let (by, key) = (by.clone(), kept.key.clone());
    let written = desk.write_now(move |txn| replace(txn, &by, id, Some(&key)));
    if let Err(problem) = &written {
        files.let_go(&kept.key, problem)?;
    }
    written
}

/// Takes the photo of an application away.
///
/// # Errors
/// As [`keep`].
pub(super) fn remove(txn: &mut Txn<'_>, by: &Applicant, id: TransferId) -> Result<(), Problem> {
    replace(txn, by, id, None)
}

fn replace(txn: &mut Txn<'_>, by: &Applicant, id: TransferId, key: Option<&FileKey>) -> Result<(), Problem> {
    let transfer = own(txn, by, id)?;
    if !may_correct(transfer.standing.stage) {
        return Err(Problem::conflict("transfers.cannot_correct"));
    }
    forget_later(txn, id)?;
    store::set_photo(txn, id, key)
}

/// The photo of an application, for whoever may see the application. Blocks.
///
/// # Errors
/// Not found when there is none.
pub(super) fn open(desk: &Desk, files: &Files, key: Option<&FileKey>) -> Result<Vec<u8>, Problem> {
    let key = key.ok_or_else(|| Problem::not_found("documents.no_such_file"))?;
    files.open(desk.vault(), PURPOSE, key)
}
