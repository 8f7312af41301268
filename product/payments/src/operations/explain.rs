//! The city committee explains a difference that could not repair itself.

use ejia_audit::Entry;
use ejia_db::Txn;
use ejia_kernel::{EntryId, OrganizationKind, Problem};
use ejia_web::Officer;

use crate::store::differences;

/// The longest note, in characters.
const NOTE: usize = 500;

/// Marks an open difference as explained, with what was found out.
///
/// # Errors
/// `payments.city_only`, `payments.no_such_difference`, `payments.note_needed`, `payments.note_too_long`, `payments.difference_ended`.
pub(crate) fn explain(txn: &mut Txn<'_>, by: &Officer, id: EntryId, note: &str) -> Result<(), Problem> {
    city_only(by)?;
    if !differences::exists(txn, id)? {
        return Err(Problem::not_found("payments.no_such_difference"));
    }
    let note = note.trim();
    if note.is_empty() {
        return Err(Problem::refused("payments.note_needed").on("note", "payments.note_needed"));
    }
    if note.chars().count() > NOTE {
        return Err(Problem::refused("payments.note_too_long").on("note", "payments.note_too_long"));
    }
    if !differences::explain(txn, id, by.id(), note)? {
        return Err(Problem::conflict("payments.difference_ended"));
    }
    let entry =
        Entry::new(&by.actor(), "payments.difference_explained").about("difference", id).within(by.organization_id());
    ejia_audit::record(txn, entry)
}

/// What concerns all channels' money is for the city committee.
pub(crate) fn city_only(by: &Officer) -> Result<(), Problem> {
    if by.kind() == OrganizationKind::CityCommittee { Ok(()) } else { Err(Problem::forbidden("payments.city_only")) }
}
