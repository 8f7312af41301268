//! Client and gateway over a real wire: a merchant's server that takes down what it hears, and a bank's.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant as Machine};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::Uri;
use axum::routing::post;
use ejia_counter::{Card, Counter, Server, SettleAsk};
use ejia_kernel::{Clock, Fen, Instant, OrderId, RefundId};
use ejia_payments::{Channel, Charge, Departure, Device, Notice, Paid, RawCall, RefundAsk};
use ejia_wire::{Caller, Charset, Form};

use crate::sandbox::{self, SandboxSettings};
use crate::{UnionPay, UnionPaySettings};

mod doors;
mod files;
mod paying;
mod refunds;

type Heard = Arc<Mutex<Vec<RawCall>>>;

/// The street with the bank, the shop, and the shop's client.
struct Street {
    clock: Clock,
    counter: Counter,
    bank: Server,
    _shop: Server,
    heard: Heard,
    settings: UnionPaySettings,
    channel: UnionPay,
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

async fn take_down(State(heard): State<Heard>, uri: Uri, RawQuery(query): RawQuery, body: Bytes) -> &'static str {
    let call = RawCall {
        method: "POST".to_owned(),
        path: uri.path().to_owned(),
        query: query.unwrap_or_default(),
        body: body.to_vec(),
    };
    heard.lock().unwrap().push(call);
    "ok"
}

impl Street {
    fn new() -> Self {
        Self::with(&SandboxSettings::demo())
    }

    fn with(merchant: &SandboxSettings) -> Self {
        let clock = Clock::starting_at(at("2026-03-20T09:00:00+08:00"));
        let counter = Counter::new(clock.clone());
        let gateway = sandbox::router(&counter, merchant.clone()).unwrap();
        let bank = Server::start(ejia_counter::router(counter.clone()).merge(gateway)).unwrap();
        let heard = Heard::default();
        let shop = Router::new().route("/notify/{channel}", post(take_down)).with_state(heard.clone());
        let shop = Server::start(shop).unwrap();
        let mut settings = sandbox::settings_of(merchant, &bank.origin(), &shop.origin());
        settings.patience = Duration::from_millis(1500);
        let channel = UnionPay::new(settings.clone(), clock.clone()).unwrap();
        Self { clock, counter, bank, _shop: shop, heard, settings, channel }
    }

    fn charge(&self, fen: i64) -> Charge {
        let now = self.clock.now();
        Charge {
            order: OrderId::new(now),
            amount: Fen::new(fen),
            subject: "党费".to_owned(),
            opened_at: now,
            expires_at: now.plus(Duration::from_mins(30)),
        }
    }

    /// The payer's browser brings an order to the counter.
    fn bring(&self, charge: &Charge) -> u16 {
        let departure = self.channel.depart(charge, Device::Desktop).unwrap();
        let Departure::Form { action, fields, .. } = departure else { panic!("no form") };
        post_form(&action, &fields.into_iter().collect())
    }

    /// An order at the counter.
    fn order(&self, fen: i64) -> Charge {
        let charge = self.charge(fen);
        assert_eq!(self.bring(&charge), 303);
        charge
    }

    fn settle(&self, charge: &Charge, card: Card) {
        let ask = SettleAsk { card, late: false };
        let (_, sending) = self.counter.settle("unionpay", &charge.order.to_string(), ask).unwrap();
        assert!(sending.wait(Duration::from_secs(3)));
    }

    /// A paid order, with what the notification said.
    fn paid(&self, fen: i64, card: Card) -> (Charge, Paid) {
        let charge = self.order(fen);
        let before = self.heard(0).len();
        self.settle(&charge, card);
        let calls = self.heard(before + 1);
        let Ok(Notice::Paid(paid)) = self.channel.hear(calls.last().unwrap()) else { panic!("not heard as paid") };
        (charge, paid)
    }

    /// What has been heard, once it is so much.
    fn heard(&self, count: usize) -> Vec<RawCall> {
        let until = Machine::now() + Duration::from_secs(3);
        while self.heard.lock().unwrap().len() < count && Machine::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.heard.lock().unwrap().clone()
    }

    fn refund_of(&self, charge: &Charge, paid: &Paid, fen: i64) -> RefundAsk {
        let now = self.clock.now();
        RefundAsk {
            refund: RefundId::new(now),
            order: charge.order.to_string(),
            opened_at: charge.opened_at,
            trade: paid.trade.clone(),
            paid: paid.amount,
            amount: Fen::new(fen),
            asked_at: now,
        }
    }

    fn pass(&self, time: Duration) {
        self.clock.set(self.clock.now().plus(time));
    }
}

fn post_form(address: &str, form: &Form) -> u16 {
    let body = form.encoded(Charset::Utf8);
    Caller::new().post(address, "application/x-www-form-urlencoded", body.as_bytes(), 1 << 20).unwrap().status
}
