//! Notifications on their way: sent by threads of the counter's own, in the order they are due, sent again until taken.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant as Machine};

use ejia_kernel::Instant;
use ejia_wire::{CallFault, Caller, Reply, stamps};

use crate::books::Inner;
use crate::mood::Tamper;
use crate::trade::{Event, Homeward, Told, Trade};

/// How many notifications are under way at once.
const THREADS: usize = 4;
/// How many may wait; more are dropped, as a company does on a bad day.
const WAITING: usize = 100_000;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How much of an answer is read, and how much of it is remembered.
const ANSWER_BYTES: u64 = 64 * 1024;
const REMEMBERED: usize = 120;
/// How many answers a trade's history holds.
const HISTORY: usize = 100;

/// A call to the merchant, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Where to, with the query; empty for nowhere.
    pub url: String,
    /// `Content-Type` of the body.
    pub content_type: &'static str,
    /// The body; not sent with `GET`.
    pub body: Vec<u8>,
}

/// How a protocol speaks to the merchant.
pub trait Speaks: Send + Sync {
    /// The company's name, as the page shows it.
    fn name(&self) -> &'static str;

    /// The notification of something that happened, signed; none when this is not notified. Called once for an event: the
    /// copies that follow are the same bytes.
    fn notification(&self, trade: &Trade, event: &Event, tamper: Option<Tamper>) -> Option<Outgoing>;

    /// Whether an answer means "taken".
    fn taken(&self, status: u16, body: &[u8]) -> bool;

    /// The pauses after which a notification that was not taken is sent again.
    fn again_after(&self) -> Vec<Duration>;

    /// How the payer's browser goes back to the merchant.
    fn homeward(&self, trade: &Trade) -> Homeward;

    /// The company's number of a new trade, made of a number never given before.
    fn trade_number(&self, at: Instant, serial: u64) -> String {
        format!("{}{serial:014}", stamps::compact_day(at.china_date()))
    }
}

/// Notifications on their way; [`Sending::wait`] waits for the first try of each.
#[derive(Debug)]
pub struct Sending {
    latch: Option<Arc<Latch>>,
}

impl Sending {
    pub(crate) fn none() -> Self {
        Self { latch: None }
    }

    /// Waits until each has been sent once, but not longer than this. Whether all were.
    pub fn wait(&self, most: Duration) -> bool {
        self.latch.as_ref().is_none_or(|latch| latch.wait(most))
    }
}

#[derive(Debug)]
struct Latch {
    left: Mutex<u32>,
    done: Condvar,
}

impl Latch {
    fn count_down(&self) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        *left = left.saturating_sub(1);
        self.done.notify_all();
    }

    fn wait(&self, most: Duration) -> bool {
        let left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, _) =
            self.done.wait_timeout_while(left, most, |left| *left > 0).unwrap_or_else(PoisonError::into_inner);
        *left == 0
    }
}

/// A notification and whom it is about.
pub(crate) struct Letter {
    pub(crate) books: Weak<Inner>,
    pub(crate) channel: String,
    pub(crate) number: String,
    pub(crate) event: &'static str,
    pub(crate) tamper: Option<Tamper>,
    pub(crate) speaks: Arc<dyn Speaks>,
    pub(crate) outgoing: Outgoing,
}

/// One try to come.
struct Try {
    due: Machine,
    order: u64,
    letter: Arc<Letter>,
    /// The pauses left, the next one last.
    pauses: Vec<Duration>,
    latch: Option<Arc<Latch>>,
}

impl PartialEq for Try {
    fn eq(&self, other: &Self) -> bool {
        (self.due, self.order) == (other.due, other.order)
    }
}

impl Eq for Try {}

impl PartialOrd for Try {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Try {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.due, self.order).cmp(&(other.due, other.order))
    }
}

/// The post office; it closes when this is dropped.
pub(crate) struct Post {
    office: Arc<Office>,
}

#[derive(Default)]
struct Office {
    rack: Mutex<Rack>,
    news: Condvar,
}

#[derive(Default)]
struct Rack {
    waiting: BinaryHeap<Reverse<Try>>,
    order: u64,
    threads: usize,
    closed: bool,
}

impl Post {
    pub(crate) fn new() -> Self {
        Self { office: Arc::default() }
    }

    /// Sends a letter so many times after a while; the first copy is sent again after each pause until it is taken.
    pub(crate) fn send(&self, letter: &Arc<Letter>, times: u32, delay: Duration, again: Vec<Duration>) -> Sending {
        let latch = Arc::new(Latch { left: Mutex::new(times), done: Condvar::new() });
        let due = Machine::now() + delay;
        let mut pauses: Vec<Duration> = again.into_iter().rev().collect();
        let mut rack = self.office.rack();
        for _ in 0..times {
            rack.order += 1;
            let (letter, latch) = (letter.clone(), Some(latch.clone()));
            let one = Try { due, order: rack.order, letter, pauses: std::mem::take(&mut pauses), latch };
            rack.put(one);
        }
        if rack.threads < THREADS && times > 0 {
            rack.threads += 1;
            let office = self.office.clone();
            // Without a thread the notification is lost, which the merchant has to live with anyhow.
            let _ = std::thread::Builder::new().name("bank post".to_owned()).spawn(move || office.work());
        }
        drop(rack);
        self.office.news.notify_all();
        Sending { latch: Some(latch) }
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        self.office.rack().closed = true;
        self.office.news.notify_all();
    }
}

impl Rack {
    fn put(&mut self, one: Try) {
        if self.waiting.len() < WAITING {
            self.waiting.push(Reverse(one));
        } else if let Some(latch) = one.latch {
            latch.count_down();
        }
    }
}

impl Office {
    fn rack(&self) -> MutexGuard<'_, Rack> {
        self.rack.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        let caller = Caller::patient_for(PATIENCE);
        while let Some(mut one) = self.next_due() {
            let taken = one.letter.carry(&caller);
            if let Some(latch) = one.latch.take() {
                latch.count_down();
            }
            if let Some(pause) = one.pauses.pop().filter(|_| !taken) {
                one.due = Machine::now() + pause;
                self.rack().put(one);
                self.news.notify_all();
            }
        }
    }

    /// The next try, when it is due; none when the office has closed.
    fn next_due(&self) -> Option<Try> {
        let mut rack = self.rack();
        loop {
            if rack.closed {
                return None;
            }
            let now = Machine::now();
            let wait = match rack.waiting.peek() {
                Some(Reverse(one)) if one.due <= now => return rack.waiting.pop().map(|Reverse(one)| one),
                Some(Reverse(one)) => one.due - now,
                None => Duration::from_hours(1),
            };
            rack = self.news.wait_timeout(rack, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Letter {
    /// One try; whether it was taken. What was answered goes into the trade's history.
    fn carry(&self, caller: &Caller) -> bool {
        let Outgoing { method, url, content_type, body } = &self.outgoing;
        let answer = match *method {
            "GET" => caller.get(url, ANSWER_BYTES),
            _ => caller.post(url, content_type, body, ANSWER_BYTES),
        };
        let (status, told, taken) = match answer {
            Ok(Reply { status, body, .. }) => {
                let words: String = String::from_utf8_lossy(&body).chars().take(REMEMBERED).collect();
                (status, words, self.speaks.taken(status, &body))
            }
            Err(CallFault::NotSent(why) | CallFault::Unknown(why)) => (0, why, false),
        };
        let Some(inner) = self.books.upgrade() else { return true };
        let at = inner.now();
        if let Some(trade) = inner.books().find_mut(&self.channel, &self.number, at) {
            if trade.told.len() >= HISTORY {
                trade.told.remove(0);
            }
            let event = self.event.to_owned();
            trade.told.push(Told { event, at, tamper: self.tamper, status, answer: told, taken });
        }
        taken
    }
}
