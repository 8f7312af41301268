//! The console's calls for programs: JSON below `/sandbox/api/wechat/`.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::oneshot;

use super::people::PersonNameFault;
use super::{Mood, Sandbox};

/// How long a call waits until the product has heard of the event.
const PATIENCE: Duration = Duration::from_secs(6);

pub(super) fn router(sandbox: Sandbox) -> Router {
    Router::new()
        .route("/sandbox/api/wechat/users", get(users).post(create))
        .route("/sandbox/api/wechat/follow", post(follow))
        .route("/sandbox/api/wechat/unfollow", post(unfollow))
        .route("/sandbox/api/wechat/messages", get(messages))
        .route("/sandbox/api/wechat/menu", get(menu))
        .route("/sandbox/api/wechat/mood", get(mood).post(set_mood))
        .layer(DefaultBodyLimit::max(4096))
        .with_state(sandbox)
}

#[derive(Deserialize)]
struct Named {
    user: String,
}

async fn users(State(sandbox): State<Sandbox>) -> Response {
    Json(sandbox.users()).into_response()
}

async fn create(State(sandbox): State<Sandbox>, body: Bytes) -> Response {
    let Some(Named { user }) = read(&body) else { return not_understood() };
    sandbox.create_user(&user).map_or_else(unnamed, |person| Json(person).into_response())
}

async fn follow(State(sandbox): State<Sandbox>, body: Bytes) -> Response {
    let Some(Named { user }) = read(&body) else { return not_understood() };
    heard(&sandbox, &user, sandbox.follow(&user)).await
}

async fn unfollow(State(sandbox): State<Sandbox>, body: Bytes) -> Response {
    let Some(Named { user }) = read(&body) else { return not_understood() };
    heard(&sandbox, &user, sandbox.unfollow(&user)).await
}

/// Answers once the product has taken the event, or refused it for good; so that whoever asks sees its consequences.
async fn heard(
    sandbox: &Sandbox,
    user: &str,
    told: Result<Option<oneshot::Receiver<bool>>, PersonNameFault>,
) -> Response {
    let told = match told {
        Ok(told) => told,
        Err(fault) => return unnamed(fault),
    };
    let taken = match told {
        Some(told) => Some(matches!(tokio::time::timeout(PATIENCE, told).await, Ok(Ok(true)))),
        None => None,
    };
    match sandbox.create_user(user) {
        Ok(person) => Json(json!({
            "user": person.user, "openid": person.open_id, "following": person.following, "event_taken": taken,
        }))
        .into_response(),
        Err(fault) => unnamed(fault),
    }
}

async fn messages(State(sandbox): State<Sandbox>, Query(Named { user }): Query<Named>) -> Response {
    Json(sandbox.messages(&user)).into_response()
}

async fn menu(State(sandbox): State<Sandbox>) -> Response {
    Json(json!({ "button": sandbox.menu() })).into_response()
}

#[derive(Serialize, Deserialize)]
struct MoodLine {
    mood: Mood,
}

async fn mood(State(sandbox): State<Sandbox>) -> Json<MoodLine> {
    Json(MoodLine { mood: sandbox.mood() })
}

async fn set_mood(State(sandbox): State<Sandbox>, body: Bytes) -> Response {
    let Some(MoodLine { mood }) = read(&body) else { return not_understood() };
    sandbox.behave(mood);
    Json(MoodLine { mood }).into_response()
}

fn read<T: for<'a> Deserialize<'a>>(body: &[u8]) -> Option<T> {
    serde_json::from_slice(body).ok()
}

fn not_understood() -> Response {
    refusal(StatusCode::BAD_REQUEST, "sandbox.body_not_understood", "请求内容不完整或格式不正确。")
}

fn unnamed(PersonNameFault: PersonNameFault) -> Response {
    refusal(
        StatusCode::UNPROCESSABLE_ENTITY,
        "sandbox.user_not_understood",
        "用户名由1至32个字母、数字、短横线或下划线组成。",
    )
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(json!({ "code": code, "message": message, "fields": {} }))).into_response()
}
