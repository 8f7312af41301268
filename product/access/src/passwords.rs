//! Hashing and checking of passwords, on a few threads of their own with a short queue.
//!
//! One check costs some 30 ms of a core and 19 MB. On threads of their own a storm of logins waits in its own queue and
//! never keeps a page from being served; when the queue is full the visitor is told to come back in a moment.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use crossbeam_channel::{Sender, TrySendError, bounded};
use ejia_kernel::Problem;
use subtle::ConstantTimeEq;
use tokio::sync::oneshot;

/// How many checks may wait before visitors are sent away.
const WAITING: usize = 64;

/// A password as it is kept: an argon2id string with its own salt and parameters.
#[derive(Clone, PartialEq, Eq)]
pub struct Hash(String);

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hash(redacted)")
    }
}

impl Hash {
    /// As it came from the database.
    pub(crate) fn kept(text: String) -> Self {
        Self(text)
    }

    /// As it goes into the database.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Hashes a password on this thread: for commands and tests. Handlers use [`Hashers`].
    pub fn of(password: &str) -> Result<Self, Problem> {
        let hash: PasswordHash = argon2().hash_password(password.as_bytes()).map_err(Problem::fault)?;
        Ok(Self(hash.to_string()))
    }

    /// Whether this is the hash of `password`.
    fn holds(&self, password: &str) -> bool {
        PasswordHash::new(&self.0).is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
    }
}

/// The secret of an account at the moment somebody knocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Secret {
    /// A password that somebody has set.
    Set(Hash),
    /// The first password, which stands as long as nothing was set.
    First(FirstPassword),
    /// Nothing opens this account: no such account, or one without a first password.
    None,
}

/// A first password: kept nowhere, printed nowhere.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct FirstPassword(pub(crate) String);

impl std::fmt::Debug for FirstPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FirstPassword(redacted)")
    }
}

impl Secret {
    /// Whether `password` opens it. Always costs one verification, so that the time tells nothing.
    pub(crate) fn opens(&self, password: &str) -> bool {
        match self {
            Self::Set(hash) => hash.holds(password),
            Self::First(FirstPassword(first)) => {
                let _ = NOBODY.holds(password);
                first.as_bytes().ct_eq(password.as_bytes()).into()
            }
            Self::None => {
                let _ = NOBODY.holds(password);
                false
            }
        }
    }
}

/// The hash that is checked when there is none.
static NOBODY: LazyLock<Hash> = LazyLock::new(|| Hash::of("nobody").unwrap_or_else(|_| Hash::kept(String::new())));

/// Argon2id with 19 MiB, two passes, one lane (OWASP's first choice).
fn argon2() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

type Work = Box<dyn FnOnce() + Send>;

/// The threads that hash and check. One set stands on the shelf of each desk.
pub(crate) struct Hashers(Sender<Work>);

impl Default for Hashers {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::new((cores / 2).max(1), WAITING)
    }
}

impl Hashers {
    fn new(threads: usize, waiting: usize) -> Self {
        let (sender, receiver) = bounded::<Work>(waiting);
        for number in 0..threads {
            let receiver = receiver.clone();
            let started = std::thread::Builder::new().name(format!("password-{number}")).spawn(move || {
                LazyLock::force(&NOBODY);
                for work in receiver {
                    work();
                }
            });
            if let Err(error) = started {
                tracing::error!(%error, "a password thread did not start");
            }
        }
        Self(sender)
    }

    /// Queues work; its answer comes through the receiver. A full queue is refused at once.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<oneshot::Receiver<T>, Problem> {
        let (answer, answered) = oneshot::channel();
        let work: Work = Box::new(move || {
            // Nobody waits any more when the visitor has gone: then the work is spared.
            if !answer.is_closed() {
                let _ = answer.send(work());
            }
        });
        self.0.try_send(work).map_err(|error| match error {
            TrySendError::Full(_) => Problem::busy(),
            TrySendError::Disconnected(_) => Problem::fault("no password thread is left"),
        })?;
        Ok(answered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_holds_its_password_and_no_other() {
        let hash = Hash::of("lujiang2026").unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        assert!(Secret::Set(hash.clone()).opens("lujiang2026"));
        assert!(!Secret::Set(hash.clone()).opens("Lujiang2026"));
        assert_ne!(hash, Hash::of("lujiang2026").unwrap());
        assert_eq!(format!("{hash:?}"), "Hash(redacted)");
    }

    #[test]
    fn nothing_opens_what_has_no_secret() {
        assert!(!Secret::None.opens("nobody"));
        assert!(!Secret::None.opens(""));
        assert!(Secret::First(FirstPassword("123456".to_owned())).opens("123456"));
        assert!(!Secret::First(FirstPassword("123456".to_owned())).opens("12345"));
    }

    #[test]
    fn a_full_queue_sends_visitors_away_and_keeps_nobody_waiting() {
        let hashers = Hashers::new(1, 1);
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let busy = hashers.ask(move || wait.recv()).unwrap();
        while !hashers.0.is_empty() {
            std::thread::yield_now();
        }
        let queued = hashers.ask(|| 7).unwrap();
        assert_eq!(hashers.ask(|| 8).unwrap_err(), Problem::busy());
        go.send(()).unwrap();
        assert!(busy.blocking_recv().unwrap().is_ok());
        assert_eq!(queued.blocking_recv(), Ok(7));
    }

    #[test]
    fn work_nobody_waits_for_is_not_done() {
        let hashers = Hashers::new(1, 2);
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let (done, was_done) = std::sync::mpsc::channel::<()>();
        let busy = hashers.ask(move || wait.recv()).unwrap();
        drop(hashers.ask(move || done.send(())).unwrap());
        go.send(()).unwrap();
        assert!(busy.blocking_recv().is_ok());
        assert!(was_done.recv().is_err());
    }
}
