//! What a key seals with: AES-256-GCM-SIV, or SM4-GCM where the national ciphers are asked for.

use aes_gcm::AesGcm;
use aes_gcm_siv::Aes256GcmSiv;
use aes_gcm_siv::aead::consts::U12;
use aes_gcm_siv::aead::{Aead, KeyInit, Nonce, Payload};
use hmac::{Hmac, Mac};
use schemars::JsonSchema;
use serde::Deserialize;
use sha2::Sha256;
use sm3::Sm3;
use sm4::Sm4;

use super::{derive, keyed, random};

pub(super) const NONCE: usize = 12;

/// SM4 in Galois/counter mode, as RFC 8998 uses it.
pub(super) type Sm4Gcm = AesGcm<Sm4, U12>;

/// What a key seals with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Cipher {
    /// AES-256-GCM-SIV (RFC 8452); keys by HMAC-SHA-256.
    Aes,
    /// SM4-GCM (GB/T 32907, RFC 8998); keys by HMAC-SM3 (GB/T 32905).
    Sm4,
}

impl Cipher {
    /// The byte that tells a key, drawn from key and cipher: the same secret under another cipher is another key.
    pub(super) fn key_id(self, secret: &[u8; 32]) -> u8 {
        let [id, ..] = match self {
            Self::Aes => derive::<Hmac<Sha256>>(secret, "key id", ""),
            Self::Sm4 => derive::<Hmac<Sm3>>(secret, "key id", ""),
        };
        id
    }
}

/// What one purpose is sealed with.
pub(super) enum Sealer {
    /// A nonce that were drawn twice would show no more than that two texts are equal.
    Aes(Box<Aes256GcmSiv>),
    /// Plain GCM must never meet a nonce twice with two texts: it would show how they differ and give away what tags are
    /// made with. So the nonce is a MAC over chance and text, under a key of its own: chance that were drawn twice does no
    /// more harm than with the other cipher. What remains is that two of the 96 bits meet: below one in 2³² as long as one
    /// purpose seals fewer than four billion times under one key.
    Sm4 { cipher: Box<Sm4Gcm>, nonces: Hmac<Sm3> },
}

impl Sealer {
    pub(super) fn new(cipher: Cipher, secret: &[u8; 32], purpose: &str) -> Self {
        match cipher {
            Cipher::Aes => {
                let key = derive::<Hmac<Sha256>>(secret, "seal", purpose);
                Self::Aes(Box::new(Aes256GcmSiv::new(&key.into())))
            }
            Cipher::Sm4 => {
                let derived = |usage| derive::<Hmac<Sm3>>(secret, usage, purpose);
                let [key, _] = halves(derived("seal"));
                Self::Sm4 { cipher: Box::new(Sm4Gcm::new(&key.into())), nonces: keyed(&derived("nonce")) }
            }
        }
    }

    /// Answers nonce and sealed text. The byte that tells the key is bound in.
    pub(super) fn seal(&self, key_id: u8, plain: &[u8]) -> ([u8; NONCE], Vec<u8>) {
        let payload = Payload { msg: plain, aad: &[key_id] };
        let (nonce, sealed) = match self {
            Self::Aes(cipher) => {
                let nonce = random::<NONCE>();
                (nonce, cipher.encrypt(&nonce.into(), payload))
            }
            Self::Sm4 { cipher, nonces } => {
                let nonce = synthetic(nonces, &random(), plain);
                (nonce, cipher.encrypt(&nonce.into(), payload))
            }
        };
        #[expect(clippy::expect_used, reason = "fails only for more than 64 GB")]
        let sealed = sealed.expect("what the product keeps is sealed");
        (nonce, sealed)
    }

    /// What was sealed; nothing when it was altered.
    pub(super) fn open(&self, key_id: u8, nonce: &[u8; NONCE], sealed: &[u8]) -> Option<Vec<u8>> {
        let payload = Payload { msg: sealed, aad: &[key_id] };
        match self {
            Self::Aes(cipher) => cipher.decrypt(&Nonce::<Aes256GcmSiv>::from(*nonce), payload).ok(),
            Self::Sm4 { cipher, .. } => cipher.decrypt(&Nonce::<Sm4Gcm>::from(*nonce), payload).ok(),
        }
    }
}

/// A nonce that is another for another text even when chance is the same.
pub(super) fn synthetic(nonces: &Hmac<Sm3>, chance: &[u8; 16], plain: &[u8]) -> [u8; NONCE] {
    let mut mac = nonces.clone();
    mac.update(chance);
    mac.update(plain);
    let bytes: [u8; 32] = mac.finalize().into_bytes().into();
    let mut nonce = [0; NONCE];
    nonce.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    nonce
}

fn halves(bytes: [u8; 32]) -> [[u8; 16]; 2] {
    let mut halves = [[0; 16]; 2];
    halves.as_flattened_mut().copy_from_slice(&bytes);
    halves
}
