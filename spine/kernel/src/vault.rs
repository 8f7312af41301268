//! The vault: seals what must not lie open in the database, and finds it again without opening.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::Problem;

const NONCE: usize = 12;
const INDEX: usize = 16;

/// Holds the key of one installation. AES-256-GCM-SIV under a key of its own for each purpose; a
/// nonce that were drawn twice would show no more than that two texts are equal.
///
/// Sealed: one byte that tells the key, twelve of nonce, then text and tag. The purpose is bound
/// in, so what was sealed as a phone does not open as an ID-card number.
///
/// What is derived for a purpose is kept: an import of a city seals a million texts. Purposes are
/// a handful of words in the code, never input.
#[derive(Clone)]
pub struct Vault {
    key: [u8; 32],
    key_id: u8,
    drawers: Arc<RwLock<BTreeMap<String, Arc<Drawer>>>>,
}

/// What one purpose is sealed and found with.
struct Drawer {
    cipher: Aes256GcmSiv,
    index: Hmac<Sha256>,
}

impl Vault {
    /// The vault with this key.
    pub fn new(key: [u8; 32]) -> Self {
        let [key_id, ..] = derive(&key, "key id", "");
        Self { key, key_id, drawers: Arc::default() }
    }

    /// Seals a text. The same text sealed twice looks different.
    ///
    /// # Panics
    /// As [`Vault::seal_bytes`].
    pub fn seal(&self, purpose: &str, text: &str) -> Vec<u8> {
        self.seal_bytes(purpose, text.as_bytes())
    }

    /// Opens a text that was sealed for the same purpose; a fault when it was altered, or sealed
    /// with another key.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<String, Problem> {
        let text = self.open_bytes(purpose, sealed)?;
        String::from_utf8(text).map_err(|_| Problem::fault(format_args!("vault: {purpose} is no text")))
    }

    /// Seals bytes, as [`Vault::seal`] does a text: a photo, a paper.
    ///
    /// # Panics
    /// For more than 64 GB, and when the machine gives no random bytes.
    pub fn seal_bytes(&self, purpose: &str, plain: &[u8]) -> Vec<u8> {
        let nonce = random_nonce();
        let payload = Payload { msg: plain, aad: &[self.key_id] };
        #[expect(clippy::expect_used, reason = "fails only for more than 64 GB")]
        let sealed = self
            .drawer(purpose)
            .cipher
            .encrypt(&Nonce::from(nonce), payload)
            .expect("what the product keeps is sealed");
        let mut bytes = Vec::with_capacity(1 + NONCE + sealed.len());
        bytes.push(self.key_id);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        bytes
    }

    /// Opens bytes, as [`Vault::open`] does a text.
    pub fn open_bytes(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, Problem> {
        let (key_id, rest) = sealed.split_first().ok_or_else(|| Problem::fault("vault: nothing sealed"))?;
        if *key_id != self.key_id {
            return Err(Problem::fault(format_args!("vault: {purpose} sealed with another key")));
        }
        let (nonce, sealed) = rest
            .split_first_chunk::<NONCE>()
            .ok_or_else(|| Problem::fault(format_args!("vault: {purpose} cut short")))?;
        let payload = Payload { msg: sealed, aad: &[self.key_id] };
        self.drawer(purpose)
            .cipher
            .decrypt(&Nonce::from(*nonce), payload)
            .map_err(|_| Problem::fault(format_args!("vault: {purpose} altered")))
    }

    /// The blind index of a text: equal for equal texts, and telling nothing without the key.
    pub fn index(&self, purpose: &str, text: &str) -> Vec<u8> {
        let mut index = self.drawer(purpose).index.clone();
        index.update(text.as_bytes());
        let mut bytes = index.finalize().into_bytes().to_vec();
        bytes.truncate(INDEX);
        bytes
    }

    fn drawer(&self, purpose: &str) -> Arc<Drawer> {
        // A poisoned lock still guards whole drawers: nothing is half-written.
        let known = self.drawers.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(drawer) = known.get(purpose) {
            return Arc::clone(drawer);
        }
        drop(known);
        let drawer = Arc::new(Drawer {
            cipher: Aes256GcmSiv::new(&derive(&self.key, "seal", purpose).into()),
            index: keyed(&derive(&self.key, "index", purpose)),
        });
        self.drawers.write().unwrap_or_else(PoisonError::into_inner).insert(purpose.to_owned(), Arc::clone(&drawer));
        drawer
    }
}

/// A key for one use and purpose, from which neither the key nor another can be found.
fn derive(key: &[u8; 32], usage: &str, purpose: &str) -> [u8; 32] {
    let mut mac = keyed(key);
    for part in [b"ejia vault\0", usage.as_bytes(), b"\0", purpose.as_bytes()] {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("a key of 32 bytes")
}

fn random_nonce() -> [u8; NONCE] {
    let mut nonce = [0; NONCE];
    #[expect(clippy::expect_used, reason = "without randomness no id and no secret is safe: stop")]
    getrandom::fill(&mut nonce).expect("the machine gives random bytes");
    nonce
}

impl fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Vault(redacted)")
    }
}
