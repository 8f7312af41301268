//! The books: trades by channel and number, and how the protocols come to them.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use ejia_kernel::{Clock, Fen, Instant};

use crate::mood::Mood;
use crate::post::{Post, Speaks};
use crate::trade::{Trade, TradeState};

/// How many trades, and how many moods of single orders, are remembered; the oldest are forgotten.
const MEMORY: usize = 100_000;
/// How slow a slow counter is.
const SLOWNESS: Duration = Duration::from_secs(3);
/// How long one that never answers holds the line.
const SILENCE: Duration = Duration::from_mins(1);

/// A handle on the books; clones share them.
#[derive(Clone)]
pub struct Counter {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    clock: Clock,
    pub(crate) post: Post,
    state: Mutex<Books>,
}

#[derive(Default)]
pub(crate) struct Books {
    /// By the order they were opened in.
    pub(crate) trades: BTreeMap<u64, Trade>,
    numbers: HashMap<(String, String), u64>,
    speakers: HashMap<String, Arc<dyn Speaks>>,
    mood: Mood,
    moods: HashMap<String, Mood>,
    again_after: Option<Vec<Duration>>,
    next: u64,
}

/// A trade that the merchant's browser call opens.
#[derive(Clone, Debug, Default)]
pub struct NewTrade {
    /// The channel's name: `alipay`.
    pub channel: String,
    /// The merchant's number of the order.
    pub number: String,
    /// The merchant's number at the channel.
    pub merchant: String,
    /// How much is to be paid.
    pub amount: Fen,
    /// What for.
    pub subject: String,
    /// From when on it takes no money.
    pub expires_at: Option<Instant>,
    /// Where notifications go; empty for nowhere.
    pub notify_url: String,
    /// Where the payer goes afterwards; empty for nowhere.
    pub return_url: String,
    /// Whether the page refuses credit cards.
    pub debit_only: bool,
    /// What else the protocol remembers of it.
    pub notes: BTreeMap<String, String>,
}

/// Why a trade was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenFault {
    /// The number is known with another amount.
    AmountDiffers,
    /// The number is known and paid.
    Paid,
    /// The number is known and closed, or it expires before now.
    Closed,
}

impl Counter {
    /// Empty books, kept by this clock.
    pub fn new(clock: Clock) -> Self {
        // Numbers go on where an earlier run cannot have come to: the product remembers what the books forget.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let next = u64::try_from(since.as_millis()).unwrap_or_default();
        let state = Mutex::new(Books { next, ..Books::default() });
        Self { inner: Arc::new(Inner { clock, post: Post::new(), state }) }
    }

    /// A protocol's sandbox joins under its channel's name.
    pub fn join(&self, channel: &str, speaks: Arc<dyn Speaks>) {
        self.books().speakers.insert(channel.to_owned(), speaks);
    }

    /// The moment it is, by the product's clock.
    pub fn now(&self) -> Instant {
        self.inner.clock.now()
    }

    /// The clock the books are kept by.
    pub fn clock(&self) -> Clock {
        self.inner.clock.clone()
    }

    /// From now on the other side behaves like this to every order without a mood of its own.
    pub fn behave(&self, mood: Mood) {
        self.books().mood = mood;
    }

    /// From now on the other side behaves like this to one order, which need not be known yet. None: as to all others.
    pub fn behave_to(&self, number: &str, mood: Option<Mood>) {
        let mut books = self.books();
        if books.moods.len() >= MEMORY {
            books.moods.clear();
        }
        match mood {
            Some(mood) => books.moods.insert(number.to_owned(), mood),
            None => books.moods.remove(number),
        };
    }

    /// How the other side behaves to this order; to an empty or unknown number, in general.
    pub fn mood(&self, number: &str) -> Mood {
        self.books().mood(number)
    }

    /// Notifications that were not taken are sent again after these pauses, not after the protocols' own.
    pub fn send_again_after(&self, pauses: Vec<Duration>) {
        self.books().again_after = Some(pauses);
    }

    /// Opens a trade. The same number with the same amount opens the same one again.
    ///
    /// # Errors
    /// [`OpenFault`].
    pub fn open(&self, new: NewTrade) -> Result<Trade, OpenFault> {
        let now = self.now();
        let mut books = self.books();
        if let Some(known) = books.find_mut(&new.channel, &new.number, now) {
            return match known.state {
                TradeState::Paid | TradeState::Refunded => Err(OpenFault::Paid),
                TradeState::Closed => Err(OpenFault::Closed),
                _ if known.amount != new.amount => Err(OpenFault::AmountDiffers),
                TradeState::Waiting | TradeState::Refused => {
                    known.state = TradeState::Waiting;
                    known.return_url = new.return_url;
                    Ok(known.clone())
                }
            };
        }
        if new.expires_at.is_some_and(|at| at <= now) {
            return Err(OpenFault::Closed);
        }
        let serial = books.serial();
        let trade = books.speakers.get(&new.channel).map(|speaks| speaks.trade_number(now, serial));
        let NewTrade { channel, number, merchant, amount, subject, expires_at, .. } = new;
        let trade = Trade {
            trade: trade.unwrap_or_else(|| serial.to_string()),
            state: TradeState::Waiting,
            opened_at: now,
            paid_at: None,
            closed_at: None,
            card: None,
            debit_only: new.debit_only,
            notify_url: new.notify_url,
            return_url: new.return_url,
            notes: new.notes,
            refunds: Vec::new(),
            events: Vec::new(),
            told: Vec::new(),
            channel,
            number,
            merchant,
            amount,
            subject,
            expires_at,
        };
        books.keep(serial, trade.clone());
        Ok(trade)
    }

    /// A trade by the merchant's number.
    pub fn find(&self, channel: &str, number: &str) -> Option<Trade> {
        let now = self.now();
        self.books().find_mut(channel, number, now).cloned()
    }

    /// A trade by the channel's own number.
    pub fn find_trade(&self, channel: &str, trade: &str) -> Option<Trade> {
        let number = self
            .books()
            .trades
            .values()
            .rev()
            .find(|known| known.channel == channel && known.trade == trade)?
            .number
            .clone();
        self.find(channel, &number)
    }

    /// A trade by the merchant's number alone, whatever the channel; the newest when there are several.
    pub fn find_anywhere(&self, number: &str) -> Option<Trade> {
        let channel = self.books().trades.values().rev().find(|known| known.number == number)?.channel.clone();
        self.find(&channel, number)
    }

    /// Trades, newest first, at most so many.
    pub fn newest(&self, most: usize) -> Vec<Trade> {
        let now = self.now();
        let mut books = self.books();
        books
            .trades
            .values_mut()
            .rev()
            .take(most)
            .map(|trade| {
                expire(trade, now);
                trade.clone()
            })
            .collect()
    }

    /// A gateway asks before it looks into a merchant's call about this order (an empty number when it cannot tell): waits
    /// when the mood is slow; an answer when the call is not to be heard at all.
    pub async fn hear(&self, number: &str) -> Option<Response> {
        let mood = self.mood(number);
        if mood.slow {
            tokio::time::sleep(SLOWNESS).await;
        }
        if mood.deaf { Some(no_answer().await) } else { None }
    }

    /// A gateway hands its answer over before it sends it; it may get lost.
    pub async fn answer(&self, number: &str, answer: Response) -> Response {
        if self.mood(number).lost { no_answer().await } else { answer }
    }

    pub(crate) fn speaks(&self, channel: &str) -> Option<Arc<dyn Speaks>> {
        self.books().speakers.get(channel).cloned()
    }

    pub(crate) fn pauses(&self, speaks: &dyn Speaks) -> Vec<Duration> {
        self.books().again_after.clone().unwrap_or_else(|| speaks.again_after())
    }

    /// The books. A panic elsewhere leaves them readable.
    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        self.inner.books()
    }
}

impl Inner {
    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }
}

impl Books {
    /// A trade as it is at this moment: one whose time is over is closed.
    pub(crate) fn find_mut(&mut self, channel: &str, number: &str, now: Instant) -> Option<&mut Trade> {
        let key = (channel.to_owned(), number.to_owned());
        let trade = self.trades.get_mut(self.numbers.get(&key)?)?;
        expire(trade, now);
        Some(trade)
    }

    pub(crate) fn mood(&self, number: &str) -> Mood {
        self.moods.get(number).copied().unwrap_or(self.mood)
    }

    /// A number never given before.
    pub(crate) fn serial(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn keep(&mut self, serial: u64, trade: Trade) {
        if self.trades.len() >= MEMORY
            && let Some((_, oldest)) = self.trades.pop_first()
        {
            self.numbers.remove(&(oldest.channel, oldest.number));
        }
        self.numbers.insert((trade.channel.clone(), trade.number.clone()), serial);
        self.trades.insert(serial, trade);
    }
}

fn expire(trade: &mut Trade, now: Instant) {
    if trade.payable() && trade.expires_at.is_some_and(|at| at <= now) {
        trade.state = TradeState::Closed;
        trade.closed_at = trade.expires_at;
    }
}

/// The line stays open for a while, as with a company that has gone home; whoever waits hangs up first.
async fn no_answer() -> Response {
    tokio::time::sleep(SILENCE).await;
    StatusCode::GATEWAY_TIMEOUT.into_response()
}
