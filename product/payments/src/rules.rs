//! What is done with money that came in, and with word of money that goes back: pure decisions, all of R5.

#[cfg(test)]
mod tests;

use std::time::Duration;

use ejia_kernel::{Fen, Instant, labelled};

use crate::channel::{ChannelKind, Means, Paid, RefundState};
use crate::model::{LineVerdict, OrderLine, OrderState};

/// How long an order can be paid.
pub(crate) const LIFE: Duration = Duration::from_hours(2);
/// A channel's clock may differ from ours by so much: money that it took so shortly after the end still counts.
pub(crate) const GRACE: Duration = Duration::from_mins(5);
/// When, after it was opened, the channel is asked what became of an order that nothing was heard of.
const QUESTIONS: [Duration; 5] = [
    Duration::from_mins(5),
    Duration::from_mins(10),
    Duration::from_mins(30),
    Duration::from_hours(1),
    Duration::from_hours(2),
];
/// An order that has expired is asked after so often, until the channel says that it is closed.
const AFTER_EXPIRY: Duration = Duration::from_mins(10);
/// A channel that says nothing for so long after the end is waited for no more: the order is closed, and what came for
/// it is found in the statement and goes back.
pub(crate) const PATIENCE: Duration = Duration::from_hours(24);

labelled! {
    /// What became of money that came in.
    pub enum MoneyVerdict {
        /// It settled its order (single lines of it may have gone back).
        Settled => "settled", "已入账";
        /// All of it goes back.
        GivenBack => "given_back", "退回";
        /// It names no order of ours: nobody knows yet whose it is.
        Stray => "stray", "待查";
    }
}

/// Why money goes back at once; the code of the sentence that administrators read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Back {
    Credit,
    WrongAmount,
    WrongChannel,
    Double,
    Late,
}

impl Back {
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Credit => "payments.back_credit",
            Self::WrongAmount => "payments.back_wrong_amount",
            Self::WrongChannel => "payments.back_wrong_channel",
            Self::Double => "payments.back_double",
            Self::Late => "payments.back_late",
        }
    }
}

/// What is done with money of which nothing was known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The order is paid; its purpose decides on the lines.
    Settle,
    /// All of it goes back; the order stays as it is.
    GiveBack(Back),
    /// No order of ours.
    Stray,
}

/// What the decision needs to know of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) channel: ChannelKind,
    pub(crate) amount: Fen,
    pub(crate) state: OrderState,
    pub(crate) expires_at: Instant,
}

/// Judges money that came in and was not known before (a trade that is known already changes nothing, whatever is said
/// of it the second time).
pub(crate) fn judge(order: Option<&Facts>, channel: ChannelKind, paid: &Paid) -> Verdict {
    let Some(order) = order else { return Verdict::Stray };
    if order.channel != channel {
        return Verdict::GiveBack(Back::WrongChannel);
    }
    if paid.means == Means::Credit {
        return Verdict::GiveBack(Back::Credit);
    }
    if order.state == OrderState::Paid {
        return Verdict::GiveBack(Back::Double);
    }
    if paid.amount != order.amount {
        return Verdict::GiveBack(Back::WrongAmount);
    }
    if order.state == OrderState::Closed || paid.paid_at > order.expires_at.plus(GRACE) {
        return Verdict::GiveBack(Back::Late);
    }
    Verdict::Settle
}

/// How the money of a paid order is shared out: what counts, and what goes back for which reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shares {
    /// The lines that count.
    pub(crate) settled: Vec<OrderLine>,
    /// For each reason the positions of its lines and their sum.
    pub(crate) back: Vec<(&'static str, Vec<usize>, Fen)>,
}

/// Shares out the lines by their verdicts; none when there is not one verdict for each line.
pub(crate) fn share(lines: &[OrderLine], verdicts: &[LineVerdict]) -> Option<Shares> {
    if lines.len() != verdicts.len() {
        return None;
    }
    let mut shares = Shares { settled: Vec::new(), back: Vec::new() };
    for (position, (line, verdict)) in lines.iter().zip(verdicts).enumerate() {
        match verdict {
            LineVerdict::Settled => shares.settled.push(line.clone()),
            LineVerdict::GiveBack(reason) => match shares.back.iter_mut().find(|(known, ..)| known == reason) {
                Some((_, positions, sum)) => {
                    positions.push(position);
                    *sum = sum.checked_plus(line.amount)?;
                }
                None => shares.back.push((reason, vec![position], line.amount)),
            },
        }
    }
    Some(shares)
}

labelled! {
    /// How far money on its way back has come.
    pub enum RefundProgress {
        /// To go back; the channel has not taken it yet.
        Asked => "asked", "等待退款";
        /// The channel has taken it.
        Underway => "underway", "退款处理中";
        /// Gone back.
        Done => "done", "已退款";
        /// The channel refused: somebody must look at it.
        Refused => "refused", "渠道拒绝退款";
        /// Cash: the branch hands it back.
        ByHand => "by_hand", "待支部退还现金";
    }
}

/// The new state after word from the channel; none when it changes nothing. What has gone back stays so; a refusal is
/// overtaken by better news.
pub(crate) fn refund_after(now: RefundProgress, told: &RefundState) -> Option<RefundProgress> {
    use RefundProgress::{Asked, ByHand, Done, Refused, Underway};
    match (now, told) {
        (Done | ByHand, _)
        | (_, RefundState::Unheard)
        | (Underway, RefundState::Underway)
        | (Refused, RefundState::Refused(_)) => None,
        (Asked | Refused, RefundState::Underway) => Some(Underway),
        (Asked | Underway | Refused, RefundState::Done) => Some(Done),
        (Asked | Underway, RefundState::Refused(_)) => Some(Refused),
    }
}

/// The pause before a refund is asked after or asked for again: a minute, doubled each time, at most an hour.
pub(crate) fn refund_pause(tries: i64) -> Duration {
    let doublings = u32::try_from(tries.clamp(1, 7) - 1).unwrap_or_default();
    Duration::from_mins(1).saturating_mul(1 << doublings).min(Duration::from_hours(1))
}

/// When the channel is asked next what became of an open order.
pub(crate) fn next_question(opened_at: Instant, expires_at: Instant, now: Instant) -> Instant {
    let due = QUESTIONS.iter().map(|pause| opened_at.plus(*pause)).filter(|at| *at < expires_at);
    due.chain([expires_at]).find(|at| *at > now).unwrap_or_else(|| now.plus(AFTER_EXPIRY))
}
