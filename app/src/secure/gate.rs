//! The gate behind the listener: every request names a computer, and the database says whether it may come in.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use ejia_channel::Peer;
use ejia_db::Desk;
use ejia_web::Way;

/// The header in which a gateway in front names the computer: the serial number of its certificate.
pub const COMPUTER_HEADER: HeaderName = HeaderName::from_static("x-ejia-computer");
/// What only a proxy in front may say; nobody stands in front of our own door.
const OF_PROXIES: [HeaderName; 3] = [
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-ejia-computer"),
];
/// Styles and scripts are the same for everybody, and answered without the database.
const FOR_EVERYBODY: &str = "/assets/";

/// The router for our own door.
pub(super) fn behind_door(desk: Desk, router: Router) -> Router {
    router.layer(from_fn_with_state(desk, asked)).layer(from_fn(alone))
}

/// The router for the listener that a gateway speaks to.
pub(super) fn behind_gateway(desk: Desk, router: Router) -> Router {
    router.layer(from_fn_with_state(desk, asked)).layer(from_fn(told))
}

async fn alone(mut request: Request, next: Next) -> Response {
    for name in OF_PROXIES {
        request.headers_mut().remove(name);
    }
    next.run(request).await
}

async fn told(mut request: Request, next: Next) -> Response {
    let named = request.headers().get(COMPUTER_HEADER).and_then(|value| value.to_str().ok());
    if let Some(serial) = named.map(str::to_ascii_lowercase) {
        request.extensions_mut().insert(Peer { serial });
    }
    next.run(request).await
}

async fn asked(State(desk): State<Desk>, mut request: Request, next: Next) -> Response {
    let Some(Peer { serial }) = request.extensions().get::<Peer>().cloned() else { return not_there() };
    if request.uri().path().starts_with(FOR_EVERYBODY) {
        return next.run(request).await;
    }
    let whose = serial.clone();
    match desk.read(move |txn| ejia_access::computer_stands(txn, &whose)).await {
        Ok(true) => {
            request.extensions_mut().insert(Way::Encrypted(Arc::from(serial)));
            next.run(request).await
        }
        Ok(false) => not_there(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Nothing is here, and the connection ends: the next handshake is refused.
fn not_there() -> Response {
    let mut response = StatusCode::NOT_FOUND.into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
