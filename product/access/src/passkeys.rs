//! Passkeys (WebAuthn), as far as a house needs them that asks for no attestation: what a browser sends when one is made, and
//! when one is used.
//!
//! Where no attestation is asked for, nothing that comes when a passkey is made is signed: the browser's own reading of the
//! public key is worth as much as ours would be, so no CBOR is read here. What an authenticator signs when it is used is
//! checked as the standard says (W3C, Web Authentication, 7.2).

use data_encoding::BASE64URL_NOPAD;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Where passkeys are made and used. A part of the site, put together by the app.
#[derive(Debug, Clone, Default)]
pub struct PasskeyOrigins(Vec<String>);

impl PasskeyOrigins {
    /// Those of these origins (`https://host:port`) at which browsers know passkeys: over TLS, or on this machine, and by a
    /// name, not by a number.
    pub fn among(origins: impl IntoIterator<Item = String>) -> Self {
        let known = |origin: &String| {
            let host = host_of(origin);
            let named = host.parse::<std::net::Ipv4Addr>().is_err() && !host.is_empty() && !host.starts_with('[');
            named && (origin.starts_with("https://") || host == "localhost")
        };
        Self(origins.into_iter().map(|origin| origin.trim_end_matches('/').to_owned()).filter(known).collect())
    }

    /// Whether there is any.
    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }
}

fn host_of(origin: &str) -> &str {
    let rest = origin.split_once("://").map_or("", |(_, rest)| rest);
    rest.rsplit_once(':').map_or(rest, |(host, _)| host)
}

/// The kinds of keys that are taken: how their DER begins, how long it is, and how their signatures are checked. ECDSA on
/// P-256, Ed25519, and RSA with 2048 bits, which older computers with Windows make.
const KEYS: [(&[u8], usize, &dyn VerificationAlgorithm); 3] = [
    (
        b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00",
        91,
        &ECDSA_P256_SHA256_ASN1,
    ),
    (b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 44, &ED25519),
    (
        b"\x30\x82\x01\x22\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x03\x82\x01\x0f\x00",
        294,
        &RSA_PKCS1_2048_8192_SHA256,
    ),
];

/// The key in its DER, with the way to check what it has signed.
fn key_of(der: &[u8]) -> Option<UnparsedPublicKey<&[u8]>> {
    KEYS.iter().find_map(|(beginning, length, algorithm)| {
        let key = der.strip_prefix(*beginning).filter(|_| der.len() == *length)?;
        Some(UnparsedPublicKey::new(*algorithm, key))
    })
}

/// Why a passkey is not believed, in a word for the log.
pub(crate) type Doubt = &'static str;

/// What a browser sends when a passkey was made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Made {
    /// `clientDataJSON`.
    pub(crate) client: Vec<u8>,
    /// `getAuthenticatorData()`.
    pub(crate) authenticator: Vec<u8>,
    /// `getPublicKey()`: DER.
    pub(crate) key: Vec<u8>,
}

/// What a browser sends when a passkey was used.
#[derive(Debug, Clone, Default)]
pub(crate) struct Used {
    /// `rawId`.
    pub(crate) credential: Vec<u8>,
    /// `clientDataJSON`.
    pub(crate) client: Vec<u8>,
    /// `authenticatorData`.
    pub(crate) authenticator: Vec<u8>,
    /// `signature`.
    pub(crate) signature: Vec<u8>,
}

/// A passkey as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passkey {
    pub(crate) credential: Vec<u8>,
    pub(crate) key: Vec<u8>,
    /// How often it says it was used; some always say 0.
    pub(crate) counter: u32,
}

/// Bytes as a form brings them.
pub(crate) fn bytes(text: &str) -> Vec<u8> {
    BASE64URL_NOPAD.decode(text.trim_end_matches('=').as_bytes()).unwrap_or_default()
}

/// Bytes as a page holds them.
pub(crate) fn text(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

impl Made {
    /// The passkey, if it was made here, for this challenge.
    pub(crate) fn checked(&self, origins: &PasskeyOrigins, challenge: &str) -> Result<Passkey, Doubt> {
        let said = said(origins, "webauthn.create", challenge, &self.client, &self.authenticator)?;
        let attested = said.rest.filter(|_| said.flags & ATTESTED != 0).ok_or("no credential")?;
        let (length, rest) = attested.get(AAGUID..).and_then(|rest| rest.split_first_chunk()).ok_or("no credential")?;
        let length = usize::from(u16::from_be_bytes(*length));
        let credential = rest.get(..length).filter(|id| (1..=LONGEST_ID).contains(&id.len())).ok_or("no credential")?;
        key_of(&self.key).ok_or("a key of another kind")?;
        Ok(Passkey { credential: credential.to_vec(), key: self.key.clone(), counter: said.counter })
    }
}

impl Used {
    /// What the passkey's counter says now, if it has signed this challenge, here.
    pub(crate) fn checked(&self, origins: &PasskeyOrigins, challenge: &str, known: &Passkey) -> Result<u32, Doubt> {
        let said = said(origins, "webauthn.get", challenge, &self.client, &self.authenticator)?;
        let key = key_of(&known.key).ok_or("a key of another kind")?;
        let signed = [self.authenticator.as_slice(), Sha256::digest(&self.client).as_slice()].concat();
        key.verify(&signed, &self.signature).map_err(|_| "a wrong signature")?;
        if (said.counter > 0 || known.counter > 0) && said.counter <= known.counter {
            return Err("a counter that goes back: there are two of this passkey");
        }
        Ok(said.counter)
    }
}

/// What the browser says of the page that asked.
#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default, rename = "crossOrigin")]
    cross_origin: bool,
}

/// What an authenticator says, whether or not it is signed.
struct Said<'a> {
    flags: u8,
    counter: u32,
    rest: Option<&'a [u8]>,
}

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;
/// The model of the authenticator, which nobody asks for.
const AAGUID: usize = 16;
const LONGEST_ID: usize = 1023;

/// Refuses what was said elsewhere, for something else, or without its owner.
fn said<'a>(
    origins: &PasskeyOrigins,
    kind: &str,
    challenge: &str,
    client: &[u8],
    authenticator: &'a [u8],
) -> Result<Said<'a>, Doubt> {
    let page: ClientData = serde_json::from_slice(client).map_err(|_| "client data that cannot be read")?;
    if page.kind != kind {
        return Err("made for something else");
    }
    if page.challenge != text(challenge.as_bytes()) {
        return Err("another challenge");
    }
    if page.cross_origin || !origins.0.contains(&page.origin) {
        return Err("another origin");
    }
    let (party, rest) = authenticator.split_first_chunk::<32>().ok_or("too short")?;
    if party.as_slice() != Sha256::digest(host_of(&page.origin).as_bytes()).as_slice() {
        return Err("another relying party");
    }
    let (flags, rest) = rest.split_first().ok_or("too short")?;
    if flags & PRESENT == 0 || flags & VERIFIED == 0 {
        return Err("nobody was there");
    }
    let (counter, rest) = rest.split_first_chunk().ok_or("too short")?;
    let rest = Some(rest).filter(|rest| !rest.is_empty());
    Ok(Said { flags: *flags, counter: u32::from_be_bytes(*counter), rest })
}

#[cfg(test)]
pub(crate) mod tests;
