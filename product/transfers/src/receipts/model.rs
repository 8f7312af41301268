//! Receipts as they are kept.

use ejia_documents::FileKey;
use ejia_kernel::{Instant, LetterId, ReceiptId, TransferId, labelled};

/// So many receipts of one letter may wait: whoever holds the paper may be anybody.
pub(crate) const MOST_WAITING: i64 = 5;

labelled! {
    /// How a receipt has come.
    pub enum Source {
        /// A photo by the member.
        Member => "member", "党员本人上传";
        /// A photo by who scanned the code on the paper.
        Paper => "paper", "扫码上传";
        /// A photo by the organization that is left.
        Office => "office", "党组织上传";
        /// The paper itself.
        Post => "post", "收到纸质回执";
    }
}

labelled! {
    /// What became of a receipt.
    pub enum ReceiptState {
        /// The old side has not looked at it.
        Waiting => "waiting", "待确认";
        /// The member has arrived.
        Accepted => "accepted", "已确认";
        /// It does not do; another is to be sent.
        Refused => "refused", "已退回";
    }
}

impl ReceiptState {
    /// How a badge shows it.
    pub(crate) const fn tone(self) -> &'static str {
        match self {
            Self::Waiting => "wait",
            Self::Accepted => "good",
            Self::Refused => "bad",
        }
    }
}

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Receipt {
    pub(crate) id: ReceiptId,
    pub(crate) transfer_id: TransferId,
    pub(crate) letter_id: LetterId,
    pub(crate) source: Source,
    pub(crate) state: ReceiptState,
    /// Where the photo lies; none for paper, and after it was refused.
    pub(crate) photo: Option<FileKey>,
    pub(crate) sent_at: Instant,
    /// Who sent it, by name; empty for whoever held the paper.
    pub(crate) sent_by: String,
    pub(crate) decided_at: Option<Instant>,
    pub(crate) decided_by: String,
    /// Why it was refused.
    pub(crate) reason: String,
}
