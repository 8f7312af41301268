//! Proof that a form was ours: a token bound to the browser's cookie, new on every page.
//!
//! The token is `random ‖ HMAC(key, random ‖ cookie)`, so a compressed page holds no lasting secret.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ejia_kernel::Problem;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

const HALF: usize = 16;

/// The key under which forms and notices are sealed.
#[derive(Clone)]
pub(crate) struct Seal {
    forms: Hmac<Sha256>,
    notices: Hmac<Sha256>,
}

impl Seal {
    pub(crate) fn new(key: &[u8; 32]) -> Result<Self, Problem> {
        let keyed = |purpose: &[u8]| -> Result<Hmac<Sha256>, Problem> {
            let mut root = Hmac::<Sha256>::new_from_slice(key).map_err(Problem::fault)?;
            root.update(purpose);
            Hmac::<Sha256>::new_from_slice(&root.finalize().into_bytes()).map_err(Problem::fault)
        };
        Ok(Self { forms: keyed(b"forms")?, notices: keyed(b"notices")? })
    }

    /// A fresh token for a form shown to the browser that bears `cookie`.
    pub(crate) fn token(&self, cookie: &str) -> Result<String, Problem> {
        let mut bytes = [0_u8; HALF * 2];
        let (random, proof) = bytes.split_at_mut(HALF);
        getrandom::fill(random).map_err(Problem::fault)?;
        proof.copy_from_slice(&half(&self.forms, random, cookie.as_bytes()));
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Whether the token was made for the browser that bears `cookie`.
    pub(crate) fn holds(&self, cookie: &str, token: &str) -> bool {
        let mut bytes = [0_u8; HALF * 2];
        if token.len() > 64 || URL_SAFE_NO_PAD.decode_slice(token, &mut bytes) != Ok(HALF * 2) {
            return false;
        }
        let (random, proof) = bytes.split_at(HALF);
        half(&self.forms, random, cookie.as_bytes()).ct_eq(proof).into()
    }

    /// A sentence as a cookie value.
    pub(crate) fn wrap(&self, sentence: &str) -> String {
        let mut bytes = half(&self.notices, b"", sentence.as_bytes()).to_vec();
        bytes.extend_from_slice(sentence.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The sentence of a cookie value that we wrote.
    pub(crate) fn unwrap(&self, value: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(value).ok()?;
        let (proof, sentence) = bytes.split_at_checked(HALF)?;
        let genuine: bool = half(&self.notices, b"", sentence).ct_eq(proof).into();
        if genuine { String::from_utf8(sentence.to_vec()).ok() } else { None }
    }
}

fn half(key: &Hmac<Sha256>, first: &[u8], second: &[u8]) -> [u8; HALF] {
    let mut mac = key.clone();
    mac.update(first);
    mac.update(second);
    let whole = mac.finalize().into_bytes();
    std::array::from_fn(|at| whole.get(at).copied().unwrap_or_default())
}

/// A new random value for the visit cookie.
pub(crate) fn visit() -> Result<String, Problem> {
    let mut bytes = [0_u8; 18];
    getrandom::fill(&mut bytes).map_err(Problem::fault)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
