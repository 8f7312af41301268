//! A street with the bank on one side and a merchant on the other.

use std::sync::{Arc, Mutex, OnceLock};

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use ejia_counter::{Mood, Server, SettleAsk};
use ejia_kernel::{Clock, Fen, Instant, OrderId, RefundId};
use ejia_payments::{
    Channel, ChannelFault, Charge, Departure, Device, Disbelief, Found, Means, Notice, Paid, RawCall, RefundAsk,
};
use ejia_wire::{Caller, Charset};

use super::super::*;
use crate::Icbc;

pub(super) type Heard = Arc<Mutex<Vec<Result<Notice, Disbelief>>>>;

/// A bank, a merchant who takes down what he hears, and his channel.
pub(super) struct Street {
    pub(super) clock: Clock,
    pub(super) counter: Counter,
    pub(super) sandbox: Sandbox,
    pub(super) bank: Server,
    pub(super) shop: Server,
    pub(super) heard: Heard,
    pub(super) icbc: Arc<Icbc>,
}

pub(super) fn to_the(ms: i64, at: Instant) -> Instant {
    Instant::from_ms(at.ms() / ms * ms)
}

pub(super) const WAIT: Duration = Duration::from_secs(10);

impl Street {
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(super) fn with(change: impl FnOnce(&mut IcbcSettings)) -> Self {
        let clock = Clock::starting_at("2026-03-20T09:00:00+08:00".parse().unwrap());
        let counter = Counter::new(clock.clone());
        let heard = Heard::default();
        let known: Arc<OnceLock<Arc<Icbc>>> = Arc::default();
        let (book, channel) = (heard.clone(), known.clone());
        let door = post(move |body: Bytes| async move {
            let path = "/notify/icbc".to_owned();
            let call = RawCall { method: "POST".to_owned(), path, query: String::new(), body: body.to_vec() };
            let icbc = channel.get().unwrap();
            let notice = icbc.hear(&call);
            let answer = icbc.answer(&call, notice.is_ok());
            book.lock().unwrap().push(notice);
            (StatusCode::from_u16(answer.status).unwrap(), answer.body).into_response()
        });
        let shop = Server::start(Router::new().route("/notify/icbc", door)).unwrap();
        let sandbox = Sandbox::new(&counter).unwrap();
        let bank = Server::start(sandbox.router().merge(ejia_counter::router(counter.clone()))).unwrap();
        let mut settings = settings_of(&sandbox, &bank, &shop);
        change(&mut settings);
        let icbc = Arc::new(Icbc::new(settings, clock.clone()).unwrap());
        assert!(known.set(icbc.clone()).is_ok());
        Self { clock, counter, sandbox, bank, shop, heard, icbc }
    }

    pub(super) fn settings(&self) -> IcbcSettings {
        settings_of(&self.sandbox, &self.bank, &self.shop)
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

    pub(super) fn form(&self, charge: &Charge) -> (String, Form) {
        match self.icbc.depart(charge, Device::Phone).unwrap() {
            Departure::Form { action, charset: "UTF-8", fields } => (action, fields.into_iter().collect()),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn opened(&self, fen: i64) -> Charge {
        let charge = self.charge(fen);
        let (action, form) = self.form(&charge);
        assert_eq!(visit(&action, &form), 303);
        charge
    }

    pub(super) fn paid(&self, fen: i64) -> Charge {
        let charge = self.opened(fen);
        let (_, sending) = self.counter.settle(CHANNEL, &charge.order.to_string(), SettleAsk::default()).unwrap();
        assert!(sending.wait(WAIT));
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

    pub(super) fn told(&self, charge: &Charge, fen: i64) -> Paid {
        let (order, now) = (charge.order.to_string(), to_the(60_000, self.clock.now()));
        let (trade, day) = (order.clone(), now.china_date());
        Paid { order, trade, amount: Fen::new(fen), paid_at: now, day, means: Means::Untold }
    }

    pub(super) fn query(&self, charge: &Charge) -> Result<Found, ChannelFault> {
        let mut found = self.icbc.query(charge)?;
        if let Found::Paid(paid) = &mut found {
            paid.paid_at = to_the(60_000, paid.paid_at);
        }
        Ok(found)
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

/// The payer's browser sends the form; where he is led.
pub(super) fn visit(action: &str, form: &Form) -> u16 {
    let body = form.encoded(Charset::Utf8);
    Caller::new().post(action, "application/x-www-form-urlencoded", body.as_bytes(), 10_000).unwrap().status
}

pub(super) fn settings_of(sandbox: &Sandbox, bank: &Server, shop: &Server) -> IcbcSettings {
    let notify_url = format!("{}/notify/icbc", shop.origin());
    let settings = sandbox.settings(&bank.origin(), &notify_url, "https://pay.invalid/back");
    IcbcSettings { patience: Duration::from_millis(700), ..settings }
}
