//! The encrypted channel as this crate needs it: whether the house keeps one, where it is, and who makes certificates.

use std::fmt;
use std::sync::Arc;

use ejia_kernel::{Instant, Problem};

/// A certificate that may issue others, with its key, as an adapter writes and reads them.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorityKeys {
    /// The certificate.
    pub certificate: Vec<u8>,
    /// Its private key.
    pub key: Vec<u8>,
}

impl fmt::Debug for AuthorityKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorityKeys")
    }
}

/// The file of a computer, ordered.
#[derive(Debug, Clone)]
pub struct ComputerOrder {
    /// The authorities that hold, the one that issues first.
    pub authorities: Vec<AuthorityKeys>,
    /// The certificate's name: the organization code.
    pub organization_code: String,
    /// Its serial number.
    pub serial: String,
    /// How the file calls it.
    pub name: String,
    /// From when it holds …
    pub from: Instant,
    /// … until when.
    pub until: Instant,
    /// What the file is locked with.
    pub password: String,
    /// Whether the computer is an old one (Windows 7), which opens only files of the older kind.
    pub old: bool,
}

/// Who makes certificates. Nothing of it touches the database.
pub trait Certificates: Send + Sync {
    /// A new authority of this name.
    fn authority(&self, name: &str, from: Instant, until: Instant) -> Result<AuthorityKeys, Problem>;
    /// A serial number that nobody guesses.
    fn serial(&self) -> Result<String, Problem>;
    /// The PKCS#12 file of a computer; takes some tens of milliseconds.
    fn computer_file(&self, order: &ComputerOrder) -> Result<Vec<u8>, Problem>;
}

/// Whether this house keeps an encrypted channel. A part of the site, put together by the app.
#[derive(Clone, Default)]
pub struct Channel(Option<Arc<Kept>>);

struct Kept {
    address: String,
    certificates: Arc<dyn Certificates>,
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Channel").field(&self.address()).finish()
    }
}

impl Channel {
    /// None: every administrator works on the one listener there is.
    pub fn none() -> Self {
        Self(None)
    }

    /// One that is reached at `address` (`https://host:port`).
    pub fn kept(address: &str, certificates: Arc<dyn Certificates>) -> Self {
        Self(Some(Arc::new(Kept { address: address.trim_end_matches('/').to_owned(), certificates })))
    }

    /// Whether there is one.
    pub fn is_kept(&self) -> bool {
        self.0.is_some()
    }

    /// Where it is reached; empty without one.
    pub fn address(&self) -> &str {
        self.0.as_ref().map_or("", |kept| &kept.address)
    }

    /// Who makes certificates.
    ///
    /// # Errors
    /// Not found without a channel.
    pub fn certificates(&self) -> Result<&Arc<dyn Certificates>, Problem> {
        self.0.as_ref().map(|kept| &kept.certificates).ok_or_else(|| Problem::not_found("web.no_such_page"))
    }
}

/// A computer that was shut out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokedComputer {
    /// The serial number of its certificate.
    pub serial: String,
    /// Which authority, counted from 1, has issued it.
    pub generation: i64,
    /// When.
    pub at: Instant,
}

/// What a listener of the channel goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// Which state of all this it is; it grows.
    pub version: i64,
    /// The authorities that hold, by generation, oldest first: every computer knows the oldest, so the listener's own
    /// certificate is to be issued by that one.
    pub authorities: Vec<(i64, AuthorityKeys)>,
    /// Computers that were shut out and whose certificates have not run out yet.
    pub revoked: Vec<RevokedComputer>,
}
