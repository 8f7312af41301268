//! The vault: seals what must not lie open in the database, and finds it again without opening.

mod ciphers;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

pub use ciphers::Cipher;
use ciphers::{NONCE, Sealer};

use crate::Problem;

const INDEX: usize = 16;

/// Holds the keys of one installation: one that seals, former ones that open what they have sealed, and the root, which
/// finds and signs. Each purpose has a key of its own under every one of them.
///
/// Sealed: one byte that tells the key, twelve of nonce, then text and tag. The purpose is bound in, so what was sealed as
/// a phone does not open as an ID-card number. Which cipher it is, is a property of the key (`docs/decisions/0016`).
///
/// What is derived for a purpose is kept: an import of a city seals a million texts. Purposes are a handful of words in the
/// code, never input.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    root: [u8; 32],
    indexes: Drawers<Hmac<Sha256>>,
    current: Key,
    former: Vec<Key>,
}

/// One of the keys that seal and open.
struct Key {
    id: u8,
    cipher: Cipher,
    secret: [u8; 32],
    sealers: Drawers<Sealer>,
}

/// What was derived for each purpose.
struct Drawers<T>(RwLock<BTreeMap<String, Arc<T>>>);

impl Vault {
    /// The vault whose root also seals, with AES-256-GCM-SIV.
    pub fn new(root: [u8; 32]) -> Self {
        Self::of(root, Key::new(Cipher::Aes, root), Vec::new())
    }

    /// The vault whose first key seals; the others open what they have sealed, and so does the root. Without any it is
    /// [`Vault::new`]. Nothing when two of them are told by the same byte: one in 256 pairs is, and one of both must be
    /// made anew.
    pub fn with_keys(root: [u8; 32], keys: impl IntoIterator<Item = (Cipher, [u8; 32])>) -> Option<Self> {
        let keys = keys.into_iter().chain([(Cipher::Aes, root)]);
        let mut former: Vec<Key> = keys.map(|(cipher, secret)| Key::new(cipher, secret)).collect();
        let told: std::collections::BTreeSet<u8> = former.iter().map(|key| key.id).collect();
        if told.len() < former.len() {
            return None;
        }
        let current = former.remove(0);
        Some(Self::of(root, current, former))
    }

    fn of(root: [u8; 32], current: Key, former: Vec<Key>) -> Self {
        Self(Arc::new(Inner { root, indexes: Drawers::default(), current, former }))
    }

    /// The byte of the key that seals: what it has sealed begins with it.
    pub fn current(&self) -> u8 {
        self.0.current.id
    }

    /// The bytes of all keys that open, the current one first.
    pub fn keys(&self) -> Vec<u8> {
        self.all().map(|key| key.id).collect()
    }

    /// Seals a text. The same text sealed twice looks different.
    ///
    /// # Panics
    /// As [`Vault::seal_bytes`].
    pub fn seal(&self, purpose: &str, text: &str) -> Vec<u8> {
        self.seal_bytes(purpose, text.as_bytes())
    }

    /// Opens a text that was sealed for the same purpose; a fault when it was altered, or sealed with a key that is not
    /// here.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<String, Problem> {
        let text = self.open_bytes(purpose, sealed)?;
        String::from_utf8(text).map_err(|_| Problem::fault(format_args!("vault: {purpose} is no text")))
    }

    /// Seals bytes, as [`Vault::seal`] does a text: a photo, a paper.
    ///
    /// # Panics
    /// For more than 64 GB, and when the machine gives no random bytes.
    pub fn seal_bytes(&self, purpose: &str, plain: &[u8]) -> Vec<u8> {
        let key = &self.0.current;
        let (nonce, sealed) = key.sealer(purpose).seal(key.id, plain);
        let mut bytes = Vec::with_capacity(1 + NONCE + sealed.len());
        bytes.push(key.id);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        bytes
    }

    /// Opens bytes, as [`Vault::open`] does a text.
    pub fn open_bytes(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, Problem> {
        let (id, rest) = sealed.split_first().ok_or_else(|| Problem::fault("vault: nothing sealed"))?;
        let key = self
            .all()
            .find(|key| key.id == *id)
            .ok_or_else(|| Problem::fault(format_args!("vault: {purpose} sealed with another key")))?;
        let (nonce, sealed) = rest
            .split_first_chunk::<NONCE>()
            .ok_or_else(|| Problem::fault(format_args!("vault: {purpose} cut short")))?;
        let plain = key.sealer(purpose).open(key.id, nonce, sealed);
        plain.ok_or_else(|| Problem::fault(format_args!("vault: {purpose} altered")))
    }

    /// What was sealed with a former key, sealed with the current one; nothing when it already is.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn seal_anew(&self, purpose: &str, sealed: &[u8]) -> Result<Option<Vec<u8>>, Problem> {
        if sealed.first() == Some(&self.current()) {
            return Ok(None);
        }
        self.open_bytes(purpose, sealed).map(|plain| Some(self.seal_bytes(purpose, &plain)))
    }

    /// The blind index of a text: equal for equal texts, and telling nothing without the root. It is the same whichever
    /// key seals.
    pub fn index(&self, purpose: &str, text: &str) -> Vec<u8> {
        let derived = || keyed(&derive::<Hmac<Sha256>>(&self.0.root, "index", purpose));
        let mut index = Hmac::clone(&self.0.indexes.of(purpose, derived));
        index.update(text.as_bytes());
        let mut bytes = index.finalize().into_bytes().to_vec();
        bytes.truncate(INDEX);
        bytes
    }

    fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.0.current).chain(&self.0.former)
    }
}

impl Key {
    fn new(cipher: Cipher, secret: [u8; 32]) -> Self {
        Self { id: cipher.key_id(&secret), cipher, secret, sealers: Drawers::default() }
    }

    fn sealer(&self, purpose: &str) -> Arc<Sealer> {
        self.sealers.of(purpose, || Sealer::new(self.cipher, &self.secret, purpose))
    }
}

impl<T> Drawers<T> {
    fn of(&self, purpose: &str, derived: impl FnOnce() -> T) -> Arc<T> {
        // A poisoned lock still guards whole drawers: nothing is half-written.
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(purpose) {
            return Arc::clone(found);
        }
        drop(known);
        let made = Arc::new(derived());
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(purpose.to_owned(), Arc::clone(&made));
        made
    }
}

impl<T> Default for Drawers<T> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

/// A key for one use and purpose, from which neither the key nor another can be found.
fn derive<M: Mac<OutputSize = hmac::digest::consts::U32> + KeyInit>(
    key: &[u8; 32],
    usage: &str,
    purpose: &str,
) -> [u8; 32] {
    let mut mac = keyed::<M>(key);
    for part in [b"ejia vault\0", usage.as_bytes(), b"\0", purpose.as_bytes()] {
        Mac::update(&mut mac, part);
    }
    mac.finalize().into_bytes().into()
}

fn keyed<M: KeyInit>(key: &[u8; 32]) -> M {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    M::new_from_slice(key).expect("a key of 32 bytes")
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::expect_used, reason = "without randomness no id and no secret is safe: stop")]
    getrandom::fill(&mut bytes).expect("the machine gives random bytes");
    bytes
}

impl fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Vault(redacted)")
    }
}
