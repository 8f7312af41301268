//! The address the service calls: once to see that it is ours, then with every message and event.
//!
//! A call is taken when its signature fits our token and its time is that of our clock, give or take five minutes; an
//! encrypted message when its own signature fits, it opens with our key and bears our AppID. What is not believed is
//! answered 403, what cannot be read 400, and neither reaches the [`Sink`].
//!
//! The service waits five seconds and calls up to three times; what was taken is answered `success` at once. The same
//! event may so come more than once: its [`Notice::key`] is the same each time, and the sink, which runs in one
//! transaction, is to pass over a key it has seen.

mod envelope;
mod events;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use ejia_db::{Desk, Txn};
use ejia_kernel::Problem;
use ejia_wire::{Charset, Form};

pub use events::{Event, Notice};

use crate::settings::AccountSettings;
use envelope::{Disbelief, Envelope};

/// The most bytes one call may hold.
const BYTES: usize = 64 * 1024;
/// The longest word that is sent back.
const ECHO: usize = 128;

/// What becomes of a message or an event, in one transaction that may be run again. The answer, if there is one, is
/// shown to the person as a text in the conversation.
pub type Sink = Arc<dyn Fn(&mut Txn<'_>, &Notice) -> Result<Option<String>, Problem> + Send + Sync>;

#[derive(Clone)]
struct Door {
    desk: Desk,
    envelope: Arc<Envelope>,
    sink: Sink,
}

/// The route at `path`, which stands in the account's console as the server's address.
pub fn router(path: &str, desk: &Desk, settings: &AccountSettings, sink: Sink) -> Router {
    let AccountSettings { token, app_id, writing, .. } = settings;
    let envelope = Envelope { token: token.clone(), app_id: app_id.clone(), writing: writing.clone() };
    Router::new().route(path, get(prove).post(take)).layer(DefaultBodyLimit::max(BYTES)).with_state(Door {
        desk: desk.clone(),
        envelope: Arc::new(envelope),
        sink,
    })
}

/// The service asks whether the address is ours: its word is sent back.
async fn prove(State(door): State<Door>, RawQuery(query): RawQuery) -> Response {
    let Some(query) = read(query) else { return StatusCode::BAD_REQUEST.into_response() };
    if door.envelope.believes(&query, door.desk.now()).is_err() {
        return StatusCode::FORBIDDEN.into_response();
    }
    match query.get("echostr").filter(|word| word.len() <= ECHO) {
        Some(word) => plain(word.to_owned()),
        None => StatusCode::BAD_REQUEST.into_response(),
    }
}

async fn take(State(door): State<Door>, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let (notice, return_to) = match opened(&door, query, &body) {
        Ok(opened) => opened,
        Err(Disbelief::Forged) => return StatusCode::FORBIDDEN.into_response(),
        Err(Disbelief::Unreadable) => return StatusCode::BAD_REQUEST.into_response(),
    };
    let sink = Arc::clone(&door.sink);
    match door.desk.write(move |txn| sink(txn, &notice)).await {
        Ok(None) => plain("success".to_owned()),
        Ok(Some(text)) => {
            match door.envelope.reply(&return_to, &text, door.desk.now()) {
                Some(document) => ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], document).into_response(),
                // An answer that cannot be written is none; the event itself was taken.
                None => plain("success".to_owned()),
            }
        }
        Err(problem) => {
            tracing::error!(%problem, "a call of WeChat was not taken");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// The notice within a call, and between whom an answer would go.
fn opened(door: &Door, query: Option<String>, body: &[u8]) -> Result<(Notice, envelope::Parties), Disbelief> {
    let query = read(query).ok_or(Disbelief::Unreadable)?;
    door.envelope.believes(&query, door.desk.now())?;
    let document = door.envelope.open(&query, body)?;
    let notice = Notice::read(&document).ok_or(Disbelief::Unreadable)?;
    let parties = envelope::Parties { person: notice.from.clone(), account: document.text("ToUserName").to_owned() };
    Ok((notice, parties))
}

fn read(query: Option<String>) -> Option<Form> {
    Form::decode(query.unwrap_or_default().as_bytes(), Charset::Utf8)
}

fn plain(text: String) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, text).into_response()
}
