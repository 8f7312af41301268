//! The bank for trying out: its paying page, its notifications and its merchant platform, on the books of the counter.
//!
//! It knows one contract and checks what we send as the bank does: the MAC, the platform's password, numbers used once.
//! What the bank's public material leaves open it does as `docs/decisions/0007-payment-channels.md` says; the meaning of
//! its ACC_TYPE codes is invented.

pub(crate) mod keys;
mod page;
mod platform;
mod post;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use ejia_counter::Counter;
use ejia_kernel::{Date, Fen};
use ejia_payments::Means;
use ejia_wire::{KeyFault, PrivateKey};

pub use keys::{SANDBOX_PUBLIC, is_sandbox_key};

use crate::CcbSettings;
use crate::settings::StatementFiles;

/// The channel's name in the books.
pub(crate) const CHANNEL: &str = "ccb";
/// The platform's questions are short.
const BYTES: usize = 64 * 1024;

/// The contract that the sandbox knows, and where the bank's console says that it calls.
#[derive(Clone, Debug)]
pub struct Contract {
    /// MERCHANTID.
    pub merchant: String,
    /// POSID.
    pub counter: String,
    /// BRANCHID.
    pub branch: String,
    /// USER_ID of the platform.
    pub user: String,
    /// Its password.
    pub password: String,
    /// Where server notifications go (反馈URL).
    pub notify_url: String,
    /// Where the payer goes afterwards.
    pub return_url: String,
    /// Whether the contract admits debit cards only: the page then refuses credit cards.
    pub debit_only: bool,
}

impl Contract {
    /// The demo's contract.
    pub fn demo(notify_url: &str, return_url: &str) -> Self {
        Self {
            merchant: "105350000000001".to_owned(),
            counter: "000000001".to_owned(),
            branch: "350200000".to_owned(),
            user: "105350000000001-001".to_owned(),
            password: "sandbox-password-ejia".to_owned(),
            notify_url: notify_url.to_owned(),
            return_url: return_url.to_owned(),
            debit_only: true,
        }
    }
}

/// A handle on the sandbox; clones share it.
#[derive(Clone)]
pub struct Sandbox {
    bank: Arc<Bank>,
}

struct Bank {
    contract: Contract,
    counter: Counter,
    key: PrivateKey,
    shuffled: AtomicBool,
    desk: Mutex<Desk>,
}

/// What the platform remembers.
#[derive(Default)]
struct Desk {
    serials: HashSet<String>,
    files: HashMap<String, Vec<u8>>,
}

impl Sandbox {
    /// The bank under this contract; it joins the counter's books.
    ///
    /// # Errors
    /// Never, while the key that is built in is one.
    pub fn new(counter: &Counter, contract: Contract) -> Result<Self, KeyFault> {
        let key = PrivateKey::read(keys::SANDBOX_PRIVATE.as_bytes())?;
        let (shuffled, desk) = (AtomicBool::new(false), Mutex::default());
        let bank = Arc::new(Bank { contract, counter: counter.clone(), key, shuffled, desk });
        counter.join(CHANNEL, Arc::new(post::Voice(bank.clone())));
        Ok(Self { bank })
    }

    /// The bank's routes, all below `/sandbox/bank/ccb/`.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/sandbox/bank/ccb/CCBIS/ccbMain", get(page::take))
            .route("/sandbox/bank/ccb/platform", post(platform::answer))
            .route("/sandbox/bank/ccb/files/{name}", get(platform::file))
            .layer(DefaultBodyLimit::max(BYTES))
            .with_state(self.clone())
    }

    /// What the product is to be given so that it comes here.
    pub fn settings(&self, origin: &str) -> CcbSettings {
        let Contract { merchant, counter, branch, user, password, .. } = &self.bank.contract;
        let base = format!("{origin}/sandbox/bank/ccb");
        CcbSettings {
            page: format!("{base}/CCBIS/ccbMain"),
            platform: format!("{base}/platform"),
            files: StatementFiles::Address(format!("{base}/files")),
            user: user.clone(),
            password: password.clone(),
            account_types: account_types(),
            statement_from: 0,
            ..CcbSettings::new(merchant, counter, branch, SANDBOX_PUBLIC)
        }
    }

    /// From now on notifications come with their parameters shuffled, the signature first; or in order again.
    pub fn shuffle(&self, on: bool) {
        self.bank.shuffled.store(on, Ordering::Relaxed);
    }

    /// The query of a notification that this order was paid by debit card: for measuring how fast they are taken.
    ///
    /// # Errors
    /// [`KeyFault`]: never, as in [`Sandbox::new`].
    pub fn notification(&self, order: &str, amount: Fen, day: Date) -> Result<String, KeyFault> {
        let told = post::Told { order, amount, success: true, account_type: "11", day };
        self.bank.signed_query(&self.bank.contract.counter, &told)
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.bank.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The sandbox's table of ACC_TYPE: 11 and 02 have been seen, what they mean is invented.
fn account_types() -> BTreeMap<String, Means> {
    [("11", Means::Debit), ("12", Means::Debit), ("02", Means::Credit)]
        .map(|(code, means)| (code.to_owned(), means))
        .into()
}

#[cfg(test)]
mod tests;
