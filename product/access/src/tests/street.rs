//! Phones in a city with an official account.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use ejia_kernel::OpenId;

use super::binding::wechat;
use super::browser::Browser;
use crate::model::Account;
use crate::tests::city::*;
use crate::{EntryFault, OfficialAccount};

pub(super) const OWN: &str = "lujiang2026";
pub(super) const NEW: &str = "huandao2027";

/// WeChat as a test wants it.
#[derive(Default)]
pub(super) struct Scripted {
    codes: Mutex<HashMap<String, OpenId>>,
    pub(super) down: AtomicBool,
}

impl OfficialAccount for Scripted {
    fn authorize_address(&self, redirect_uri: &str, state: &str) -> String {
        assert!(state.len() <= 128 && state.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        format!("https://wechat.example/authorize?redirect_uri={redirect_uri}&state={state}#wechat_redirect")
    }

    fn open_id(&self, code: &str) -> Result<OpenId, EntryFault> {
        if self.down.load(Ordering::SeqCst) {
            return Err(EntryFault::Unreachable("no answer".to_owned()));
        }
        self.codes.lock().unwrap().remove(code).ok_or_else(|| EntryFault::Refused("40029".to_owned()))
    }
}

/// A city and its official account.
pub(super) struct Street<'c> {
    pub(super) city: &'c City,
    pub(super) account: Arc<Scripted>,
}

impl Street<'_> {
    pub(super) fn phone(&self) -> Browser {
        let account: Arc<dyn OfficialAccount> = self.account.clone();
        Browser::inside_wechat(self.city, &account)
    }

    /// WeChat gives out a code for its user.
    pub(super) fn give(&self, code: &str, who: &str) {
        self.account.codes.lock().unwrap().insert(code.to_owned(), wechat(who));
    }

    /// Opens an address in WeChat, which knows its user; answers where that ends.
    pub(super) fn come(&self, phone: &mut Browser, to: &str, who: &str) -> String {
        let mut path = to.to_owned();
        for _ in 0..8 {
            let Some(next) = goes(phone.get(&path)) else { return path };
            path = match next.strip_prefix("https://wechat.example/authorize?") {
                Some(_) => {
                    self.give(who, who);
                    format!("/wechat/oauth?code={who}&state={}", state(&next))
                }
                None => next,
            };
        }
        panic!("it never ends: {path}")
    }

    /// A phone whose user has bound himself as Chen.
    pub(super) fn bound(&self, who: &str) -> Browser {
        let mut phone = self.phone();
        assert_eq!(self.come(&mut phone, "/wechat/enter", who), "/wechat/bind");
        phone.post("/wechat/bind", &[("id_card", CHEN_ID), ("password", OWN)]).goes_to();
        phone
    }
}

fn goes(browser: &Browser) -> Option<String> {
    (browser.status == StatusCode::SEE_OTHER).then(|| browser.goes_to().to_owned())
}

pub(super) fn state(address: &str) -> String {
    address.split("&state=").nth(1).unwrap().split('#').next().unwrap().to_owned()
}

pub(super) fn cookie(browser: &Browser, name: &str) -> String {
    browser.cookies.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

pub(super) fn on_phones(test: impl Fn(&Street<'_>)) {
    both(|city| {
        city.settled(Account::Member(city.chen), OWN);
        test(&Street { city, account: Arc::default() });
    });
}
