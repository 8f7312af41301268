//! The SMS company for trying out: a real server on the other side of the wire.
//!
//! It knows one account (key, secret, sign name) and the product's templates. What it takes lands in an inbox that
//! the console and tests read, and is reported to the product's callback address a moment later. [`Mood`] makes it
//! as unpleasant as the company can be on a bad day.

mod company;
mod door;
mod inbox;
mod reporting;
mod reports;
mod server;
pub mod tencent;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ejia_kernel::{Clock, Instant};
use serde::{Deserialize, Serialize};

pub use company::router;
pub use inbox::InboxLine;
use inbox::Letter;
pub use server::Server;

/// The account the sandbox knows, and its manners.
#[derive(Clone, Debug)]
pub struct SandboxSettings {
    /// AccessKeyId.
    pub access_key_id: String,
    /// AccessKeySecret.
    pub access_key_secret: String,
    /// The approved sign name.
    pub sign_name: String,
    /// 1 a minute, 5 an hour, 10 a day for each number.
    pub limits: bool,
    /// How long after taking a letter its report is sent.
    pub report_after: Duration,
    /// When a report that was not taken is sent again.
    pub report_again: Vec<Duration>,
}

impl SandboxSettings {
    /// The demo's account: no limits, reports after half a second, sent again as the company does.
    pub fn demo() -> Self {
        Self {
            access_key_id: "LTAI-sandbox-ejia".to_owned(),
            access_key_secret: "sandbox-secret-ejia".to_owned(),
            sign_name: "厦门党建e家".to_owned(),
            limits: false,
            report_after: Duration::from_millis(500),
            report_again: [60, 300, 600].map(Duration::from_secs).to_vec(),
        }
    }
}

/// How the company behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    /// As it should.
    #[default]
    Kind,
    /// Takes the letter and answers after three seconds.
    Slow,
    /// Takes the letter and never answers.
    Silent,
    /// Takes nothing and never answers.
    Deaf,
    /// Answers 500 and takes nothing.
    Broken,
    /// Refuses every letter with isv.BUSINESS_LIMIT_CONTROL.
    Limiting,
    /// Reports every letter twice.
    ReportTwice,
    /// Reports every letter as lost.
    ReportFailed,
    /// Never reports.
    NoReport,
}

/// A handle on the sandbox; copies share it.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

struct Inner {
    settings: SandboxSettings,
    clock: Clock,
    state: Mutex<Books>,
}

/// What the company remembers.
#[derive(Default)]
struct Books {
    mood: Mood,
    report_to: Option<String>,
    letters: VecDeque<Letter>,
    /// Numbers used once, with the instant of their use.
    nonces: HashMap<String, Instant>,
    counter: u64,
}

impl Sandbox {
    /// A company with an empty inbox, living by this clock.
    pub fn new(settings: SandboxSettings, clock: Clock) -> Self {
        Self { inner: Arc::new(Inner { settings, clock, state: Mutex::new(Books::default()) }) }
    }

    /// Where delivery reports go: the product's callback address with its secret.
    pub fn report_to(&self, address: impl Into<String>) {
        self.books().report_to = Some(address.into());
    }

    /// From now on the company behaves like this.
    pub fn behave(&self, mood: Mood) {
        self.books().mood = mood;
    }

    /// How the company behaves.
    pub fn mood(&self) -> Mood {
        self.books().mood
    }

    /// What has arrived, newest first; for one number when it is given.
    pub fn inbox(&self, phone: Option<&str>) -> Vec<InboxLine> {
        inbox::lines(&self.books().letters, phone)
    }

    fn settings(&self) -> &SandboxSettings {
        &self.inner.settings
    }

    fn now(&self) -> Instant {
        self.inner.clock.now()
    }

    /// The books. A panic elsewhere leaves them readable.
    fn books(&self) -> MutexGuard<'_, Books> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
