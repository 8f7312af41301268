//! What a payer, a program or the merchant does to a trade, and the notifications that follow.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use crate::books::Counter;
use crate::mood::Tamper;
use crate::post::{Letter, Sending};
use crate::trade::{Card, Event, Trade, TradeState};

/// The most notifications one act sends, and the longest it waits with them.
const TIMES: u32 = 50;
const DELAY: Duration = Duration::from_hours(24);

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActFault {
    /// No such order.
    Unknown,
    /// The order is in a state in which this cannot be done.
    State(TradeState),
}

/// How an order is paid.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SettleAsk {
    /// What with (a debit card).
    pub card: Card,
    /// Also when the order is closed or has expired: money that was on its way.
    pub late: bool,
}

impl Default for SettleAsk {
    fn default() -> Self {
        Self { card: Card::Debit, late: false }
    }
}

/// How something is notified (again).
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NotifyAsk {
    /// How often (1).
    pub times: u32,
    /// After how many milliseconds.
    pub delay_ms: u64,
    /// What is forged.
    pub tamper: Option<Tamper>,
    /// The [`Event::code`] of what is notified; the last thing that happened when it is not told.
    pub event: Option<String>,
}

impl Default for NotifyAsk {
    fn default() -> Self {
        Self { times: 1, delay_ms: 0, tamper: None, event: None }
    }
}

impl Counter {
    /// The payer pays, whatever the page would let him do: money comes in, and is notified as the mood says.
    ///
    /// # Errors
    /// [`ActFault`].
    pub fn settle(&self, channel: &str, number: &str, ask: SettleAsk) -> Result<(Trade, Sending), ActFault> {
        let now = self.now();
        self.act(channel, number, &Event::Paid, |trade| {
            let late = ask.late && trade.state == TradeState::Closed;
            if !trade.payable() && !late {
                return Err(ActFault::State(trade.state));
            }
            trade.state = TradeState::Paid;
            trade.paid_at = Some(now);
            trade.card = Some(ask.card);
            Ok(())
        })
    }

    /// The payer gives up, or his card is refused. He may try again.
    ///
    /// # Errors
    /// [`ActFault`].
    pub fn refuse(&self, channel: &str, number: &str) -> Result<(Trade, Sending), ActFault> {
        self.act(channel, number, &Event::Refused, |trade| {
            if !trade.payable() {
                return Err(ActFault::State(trade.state));
            }
            trade.state = TradeState::Refused;
            Ok(())
        })
    }

    /// The merchant closes the order. A closed one stays closed.
    ///
    /// # Errors
    /// [`ActFault`].
    pub fn close(&self, channel: &str, number: &str) -> Result<(Trade, Sending), ActFault> {
        let now = self.now();
        if let Some(trade) = self.find(channel, number).filter(|trade| trade.state == TradeState::Closed) {
            return Ok((trade, Sending::none()));
        }
        self.act(channel, number, &Event::Closed, |trade| {
            if !trade.payable() {
                return Err(ActFault::State(trade.state));
            }
            trade.state = TradeState::Closed;
            trade.closed_at = Some(now);
            Ok(())
        })
    }

    /// Notifies something that happened to the order (again); a mood that is silent does not count here.
    ///
    /// # Errors
    /// [`ActFault`].
    pub fn notify(&self, channel: &str, number: &str, ask: &NotifyAsk) -> Result<Sending, ActFault> {
        let trade = self.find(channel, number).ok_or(ActFault::Unknown)?;
        let wanted = |event: &&Event| ask.event.as_ref().is_none_or(|code| code == event.code());
        let event = trade.events.iter().rev().find(wanted).ok_or(ActFault::State(trade.state))?.clone();
        Ok(self.tell(&trade, &event, ask.times, Duration::from_millis(ask.delay_ms), ask.tamper))
    }

    /// Changes a trade, notes what happened, and notifies it as the mood says.
    pub(crate) fn act(
        &self,
        channel: &str,
        number: &str,
        event: &Event,
        change: impl FnOnce(&mut Trade) -> Result<(), ActFault>,
    ) -> Result<(Trade, Sending), ActFault> {
        let now = self.now();
        let trade = {
            let mut books = self.books();
            let trade = books.find_mut(channel, number, now).ok_or(ActFault::Unknown)?;
            change(trade)?;
            trade.events.push(event.clone());
            trade.clone()
        };
        let sending = self.tell_as_usual(&trade, event);
        Ok((trade, sending))
    }

    pub(crate) fn tell_as_usual(&self, trade: &Trade, event: &Event) -> Sending {
        let mood = self.mood(&trade.number);
        if mood.silent {
            return Sending::none();
        }
        self.tell(trade, event, mood.times, Duration::from_millis(mood.delay_ms), mood.tamper)
    }

    fn tell(&self, trade: &Trade, event: &Event, times: u32, delay: Duration, tamper: Option<Tamper>) -> Sending {
        let Some(speaks) = self.speaks(&trade.channel) else { return Sending::none() };
        let Some(outgoing) = speaks.notification(trade, event, tamper).filter(|letter| !letter.url.is_empty()) else {
            return Sending::none();
        };
        // A forger tries once; the company itself tries again.
        let again = if tamper.is_some() { Vec::new() } else { self.pauses(speaks.as_ref()) };
        let letter = Letter {
            books: Arc::downgrade(&self.inner),
            channel: trade.channel.clone(),
            number: trade.number.clone(),
            event: event.code(),
            tamper,
            speaks,
            outgoing,
        };
        self.inner.post.send(&Arc::new(letter), times.min(TIMES), delay.min(DELAY), again)
    }
}
