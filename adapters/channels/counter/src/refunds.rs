//! Money that goes back, and the books of a day.

use std::collections::BTreeMap;

use ejia_kernel::{Date, Fen, Instant};

use crate::acts::ActFault;
use crate::books::Counter;
use crate::post::Sending;
use crate::trade::{Event, Refund, RefundStep, Trade, TradeState};

/// Money that the merchant sends back.
#[derive(Clone, Debug, Default)]
pub struct NewRefund {
    /// The merchant's number of it.
    pub number: String,
    /// How much.
    pub amount: Fen,
    /// What else the protocol remembers of it.
    pub notes: BTreeMap<String, String>,
}

/// A refund as it stands in the books now.
#[derive(Clone, Debug)]
pub struct RefundTaken {
    /// The refund.
    pub refund: Refund,
    /// Its trade.
    pub trade: Trade,
    /// Whether this call brought it about; false when the number was known already.
    pub fresh: bool,
}

/// Why nothing goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundFault {
    /// No such order.
    Unknown,
    /// The order has not been paid.
    NotPaid,
    /// More than is left of the payment.
    TooMuch,
    /// The number is known with another amount.
    Differs,
    /// The mood is to refuse.
    Refused,
}

/// One line of the books of a day.
#[derive(Clone, Debug)]
pub struct BookEntry {
    /// The trade.
    pub trade: Trade,
    /// The refund the line is about; none when it is about the payment.
    pub refund: Option<Refund>,
    /// When the money moved.
    pub at: Instant,
}

impl Counter {
    /// Sends money back, once for each number; notifies it as the mood says.
    ///
    /// # Errors
    /// [`RefundFault`].
    pub fn refund(&self, channel: &str, number: &str, new: NewRefund) -> Result<RefundTaken, RefundFault> {
        let now = self.now();
        let mood = self.mood(number);
        let (trade, refund) = {
            let mut books = self.books();
            let serial = books.serial();
            let trade = books.find_mut(channel, number, now).ok_or(RefundFault::Unknown)?;
            if let Some(known) = trade.refund(&new.number) {
                let taken = RefundTaken { refund: known.clone(), trade: trade.clone(), fresh: false };
                return if known.amount == new.amount { Ok(taken) } else { Err(RefundFault::Differs) };
            }
            if !matches!(trade.state, TradeState::Paid | TradeState::Refunded) {
                return Err(RefundFault::NotPaid);
            }
            let sum = trade.given_back().checked_plus(new.amount);
            if new.amount <= Fen::ZERO || sum.is_none_or(|sum| sum > trade.amount) {
                return Err(RefundFault::TooMuch);
            }
            if mood.refuse {
                return Err(RefundFault::Refused);
            }
            let refund = Refund {
                trade: format!("{}{serial}", ejia_wire::stamps::compact_day(now.china_date())),
                step: if mood.underway { RefundStep::Underway } else { RefundStep::Done },
                asked_at: now,
                done_at: if mood.underway { None } else { Some(now) },
                number: new.number,
                amount: new.amount,
                notes: new.notes,
            };
            trade.refunds.push(refund.clone());
            count(trade, &refund);
            (trade.clone(), refund)
        };
        if refund.step == RefundStep::Done {
            self.tell_as_usual(&trade, &Event::Refunded(refund.number.clone()));
        }
        Ok(RefundTaken { refund, trade, fresh: true })
    }

    /// Finishes a refund that is on its way, well or badly.
    ///
    /// # Errors
    /// [`ActFault`].
    pub fn finish_refund(&self, channel: &str, refund: &str, done: bool) -> Result<(Trade, Sending), ActFault> {
        let (trade, _) = self.find_refund(channel, refund).ok_or(ActFault::Unknown)?;
        let now = self.now();
        let trade = {
            let mut books = self.books();
            let trade = books.find_mut(channel, &trade.number, now).ok_or(ActFault::Unknown)?;
            let state = trade.state;
            let waits = |known: &&mut Refund| known.number == refund && known.step == RefundStep::Underway;
            let known = trade.refunds.iter_mut().find(waits).ok_or(ActFault::State(state))?;
            known.step = if done { RefundStep::Done } else { RefundStep::Refused };
            known.done_at = Some(now);
            let known = known.clone();
            count(trade, &known);
            trade.clone()
        };
        let sending = self.tell_as_usual(&trade, &Event::Refunded(refund.to_owned()));
        Ok((trade, sending))
    }

    /// A refund by the merchant's number of it, with its trade.
    pub fn find_refund(&self, channel: &str, refund: &str) -> Option<(Trade, Refund)> {
        let books = self.books();
        let mut trades = books.trades.values().rev().filter(|trade| trade.channel == channel);
        trades.find_map(|trade| trade.refund(refund).map(|known| (trade.clone(), known.clone())))
    }

    /// What came in and went back on a day (China), in the order it did; orders whose mood is to be unlisted are left out.
    pub fn day(&self, channel: &str, day: Date) -> Vec<BookEntry> {
        let mut entries = Vec::new();
        let books = self.books();
        let listed = |trade: &&Trade| trade.channel == channel && !books.mood(&trade.number).unlisted;
        for trade in books.trades.values().filter(listed) {
            let done = trade.refunds.iter().filter(|refund| refund.step == RefundStep::Done);
            let refunds = done.filter_map(|refund| Some((Some(refund.clone()), refund.done_at?)));
            let payment = trade.paid_at.map(|at| (None, at));
            for (refund, at) in payment.into_iter().chain(refunds).filter(|(_, at)| at.china_date() == day) {
                entries.push(BookEntry { trade: trade.clone(), refund, at });
            }
        }
        entries.sort_by_key(|entry| entry.at);
        entries
    }
}

/// Notes a refund that is finished, and that a trade has gone back altogether.
fn count(trade: &mut Trade, refund: &Refund) {
    if refund.step == RefundStep::Underway {
        return;
    }
    trade.events.push(Event::Refunded(refund.number.clone()));
    let done = trade.refunds.iter().filter(|refund| refund.step == RefundStep::Done);
    let back = done.fold(Fen::ZERO, |sum, refund| sum.checked_plus(refund.amount).unwrap_or(sum));
    if back == trade.amount {
        trade.state = TradeState::Refunded;
    }
}
