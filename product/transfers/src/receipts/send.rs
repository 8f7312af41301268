//! A receipt comes: as a photo, or on paper.

use ejia_db::Txn;
use ejia_documents::FileKey;
use ejia_kernel::{Problem, ReceiptId, TransferId};
use ejia_web::{Member, Officer};

use super::decide::{accept_now, own_side};
use super::model::{MOST_WAITING, Receipt, ReceiptState, Source};
use super::store;
use crate::applying::{own, own_locked};
use crate::course::{self, Doer};
use crate::letters::{self, Letter, Token};
use crate::model::{Act, Stage, Transfer};

/// The letter of a transfer that a receipt can come for.
///
/// # Errors
/// `transfers.not_waiting_for_receipt`; `transfers.no_live_letter` while another letter is to be issued.
pub(super) fn awaiting(txn: &mut Txn<'_>, transfer: &Transfer) -> Result<Letter, Problem> {
    if transfer.standing.stage != Stage::Receipt {
        return Err(Problem::conflict("transfers.not_waiting_for_receipt"));
    }
    letters::live(txn, transfer.id)?.ok_or_else(|| Problem::conflict("transfers.no_live_letter"))
}

/// The letter of a receipt code, and its transfer; its row locked when something is about to be sent.
///
/// # Errors
/// `transfers.no_such_code`.
pub(super) fn behind_code(txn: &mut Txn<'_>, token: &Token, locked: bool) -> Result<(Letter, Transfer), Problem> {
    let letter = letters::by_receipt_token(txn, token)?;
    let letter = letter.ok_or_else(|| Problem::not_found("transfers.no_such_code"))?;
    let id = letter.transfer_id;
    let transfer = if locked { crate::store::load_locked(txn, id)? } else { crate::store::load(txn, id)? };
    Ok((letter, transfer.ok_or_else(|| Problem::fault("a letter of no transfer"))?))
}

/// Whether the member may send one, before the photo is looked at.
///
/// # Errors
/// As [`send_own`].
pub(super) fn may_send_own(txn: &mut Txn<'_>, by: &Member, id: TransferId) -> Result<(), Problem> {
    let transfer = own(txn, by, id)?;
    let letter = awaiting(txn, &transfer)?;
    has_room(txn, &letter)
}

/// The member sends a photo.
///
/// # Errors
/// As [`awaiting`]; `transfers.receipts_wait` when several wait already.
pub(crate) fn send_own(txn: &mut Txn<'_>, by: &Member, id: TransferId, photo: FileKey) -> Result<(), Problem> {
    let transfer = own_locked(txn, by, id)?;
    let letter = awaiting(txn, &transfer)?;
    leave(txn, &transfer, &letter, Source::Member, photo, &Doer::member(by))
}

/// Whether whoever holds the paper may send one.
///
/// # Errors
/// As [`send_by_paper`].
pub(super) fn may_send_by_paper(txn: &mut Txn<'_>, token: &Token) -> Result<(), Problem> {
    let (letter, transfer) = behind_code(txn, token, false)?;
    counts(txn, &letter, &transfer)?;
    has_room(txn, &letter)
}

/// Whoever holds the paper sends a photo.
///
/// # Errors
/// `transfers.no_such_code`; `transfers.letter_void`; as [`send_own`].
pub(crate) fn send_by_paper(txn: &mut Txn<'_>, token: &Token, photo: FileKey) -> Result<(), Problem> {
    let (letter, transfer) = behind_code(txn, token, true)?;
    counts(txn, &letter, &transfer)?;
    leave(txn, &transfer, &letter, Source::Paper, photo, &Doer::paper_holder())
}

/// The code of a letter that has lost its place opens nothing.
fn counts(txn: &mut Txn<'_>, letter: &Letter, transfer: &Transfer) -> Result<(), Problem> {
    if letter.voided.is_some() {
        return Err(Problem::conflict("transfers.letter_void"));
    }
    awaiting(txn, transfer).map(drop)
}

fn has_room(txn: &mut Txn<'_>, letter: &Letter) -> Result<(), Problem> {
    if store::waiting(txn, letter.id)? >= MOST_WAITING {
        return Err(Problem::too_many("transfers.receipts_wait"));
    }
    Ok(())
}

/// Leaves a photo to be looked at by the old side.
fn leave(
    txn: &mut Txn<'_>,
    transfer: &Transfer,
    letter: &Letter,
    source: Source,
    photo: FileKey,
    by: &Doer,
) -> Result<(), Problem> {
    has_room(txn, letter)?;
    put(txn, letter, source, Some(photo), by)?;
    course::write_down(txn, transfer, Act::ReceiptSent, by, source.label())
}

/// Whether this officer may bring a receipt.
///
/// # Errors
/// As [`bring`].
pub(super) fn may_bring(txn: &mut Txn<'_>, by: &Officer, id: TransferId) -> Result<(), Problem> {
    let transfer = own_side(txn, by, id, false)?;
    awaiting(txn, &transfer).map(drop)
}

/// The old side brings the receipt itself, as a photo or on paper: it has seen it, so it is accepted with that.
///
/// # Errors
/// As [`awaiting`]; `transfers.not_leaving_side`.
pub(crate) fn bring(txn: &mut Txn<'_>, by: &Officer, id: TransferId, photo: Option<FileKey>) -> Result<(), Problem> {
    let mut transfer = own_side(txn, by, id, true)?;
    let letter = awaiting(txn, &transfer)?;
    let (doer, source) = (Doer::officer(by), if photo.is_some() { Source::Office } else { Source::Post });
    let receipt = put(txn, &letter, source, photo, &doer)?;
    course::write_down(txn, &transfer, Act::ReceiptSent, &doer, source.label())?;
    accept_now(txn, &mut transfer, &letter, receipt.id, by)
}

fn put(
    txn: &mut Txn<'_>,
    letter: &Letter,
    source: Source,
    photo: Option<FileKey>,
    by: &Doer,
) -> Result<Receipt, Problem> {
    let receipt = Receipt {
        id: ReceiptId::new(txn.now()),
        transfer_id: letter.transfer_id,
        letter_id: letter.id,
        source,
        state: ReceiptState::Waiting,
        photo,
        sent_at: txn.now(),
        sent_by: by.name.clone(),
        decided_at: None,
        decided_by: String::new(),
        reason: String::new(),
    };
    store::insert(txn, &receipt)?;
    Ok(receipt)
}
