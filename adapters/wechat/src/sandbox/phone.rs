//! The phone's way over WeChat's own page: it arrives with a cookie, and leaves for the product with a code.

use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use ejia_wire::{Charset, Form, percent_encode};
use serde_json::json;

use super::api::{self, Said};
use super::books::Code;
use super::people::Person;
use super::{Mood, PREFIX, Sandbox, admission};
use crate::{PageSignature, chance, signature};

/// The cookie that tells which phone it is: its value is the name that the console gave its user, its path `/sandbox`.
pub const PHONE_COOKIE: &str = "sandbox_wechat_user";
/// How long a code is good.
const CODE_LIFETIME: Duration = Duration::from_mins(5);
/// The parameters in the order in which the service wants them.
const ORDER: [&str; 5] = ["appid", "redirect_uri", "response_type", "scope", "state"];

pub(super) fn router(sandbox: Sandbox) -> Router {
    Router::new().route(&format!("{PREFIX}/connect/oauth2/authorize"), get(authorize)).with_state(sandbox)
}

/// The phone is asked who its user is (silently: snsapi_base) and sent back with a code.
async fn authorize(State(sandbox): State<Sandbox>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    if sandbox.mood() == Mood::Down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let query = Form::decode(query.unwrap_or_default().as_bytes(), Charset::Utf8).unwrap_or_default();
    if let Err(words) = check(&sandbox, &query) {
        return page(words);
    }
    let user = cookie(&headers);
    let Some(Ok(Person { open_id, .. })) = user.map(|user| sandbox.create_user(&user)) else {
        return page("请在微信客户端打开链接");
    };
    let code = chance::plain_word::<32>();
    let expires_at = sandbox.now().plus(CODE_LIFETIME);
    {
        let mut books = sandbox.books();
        let oldest = sandbox.now().minus(CODE_LIFETIME);
        books.codes.retain(|_, code| code.expires_at > oldest);
        books.codes.insert(code.clone(), Code { open_id, expires_at, used: false });
    }
    let back = query.text("redirect_uri");
    let mark = if back.contains('?') { '&' } else { '?' };
    let back = format!("{back}{mark}code={code}&state={}", percent_encode(query.text("state"), Charset::Utf8));
    (StatusCode::FOUND, [(header::LOCATION, back)]).into_response()
}

fn check(sandbox: &Sandbox, query: &Form) -> Result<(), &'static str> {
    let account = sandbox.account();
    let names: Vec<&str> = query.pairs().iter().map(|(name, _)| name.as_str()).collect();
    if names != ORDER {
        return Err("链接出错了，请确认授权链接参数是否正确");
    }
    if query.text("appid") != account.app_id {
        return Err("appid 参数错误");
    }
    let back = query.text("redirect_uri");
    let host = ejia_wire::origin(back).and_then(|origin| Some(origin.split_once("://")?.1.to_owned()));
    if back.contains('#') || host.as_deref() != Some(account.page_host.as_str()) {
        return Err("redirect_uri域名与后台配置不一致，错误码:10003");
    }
    let state = query.text("state");
    if query.text("response_type") != "code" || !matches!(query.text("scope"), "snsapi_base" | "snsapi_userinfo") {
        return Err("scope 参数错误或没有 scope 权限，错误码:10005");
    }
    if state.len() > 128 || !state.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err("state 参数错误");
    }
    Ok(())
}

/// sns/oauth2/access_token: whose code it is.
pub(super) async fn exchange(State(sandbox): State<Sandbox>, RawQuery(query): RawQuery) -> Response {
    if sandbox.mood() == Mood::Down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let query = Form::decode(query.unwrap_or_default().as_bytes(), Charset::Utf8).unwrap_or_default();
    api::answer(exchanged(&sandbox, &query))
}

fn exchanged(sandbox: &Sandbox, query: &Form) -> Said {
    admission::know(sandbox.account(), query.text("appid"), query.text("secret"))?;
    if query.text("grant_type") != "authorization_code" {
        return Err(40002);
    }
    let now = sandbox.now();
    let mut books = sandbox.books();
    if books.mood == Mood::Busy {
        return Err(-1);
    }
    let code = books.codes.get_mut(query.text("code")).filter(|code| now < code.expires_at).ok_or(40029)?;
    if std::mem::replace(&mut code.used, true) {
        return Err(40163);
    }
    // These tokens are good for asking after the person, which the product never does.
    Ok(json!({
        "access_token": chance::word::<110>(), "expires_in": 7200, "refresh_token": chance::word::<110>(),
        "openid": code.open_id, "scope": "snsapi_base",
    }))
}

impl Sandbox {
    /// Whether a phone would let this page at its camera: the signature fits the ticket, the page and its address.
    pub fn admits_page(&self, page: &PageSignature, address: &str) -> bool {
        let PageSignature { app_id, timestamp, nonce_str, signature } = page;
        let now = self.now();
        let books = self.books();
        let ticket = books.ticket.as_ref().filter(|(_, end)| now < *end);
        let expected = ticket.map(|(ticket, _)| signature::of_page(ticket, nonce_str, timestamp, address));
        *app_id == self.account().app_id && expected.as_ref() == Some(signature)
    }
}

/// Which phone it is.
fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == PHONE_COOKIE)
        .map(|(_, value)| value.to_owned())
}

/// The service's own page of errors.
fn page(words: &str) -> Response {
    let text = format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>微信</title><h1>{words}</h1></html>"
    );
    (StatusCode::BAD_REQUEST, Html(text)).into_response()
}
