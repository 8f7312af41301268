//! RSA keys in the shapes they are handed out in, and the signatures the protocols ask for.
//!
//! `ring` signs and verifies SHA-256 with keys of 2048 bits and more, as fast as this machine can. What it knows nothing
//! of (SHA-1 and MD5, the bare digest, shorter keys and odd exponents) is left to the crate `rsa`.

use std::fmt;
use std::sync::Arc;

use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use rsa::pkcs1::{DecodeRsaPrivateKey, DecodeRsaPublicKey, EncodeRsaPrivateKey, EncodeRsaPublicKey};
use rsa::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePublicKey};
use rsa::rand_core::{CryptoRng, Error, RngCore};
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey};

use crate::codes::{from_base64, from_hex, md5, sha1, sha256};

/// Shorter keys are left to the crate `rsa`.
const RING_BITS: usize = 2048;

/// Why a key was not read or did not sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFault {
    /// Neither PEM, DER nor base64 of an RSA key.
    Unreadable,
    /// The key is read and does not sign: it is damaged.
    Unusable,
}

impl fmt::Display for KeyFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Unreadable => "not an RSA key in PEM, DER or base64",
            Self::Unusable => "the RSA key does not sign",
        })
    }
}

impl std::error::Error for KeyFault {}

/// What is signed of a message; always padded as PKCS#1 v1.5 says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// SHA256withRSA.
    Sha256,
    /// SHA1withRSA.
    Sha1,
    /// MD5withRSA.
    Md5,
    /// The 20 bytes of SHA-1 without a word of what they are: ICBC's own.
    BareSha1,
}

impl Scheme {
    /// The digest, and the name of the digest that is put before it.
    fn parts(self, message: &[u8]) -> (Pkcs1v15Sign, Vec<u8>) {
        const SHA1: &[u8] = b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14";
        const MD5: &[u8] = b"\x30\x20\x30\x0c\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x05\x05\x00\x04\x10";
        let named = |prefix: &[u8], length| Pkcs1v15Sign { hash_len: Some(length), prefix: prefix.into() };
        match self {
            Self::Sha256 => (Pkcs1v15Sign::new::<rsa::sha2::Sha256>(), sha256(message).to_vec()),
            Self::Sha1 => (named(SHA1, 20), sha1(message).to_vec()),
            Self::Md5 => (named(MD5, 16), md5(message).to_vec()),
            Self::BareSha1 => (Pkcs1v15Sign::new_unprefixed(), sha1(message).to_vec()),
        }
    }
}

/// A private key. Clones share it; it prints nothing of itself.
#[derive(Clone)]
pub struct PrivateKey {
    held: Arc<Held>,
}

struct Held {
    key: RsaPrivateKey,
    fast: Option<RsaKeyPair>,
}

impl PrivateKey {
    /// Reads PKCS#8 or PKCS#1, as PEM, as DER, or as the bare base64 of DER.
    ///
    /// # Errors
    /// [`KeyFault::Unreadable`]; so is a key under a password.
    pub fn read(key: &[u8]) -> Result<Self, KeyFault> {
        let der = bare_der(key).ok_or(KeyFault::Unreadable)?;
        let key = RsaPrivateKey::from_pkcs8_der(&der)
            .or_else(|_| RsaPrivateKey::from_pkcs1_der(&der))
            .map_err(|_| KeyFault::Unreadable)?;
        let fast = if key.n().bits() >= RING_BITS {
            key.to_pkcs1_der().ok().and_then(|der| RsaKeyPair::from_der(der.as_bytes()).ok())
        } else {
            None
        };
        Ok(Self { held: Arc::new(Held { key, fast }) })
    }

    /// The signature of a message.
    ///
    /// # Errors
    /// [`KeyFault::Unusable`].
    pub fn sign(&self, scheme: Scheme, message: &[u8]) -> Result<Vec<u8>, KeyFault> {
        if let (Scheme::Sha256, Some(fast)) = (scheme, &self.held.fast) {
            let mut signature = vec![0; fast.public().modulus_len()];
            fast.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                .map_err(|_| KeyFault::Unusable)?;
            return Ok(signature);
        }
        let (padding, digest) = scheme.parts(message);
        self.held.key.sign_with_rng(&mut Chance, padding, &digest).map_err(|_| KeyFault::Unusable)
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey::of(self.held.key.to_public_key())
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PrivateKey(…)")
    }
}

/// A public key.
#[derive(Clone)]
pub struct PublicKey {
    key: RsaPublicKey,
    /// PKCS#1 DER for `ring`, when the key is one for it.
    fast: Option<Arc<[u8]>>,
}

impl PublicKey {
    /// Reads an SPKI, a PKCS#1 public key or a certificate, as PEM, as DER, as the bare base64 of DER, or as its hex
    /// (CCB). A certificate's chain and dates are not looked at: for that there is [`crate::Certificate`].
    ///
    /// # Errors
    /// [`KeyFault::Unreadable`].
    pub fn read(key: &[u8]) -> Result<Self, KeyFault> {
        let der = bare_der(key).ok_or(KeyFault::Unreadable)?;
        Self::read_spki(&der)
            .or_else(|_| RsaPublicKey::from_pkcs1_der(&der).map(Self::of).map_err(|_| KeyFault::Unreadable))
            .or_else(|_| crate::Certificate::read(&der).map(|certificate| certificate.public_key().clone()))
    }

    pub(crate) fn read_spki(der: &[u8]) -> Result<Self, KeyFault> {
        RsaPublicKey::from_public_key_der(der).map(Self::of).map_err(|_| KeyFault::Unreadable)
    }

    fn of(key: RsaPublicKey) -> Self {
        let fast = if key.n().bits() >= RING_BITS {
            key.to_pkcs1_der().ok().map(|der| Arc::from(der.as_bytes()))
        } else {
            None
        };
        Self { key, fast }
    }

    /// Whether the signature is one of this message by the key's private half.
    pub fn verify(&self, scheme: Scheme, message: &[u8], signature: &[u8]) -> bool {
        if let (Scheme::Sha256, Some(der)) = (scheme, &self.fast) {
            return UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).verify(message, signature).is_ok();
        }
        let (padding, digest) = scheme.parts(message);
        self.key.verify(padding, &digest, signature).is_ok()
    }

    /// How many bits the modulus has.
    pub fn bits(&self) -> usize {
        self.key.n().bits()
    }

    /// As SPKI DER; empty when the key cannot be written, which no key that was read is.
    pub fn spki_der(&self) -> Vec<u8> {
        self.key.to_public_key_der().map(|der| der.as_bytes().to_vec()).unwrap_or_default()
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PublicKey({} bits)", self.bits())
    }
}

/// The DER within PEM, base64 or hex; DER itself begins with 0x30 and a length that is no text.
pub(crate) fn bare_der(key: &[u8]) -> Option<Vec<u8>> {
    let Ok(text) = str::from_utf8(key) else { return Some(key.to_vec()) };
    let text = text.trim_start_matches('\u{feff}').trim();
    if let Some((_, rest)) = text.split_once("-----BEGIN ") {
        let (_, body) = rest.split_once("-----")?;
        let (body, _) = body.split_once("-----END ")?;
        return from_base64(body);
    }
    from_hex(text).or_else(|| from_base64(text))
}

/// The machine's randomness in the shape `rsa` asks for: it blinds the private operation.
struct Chance;

impl RngCore for Chance {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_ne_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_ne_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        #[expect(clippy::expect_used, reason = "without randomness no signature is safe: stop")]
        getrandom::fill(bytes).expect("the machine gives random bytes");
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Chance {}

#[cfg(test)]
mod tests;
