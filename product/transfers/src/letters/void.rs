//! 【作废】: a letter no longer counts; the transfer waits on, for another one.

use ejia_db::Txn;
use ejia_kernel::{LetterId, Problem};
use ejia_web::Officer;

use super::entered::VoidEntered;
use super::issue::is_issuer;
use super::make::forget_file;
use super::model::Letter;
use super::store;
use crate::course::{self, Doer};
use crate::model::{Act, Stage, Transfer};
use crate::receipts;

/// A letter that this officer answers for.
///
/// # Errors
/// `transfers.no_such_letter` for others' letters, too.
pub(super) fn own_letter(txn: &mut Txn<'_>, by: &Officer, id: LetterId) -> Result<Letter, Problem> {
    let no_such_letter = || Problem::not_found("transfers.no_such_letter");
    let letter = store::load(txn, id)?.ok_or_else(no_such_letter)?;
    if is_issuer(txn, by, &letter)? { Ok(letter) } else { Err(no_such_letter()) }
}

/// Declares a letter void.
///
/// # Errors
/// `transfers.void_reason_needed` beside the field; `transfers.letter_answered` once its receipt is in;
/// `transfers.letter_void` when it is void already.
pub(crate) fn void(txn: &mut Txn<'_>, by: &Officer, id: LetterId, input: &VoidEntered) -> Result<(), Problem> {
    let reason = input.reason()?;
    let transfer = own_letter(txn, by, id)?.transfer_id;
    let transfer =
        crate::store::load_locked(txn, transfer)?.ok_or_else(|| Problem::fault("a letter of no transfer"))?;
    let letter = own_letter(txn, by, id)?;
    if transfer.standing.stage != Stage::Receipt {
        return Err(Problem::conflict("transfers.letter_answered"));
    }
    void_now(txn, &transfer, &letter, &Doer::officer(by), &reason)
}

/// Declares it void in a transaction that holds the transfer's row. Receipts sent for it are answered by that, too.
pub(super) fn void_now(
    txn: &mut Txn<'_>,
    transfer: &Transfer,
    letter: &Letter,
    by: &Doer,
    reason: &str,
) -> Result<(), Problem> {
    if !store::void(txn, letter.id, reason)? {
        return Err(Problem::conflict("transfers.letter_void"));
    }
    if let Some(key) = &letter.file {
        forget_file(txn, key)?;
    }
    receipts::refuse_all(txn, letter.id, &by.name, "介绍信已作废")?;
    let said = format!("{}：{reason}", letter.number);
    course::write_down(txn, transfer, Act::LetterVoided, by, &said)
}
