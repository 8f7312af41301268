//! Orders and their lines, who pays, what for, and what is decided when they are paid.

use ejia_audit::Actor;
use ejia_db::Txn;
use ejia_kernel::{AdministratorId, Fen, Instant, MemberId, OrderId, OrganizationId, Problem, labelled};

use crate::channel::ChannelKind;

labelled! {
    /// How far an order has come. Once paid or closed it stays so.
    pub enum OrderState {
        /// Waiting for its money.
        Open => "open", "待支付";
        /// The money of the whole order has come; its lines tell what became of it.
        Paid => "paid", "已支付";
        /// No money came; what still comes goes back.
        Closed => "closed", "已关闭";
    }
}

labelled! {
    /// What became of one line of an order.
    pub enum LineState {
        /// Not paid.
        Open => "open", "未支付";
        /// Paid, and it counts.
        Settled => "settled", "已入账";
        /// All of its money went back or is on its way back.
        GivenBack => "given_back", "已退回";
    }
}

labelled! {
    /// How the house learned that money came in.
    pub enum HowLearned {
        /// The channel called.
        Notified => "notified", "支付渠道通知";
        /// The channel was asked.
        Asked => "asked", "主动查询";
        /// It stood in the channel's statement of the day.
        Statement => "statement", "对账单";
        /// A branch registered cash.
        Registered => "registered", "支部登记";
    }
}

/// Who pays: he and his name as it was then, to be shown to those who oversee the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payer {
    /// A member, for himself or for others.
    Member(MemberId, String),
    /// An administrator who registers cash.
    Officer(AdministratorId, String),
}

impl Payer {
    /// His name.
    pub fn name(&self) -> &str {
        match self {
            Self::Member(_, name) | Self::Officer(_, name) => name,
        }
    }

    /// How the audit names him.
    pub fn actor(&self) -> Actor {
        match self {
            Self::Member(id, _) => Actor::Member(*id),
            Self::Officer(id, _) => Actor::Administrator(*id),
        }
    }
}

/// One thing an order pays for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// What it pays, in the words of the order's purpose: for dues the bill's id.
    pub subject: String,
    /// The organization whose money it is.
    pub organization_id: OrganizationId,
    /// How much, more than nothing.
    pub amount: Fen,
    /// What became of it.
    pub state: LineState,
}

/// What somebody is about to pay or has paid, over one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Which; its text is the number that channels know it by.
    pub id: OrderId,
    /// The name of its [`Purpose`].
    pub purpose: String,
    /// The channel the money is to come by.
    pub channel: ChannelKind,
    /// Who pays.
    pub payer: Payer,
    /// The sum of its lines.
    pub amount: Fen,
    /// What the payer wanted to say (备注).
    pub remark: String,
    /// How far it has come.
    pub state: OrderState,
    /// When it was opened.
    pub opened_at: Instant,
    /// From this instant on the counter takes no money for it.
    pub expires_at: Instant,
    /// When the money came, by the channel's clock.
    pub paid_at: Option<Instant>,
    /// The channel's number of the payment that settled it.
    pub trade: Option<String>,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// What it pays for, in the order it was asked for.
    pub lines: Vec<OrderLine>,
}

/// An order to be opened, or cash to be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrder {
    /// The name of its [`Purpose`].
    pub purpose: &'static str,
    /// The channel; [`ChannelKind::Cash`] when cash is registered.
    pub channel: ChannelKind,
    /// Who pays.
    pub payer: Payer,
    /// Subject, organization and amount of each line; no subject twice.
    pub lines: Vec<(String, OrganizationId, Fen)>,
    /// What the payer wants to say.
    pub remark: String,
}

/// An order whose money has come in full, as its purpose sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledOrder {
    /// Which.
    pub id: OrderId,
    /// The channel the money came by.
    pub channel: ChannelKind,
    /// Who paid.
    pub payer: Payer,
    /// What it pays for; the lines still stand [`LineState::Open`].
    pub lines: Vec<OrderLine>,
    /// When the money came, by the channel's clock; for cash the first instant of the day it was received.
    pub paid_at: Instant,
    /// What the payer wanted to say.
    pub remark: String,
}

/// What a purpose says to one line whose money has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineVerdict {
    /// It counts.
    Settled,
    /// It was settled elsewhere, or is not owed any more: the money goes back. With the code of the reason, whose
    /// sentence the administrators read.
    GiveBack(&'static str),
}

/// What money is paid for. Its decision is made inside the transaction that marks the order paid.
#[derive(Clone, Copy)]
pub struct Purpose {
    /// Its name, kept in every order: `dues`.
    pub name: &'static str,
    /// Says to each line, in order, whether it counts. It may be run again and touches nothing outside.
    pub settle: Settle,
}

/// Decides on the lines of a paid order, a verdict for each, in order.
pub type Settle = fn(&mut Txn<'_>, &SettledOrder) -> Result<Vec<LineVerdict>, Problem>;
