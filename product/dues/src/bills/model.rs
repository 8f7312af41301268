//! Bills: what a member owes for a month, why it is so much, and what became of it.

use ejia_kernel::{BillId, Fen, Instant, MemberId, Month, OrderId, OrganizationId, labelled};
use ejia_payments::ChannelKind;

use crate::rules::{Basis, Rounding};

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

impl Why {
    /// The reason in one sentence, as the member reads it.
    pub(crate) fn sentence(&self) -> String {
        let Self { basis, base, computed, rate, article, rounding, typed_reason, exemption } = self;
        let mut sentence = match (base, computed) {
            (Some(base), Some(computed)) if !rate.is_empty() => {
                format!("党费基数 {base} × {rate} = {computed} 元（{article}，{}）", Rounding::said(rounding))
            }
            _ if article.is_empty() => basis.label().to_owned(),
            _ => format!("{}（{article}）", basis.label()),
        };
        for (word, said) in [("党支部填写", typed_reason), ("批准依据", exemption)] {
            if !said.is_empty() {
                sentence.extend(["；", word, "：", said]);
            }
        }
        sentence
    }
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
    /// How it was paid, when it was; of a difference given back, how the money had come in.
    pub(crate) payment: Option<Payment>,
    /// Of a difference given back: the paid bill whose money it is.
    pub(crate) back_of: Option<BillId>,
}

/// How a bill was paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Payment {
    /// When; for cash, when it was registered; for money given back, when the payments took it in hand.
    pub(crate) paid_at: Option<Instant>,
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

/// What a branch's bills of a month come to; kept exactly in `dues_total`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Total {
    /// Members who have something to pay: bills of the month (sequence 0), due or paid.
    pub(crate) billed: i64,
    /// What all of it comes to in fen, differences included.
    pub(crate) billed_amount: i64,
    /// Members whose bill of the month is paid.
    pub(crate) paid: i64,
    /// What has come in and stayed, in fen.
    pub(crate) paid_amount: i64,
    /// Members who are exempt.
    pub(crate) exempt: i64,
}

impl Total {
    /// What one bill adds.
    pub(crate) fn of(sequence: i64, amount: Fen, state: BillState) -> Self {
        let one = i64::from(sequence == 0);
        let amount = amount.fen();
        match state {
            BillState::Due => Self { billed: one, billed_amount: amount, ..Self::default() },
            BillState::Paid => {
                Self { billed: one, billed_amount: amount, paid: one, paid_amount: amount, ..Self::default() }
            }
            BillState::GivenBack => Self { billed_amount: amount, paid_amount: amount, ..Self::default() },
            BillState::Exempt => Self { exempt: one, ..Self::default() },
            BillState::Cancelled => Self::default(),
        }
    }

    /// Both together.
    pub(crate) fn plus(self, other: Self) -> Self {
        let Self { billed, billed_amount, paid, paid_amount, exempt } = other;
        Self {
            billed: self.billed + billed,
            billed_amount: self.billed_amount + billed_amount,
            paid: self.paid + paid,
            paid_amount: self.paid_amount + paid_amount,
            exempt: self.exempt + exempt,
        }
    }

    /// Without the other.
    pub(crate) fn minus(self, other: Self) -> Self {
        let Self { billed, billed_amount, paid, paid_amount, exempt } = other;
        self.plus(Self {
            billed: -billed,
            billed_amount: -billed_amount,
            paid: -paid,
            paid_amount: -paid_amount,
            exempt: -exempt,
        })
    }
}
