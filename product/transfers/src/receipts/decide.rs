//! 【确认回执】 and 【退回回执】: the side that is left decides. With the confirmation, and not before, the member leaves it.

use ejia_db::Txn;
use ejia_directory::{author, member_brief, release_member, tree};
use ejia_kernel::{Faults, Problem, ReceiptId, TransferId};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::Receipt;
use super::{send, store};
use crate::course::{self, Doer};
use crate::handling::at_desk::{seen, seen_locked, stands_above};
use crate::letters::{self, Letter};
use crate::model::{Act, Stage, Standing, Transfer};

/// The longest reason, in characters.
const MOST_REASON: usize = 100;

/// 【退回回执】, as it is entered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RefuseEntered {
    /// 退回原因.
    pub(crate) reason: String,
}

/// A transfer whose branch is this officer's organization or lies under it.
///
/// # Errors
/// Not found when he does not see it; `transfers.not_leaving_side`.
pub(super) fn own_side(txn: &mut Txn<'_>, by: &Officer, id: TransferId, locked: bool) -> Result<Transfer, Problem> {
    let transfer = if locked { seen_locked(txn, by, id)? } else { seen(txn, by, id)? };
    let left = transfer.from.organization_id;
    if store::leaves_side(txn, id, by.organization_id())? || stands_above(&*tree(txn)?, by, left) {
        Ok(transfer)
    } else {
        Err(Problem::forbidden("transfers.not_leaving_side"))
    }
}

/// A receipt of a transfer.
///
/// # Errors
/// `transfers.no_such_receipt`.
pub(super) fn receipt_of(txn: &mut Txn<'_>, transfer: &Transfer, id: ReceiptId) -> Result<Receipt, Problem> {
    store::load(txn, transfer.id, id)?.ok_or_else(|| Problem::not_found("transfers.no_such_receipt"))
}

/// Accepts a receipt that was sent.
///
/// # Errors
/// `transfers.receipt_decided` when somebody else was faster; as [`send::awaiting`].
pub(crate) fn confirm(txn: &mut Txn<'_>, by: &Officer, id: TransferId, receipt: ReceiptId) -> Result<(), Problem> {
    let mut transfer = own_side(txn, by, id, true)?;
    let receipt = receipt_of(txn, &transfer, receipt)?;
    let letter = send::awaiting(txn, &transfer)?;
    accept_now(txn, &mut transfer, &letter, receipt.id, by)
}

/// Accepts: the letter is answered, the member leaves the list, the transfer is over. All of it or nothing.
pub(super) fn accept_now(
    txn: &mut Txn<'_>,
    transfer: &mut Transfer,
    letter: &Letter,
    receipt: ReceiptId,
    by: &Officer,
) -> Result<(), Problem> {
    if !store::accept(txn, receipt, by.name())? {
        return Err(Problem::conflict("transfers.receipt_decided"));
    }
    if !letters::answered(txn, letter.id)? {
        return Err(Problem::conflict("transfers.no_live_letter"));
    }
    if let Some(key) = &letter.file {
        letters::forget_file(txn, key)?;
    }
    store::refuse_all(txn, letter.id, by.name(), "已确认另一份回执")?;
    let member = transfer.member_id.ok_or_else(|| Problem::fault("a transfer of nobody"))?;
    // He may have been taken off the list by hand meanwhile; the transfer ends all the same.
    if member_brief(txn, member)?.is_some() {
        let note = format!("转往{}，{}", transfer.to.name, letter.number);
        release_member(txn, member, &note, &author(by))?;
    }
    let standing = Standing { stage: Stage::Done, at: None };
    course::advance(txn, transfer, standing, Act::ReceiptAccepted, &Doer::officer(by), &letter.number)
}

/// Refuses a receipt: another is to be sent.
///
/// # Errors
/// A refusal beside the reason when there is none; `transfers.receipt_decided`.
pub(crate) fn refuse(
    txn: &mut Txn<'_>,
    by: &Officer,
    id: TransferId,
    receipt: ReceiptId,
    input: &RefuseEntered,
) -> Result<(), Problem> {
    let transfer = own_side(txn, by, id, true)?;
    let receipt = receipt_of(txn, &transfer, receipt)?;
    let mut faults = Faults::none();
    let reason = faults.needed("reason", &input.reason, MOST_REASON, "transfers.refuse_reason_needed");
    faults.settled()?;
    if !store::refuse(txn, &receipt, by.name(), &reason)? {
        return Err(Problem::conflict("transfers.receipt_decided"));
    }
    course::write_down(txn, &transfer, Act::ReceiptRefused, &Doer::officer(by), &reason)
}
