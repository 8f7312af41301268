//! WeChat, as far as the door needs it: it knows the user of its own browser, and gives out a code for him.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Redirect;
use axum::routing::get;
use ejia_access::{AccountEvent, EntryFault, OfficialAccount, account_event};
use ejia_kernel::{Instant, OpenId};

use crate::browser::Browser;
use crate::house::House;

/// The header by which WeChat's browser is known to WeChat here.
const USER: &str = "x-wechat-user";
/// What WeChat's browser calls itself.
const AGENT: &str = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 MicroMessenger/8.0.50";

/// WeChat: its codes count once, and sometimes it does not answer.
#[derive(Debug, Clone, Default)]
pub struct Wechat(Arc<Inside>);

#[derive(Debug, Default)]
struct Inside {
    codes: Mutex<BTreeMap<String, String>>,
    drawn: AtomicU64,
    silent: AtomicBool,
}

impl OfficialAccount for Wechat {
    fn authorize_address(&self, redirect_uri: &str, state: &str) -> String {
        format!("/pretended/wechat/authorize?redirect_uri={redirect_uri}&state={state}#wechat_redirect")
    }

    fn open_id(&self, code: &str) -> Result<OpenId, EntryFault> {
        if self.0.silent.load(Ordering::SeqCst) {
            return Err(EntryFault::Unreachable("no answer".to_owned()));
        }
        let user = self.0.codes.lock().unwrap_or_else(PoisonError::into_inner).remove(code);
        let user = user.ok_or_else(|| EntryFault::Refused("40029".to_owned()))?;
        OpenId::parse(&user).map_err(|fault| EntryFault::Refused(fault.to_string()))
    }
}

impl Wechat {
    /// Whether WeChat answers nobody.
    pub fn keep_silent(&self, yes: bool) {
        self.0.silent.store(yes, Ordering::SeqCst);
    }

    /// Where its browsers are sent.
    pub(crate) fn router(&self) -> Router {
        Router::new().route("/pretended/wechat/authorize", get(authorize)).with_state(self.clone())
    }
}

async fn authorize(
    State(wechat): State<Wechat>,
    headers: HeaderMap,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Redirect {
    let user = headers.get(USER).and_then(|user| user.to_str().ok()).unwrap_or_default();
    let code = format!("code{}", wechat.0.drawn.fetch_add(1, Ordering::SeqCst));
    wechat.0.codes.lock().unwrap_or_else(PoisonError::into_inner).insert(code.clone(), user.to_owned());
    let part = |name: &str| asked.get(name).cloned().unwrap_or_default();
    Redirect::to(&format!("{}?code={code}&state={}", part("redirect_uri"), part("state")))
}

impl House {
    /// The browser inside the WeChat of this user.
    pub fn in_wechat(&self, user: &str) -> Browser {
        let mut browser = self.visitor();
        browser.headers.push(("user-agent".to_owned(), AGENT.to_owned()));
        browser.headers.push((USER.to_owned(), user.to_owned()));
        browser
    }

    /// The official account tells that this user follows it, or follows it no more.
    ///
    /// # Panics
    /// When it is not heard.
    pub fn wechat_tells(&self, user: &str, event: AccountEvent, at: Instant) {
        let open_id = OpenId::parse(user).unwrap_or_else(|fault| panic!("{fault}"));
        let key = format!("{user} {event:?} {}", at.ms());
        let heard = self.desk().write_now(move |txn| account_event(txn, &open_id, event, at, &key));
        heard.unwrap_or_else(|problem| panic!("{problem:?}"));
    }
}
