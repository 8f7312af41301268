//! The service's interfaces: `cgi-bin/…` and `sns/…`, answered as the service answers.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use ejia_wire::{Charset, Form};
use serde::Deserialize;
use serde_json::{Value, json};

use super::books::Scene;
use super::{Mood, PREFIX, Sandbox, admission, menus, phone, sends};
use crate::chance;

/// How long a silent service holds the line, and how slow a slow one is.
const SILENCE: Duration = Duration::from_mins(1);
const SLOWNESS: Duration = Duration::from_secs(3);
/// The longest that a code with a scene may hold.
const LONGEST_SCENE: u64 = 30 * 24 * 60 * 60;

/// What an interface answers: an object, or the code of a refusal.
pub(super) type Said = Result<Value, i64>;

pub(super) fn router(sandbox: Sandbox) -> Router {
    Router::new()
        .route(&format!("{PREFIX}/cgi-bin/{{*path}}"), any(serve))
        .route(&format!("{PREFIX}/sns/oauth2/access_token"), any(phone::exchange))
        .layer(DefaultBodyLimit::max(256 * 1024))
        .with_state(sandbox)
}

async fn serve(
    State(sandbox): State<Sandbox>,
    method: Method,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let mood = sandbox.mood();
    if mood == Mood::Down {
        return (StatusCode::SERVICE_UNAVAILABLE, "<html>503</html>").into_response();
    }
    let Some(query) = Form::decode(query.unwrap_or_default().as_bytes(), Charset::Utf8) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let Some(said) = ask(&sandbox, &method, &path, &query, &body) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match mood {
        Mood::Slow => tokio::time::sleep(SLOWNESS).await,
        Mood::Silent if path.starts_with("message/") => tokio::time::sleep(SILENCE).await,
        _ => {}
    }
    answer(said)
}

/// The interface's answer; none when there is no such interface.
fn ask(sandbox: &Sandbox, method: &Method, path: &str, query: &Form, body: &[u8]) -> Option<Said> {
    let admitted =
        |work: &dyn Fn() -> Said| admission::admit(sandbox, query.text("access_token")).and_then(|()| work());
    Some(match (method.as_str(), path) {
        ("POST", "stable_token") => stable_token(sandbox, body),
        ("GET", "token") => token(sandbox, query),
        ("POST", "message/template/send") => admitted(&|| sends::template(sandbox, body)),
        ("POST", "message/subscribe/bizsend") => admitted(&|| sends::notice(sandbox, body)),
        ("POST", "menu/create") => admitted(&|| menus::create(sandbox, body)),
        ("GET", "menu/get") => admitted(&|| menus::told(sandbox)),
        ("GET", "menu/delete") => admitted(&|| Ok(menus::delete(sandbox))),
        ("POST", "qrcode/create") => admitted(&|| scene_code(sandbox, body)),
        ("GET", "ticket/getticket") => admitted(&|| ticket(sandbox, query)),
        _ => return None,
    })
}

/// As JSON. A refusal has HTTP status 200 too.
pub(super) fn answer(said: Said) -> Response {
    let body = said.unwrap_or_else(|code| json!({ "errcode": code, "errmsg": words(code) }));
    ([(header::CONTENT_TYPE, "application/json; encoding=utf-8")], body.to_string()).into_response()
}

/// An object that only says that it was done.
pub(super) fn done() -> Value {
    json!({ "errcode": 0, "errmsg": "ok" })
}

fn words(code: i64) -> &'static str {
    match code {
        -1 => "system error",
        40001 => "invalid credential, access_token is invalid or not latest",
        40002 => "invalid grant_type",
        40003 => "invalid openid",
        40013 => "invalid appid",
        40014 => "invalid access_token",
        40018 => "invalid button name size",
        40029 => "invalid code",
        40037 => "invalid template_id",
        40125 => "invalid appsecret",
        40163 => "code been used",
        41001 => "access_token missing",
        42001 => "access_token expired",
        43004 => "require subscribe",
        43101 => "user refuse to accept the msg",
        45009 => "reach max api daily quota limit",
        45011 => "api minute-quota reach limit, must slower, retry next minute",
        46003 => "menu no exist",
        47001 => "data format error",
        47003 => "argument invalid",
        _ => "error",
    }
}

fn stable_token(sandbox: &Sandbox, body: &[u8]) -> Said {
    #[derive(Deserialize)]
    struct Asked {
        grant_type: String,
        appid: String,
        secret: String,
        #[serde(default)]
        force_refresh: bool,
    }
    let Asked { grant_type, appid, secret, force_refresh } = serde_json::from_slice(body).map_err(|_| 47001)?;
    if grant_type != "client_credential" {
        return Err(40002);
    }
    admission::know(sandbox.account(), &appid, &secret)?;
    let (token, seconds) = admission::stable_token(&mut sandbox.books(), sandbox.now(), force_refresh)?;
    Ok(json!({ "access_token": token, "expires_in": seconds }))
}

fn token(sandbox: &Sandbox, query: &Form) -> Said {
    if query.text("grant_type") != "client_credential" {
        return Err(40002);
    }
    admission::know(sandbox.account(), query.text("appid"), query.text("secret"))?;
    let (token, seconds) = admission::plain_token(&mut sandbox.books(), sandbox.now());
    Ok(json!({ "access_token": token, "expires_in": seconds }))
}

fn ticket(sandbox: &Sandbox, query: &Form) -> Said {
    if query.text("type") != "jsapi" {
        return Err(40097);
    }
    let (ticket, seconds) = admission::page_ticket(&mut sandbox.books(), sandbox.now());
    Ok(json!({ "errcode": 0, "errmsg": "ok", "ticket": ticket, "expires_in": seconds }))
}

/// qrcode/create: codes that hold for a while and codes that hold for ever, with a number or a word.
fn scene_code(sandbox: &Sandbox, body: &[u8]) -> Said {
    let asked: Value = serde_json::from_slice(body).map_err(|_| 47001)?;
    let scene = asked.pointer("/action_info/scene").ok_or(40053)?;
    let name = asked.get("action_name").and_then(Value::as_str).unwrap_or_default();
    let number = || scene.get("scene_id").and_then(Value::as_u64).map(|number| number.to_string());
    let word = || scene.get("scene_str").and_then(Value::as_str).map(str::to_owned);
    let (scene, lasting) = match name {
        "QR_SCENE" => (number(), false),
        "QR_STR_SCENE" => (word(), false),
        "QR_LIMIT_SCENE" => (number(), true),
        "QR_LIMIT_STR_SCENE" => (word(), true),
        _ => return Err(40053),
    };
    let scene = scene.filter(|scene| (1..=64).contains(&scene.chars().count())).ok_or(40053)?;
    let seconds = asked.get("expire_seconds").and_then(Value::as_u64).unwrap_or(60).min(LONGEST_SCENE);
    let lifetime = if lasting { Duration::from_hours(24 * 3650) } else { Duration::from_secs(seconds) };
    let ticket = format!("gQ{}==", chance::plain_word::<90>());
    let expires_at = sandbox.now().plus(lifetime);
    sandbox.books().scenes.insert(ticket.clone(), Scene { scene, expires_at });
    let mut told = json!({ "ticket": ticket, "url": format!("http://weixin.qq.com/q/{}", chance::plain_word::<18>()) });
    if let Some(told) = told.as_object_mut().filter(|_| !lasting) {
        told.insert("expire_seconds".to_owned(), seconds.into());
    }
    Ok(told)
}
