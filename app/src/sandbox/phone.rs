//! A phone with WeChat on it: it follows the official account, reads what is pushed to it, and opens the account's menu.

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use ejia_kernel::{Instant, Problem};
use ejia_web::{Answer, Asked, Call, Front, Input, Nothing, Page, Reply, Routes, page};
use ejia_wechat::Button;
use ejia_wechat::sandbox::{PHONE_COOKIE, Sandbox, Shown};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Console;

const PHONE: Page<Front, PhoneView> = page!(PhoneView, "sandbox/phone.html", "微信");

/// Who holds the phone when nobody is named.
const SOMEBODY: &str = "u1";

/// The phone's pages, beside the console's.
pub(super) fn routes() -> Routes<Front> {
    Routes::new()
        .get("/sandbox/phone", show)
        .post("/sandbox/phone/follow", follow)
        .post("/sandbox/phone/unfollow", unfollow)
}

/// Where the phone leaves for a page: which phone it is, is told by a cookie, as WeChat's own browser tells WeChat.
pub(super) fn router() -> Router<Console> {
    Router::new().route("/sandbox/phone/open", get(open))
}

/// A phone, and which button of the menu is open on it.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct PhoneAsked {
    user: String,
    menu: String,
}

/// A link of the phone: it opens a page of the product.
#[derive(Serialize, JsonSchema)]
struct LinkView {
    name: String,
    href: String,
}

/// A message in the conversation.
#[derive(Serialize, JsonSchema)]
struct MessageView {
    title: String,
    text: String,
    at: String,
    href: String,
}

/// The phone.
#[derive(Serialize, JsonSchema)]
struct PhoneView {
    user: String,
    follows: bool,
    buttons: Vec<String>,
    open: String,
    links: Vec<LinkView>,
    messages: Vec<MessageView>,
    others: Vec<String>,
}

fn phones(console: &Console) -> Result<&Sandbox, Problem> {
    console.phones.as_ref().ok_or_else(|| Problem::not_found("sandbox.no_phones"))
}

fn strange() -> Problem {
    Problem::refused("sandbox.user_not_understood")
}

async fn show(call: Call<Front>, Asked(asked): Asked<PhoneAsked>) -> Answer<Front, PhoneView> {
    let console = call.site().part::<Console>()?;
    Ok(Reply::show(PHONE, view(phones(&console)?, &asked)?))
}

fn view(phones: &Sandbox, asked: &PhoneAsked) -> Result<PhoneView, Problem> {
    let user = if asked.user.is_empty() { SOMEBODY.to_owned() } else { asked.user.clone() };
    let person = phones.create_user(&user).map_err(|_| strange())?;
    let menu = phones.menu();
    let open = menu.iter().find(|button| button.name == asked.menu);
    let links = open.map(|button| button.sub_button.as_slice()).unwrap_or_default();
    Ok(PhoneView {
        follows: person.following,
        buttons: menu.iter().map(|button| button.name.clone()).collect(),
        open: asked.menu.clone(),
        links: links
            .iter()
            .map(|Button { name, url, .. }| LinkView { name: name.clone(), href: opens(&user, url) })
            .collect(),
        messages: phones.messages(&user).into_iter().map(|shown| message(&user, shown)).collect(),
        others: phones.users().into_iter().map(|person| person.user).filter(|other| *other != user).collect(),
        user,
    })
}

fn message(user: &str, shown: Shown) -> MessageView {
    let Shown { title, text, url, at, .. } = shown;
    let at = at.parse::<Instant>().map_or(at, Instant::to_the_second);
    MessageView { title, text, at, href: if url.is_empty() { url } else { opens(user, &url) } }
}

/// The address that opens a page on this phone.
fn opens(user: &str, to: &str) -> String {
    ejia_directory::asking("/sandbox/phone/open", &[("user", user), ("to", to)])
}

/// Whose phone follows, or follows no more.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Whose {
    user: String,
}

async fn follow(call: Call<Front>, Input(Whose { user }): Input<Whose>) -> Answer<Front> {
    let console = call.site().part::<Console>()?;
    let told = phones(&console)?.follow(&user).map_err(|_| strange())?;
    heard(told).await;
    Ok(Reply::done(ejia_directory::asking("/sandbox/phone", &[("user", &user)]), Nothing {}))
}

async fn unfollow(call: Call<Front>, Input(Whose { user }): Input<Whose>) -> Answer<Front> {
    let console = call.site().part::<Console>()?;
    let told = phones(&console)?.unfollow(&user).map_err(|_| strange())?;
    heard(told).await;
    Ok(Reply::done(ejia_directory::asking("/sandbox/phone", &[("user", &user)]), Nothing {}))
}

/// Waits until the product has been told, or the sandbox has given up.
async fn heard(told: Option<tokio::sync::oneshot::Receiver<bool>>) {
    if let Some(told) = told {
        let _ = told.await;
    }
}

/// Opens a page of the product on a phone.
#[derive(Deserialize)]
struct Opened {
    user: String,
    to: String,
}

async fn open(State(console): State<Console>, RawQuery(query): RawQuery) -> Response {
    let opened = serde_urlencoded::from_str::<Opened>(&query.unwrap_or_default()).ok();
    let person =
        |opened: &Opened| console.phones.as_ref().is_some_and(|phones| phones.create_user(&opened.user).is_ok());
    let Some(Opened { user, to }) = opened.filter(person) else {
        return axum::http::StatusCode::BAD_REQUEST.into_response();
    };
    let cookie = format!("{PHONE_COOKIE}={user}; Path=/sandbox; HttpOnly; SameSite=Lax");
    ([(header::SET_COOKIE, cookie)], Redirect::to(&to)).into_response()
}
