//! The books, the page and the post, with a protocol that says as little as possible.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant as Machine};

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::post;
use ejia_kernel::{Clock, Fen};
use ejia_wire::{Caller, Reply};

use crate::*;

struct Plain;

impl Speaks for Plain {
    fn name(&self) -> &'static str {
        "某银行"
    }

    fn notification(&self, trade: &Trade, event: &Event, tamper: Option<Tamper>) -> Option<Outgoing> {
        let forged = tamper.map_or("", Tamper::code);
        let body = format!("{}:{}:{forged}", event.code(), trade.number).into_bytes();
        Some(Outgoing { method: "POST", url: trade.notify_url.clone(), content_type: "text/plain", body })
    }

    fn taken(&self, status: u16, body: &[u8]) -> bool {
        status == 200 && body == b"ok"
    }

    fn again_after(&self) -> Vec<Duration> {
        vec![Duration::from_millis(20); 2]
    }

    fn homeward(&self, trade: &Trade) -> Homeward {
        Homeward::Link(trade.return_url.clone())
    }
}

/// A counter, its server, and a merchant who takes down what he hears and refuses the first so many.
struct Street {
    clock: Clock,
    counter: Counter,
    bank: Server,
    shop: Server,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Street {
    fn new(refusals: usize) -> Self {
        let clock = Clock::starting_at("2026-03-20T09:00:00+08:00".parse().unwrap());
        let counter = Counter::new(clock.clone());
        counter.join("plain", Arc::new(Plain));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let book = heard.clone();
        let door = post(move |body: Bytes| async move {
            let mut book = book.lock().unwrap();
            book.push(String::from_utf8(body.to_vec()).unwrap());
            if book.len() <= refusals { (StatusCode::OK, "no") } else { (StatusCode::OK, "ok") }
        });
        let shop = Server::start(Router::new().route("/notify", door)).unwrap();
        let bank = Server::start(router(counter.clone())).unwrap();
        Self { clock, counter, bank, shop, heard }
    }

    fn open(&self, number: &str, fen: i64) -> Trade {
        self.counter.open(self.order(number, fen)).unwrap()
    }

    fn order(&self, number: &str, fen: i64) -> NewTrade {
        NewTrade {
            channel: "plain".to_owned(),
            number: number.to_owned(),
            merchant: "厦门<市>".to_owned(),
            amount: Fen::new(fen),
            subject: "党费".to_owned(),
            expires_at: Some(self.clock.now().plus(Duration::from_mins(30))),
            notify_url: format!("{}/notify", self.shop.origin()),
            return_url: "https://pay.invalid/back?a=1&b=2".to_owned(),
            debit_only: true,
            ..NewTrade::default()
        }
    }

    fn heard(&self, count: usize) -> Vec<String> {
        let until = Machine::now() + Duration::from_secs(3);
        while self.heard.lock().unwrap().len() < count && Machine::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.heard.lock().unwrap().clone()
    }

    fn call(&self, path: &str, body: &str) -> (u16, serde_json::Value) {
        let address = format!("{}/sandbox/api/bank/{path}", self.bank.origin());
        let reply = Caller::new().post(&address, "application/json", body.as_bytes(), 1 << 20).unwrap();
        (reply.status, serde_json::from_slice(&reply.body).unwrap())
    }

    fn page(&self, number: &str) -> String {
        let reply = Caller::new().get(&format!("{}{}", self.bank.origin(), cashier_path("plain", number)), 1 << 20);
        String::from_utf8(reply.unwrap().body).unwrap()
    }

    fn choose(&self, number: &str, choice: &str) -> Reply {
        let address = format!("{}{}", self.bank.origin(), cashier_path("plain", number));
        let body = format!("choice={choice}");
        Caller::new().post(&address, "application/x-www-form-urlencoded", body.as_bytes(), 1 << 20).unwrap()
    }
}

fn settled() -> SettleAsk {
    SettleAsk::default()
}

#[test]
fn a_payer_pays_at_the_page_and_the_merchant_hears_of_it_once() {
    let street = Street::new(0);
    street.open("A1", 1234);
    let page = street.page("A1");
    for words in ["厦门&lt;市&gt;", "党费", "12.34元", "A1", "用储蓄卡支付", "用信用卡支付", "放弃支付"]
    {
        assert!(page.contains(words), "{words}");
    }
    assert_eq!(page.matches("<h1").count(), 1);
    assert_eq!(street.choose("A1", "debit").status, 303);
    assert_eq!(street.heard(1), ["paid:A1:"]);
    let page = street.page("A1");
    assert!(page.contains("付款成功") && !page.contains("用储蓄卡支付"));
    assert!(page.contains("href=\"https://pay.invalid/back?a=1&amp;b=2\">返回商户</a>"));
    let trade = street.counter.find("plain", "A1").unwrap();
    assert_eq!((trade.state, trade.card), (TradeState::Paid, Some(Card::Debit)));
    assert!(trade.told.first().unwrap().taken);
}

#[test]
fn the_page_refuses_credit_and_the_payer_may_try_again() {
    let street = Street::new(0);
    street.open("A1", 100);
    street.choose("A1", "credit");
    assert_eq!(street.counter.find("plain", "A1").unwrap().state, TradeState::Waiting);
    street.choose("A1", "abandon");
    assert_eq!(street.counter.find("plain", "A1").unwrap().state, TradeState::Refused);
    assert!(street.page("A1").contains("返回商户"));
    street.counter.behave_to("A1", Some(Mood { refuse: true, ..Mood::default() }));
    street.choose("A1", "debit");
    assert_eq!(street.counter.find("plain", "A1").unwrap().state, TradeState::Refused);
    street.counter.behave_to("A1", None);
    street.choose("A1", "debit");
    assert_eq!(street.counter.find("plain", "A1").unwrap().state, TradeState::Paid);
    assert_eq!(street.choose("A1", "nonsense").status, 400);
}

#[test]
fn what_is_not_taken_is_sent_again_and_then_left() {
    let street = Street::new(1);
    street.open("A1", 100);
    street.counter.settle("plain", "A1", settled()).unwrap();
    assert_eq!(street.heard(2).len(), 2);
    let street = Street::new(99);
    street.open("A1", 100);
    street.counter.settle("plain", "A1", settled()).unwrap();
    assert_eq!(street.heard(3).len(), 3);
    std::thread::sleep(Duration::from_millis(80));
    assert_eq!(street.heard(3).len(), 3);
}

#[test]
fn moods_and_acts_decide_what_is_notified() {
    let street = Street::new(0);
    street.counter.behave(Mood { silent: true, ..Mood::default() });
    street.open("A1", 100);
    let (status, order) = street.call("orders/A1/settle", r#"{"card":"credit"}"#);
    assert_eq!((status, order["state"].as_str(), order["card"].as_str()), (200, Some("paid"), Some("credit")));
    assert!(street.heard.lock().unwrap().is_empty());
    let (status, order) = street.call("orders/A1/notify", r#"{"times":2,"tamper":"amount"}"#);
    assert_eq!((status, order["notifications"].as_array().unwrap().len()), (200, 2));
    assert_eq!(street.heard(2), ["paid:A1:amount", "paid:A1:amount"]);
    street.call("orders/B1/mood", r#"{"times":3}"#);
    street.open("B1", 100);
    street.call("orders/B1/settle", "");
    assert_eq!(street.heard(5).len(), 5);
    assert_eq!(street.call("orders/B1/settle", "").0, 409);
    assert_eq!(street.call("orders/C1/settle", "").0, 404);
    assert_eq!(street.call("orders/B1/notify", "nonsense").0, 400);
    assert_eq!(street.call("orders/B1/notify", r#"{"event":"closed"}"#).0, 409);
}

#[test]
fn an_order_opens_again_with_the_same_amount_only() {
    let street = Street::new(0);
    let first = street.open("A1", 100);
    assert_eq!(street.open("A1", 100).trade, first.trade);
    assert_eq!(street.counter.open(street.order("A1", 101)), Err(OpenFault::AmountDiffers));
    let late = street.order("A2", 100);
    street.clock.set(street.clock.now().plus(Duration::from_mins(31)));
    assert_eq!(street.counter.find("plain", "A1").unwrap().state, TradeState::Closed);
    assert_eq!(street.counter.open(street.order("A1", 100)), Err(OpenFault::Closed));
    assert_eq!(street.counter.open(late), Err(OpenFault::Closed));
    assert_eq!(street.counter.settle("plain", "A1", settled()).unwrap_err(), ActFault::State(TradeState::Closed));
    let late = SettleAsk { late: true, ..settled() };
    assert_eq!(street.counter.settle("plain", "A1", late).unwrap().0.state, TradeState::Paid);
    assert_eq!(street.counter.open(street.order("A1", 100)), Err(OpenFault::Paid));
    assert_eq!(street.counter.close("plain", "A1").unwrap_err(), ActFault::State(TradeState::Paid));
}

#[test]
fn money_goes_back_once_for_each_number_and_never_more_than_came() {
    let street = Street::new(0);
    let back =
        |number: &str, fen| NewRefund { number: number.to_owned(), amount: Fen::new(fen), ..NewRefund::default() };
    street.open("A1", 100);
    assert_eq!(street.counter.refund("plain", "A1", back("R1", 40)).unwrap_err(), RefundFault::NotPaid);
    street.counter.settle("plain", "A1", settled()).unwrap();
    assert!(street.counter.refund("plain", "A1", back("R1", 40)).unwrap().fresh);
    assert!(!street.counter.refund("plain", "A1", back("R1", 40)).unwrap().fresh);
    assert_eq!(street.counter.refund("plain", "A1", back("R1", 41)).unwrap_err(), RefundFault::Differs);
    assert_eq!(street.counter.refund("plain", "A1", back("R2", 61)).unwrap_err(), RefundFault::TooMuch);
    assert_eq!(street.counter.refund("plain", "A1", back("R2", 0)).unwrap_err(), RefundFault::TooMuch);
    street.counter.behave_to("A1", Some(Mood { underway: true, ..Mood::default() }));
    assert_eq!(street.counter.refund("plain", "A1", back("R2", 60)).unwrap().refund.step, RefundStep::Underway);
    assert_eq!(street.counter.find("plain", "A1").unwrap().state, TradeState::Paid);
    assert_eq!(street.counter.finish_refund("plain", "R2", true).unwrap().0.state, TradeState::Refunded);
    assert_eq!(street.heard(3).len(), 3);
    let today = street.clock.now().china_date();
    let entries = street.counter.day("plain", today);
    assert_eq!(entries.iter().filter(|entry| entry.refund.is_some()).count(), 2);
    assert_eq!(entries.len(), 3);
    assert!(street.counter.day("plain", today.plus_days(1)).is_empty());
    street.counter.behave_to("A1", Some(Mood { unlisted: true, ..Mood::default() }));
    assert!(street.counter.day("plain", today).is_empty());
}

#[test]
fn programs_see_the_orders_of_all_channels() {
    let street = Street::new(0);
    street.open("A1", 100);
    street.open("A2", 250);
    let address = format!("{}/sandbox/api/bank/orders", street.bank.origin());
    let reply = Caller::new().get(&address, 1 << 20).unwrap();
    let orders: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    let numbers: Vec<&str> = orders.as_array().unwrap().iter().map(|order| order["no"].as_str().unwrap()).collect();
    assert_eq!(numbers, ["A2", "A1"]);
    assert_eq!((orders[0]["amount"].as_i64(), orders[0]["yuan"].as_str()), (Some(250), Some("2.50")));
    assert_eq!(orders[0]["page"], "/sandbox/bank/plain/cashier/A2");
}
