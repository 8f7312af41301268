//! The other side of the counter for programs: JSON under `/sandbox/api/bank/`.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use ejia_kernel::Fen;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::acts::{ActFault, NotifyAsk, SettleAsk};
use crate::books::Counter;
use crate::desk::cashier_path;
use crate::mood::Mood;
use crate::post::Sending;
use crate::trade::{Card, RefundStep, Told, Trade, TradeState};

/// How many orders are listed when nobody says, and at most.
const LISTED: usize = 200;
const LISTED_AT_MOST: usize = 5000;
/// How long an answer waits for the notifications of its act to be sent once.
const COURTESY: Duration = Duration::from_secs(5);

/// An order as programs see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrderLine {
    /// The channel's name: `alipay`, `unionpay`, `ccb`, `icbc`.
    pub channel: String,
    /// The merchant's number of the order; `no` of the addresses.
    pub no: String,
    /// The channel's number of the trade.
    pub trade: String,
    /// The amount in fen.
    pub amount: Fen,
    /// The amount in yuan, for people.
    pub yuan: String,
    /// What is paid for.
    pub subject: String,
    /// [`TradeState`].
    pub state: TradeState,
    /// What was paid with.
    pub card: Option<Card>,
    /// RFC 3339.
    pub opened_at: String,
    /// RFC 3339.
    pub expires_at: Option<String>,
    /// RFC 3339.
    pub paid_at: Option<String>,
    /// The page where a person pays.
    pub page: String,
    /// Money that goes back.
    pub refunds: Vec<RefundLine>,
    /// Notifications that were sent, with the answers.
    pub notifications: Vec<Told>,
}

/// A refund as programs see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefundLine {
    /// The merchant's number of it.
    pub no: String,
    /// The amount in fen.
    pub amount: Fen,
    /// [`RefundStep`].
    pub state: RefundStep,
}

impl From<Trade> for OrderLine {
    fn from(trade: Trade) -> Self {
        let refunds = trade.refunds.iter();
        let refund = |refund: &crate::trade::Refund| RefundLine {
            no: refund.number.clone(),
            amount: refund.amount,
            state: refund.step,
        };
        Self {
            page: cashier_path(&trade.channel, &trade.number),
            yuan: trade.amount.to_string(),
            refunds: refunds.map(refund).collect(),
            opened_at: trade.opened_at.rfc3339(),
            expires_at: trade.expires_at.map(ejia_kernel::Instant::rfc3339),
            paid_at: trade.paid_at.map(ejia_kernel::Instant::rfc3339),
            channel: trade.channel,
            no: trade.number,
            trade: trade.trade,
            amount: trade.amount,
            subject: trade.subject,
            state: trade.state,
            card: trade.card,
            notifications: trade.told,
        }
    }
}

impl Counter {
    /// The orders of all channels, newest first, at most so many.
    pub fn orders(&self, most: usize) -> Vec<OrderLine> {
        self.newest(most).into_iter().map(OrderLine::from).collect()
    }
}

pub(crate) fn routes() -> Router<Counter> {
    Router::new()
        .route("/sandbox/api/bank/orders", get(orders))
        .route("/sandbox/api/bank/mood", get(mood).post(set_mood))
        .route("/sandbox/api/bank/orders/{no}/settle", post(settle))
        .route("/sandbox/api/bank/orders/{no}/refuse", post(refuse))
        .route("/sandbox/api/bank/orders/{no}/notify", post(notify))
        .route("/sandbox/api/bank/orders/{no}/mood", post(set_mood_of_one))
}

#[derive(Deserialize)]
struct Limit {
    limit: Option<usize>,
}

async fn orders(State(counter): State<Counter>, Query(asked): Query<Limit>) -> Json<Vec<OrderLine>> {
    Json(counter.orders(asked.limit.unwrap_or(LISTED).min(LISTED_AT_MOST)))
}

async fn mood(State(counter): State<Counter>) -> Json<Mood> {
    Json(counter.mood(""))
}

async fn set_mood(State(counter): State<Counter>, body: Bytes) -> Response {
    let Ok(mood) = read::<Mood>(&body) else { return not_understood() };
    counter.behave(mood);
    Json(mood).into_response()
}

/// A mood for one order, also one that is not known yet; `null` puts it back among the others.
async fn set_mood_of_one(State(counter): State<Counter>, Path(no): Path<String>, body: Bytes) -> Response {
    let Ok(mood) = serde_json::from_slice::<Option<Mood>>(&body) else { return not_understood() };
    counter.behave_to(&no, mood);
    Json(counter.mood(&no)).into_response()
}

async fn settle(State(counter): State<Counter>, Path(no): Path<String>, body: Bytes) -> Response {
    let Ok(ask) = read::<SettleAsk>(&body) else { return not_understood() };
    let Some(channel) = channel_of(&counter, &no) else { return fault(ActFault::Unknown) };
    match counter.settle(&channel, &no, ask) {
        Ok((_, sending)) => done(counter, channel, no, sending).await,
        Err(why) => fault(why),
    }
}

async fn refuse(State(counter): State<Counter>, Path(no): Path<String>) -> Response {
    let Some(channel) = channel_of(&counter, &no) else { return fault(ActFault::Unknown) };
    match counter.refuse(&channel, &no) {
        Ok((_, sending)) => done(counter, channel, no, sending).await,
        Err(why) => fault(why),
    }
}

async fn notify(State(counter): State<Counter>, Path(no): Path<String>, body: Bytes) -> Response {
    let Ok(ask) = read::<NotifyAsk>(&body) else { return not_understood() };
    let Some(channel) = channel_of(&counter, &no) else { return fault(ActFault::Unknown) };
    match counter.notify(&channel, &no, &ask) {
        Ok(sending) if ask.delay_ms == 0 => done(counter, channel, no, sending).await,
        Ok(_) => done(counter, channel, no, Sending::none()).await,
        Err(why) => fault(why),
    }
}

fn channel_of(counter: &Counter, no: &str) -> Option<String> {
    counter.find_anywhere(no).map(|trade| trade.channel)
}

/// The order as it stands after the notifications of the act were sent once.
async fn done(counter: Counter, channel: String, no: String, sending: Sending) -> Response {
    // When the wait is cut short the answer shows fewer notifications, which is what it then is.
    let _ = tokio::task::spawn_blocking(move || sending.wait(COURTESY)).await;
    match counter.find(&channel, &no) {
        Some(trade) => Json(OrderLine::from(trade)).into_response(),
        None => fault(ActFault::Unknown),
    }
}

/// A body in JSON; an empty one asks for what is usual.
fn read<T: DeserializeOwned + Default>(body: &[u8]) -> Result<T, serde_json::Error> {
    if body.trim_ascii().is_empty() { Ok(T::default()) } else { serde_json::from_slice(body) }
}

fn not_understood() -> Response {
    let told = json!({"code": "bank.body_not_understood", "message": "请求内容无法识别，请检查 JSON 格式。"});
    (StatusCode::BAD_REQUEST, Json(told)).into_response()
}

fn fault(why: ActFault) -> Response {
    let (status, code, message) = match why {
        ActFault::Unknown => {
            (StatusCode::NOT_FOUND, "bank.order_unknown", "收款台没有这笔订单，请先打开付款页面。".to_owned())
        }
        ActFault::State(state) => {
            (StatusCode::CONFLICT, "bank.order_state", format!("订单当前为“{state}”，不能进行此操作。"))
        }
    };
    (status, Json(json!({"code": code, "message": message}))).into_response()
}
