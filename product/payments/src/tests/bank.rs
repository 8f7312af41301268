//! A channel whose other side does what the test tells it: it takes money, tells of it or not, and breaks off.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use ejia_kernel::{Clock, Date, Fen};

use crate::{
    Channel, ChannelFault, ChannelKind, Charge, Closing, Departure, Device, Disbelief, Found, Means, Notice, Paid,
    RawAnswer, RawCall, RefundAsk, RefundState, StatementKind, StatementLine,
};

/// What the bank does with the next call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    Fine,
    Down,
    CutOffBefore,
    CutOffAfter,
    /// Refunds only: refused.
    Refuses,
    /// Refunds only: taken, and done when it is asked after.
    Slow,
}

#[derive(Clone, Debug)]
pub(super) struct Return {
    pub(super) amount: Fen,
    pub(super) state: RefundState,
    day: Date,
    /// How often the bank was told to give it back.
    pub(super) calls: usize,
}

#[derive(Default)]
pub(super) struct Books {
    pub(super) trades: Vec<Paid>,
    pub(super) closed: Vec<String>,
    pub(super) returns: BTreeMap<String, Return>,
    pub(super) moods: VecDeque<Mood>,
    pub(super) calls: usize,
}

pub(super) struct Bank {
    kind: ChannelKind,
    clock: Clock,
    pub(super) books: Mutex<Books>,
}

impl Bank {
    pub(super) fn new(kind: ChannelKind, clock: &Clock) -> Arc<Self> {
        Arc::new(Self { kind, clock: clock.clone(), books: Mutex::default() })
    }

    pub(super) fn in_mood(&self, moods: &[Mood]) {
        self.books.lock().unwrap().moods.extend(moods);
    }

    /// Takes money at the counter, closed or not, and answers what it would tell.
    pub(super) fn pays(&self, number: &str, amount: Fen, means: Means) -> Paid {
        let now = self.clock.now();
        let mut books = self.books.lock().unwrap();
        let trade = format!("{}-{}", self.kind.code(), books.trades.len() + 1);
        let paid = Paid { order: number.to_owned(), trade, amount, paid_at: now, day: now.china_date(), means };
        books.trades.push(paid.clone());
        paid
    }

    /// What it has taken and not given back.
    pub(super) fn holds(&self) -> i64 {
        let books = self.books.lock().unwrap();
        let taken: i64 = books.trades.iter().map(|paid| paid.amount.fen()).sum();
        let given: i64 = books.returns.values().filter(|r| r.state == RefundState::Done).map(|r| r.amount.fen()).sum();
        taken - given
    }

    fn first(books: &Books, number: &str) -> Option<Paid> {
        books.trades.iter().find(|paid| paid.order == number).cloned()
    }

    fn answer<T>(&self, does: impl FnOnce(&mut Books, Mood) -> T) -> Result<T, ChannelFault> {
        let mut books = self.books.lock().unwrap();
        books.calls += 1;
        match books.moods.pop_front().unwrap_or(Mood::Fine) {
            Mood::Down => Err(ChannelFault::Unreachable("down".to_owned())),
            Mood::CutOffBefore => Err(ChannelFault::Unknown("cut off".to_owned())),
            Mood::CutOffAfter => {
                does(&mut books, Mood::Fine);
                Err(ChannelFault::Unknown("cut off".to_owned()))
            }
            mood => Ok(does(&mut books, mood)),
        }
    }
}

impl Channel for Bank {
    fn kind(&self) -> ChannelKind {
        self.kind
    }

    fn origins(&self) -> Vec<String> {
        vec!["https://pay.invalid".to_owned()]
    }

    fn depart(&self, charge: &Charge, _device: Device) -> Result<Departure, ChannelFault> {
        Ok(Departure::Link(format!("https://pay.invalid/{}", charge.order)))
    }

    fn hear(&self, _call: &RawCall) -> Result<Notice, Disbelief> {
        Err(Disbelief::Forged("signature".to_owned()))
    }

    fn answer(&self, _call: &RawCall, taken: bool) -> RawAnswer {
        RawAnswer { status: if taken { 200 } else { 500 }, content_type: "text/plain", body: Vec::new() }
    }

    fn query(&self, charge: &Charge) -> Result<Found, ChannelFault> {
        let number = charge.order.to_string();
        self.answer(|books, _| match Self::first(books, &number) {
            Some(paid) => Found::Paid(paid),
            None if books.closed.contains(&number) => Found::Closed,
            None => Found::Unpaid,
        })
    }

    fn refund(&self, ask: &RefundAsk) -> Result<RefundState, ChannelFault> {
        let day = self.clock.now().china_date();
        self.answer(|books, mood| {
            let paid =
                books.trades.iter().find(|paid| paid.trade == ask.trade).expect("money back from a trade of ours");
            assert_eq!((paid.amount, &paid.order), (ask.paid, &ask.order));
            let state = match mood {
                Mood::Refuses => RefundState::Refused("BALANCE".to_owned()),
                Mood::Slow => RefundState::Underway,
                _ => RefundState::Done,
            };
            let new = Return { amount: ask.amount, state, day, calls: 0 };
            let known = books.returns.entry(ask.refund.to_string()).or_insert_with(|| new.clone());
            known.calls += 1;
            if matches!(known.state, RefundState::Refused(_)) {
                known.state = new.state;
            }
            known.state.clone()
        })
    }

    fn refund_state(&self, ask: &RefundAsk) -> Result<RefundState, ChannelFault> {
        let day = self.clock.now().china_date();
        self.answer(|books, _| match books.returns.get_mut(&ask.refund.to_string()) {
            None => RefundState::Unheard,
            Some(known) => {
                if known.state == RefundState::Underway {
                    known.state = RefundState::Done;
                    known.day = day;
                }
                known.state.clone()
            }
        })
    }

    fn close(&self, charge: &Charge) -> Result<Closing, ChannelFault> {
        let number = charge.order.to_string();
        self.answer(|books, _| {
            if let Some(paid) = Self::first(books, &number) {
                return Closing::Paid(paid);
            }
            books.closed.push(number);
            Closing::Closed
        })
    }

    fn statement(&self, day: Date) -> Result<Option<Vec<StatementLine>>, ChannelFault> {
        self.answer(|books, _| {
            let payments = books.trades.iter().filter(|paid| paid.day == day).map(|paid| StatementLine {
                kind: StatementKind::Payment,
                number: paid.order.clone(),
                trade: paid.trade.clone(),
                amount: paid.amount,
            });
            let done = books.returns.iter().filter(|(_, back)| back.state == RefundState::Done && back.day == day);
            let refunds = done.map(|(number, back)| StatementLine {
                kind: StatementKind::Refund,
                number: number.clone(),
                trade: format!("r-{number}"),
                amount: back.amount,
            });
            Some(payments.chain(refunds).collect())
        })
    }
}
