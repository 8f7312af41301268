//! A street with the bank on one side and a merchant on the other.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::post;
use ejia_counter::{Card, Mood, Server, SettleAsk};
use ejia_kernel::{Clock, Instant, OrderId, RefundId};
use ejia_payments::{Channel, Charge, Departure, Device, Disbelief, Notice, Paid, RawCall, RefundAsk};
use ejia_wire::Caller;

use super::super::*;
use crate::Ccb;

pub(super) type Heard = Arc<Mutex<Vec<Result<Notice, Disbelief>>>>;

/// A bank, a merchant who takes down what he hears, and his channel.
pub(super) struct Street {
    pub(super) clock: Clock,
    pub(super) counter: Counter,
    pub(super) sandbox: Sandbox,
    pub(super) bank: Server,
    pub(super) _shop: Server,
    pub(super) heard: Heard,
    pub(super) ccb: Arc<Ccb>,
}

pub(super) fn to_the(ms: i64, at: Instant) -> Instant {
    Instant::from_ms(at.ms() / ms * ms)
}

/// The payer follows the address; where he is led.
pub(super) fn visit(address: &str) -> u16 {
    Caller::new().get(address, 10_000).unwrap().status
}

pub(super) const WAIT: Duration = Duration::from_secs(10);

impl Street {
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(super) fn with(change: impl FnOnce(&mut CcbSettings)) -> Self {
        let clock = Clock::starting_at("2026-03-20T09:00:00+08:00".parse().unwrap());
        let counter = Counter::new(clock.clone());
        let heard = Heard::default();
        let known: Arc<OnceLock<Arc<Ccb>>> = Arc::default();
        let (book, channel) = (heard.clone(), known.clone());
        let door = post(move |RawQuery(query): RawQuery, body: Bytes| async move {
            let (path, query) = ("/notify/ccb".to_owned(), query.unwrap_or_default());
            let call = RawCall { method: "POST".to_owned(), path, query, body: body.to_vec() };
            let ccb = channel.get().unwrap();
            let notice = ccb.hear(&call);
            let answer = ccb.answer(&call, notice.is_ok());
            book.lock().unwrap().push(notice);
            (StatusCode::from_u16(answer.status).unwrap(), answer.body).into_response()
        });
        let shop = Server::start(Router::new().route("/notify/ccb", door)).unwrap();
        let notify_url = format!("{}/notify/ccb", shop.origin());
        let contract = Contract::demo(&notify_url, "https://pay.invalid/back");
        let sandbox = Sandbox::new(&counter, contract).unwrap();
        let bank = Server::start(sandbox.router().merge(ejia_counter::router(counter.clone()))).unwrap();
        let mut settings = CcbSettings { patience: Duration::from_millis(700), ..sandbox.settings(&bank.origin()) };
        change(&mut settings);
        let ccb = Arc::new(Ccb::new(settings, clock.clone()).unwrap());
        assert!(known.set(ccb.clone()).is_ok());
        Self { clock, counter, sandbox, bank, _shop: shop, heard, ccb }
    }

    pub(super) fn charge(&self, fen: i64) -> Charge {
        let now = to_the(1000, self.clock.now());
        Charge {
            order: OrderId::new(now),
            amount: Fen::new(fen),
            subject: "党费".to_owned(),
            opened_at: now,
            expires_at: now.plus(Duration::from_mins(30)),
        }
    }

    pub(super) fn address(&self, charge: &Charge) -> String {
        match self.ccb.depart(charge, Device::Desktop).unwrap() {
            Departure::Link(address) => address,
            form @ Departure::Form { .. } => panic!("{form:?}"),
        }
    }

    pub(super) fn opened(&self, fen: i64) -> Charge {
        let charge = self.charge(fen);
        assert_eq!(visit(&self.address(&charge)), 303);
        charge
    }

    pub(super) fn pay(&self, charge: &Charge, card: Card) {
        let ask = SettleAsk { card, ..SettleAsk::default() };
        let (_, sending) = self.counter.settle(CHANNEL, &charge.order.to_string(), ask).unwrap();
        assert!(sending.wait(WAIT));
    }

    pub(super) fn paid(&self, fen: i64) -> Charge {
        let charge = self.opened(fen);
        self.pay(&charge, Card::Debit);
        charge
    }

    /// What was heard since, to the minute.
    pub(super) fn heard(&self) -> Vec<Result<Notice, Disbelief>> {
        let mut heard = std::mem::take(&mut *self.heard.lock().unwrap());
        for notice in &mut heard {
            if let Ok(Notice::Paid(paid)) = notice {
                paid.paid_at = to_the(60_000, paid.paid_at);
            }
        }
        heard
    }

    pub(super) fn told(&self, charge: &Charge, fen: i64, means: Means) -> Paid {
        let (order, now) = (charge.order.to_string(), to_the(60_000, self.clock.now()));
        let day = now.china_date();
        let trade = order.clone();
        Paid { order, trade, amount: Fen::new(fen), paid_at: now, day, means }
    }

    pub(super) fn refund(&self, charge: &Charge, fen: i64) -> RefundAsk {
        let order = charge.order.to_string();
        RefundAsk {
            refund: RefundId::new(self.clock.now()),
            trade: order.clone(),
            order,
            opened_at: charge.opened_at,
            paid: charge.amount,
            amount: Fen::new(fen),
            asked_at: self.clock.now(),
        }
    }

    pub(super) fn behave(&self, change: impl FnOnce(&mut Mood)) {
        let mut mood = Mood::default();
        change(&mut mood);
        self.counter.behave(mood);
    }

    pub(super) fn later(&self, duration: Duration) {
        self.clock.set(self.clock.now().plus(duration));
    }
}

impl Street {
    pub(super) fn ccb_settings(&self) -> CcbSettings {
        CcbSettings { patience: Duration::from_millis(700), ..self.sandbox.settings(&self.bank.origin()) }
    }
}
