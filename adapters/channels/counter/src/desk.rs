//! The payer's page, the same for all channels, and the routes of the bank's side that belong to no protocol.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use ejia_wire::{Charset, Form};
use serde::Deserialize;

use crate::acts::SettleAsk;
use crate::api;
use crate::books::Counter;
use crate::page::{self, Saying};
use crate::trade::Card;

/// How long the page waits for the merchant to take the notification, so that he who goes back finds it there.
const COURTESY: Duration = Duration::from_secs(2);
/// No form of these pages is longer.
const BYTES: usize = 64 * 1024;
/// Nothing but its own style sheet, and forms that lead anywhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Where the payer's page of an order is; a protocol's pay endpoint leads the browser there once the trade is open.
pub fn cashier_path(channel: &str, number: &str) -> String {
    format!("/sandbox/bank/{channel}/cashier/{}", ejia_wire::percent_encode(number, Charset::Utf8))
}

/// The payer's page, and the calls for programs under `/sandbox/api/bank/`.
pub fn router(counter: Counter) -> Router {
    Router::new()
        .route("/sandbox/bank/counter.css", get(style))
        .route("/sandbox/bank/{channel}/cashier/{number}", get(show).post(choose))
        .merge(api::routes())
        .layer(DefaultBodyLimit::max(BYTES))
        .with_state(counter)
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], page::STYLE).into_response()
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    said: String,
}

async fn show(
    State(counter): State<Counter>,
    Path((channel, number)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Response {
    let (Some(trade), Some(speaks)) = (counter.find(&channel, &number), counter.speaks(&channel)) else {
        return document(StatusCode::NOT_FOUND, page::unknown());
    };
    let saying = Saying::from_code(&asked.said);
    document(StatusCode::OK, page::cashier(speaks.name(), &trade, &speaks.homeward(&trade), saying))
}

/// What the payer chose. The page does what a polite bank does: no credit where the merchant wants none.
async fn choose(
    State(counter): State<Counter>,
    Path((channel, number)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let Some(trade) = counter.find(&channel, &number) else {
        return document(StatusCode::NOT_FOUND, page::unknown());
    };
    let choice = Form::decode(&body, Charset::Utf8).unwrap_or_default().text("choice").to_owned();
    let here = cashier_path(&channel, &number);
    let saying = |saying: Saying| Redirect::to(&format!("{here}?said={}", saying.code())).into_response();
    let done = match Card::from_code(&choice) {
        Some(Card::Credit) if trade.debit_only => return saying(Saying::CreditRefused),
        Some(_) if counter.mood(&number).refuse => {
            let _ = counter.refuse(&channel, &number);
            return saying(Saying::CardRefused);
        }
        Some(card) => counter.settle(&channel, &number, SettleAsk { card, late: false }),
        None if choice == "abandon" => counter.refuse(&channel, &number),
        None => return document(StatusCode::BAD_REQUEST, page::unknown()),
    };
    if let Ok((_, sending)) = done {
        // Both a task that was cancelled and a notification that is late leave the payer's page as it is.
        let _ = tokio::task::spawn_blocking(move || sending.wait(COURTESY)).await;
        return Redirect::to(&here).into_response();
    }
    saying(Saying::TooLate)
}

fn document(status: StatusCode, html: String) -> Response {
    let headers: [(HeaderName, &str); 4] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (status, headers, html).into_response()
}
