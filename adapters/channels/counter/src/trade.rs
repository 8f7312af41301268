//! What stands in the books.

use std::collections::BTreeMap;

use ejia_kernel::{Fen, Instant, labelled};
use serde::{Deserialize, Serialize};

use crate::mood::Tamper;

labelled! {
    /// How far a trade has come.
    pub enum TradeState {
        /// Nobody has paid yet.
        Waiting => "waiting", "待付款";
        /// Money came in; part of it may have gone back.
        Paid => "paid", "已付款";
        /// The payer gave up or his card was refused; he may try again.
        Refused => "refused", "付款未成功";
        /// Closed or expired without money.
        Closed => "closed", "已关闭";
        /// All of the money has gone back.
        Refunded => "refunded", "已全额退款";
    }
}

labelled! {
    /// What the payer pays with.
    pub enum Card {
        /// A debit card.
        Debit => "debit", "储蓄卡";
        /// A credit card or another credit.
        Credit => "credit", "信用卡";
        /// Money that lies with the channel.
        Balance => "balance", "余额";
    }
}

labelled! {
    /// How far money has come that goes back.
    pub enum RefundStep {
        /// Taken, on its way.
        Underway => "underway", "处理中";
        /// Gone back.
        Done => "done", "已退款";
        /// Refused after it had been taken.
        Refused => "refused", "退款失败";
    }
}

/// Something that may be notified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "refund")]
pub enum Event {
    /// Money came in.
    Paid,
    /// A try to pay failed.
    Refused,
    /// Closed without money.
    Closed,
    /// The refund of this number was finished, well or badly.
    Refunded(String),
}

impl Event {
    /// `paid`, `refused`, `closed`, `refunded`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Refused => "refused",
            Self::Closed => "closed",
            Self::Refunded(_) => "refunded",
        }
    }
}

/// Money that goes back, all of a trade or part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// The merchant's number of it.
    pub number: String,
    /// The channel's number of it.
    pub trade: String,
    /// How much.
    pub amount: Fen,
    /// How far it has come.
    pub step: RefundStep,
    /// When it was asked for.
    pub asked_at: Instant,
    /// When it was finished.
    pub done_at: Option<Instant>,
    /// What else the protocol remembers of it.
    pub notes: BTreeMap<String, String>,
}

/// One notification that was sent, and what was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// [`Event::code`].
    pub event: String,
    /// When, by the product's clock.
    pub at: Instant,
    /// What was forged in it.
    pub tamper: Option<Tamper>,
    /// The HTTP status of the answer; 0 when there was none.
    pub status: u16,
    /// The first characters of the answer, or why there was none.
    pub answer: String,
    /// Whether the protocol takes the answer for "taken".
    pub taken: bool,
}

/// One order in the books of one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trade {
    /// The channel's name, as it stands in addresses: `alipay`.
    pub channel: String,
    /// The merchant's number of the order.
    pub number: String,
    /// The channel's number of the trade.
    pub trade: String,
    /// The merchant's number at the channel.
    pub merchant: String,
    /// How much is to be paid.
    pub amount: Fen,
    /// What for.
    pub subject: String,
    /// How far it has come.
    pub state: TradeState,
    /// When it was opened.
    pub opened_at: Instant,
    /// From when on it takes no money.
    pub expires_at: Option<Instant>,
    /// When money came in.
    pub paid_at: Option<Instant>,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// What was paid with.
    pub card: Option<Card>,
    /// Whether the page refuses credit cards.
    pub debit_only: bool,
    /// Where notifications go; empty for nowhere.
    pub notify_url: String,
    /// Where the payer goes afterwards; empty for nowhere.
    pub return_url: String,
    /// What else the protocol remembers of it.
    pub notes: BTreeMap<String, String>,
    /// Money that goes back, oldest first.
    pub refunds: Vec<Refund>,
    /// What happened that may be notified, oldest first.
    pub events: Vec<Event>,
    /// The notifications that were sent, oldest first.
    pub told: Vec<Told>,
}

impl Trade {
    /// How much has gone back or is on its way.
    pub fn given_back(&self) -> Fen {
        let counts = |refund: &&Refund| refund.step != RefundStep::Refused;
        self.refunds
            .iter()
            .filter(counts)
            .fold(Fen::ZERO, |sum, refund| sum.checked_plus(refund.amount).unwrap_or(Fen::new(i64::MAX)))
    }

    /// The refund of this number.
    pub fn refund(&self, number: &str) -> Option<&Refund> {
        self.refunds.iter().find(|refund| refund.number == number)
    }

    /// Whether the payer may pay (again).
    pub fn payable(&self) -> bool {
        matches!(self.state, TradeState::Waiting | TradeState::Refused)
    }

    /// A note of the protocol, empty when there is none.
    pub fn note(&self, name: &str) -> &str {
        self.notes.get(name).map_or("", String::as_str)
    }
}

/// How the payer's browser goes back to the merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Homeward {
    /// By a link.
    Link(String),
    /// By a form (POST).
    Form {
        /// Where to.
        action: String,
        /// Its fields, in order.
        fields: Vec<(String, String)>,
    },
    /// The merchant gave no address.
    Nowhere,
}
