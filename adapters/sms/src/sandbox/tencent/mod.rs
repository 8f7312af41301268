//! Tencent Cloud SMS for trying out: a real server on the other side of the wire, with an account, books, moods and reports
//! of its own.

mod company;
mod door;
mod reports;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ejia_kernel::{Clock, Instant};
use serde::{Deserialize, Serialize};

use super::{InboxLine, Server};

pub use company::router;

/// How many letters the company remembers.
const MEMORY: usize = 10_000;

/// The account the sandbox knows, and its manners.
#[derive(Clone, Debug)]
pub struct TencentSandboxSettings {
    /// SecretId.
    pub secret_id: String,
    /// SecretKey.
    pub secret_key: String,
    /// SmsSdkAppId.
    pub app_id: String,
    /// The approved sign name.
    pub sign_name: String,
    /// Whether SessionContext comes back when a letter is asked after: only for those who have asked for it.
    pub gives_context_back: bool,
    /// How long after taking a letter its report is sent.
    pub report_after: Duration,
    /// When a report that was not taken is sent again.
    pub report_again: Vec<Duration>,
}

impl TencentSandboxSettings {
    /// The demo's account.
    pub fn demo() -> Self {
        Self {
            secret_id: "AKID-sandbox-ejia".to_owned(),
            secret_key: "sandbox-secret-ejia".to_owned(),
            app_id: "1400006666".to_owned(),
            sign_name: "厦门党建e家".to_owned(),
            gives_context_back: true,
            report_after: Duration::from_millis(500),
            report_again: [60, 300, 600].map(Duration::from_secs).to_vec(),
        }
    }
}

/// How the company behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TencentMood {
    /// As it should.
    #[default]
    Kind,
    /// Takes the letter and answers after three seconds.
    Slow,
    /// Takes the letter and never answers.
    Silent,
    /// Takes nothing and never answers.
    Deaf,
    /// Answers InternalError and takes nothing.
    Broken,
    /// Refuses every letter: too many to this number within thirty seconds.
    Limiting,
    /// Refuses every call: too many of them.
    Throttling,
    /// Refuses every letter: the packet of letters is used up.
    Poor,
    /// Reports every letter twice.
    ReportTwice,
    /// Reports every letter as lost.
    ReportFailed,
    /// Never reports, and lists nothing.
    NoReport,
}

/// A letter in the company's books.
#[derive(Clone)]
struct Letter {
    to: String,
    text: String,
    serial: String,
    context: String,
    at: Instant,
    /// What became of it: arrived, or lost with a code; none while it is on its way.
    fate: Option<Result<(), &'static str>>,
}

/// A handle on the sandbox; copies share it.
#[derive(Clone)]
pub struct TencentSandbox {
    inner: Arc<Inner>,
}

struct Inner {
    settings: TencentSandboxSettings,
    clock: Clock,
    state: Mutex<Books>,
}

/// What the company remembers.
#[derive(Default)]
struct Books {
    mood: TencentMood,
    report_to: Option<String>,
    letters: VecDeque<Letter>,
    counter: u64,
}

impl TencentSandbox {
    /// A company with an empty inbox, living by this clock.
    pub fn new(settings: TencentSandboxSettings, clock: Clock) -> Self {
        Self { inner: Arc::new(Inner { settings, clock, state: Mutex::new(Books::default()) }) }
    }

    /// Its server on a free port of this machine.
    ///
    /// # Errors
    /// When there is none.
    pub fn serve(&self) -> std::io::Result<Server> {
        Server::serve(router(self.clone()))
    }

    /// Where delivery reports go: the product's callback address with its secret.
    pub fn report_to(&self, address: impl Into<String>) {
        self.books().report_to = Some(address.into());
    }

    /// From now on the company behaves like this.
    pub fn behave(&self, mood: TencentMood) {
        self.books().mood = mood;
    }

    /// How the company behaves.
    pub fn mood(&self) -> TencentMood {
        self.books().mood
    }

    /// What has arrived, newest first; for one number when it is given.
    pub fn inbox(&self, phone: Option<&str>) -> Vec<InboxLine> {
        let books = self.books();
        let here = |letter: &&Letter| {
            !matches!(letter.fate, Some(Err(_))) && phone.is_none_or(|phone| letter.to == format!("+86{phone}"))
        };
        let line = |letter: &Letter| InboxLine {
            to: letter.to.trim_start_matches("+86").to_owned(),
            text: letter.text.clone(),
            at: letter.at.rfc3339(),
        };
        books.letters.iter().rev().filter(here).map(line).collect()
    }

    fn settings(&self) -> &TencentSandboxSettings {
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
