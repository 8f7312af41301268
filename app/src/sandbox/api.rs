//! The console for programs: JSON under `/sandbox/api/`.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use ejia_kernel::{Instant, Problem};
use ejia_sms::sandbox::Mood;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Console, phone};

/// The console's calls for programs, to be merged with the product's router.
pub fn router(console: Console) -> Router {
    Router::new()
        .route("/sandbox", get(async || Redirect::permanent("/sandbox/")))
        .route("/sandbox/api/accounts", get(accounts))
        .route("/sandbox/api/sms", get(sms))
        .route("/sandbox/api/sms/mood", get(mood).post(set_mood))
        .route("/sandbox/api/clock", get(clock).post(set_clock))
        .merge(phone::router())
        .with_state(console)
}

async fn accounts(State(console): State<Console>) -> Response {
    match console.accounts().await {
        Ok(accounts) => Json(accounts).into_response(),
        Err(problem) => refusal(&problem),
    }
}

#[derive(Deserialize)]
struct AskedSms {
    phone: Option<String>,
}

async fn sms(State(console): State<Console>, Query(asked): Query<AskedSms>) -> Response {
    let phone = asked.phone.as_deref().map(str::trim).filter(|phone| !phone.is_empty());
    Json(console.sms.inbox(phone)).into_response()
}

#[derive(Serialize, Deserialize)]
struct MoodLine {
    mood: Mood,
}

async fn mood(State(console): State<Console>) -> Json<MoodLine> {
    Json(MoodLine { mood: console.sms.mood() })
}

async fn set_mood(State(console): State<Console>, body: Bytes) -> Response {
    let Ok(MoodLine { mood }) = serde_json::from_slice(&body) else {
        return refusal(&Problem::bad_request("sandbox.body_not_understood"));
    };
    console.sms.behave(mood);
    Json(MoodLine { mood }).into_response()
}

#[derive(Serialize, Deserialize)]
struct ClockLine {
    now: String,
}

async fn clock(State(console): State<Console>) -> Json<ClockLine> {
    Json(ClockLine { now: console.desk.now().rfc3339() })
}

async fn set_clock(State(console): State<Console>, body: Bytes) -> Response {
    let Ok(ClockLine { now }) = serde_json::from_slice(&body) else {
        return refusal(&Problem::bad_request("sandbox.body_not_understood"));
    };
    let Some(now) = read_time(&now) else {
        return refusal(&Problem::refused("sandbox.clock_not_understood"));
    };
    console.desk.clock().set(now);
    Json(ClockLine { now: now.rfc3339() }).into_response()
}

/// A time with an offset, or without one as a browser's field gives it: then it is China time. Only years in which
/// the product's rules make sense.
pub(super) fn read_time(text: &str) -> Option<Instant> {
    let text = text.trim();
    let short = |seconds: &str| format!("{text}{seconds}+08:00").parse::<Instant>().ok();
    let now = text.parse::<Instant>().ok().or_else(|| short("")).or_else(|| short(":00"))?;
    let year: u16 = now.rfc3339().split('-').next()?.parse().ok()?;
    (2000..2100).contains(&year).then_some(now)
}

/// A problem for programs. The console has no texts of its own at hand: the code says it.
fn refusal(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let message = super::TEXTS
        .lines()
        .find_map(|line| line.strip_prefix(&format!("\"{}\" = \"", problem.code)))
        .map_or(problem.code, |rest| rest.trim_end_matches('"'));
    (status, Json(json!({ "code": problem.code, "message": message, "fields": {} }))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_with_and_without_its_offset() {
        let nine = "2026-03-20T09:00:00+08:00";
        for text in [nine, "2026-03-20T01:00:00Z", "2026-03-20T09:00", "2026-03-20T09:00:00", " 2026-03-20 09:00 "] {
            assert_eq!(read_time(text).unwrap().rfc3339(), nine, "{text}");
        }
        for text in ["", "tomorrow", "2026-13-20T09:00", "1970-01-01T00:00:00Z", "2300-01-01T00:00:00Z"] {
            assert!(read_time(text).is_none(), "{text}");
        }
    }
}
