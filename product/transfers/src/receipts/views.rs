//! What is shown of receipts.

use ejia_db::Txn;
use ejia_kernel::Problem;
use schemars::JsonSchema;
use serde::Serialize;

use super::model::{Receipt, ReceiptState};
use super::store;
use crate::letters::{self, Letter};
use crate::model::{Stage, Transfer};
use crate::road::limits;
use crate::views::TransferView;

/// A receipt.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ReceiptView {
    pub(crate) id: String,
    pub(crate) source: &'static str,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) waits: bool,
    pub(crate) photo: bool,
    pub(crate) sent: String,
    pub(crate) sent_by: String,
    pub(crate) decided: String,
    pub(crate) decided_by: String,
    pub(crate) reason: String,
}

impl From<Receipt> for ReceiptView {
    fn from(receipt: Receipt) -> Self {
        let Receipt { id, source, state, photo, sent_at, sent_by, decided_at, decided_by, reason, .. } = receipt;
        Self {
            id: id.to_string(),
            source: source.label(),
            state: state.label(),
            tone: state.tone(),
            waits: state == ReceiptState::Waiting,
            photo: photo.is_some(),
            sent: sent_at.to_string(),
            sent_by,
            decided: decided_at.map(|at| at.to_string()).unwrap_or_default(),
            decided_by,
            reason,
        }
    }
}

/// 【回执】 of a transfer, before the member or the side that is left.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ReceiptsView {
    pub(crate) transfer: TransferView,
    pub(crate) receipts: Vec<ReceiptView>,
    /// A receipt is awaited, and a letter is out for it.
    pub(crate) open: bool,
    /// A receipt is awaited, but the letter is void: another has to be issued first.
    pub(crate) without_letter: bool,
    /// Until when it should be in; empty when none is awaited.
    pub(crate) due: String,
    pub(crate) late: bool,
}

impl ReceiptsView {
    pub(super) fn of(txn: &mut Txn<'_>, transfer: &Transfer) -> Result<Self, Problem> {
        let waits = transfer.standing.stage == Stage::Receipt;
        let live = letters::live(txn, transfer.id)?.filter(|_| waits);
        let due = live.as_ref().map(|letter| limits::receipt_due(letter.valid_until));
        let today = txn.now().china_date();
        Ok(Self {
            transfer: TransferView::of(txn, transfer)?,
            receipts: store::of_transfer(txn, transfer.id)?.into_iter().map(ReceiptView::from).collect(),
            open: live.is_some(),
            without_letter: waits && live.is_none(),
            due: due.map(|due| due.to_string()).unwrap_or_default(),
            late: due.is_some_and(|due| due < today),
        })
    }
}

/// What whoever holds the paper sees: nothing about the person.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PaperView {
    pub(crate) token: String,
    pub(crate) number: String,
    pub(crate) issuer: String,
    pub(crate) void: bool,
    pub(crate) done: bool,
    /// A photo waits to be looked at.
    pub(crate) sent: bool,
}

impl PaperView {
    pub(super) fn of(txn: &mut Txn<'_>, token: &str, letter: &Letter, transfer: &Transfer) -> Result<Self, Problem> {
        Ok(Self {
            token: token.to_owned(),
            number: letter.number.clone(),
            issuer: letter.issuer.clone(),
            void: letter.voided.is_some(),
            done: transfer.standing.stage != Stage::Receipt,
            sent: store::waiting(txn, letter.id)? > 0,
        })
    }
}
