//! WeChat for trying out: the service's side of the official account, its followers and their phones.
//!
//! Its interfaces lie below `/sandbox/wechat/` ([`Sandbox::router`]) and check what the service checks: AppID and
//! secret, tokens and their age, registered templates and their blanks, who follows, where a phone may be sent. Events
//! reach the product's callback address as real calls, signed and encrypted as the account's console says, from a thread
//! of its own and up to three times. A phone is told from another by a cookie ([`PHONE_COOKIE`]).
//!
//! The console uses the functions of [`Sandbox`]; programs use the calls below `/sandbox/api/wechat/`. [`Mood`] makes
//! the service unpleasant.

mod admission;
mod api;
mod books;
mod calls;
mod console;
mod menus;
mod people;
mod phone;
mod sends;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use ejia_kernel::{Clock, Instant};
use ejia_messages::Template;
use serde::{Deserialize, Serialize};

pub use people::{Person, PersonNameFault, Shown};
pub use phone::PHONE_COOKIE;

use crate::settings::{AccountSettings, Writing};
use crate::{AesKey, Button, PushForm, PushForms, usual_blanks};
use books::Books;
use calls::Courier;

/// Where the sandbox's interfaces begin.
const PREFIX: &str = "/sandbox/wechat";

/// The account that the sandbox knows, as the account's console would show it.
#[derive(Clone, Debug)]
pub struct SandboxSettings {
    /// AppID.
    pub app_id: String,
    /// AppSecret.
    pub app_secret: String,
    /// The token of the server's configuration.
    pub token: String,
    /// How calls to the product are written.
    pub writing: Writing,
    /// The account's original id (`gh_…`), the other party in the conversation.
    pub original_id: String,
    /// 网页授权域名: where phones may be sent back to, with the port unless it is the usual one.
    pub page_host: String,
    /// The templates that may be sent.
    pub templates: Vec<RegisteredTemplate>,
    /// How long after a template message its report is sent.
    pub report_after: Duration,
    /// How long after a call that was not taken it is made again.
    pub call_again: Duration,
}

/// A template as it was registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredTemplate {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Key and label of each blank.
    pub blanks: Vec<(String, String)>,
}

impl SandboxSettings {
    /// The demo's account, encrypted; phones may be sent to this host.
    ///
    /// # Panics
    /// Never: the key that is built in is one.
    pub fn demo(page_host: &str) -> Self {
        #[expect(clippy::expect_used, reason = "the key that is built in is one")]
        let key = AesKey::parse("sandboxEjiaSandboxEjiaSandboxEjiaSandboxEjB").expect("43 letters");
        Self {
            app_id: "wx5a6e646f78656a69".to_owned(),
            app_secret: "sandbox-secret-of-wechat-ejia".to_owned(),
            token: "sandboxTokenEjia".to_owned(),
            writing: Writing::Encrypted(key),
            original_id: "gh_5a6e646f7865".to_owned(),
            page_host: page_host.to_owned(),
            templates: templates(),
            report_after: Duration::from_millis(500),
            call_again: Duration::from_secs(2),
        }
    }
}

/// How the service behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    /// As it should.
    #[default]
    Kind,
    /// Does what it is asked and answers after three seconds.
    Slow,
    /// Does nothing and answers 503.
    Down,
    /// Takes messages and never answers.
    Silent,
    /// Takes no message: the day's quota is used up (45009).
    Limited,
    /// Is too busy for anything but tokens (-1).
    Busy,
    /// From this moment on no token that was given before is good (40001).
    TokenStolen,
    /// Tells every event twice.
    EventsTwice,
    /// Tells nothing; somebody else does, who does not know the token.
    EventsForged,
    /// Takes messages, and reports that the reader has blocked the account.
    Blocked,
}

/// A handle on the sandbox; clones share it.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

struct Inner {
    settings: SandboxSettings,
    clock: Clock,
    books: Mutex<Books>,
    courier: Courier,
}

/// The id of a template's form in the demo's account.
fn form_id(template: Template) -> String {
    format!("sandbox-{}", template.code())
}

/// Every template that goes out by WeChat, registered with its usual blanks.
fn templates() -> Vec<RegisteredTemplate> {
    let blanks = |template| usual_blanks(template).into_iter().map(|(key, blank)| (key, blank.label.to_owned()));
    Template::ALL
        .into_iter()
        .filter(|template| !template.is_code())
        .map(|template| RegisteredTemplate {
            id: form_id(template),
            title: template.label().to_owned(),
            blanks: blanks(template).collect(),
        })
        .collect()
}

impl Sandbox {
    /// An account that nobody follows, living by this clock.
    ///
    /// # Errors
    /// When the machine gives no thread.
    pub fn new(settings: SandboxSettings, clock: Clock) -> std::io::Result<Self> {
        let (courier, round) = Courier::hire();
        let inner = Arc::new(Inner { settings, clock, books: Mutex::default(), courier });
        round.start(Arc::downgrade(&inner))?;
        Ok(Self { inner })
    }

    /// The service's interfaces below `/sandbox/wechat/` and the console's calls below `/sandbox/api/wechat/`.
    pub fn router(&self) -> Router {
        api::router(self.clone()).merge(phone::router(self.clone())).merge(console::router(self.clone()))
    }

    /// What the product is to be given so that it comes here, where the router answers at `origin`.
    pub fn settings(&self, origin: &str) -> AccountSettings {
        let SandboxSettings { app_id, app_secret, token, writing, .. } = &self.inner.settings;
        let base = format!("{}{PREFIX}", origin.trim_end_matches('/'));
        AccountSettings {
            api: base.clone(),
            open: base.clone(),
            pictures: base,
            ..AccountSettings::new(app_id, app_secret, token, writing.clone())
        }
    }

    /// The forms that the demo's account has registered.
    pub fn forms() -> PushForms {
        let form = |template| PushForm { id: form_id(template), blanks: BTreeMap::new() };
        let pushed = Template::ALL.into_iter().filter(|template| !template.is_code());
        pushed.map(|template| (template.code().to_owned(), form(template))).collect()
    }

    /// Where events go: the product's callback address.
    pub fn call(&self, address: &str) {
        self.books().call = Some(address.to_owned());
    }

    /// From now on the service behaves like this.
    pub fn behave(&self, mood: Mood) {
        let mut books = self.books();
        books.mood = mood;
        if mood == Mood::TokenStolen {
            books.tokens.clear();
        }
    }

    /// How the service behaves.
    pub fn mood(&self) -> Mood {
        self.books().mood
    }

    /// The ticket that pages are signed with, where one was given out.
    #[cfg(test)]
    pub(crate) fn ticket(&self) -> Option<String> {
        self.books().ticket.as_ref().map(|(ticket, _)| ticket.clone())
    }

    /// How often a token was asked for.
    pub fn token_calls(&self) -> u64 {
        self.books().token_calls
    }

    /// The menu as phones show it.
    pub fn menu(&self) -> Vec<Button> {
        self.books().menu.clone()
    }

    fn account(&self) -> &SandboxSettings {
        &self.inner.settings
    }

    fn now(&self) -> Instant {
        self.inner.clock.now()
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.inner.books()
    }
}

impl Inner {
    /// The books. A panic elsewhere leaves them readable.
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
