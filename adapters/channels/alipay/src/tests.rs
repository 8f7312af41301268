//! Client and sandbox over a real wire.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use ejia_counter::{Card, Counter, Mood, NotifyAsk, Sending, Server, SettleAsk, Tamper, TradeState};
use ejia_kernel::{Clock, Fen, Instant, OrderId, RefundId};
use ejia_payments::*;
use ejia_wire::{Caller, Charset, Form, PublicKey, Reply};

use crate::sandbox::{self, SANDBOX_MERCHANT_PRIVATE_KEY, SandboxSettings, client_settings};
use crate::signature::{request_holds, sign_request};
use crate::{Alipay, AlipaySettings};

mod calls;
mod notices;
mod signatures;

/// What the shop heard, and what it was told to answer.
#[derive(Clone, Default)]
struct Shop {
    heard: Arc<Mutex<Vec<RawCall>>>,
    client: Arc<Mutex<Option<Arc<Alipay>>>>,
}

async fn listen(State(shop): State<Shop>, method: Method, uri: Uri, body: Bytes) -> Response {
    let call = RawCall {
        method: method.to_string(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        body: body.to_vec(),
    };
    shop.heard.lock().unwrap().push(call.clone());
    let client = shop.client.lock().unwrap().clone().unwrap();
    let taken = client.hear(&call).is_ok();
    let RawAnswer { content_type, body, .. } = client.answer(&call, taken);
    ([("content-type", content_type)], body).into_response()
}

/// Alipay's sandbox, a shop that hears it, and a client with a short patience.
struct Street {
    clock: Clock,
    counter: Counter,
    client: Arc<Alipay>,
    settings: AlipaySettings,
    shop: Shop,
    _servers: [Server; 2],
}

impl Street {
    fn new() -> Self {
        let clock = Clock::starting_at("2026-03-20T09:00:00+08:00".parse().unwrap());
        let counter = Counter::new(clock.clone());
        counter.send_again_after(Vec::new());
        let company = sandbox::router(&counter, SandboxSettings::demo().unwrap());
        let bank = Server::start(company.merge(ejia_counter::router(counter.clone()))).unwrap();
        let shop = Shop::default();
        let door = Server::start(Router::new().route("/notify", any(listen)).with_state(shop.clone())).unwrap();
        let notify = format!("{}/notify", door.origin());
        let home = "https://pay.invalid/orders/{order}";
        let settings = AlipaySettings {
            patience: Duration::from_millis(500),
            ..client_settings(&bank.origin(), &notify, home).unwrap()
        };
        let client = Arc::new(Alipay::new(settings.clone(), clock.clone()));
        *shop.client.lock().unwrap() = Some(client.clone());
        Self { clock, counter, client, settings, shop, _servers: [bank, door] }
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

    /// The payer follows the link.
    fn go(&self, charge: &Charge, device: Device) -> Reply {
        let Departure::Link(link) = self.client.depart(charge, device).unwrap() else { panic!("no link") };
        Caller::new().get(&link, 1 << 20).unwrap()
    }

    /// A trade that the payer stands before.
    fn opened(&self, fen: i64) -> Charge {
        let charge = self.charge(fen);
        assert_eq!(self.go(&charge, Device::Desktop).status, 303);
        charge
    }

    /// A trade that was paid, and notified when the mood is so.
    fn paid(&self, fen: i64, card: Card) -> Charge {
        let charge = self.opened(fen);
        let ask = SettleAsk { card, late: false };
        let (_, sending) = self.counter.settle("alipay", &charge.order.to_string(), ask).unwrap();
        delivered(&sending);
        charge
    }

    fn mood(&self, mood: Mood) {
        self.counter.behave(mood);
    }

    fn heard(&self) -> Vec<Result<Notice, Disbelief>> {
        self.shop.heard.lock().unwrap().iter().map(|call| self.client.hear(call)).collect()
    }

    /// Waits for notifications that nobody holds a receipt of.
    fn heard_at_least(&self, count: usize) -> Vec<Result<Notice, Disbelief>> {
        for _ in 0..400 {
            if self.shop.heard.lock().unwrap().len() >= count {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.heard()
    }

    fn back(&self, charge: &Charge, fen: i64) -> RefundAsk {
        let now = self.clock.now();
        let trade = self.counter.find("alipay", &charge.order.to_string()).unwrap().trade;
        RefundAsk {
            refund: RefundId::new(now),
            order: charge.order.to_string(),
            opened_at: charge.opened_at,
            trade,
            paid: charge.amount,
            amount: Fen::new(fen),
            asked_at: now,
        }
    }

    fn set(&self, now: &str) {
        self.clock.set(now.parse::<Instant>().unwrap());
    }
}

fn delivered(sending: &Sending) {
    assert!(sending.wait(Duration::from_secs(5)));
}

fn silent() -> Mood {
    Mood { silent: true, ..Mood::default() }
}
