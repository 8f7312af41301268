//! The addresses that payment channels call, and the one that payers come back to.
//!
//! `/notify/pay/{channel}` takes notifications: signature and merchant are checked first, without the database; then one
//! transaction writes down what came in. Whatever is not believed is noted for administrators and answered as "not
//! taken". `/pay/back` only leads the payer on to his order: what a browser brings is never believed.

use std::str::FromStr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, OriginalUri, Path, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get};
use ejia_db::Desk;
use ejia_icbc::{KnownOrder, OrdersOfDay};
use ejia_kernel::{OrderId, Problem};
use ejia_payments::{Cashier, ChannelFault, ChannelKind, DayOrder, HowLearned, RawAnswer, RawCall};
use ejia_web::{MemberPortal, Portal};

/// The most bytes one notification may hold.
const BYTES: usize = 256 * 1024;

/// The address a channel calls, below our public origin.
pub fn path(channel: ChannelKind) -> String {
    format!("/notify/pay/{}", channel.code())
}

/// The address a payer comes back to, below our public origin; `{order}` becomes the order's number.
pub const BACK: &str = "/pay/back/{order}";
/// The same for channels that know one address for all orders.
pub const BACK_WITH: &str = "/pay/back";
/// What channels call the order's number.
const NUMBERS: [&str; 3] = ["ORDERID", "orderId", "out_trade_no"];

#[derive(Clone)]
struct Door {
    desk: Desk,
    cashier: Cashier,
}

/// The orders of a day, for the one channel whose statement is made by asking for each of them.
pub fn icbc_orders(desk: &Desk) -> OrdersOfDay {
    let desk = desk.clone();
    Arc::new(move |day| {
        let orders = desk.read_now(move |txn| ejia_payments::orders_of_day(txn, ChannelKind::Icbc, day));
        let orders = orders.map_err(|problem| ChannelFault::Unreachable(problem.to_string()))?;
        Ok(orders.into_iter().map(|DayOrder { charge, refunds }| KnownOrder { charge, refunds }).collect())
    })
}

/// The addresses, to be merged with the product's router.
pub fn router(desk: Desk, cashier: Cashier) -> Router {
    Router::new()
        .route("/notify/pay/{channel}", get(take).post(take))
        .route(BACK, any(back))
        .route(BACK_WITH, any(back_with))
        .layer(DefaultBodyLimit::max(BYTES))
        .with_state(Door { desk, cashier })
}

async fn take(
    State(door): State<Door>,
    Path(channel): Path<String>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    body: Bytes,
) -> Response {
    let offered = door.cashier.offered();
    let Some(kind) = ChannelKind::from_code(&channel).filter(|kind| offered.contains(kind)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let call = RawCall {
        method: method.to_string(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        body: body.to_vec(),
    };
    let cashier = door.cashier.clone();
    let taken = match door.cashier.hear(kind, &call) {
        Ok(notice) => {
            noted(&door.desk.write(move |txn| cashier.take(txn, kind, HowLearned::Notified, &notice)).await, kind)
        }
        Err(why) => {
            noted(&door.desk.write(move |txn| cashier.disbelieve(txn, kind, &why)).await, kind);
            false
        }
    };
    answer(door.cashier.answer(kind, &call, taken))
}

fn noted(written: &Result<(), Problem>, kind: ChannelKind) -> bool {
    if let Err(problem) = written {
        tracing::error!(channel = kind.code(), %problem, "a notification was not taken");
    }
    written.is_ok()
}

fn answer(RawAnswer { status, content_type, body }: RawAnswer) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
}

/// A payer's browser whose order stands in the address.
async fn back(method: Method, headers: HeaderMap, Path(order): Path<String>) -> Redirect {
    match OrderId::from_str(&order).ok() {
        // A form that another site sends brings no cookie along; a browser that is led on does.
        Some(order) if method == Method::POST => Redirect::to(&BACK.replace("{order}", &order.to_string())),
        order => homeward(&headers, order),
    }
}

/// A payer's browser that brings the order's number among the channel's parameters, in the query or in a form.
async fn back_with(headers: HeaderMap, RawQuery(query): RawQuery, body: Bytes) -> Redirect {
    let query = query.unwrap_or_default();
    let parameters = form_urlencoded(query.as_bytes()).chain(form_urlencoded(&body));
    let mut numbers = parameters.filter(|(name, _)| NUMBERS.contains(&name.as_str()));
    match numbers.find_map(|(_, order)| order.parse::<OrderId>().ok()) {
        Some(order) => Redirect::to(&BACK.replace("{order}", &order.to_string())),
        None => homeward(&headers, None),
    }
}

fn form_urlencoded(bytes: &[u8]) -> impl Iterator<Item = (String, String)> + use<> {
    serde_urlencoded::from_bytes::<Vec<(String, String)>>(bytes).unwrap_or_default().into_iter()
}

fn homeward(headers: &HeaderMap, order: Option<OrderId>) -> Redirect {
    let root = if left_from_the_phone(headers) { "/wechat" } else { "/member" };
    match order {
        // The payer has just been at the counter: his page has the channel asked at once.
        Some(order) => Redirect::to(&format!("{root}/dues/orders/{order}?result=true")),
        None => Redirect::to(&format!("{root}/dues")),
    }
}

/// Whether a payer left from a page for phones: his session is one of those, and none of the web.
fn left_from_the_phone(headers: &HeaderMap) -> bool {
    let bears = |cookie: Option<&str>| cookie.is_some_and(|name| ejia_web::bears(headers, name));
    let inside_wechat = headers
        .get(header::USER_AGENT)
        .is_some_and(|agent| agent.to_str().is_ok_and(|agent| agent.contains("MicroMessenger")));
    inside_wechat || bears(MemberPortal::PHONE_COOKIE) && !bears(MemberPortal::COOKIE)
}
