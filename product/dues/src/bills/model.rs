//! Bills: what a member owes for a month, why it is so much, and what became of it.

use ejia_kernel::{BillId, Fen, Instant, MemberId, Month, OrderId, OrganizationId, labelled};
use ejia_payments::ChannelKind;

use crate::rules::Basis;

labelled! {
    /// What became of a bill.
    pub enum BillState {
        /// To be paid, at its time.
        Due => "due", "待交";
        /// Paid.
        Paid => "paid", "已交";
        /// Nothing is to be paid: the amount is 0.
        Exempt => "exempt", "免交";
        /// Taken back by the branch before it was paid.
        Cancelled => "cancelled", "已取消";
        /// A negative difference: it went back to the payer, or is handed back by the branch where he paid in cash.
        GivenBack => "given_back", "已退回";
    }
}

/// Why a bill is as much as it is: base × band → rounding → article, or what was typed instead (spec: `rules.md`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Why {
    /// What the amount is reckoned from.
    pub(crate) basis: Basis,
    /// The dues base 党费基数, where there is one.
    pub(crate) base: Option<Fen>,
    /// What the rule makes of the base; beside a typed amount too.
    pub(crate) computed: Option<Fen>,
    /// The rate of the band, as people read it: `0.5%`.
    pub(crate) rate: String,
    /// The article of the regulation.
    pub(crate) article: String,
    /// How it was rounded.
    pub(crate) rounding: String,
    /// Why the amount was typed by hand; empty when it was computed.
    pub(crate) typed_reason: String,
    /// The approval's reference of an exemption or reduction; empty without one.
    pub(crate) exemption: String,
}

/// A line of a branch's sheet, to be billed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewBill {
    /// Who is to pay.
    pub(crate) member_id: MemberId,
    /// His name, kept on the bill.
    pub(crate) member_name: String,
    /// How much; 0 is exempt at once.
    pub(crate) amount: Fen,
    /// Why so much.
    pub(crate) why: Why,
}

/// A bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bill {
    /// Its id; the subject of an order's line.
    pub(crate) id: BillId,
    /// Who is to pay.
    pub(crate) member_id: MemberId,
    /// His name when it was issued.
    pub(crate) member_name: String,
    /// The branch that set it.
    pub(crate) organization_id: OrganizationId,
    /// Of which month.
    pub(crate) month: Month,
    /// 0 the month's bill; 1, 2 … difference entries after it was paid.
    pub(crate) sequence: i64,
    /// How much; a difference may be negative.
    pub(crate) amount: Fen,
    /// Why so much.
    pub(crate) why: Why,
    /// What became of it.
    pub(crate) state: BillState,
    /// When it was issued or last changed.
    pub(crate) issued_at: Instant,
    /// How it was paid, when it was.
    pub(crate) payment: Option<Payment>,
}

/// How a bill was paid; for money given back, the order it goes back over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Payment {
    /// When; cash: when it was registered.
    pub(crate) paid_at: Instant,
    /// By which order.
    pub(crate) order_id: OrderId,
    /// Over which channel.
    pub(crate) channel: ChannelKind,
    /// Who paid: a member's or, for cash, the registering administrator's id.
    pub(crate) payer_id: String,
    /// His name.
    pub(crate) payer_name: String,
}

/// What issuing a sheet has done, member by member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Issued {
    /// Billed for the first time this month.
    pub(crate) new: Vec<MemberId>,
    /// The unpaid bill has another amount now, or was taken back and is due again.
    pub(crate) changed: Vec<MemberId>,
    /// Paid already: a difference entry has been added.
    pub(crate) differences: Vec<MemberId>,
    /// Billed this month by another branch already: not billed again.
    pub(crate) billed_elsewhere: Vec<MemberId>,
    /// No longer in the sheet: the unpaid bill has been taken back.
    pub(crate) withdrawn: Vec<MemberId>,
}
