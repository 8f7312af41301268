//! An authenticator in software, and everything that is wrong with what a stranger sends.

use data_encoding::BASE64;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};

use super::*;

pub(crate) const ORIGIN: &str = "https://ejia.example";
const CHALLENGE: &str = "0123456789abcdef";

enum Key {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

/// An authenticator with one passkey.
pub(crate) struct Authenticator {
    key: Key,
    credential: Vec<u8>,
    pub(crate) counter: u32,
    pub(crate) flags: u8,
    pub(crate) origin: String,
}

impl Authenticator {
    pub(crate) fn new() -> Self {
        let chance = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &chance).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &chance).unwrap();
        Self::with(Key::P256(key))
    }

    fn with_ed25519() -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::with(Key::Ed25519(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap()))
    }

    /// As an older Windows makes them (RS256), with a key that everybody may know.
    fn with_rsa() -> Self {
        let text = include_str!("windows.pem").lines().filter(|line| !line.starts_with("-----")).collect::<String>();
        Self::with(Key::Rsa(RsaKeyPair::from_pkcs8(&BASE64.decode(text.as_bytes()).unwrap()).unwrap()))
    }

    fn with(key: Key) -> Self {
        let public = match &key {
            Key::P256(key) => key.public_key().as_ref(),
            Key::Ed25519(key) => key.public_key().as_ref(),
            Key::Rsa(key) => key.public_key().as_ref(),
        };
        let credential = Sha256::digest(public).to_vec();
        Self { credential, key, counter: 0, flags: PRESENT | VERIFIED, origin: ORIGIN.to_owned() }
    }

    fn der(&self) -> Vec<u8> {
        match &self.key {
            Key::P256(key) => [KEYS[0].0, key.public_key().as_ref()].concat(),
            Key::Ed25519(key) => [KEYS[1].0, key.public_key().as_ref()].concat(),
            Key::Rsa(key) => [KEYS[2].0, key.public_key().as_ref()].concat(),
        }
    }

    fn client(&self, kind: &str, challenge: &str) -> Vec<u8> {
        let (challenge, origin) = (text(challenge.as_bytes()), &self.origin);
        format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#).into_bytes()
    }

    fn head(&self, more: u8) -> Vec<u8> {
        let mut head = Sha256::digest(host_of(&self.origin).as_bytes()).to_vec();
        head.push(self.flags | more);
        head.extend(self.counter.to_be_bytes());
        head
    }

    pub(crate) fn make(&self, challenge: &str) -> Made {
        let mut authenticator = self.head(ATTESTED);
        authenticator.extend([0; AAGUID]);
        authenticator.extend(u16::try_from(self.credential.len()).unwrap().to_be_bytes());
        authenticator.extend(&self.credential);
        authenticator.extend(b"the key once more, in CBOR");
        Made { client: self.client("webauthn.create", challenge), authenticator, key: self.der() }
    }

    pub(crate) fn sign(&mut self, challenge: &str) -> Used {
        self.counter += 1;
        self.sign_as_before(challenge)
    }

    fn sign_as_before(&self, challenge: &str) -> Used {
        let (client, authenticator) = (self.client("webauthn.get", challenge), self.head(0));
        let signed = [authenticator.as_slice(), Sha256::digest(&client).as_slice()].concat();
        let signature = match &self.key {
            Key::P256(key) => key.sign(&SystemRandom::new(), &signed).unwrap().as_ref().to_vec(),
            Key::Ed25519(key) => key.sign(&signed).as_ref().to_vec(),
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &signed, &mut signature).unwrap();
                signature
            }
        };
        Used { credential: self.credential.clone(), client, authenticator, signature }
    }
}

fn origins() -> PasskeyOrigins {
    PasskeyOrigins::among([ORIGIN.to_owned()])
}

#[test]
fn a_passkey_is_made_and_used_with_each_kind_of_key_and_a_changed_signature_is_none() {
    for mut own in [Authenticator::new(), Authenticator::with_ed25519(), Authenticator::with_rsa()] {
        let known = own.make(CHALLENGE).checked(&origins(), CHALLENGE).unwrap();
        assert_eq!((&known.credential, known.counter), (&own.credential, 0));
        assert_eq!(own.sign(CHALLENGE).checked(&origins(), CHALLENGE, &known), Ok(1));
        let mut forged = own.sign(CHALLENGE);
        *forged.signature.last_mut().unwrap() ^= 1;
        assert_eq!(forged.checked(&origins(), CHALLENGE, &known), Err("a wrong signature"));
    }
}

#[test]
fn nothing_said_elsewhere_for_something_else_or_without_its_owner_is_believed() {
    let own = Authenticator::new();
    let doubt = |made: Made| made.checked(&origins(), CHALLENGE).unwrap_err();
    assert_eq!(doubt(own.make("another")), "another challenge");
    let mut elsewhere = Authenticator::new();
    for origin in ["https://elsewhere.example", "https://ejia.example:8443", "http://ejia.example"] {
        origin.clone_into(&mut elsewhere.origin);
        assert_eq!(doubt(elsewhere.make(CHALLENGE)), "another origin", "{origin}");
    }
    let mut phished = own.make(CHALLENGE);
    phished.authenticator[3] ^= 1;
    assert_eq!(doubt(phished), "another relying party");
    for flags in [0, PRESENT, VERIFIED] {
        let mut absent = Authenticator::new();
        absent.flags = flags;
        assert_eq!(doubt(absent.make(CHALLENGE)), "nobody was there");
    }
    let client = String::from_utf8(own.make(CHALLENGE).client).unwrap().replace("false", "true");
    let framed = Made { client: client.into_bytes(), ..own.make(CHALLENGE) };
    assert_eq!(doubt(framed), "another origin");
    let used = own.client("webauthn.get", CHALLENGE);
    assert_eq!(doubt(Made { client: used, ..own.make(CHALLENGE) }), "made for something else");
    let bare = Made { authenticator: own.head(0), ..own.make(CHALLENGE) };
    assert_eq!(doubt(bare), "no credential");
    let strange = Made { key: vec![0x30; 91], ..own.make(CHALLENGE) };
    assert_eq!(doubt(strange), "a key of another kind");
    for length in 0..own.make(CHALLENGE).authenticator.len() - 26 {
        let mut short = own.make(CHALLENGE);
        short.authenticator.truncate(length);
        assert!(short.checked(&origins(), CHALLENGE).is_err(), "{length} bytes");
    }
}

#[test]
fn a_signature_counts_for_its_key_its_challenge_and_what_was_signed() {
    let mut own = Authenticator::new();
    let known = own.make(CHALLENGE).checked(&origins(), CHALLENGE).unwrap();
    let doubt = |used: Used| used.checked(&origins(), CHALLENGE, &known).unwrap_err();
    assert_eq!(doubt(own.sign("another")), "another challenge");
    assert_eq!(doubt(Authenticator::new().sign(CHALLENGE)), "a wrong signature");
    let mut tampered = own.sign(CHALLENGE);
    tampered.authenticator[36] ^= 1;
    assert_eq!(doubt(tampered), "a wrong signature");
    let mut empty = own.sign(CHALLENGE);
    empty.signature.clear();
    assert_eq!(doubt(empty), "a wrong signature");
    own.flags = PRESENT;
    assert_eq!(doubt(own.sign(CHALLENGE)), "nobody was there");
}

#[test]
fn a_counter_that_goes_back_tells_of_a_copy_and_one_that_stands_at_nought_is_none() {
    let mut own = Authenticator::new();
    let mut known = own.make(CHALLENGE).checked(&origins(), CHALLENGE).unwrap();
    known.counter = 7;
    own.counter = 6;
    assert!(own.sign(CHALLENGE).checked(&origins(), CHALLENGE, &known).is_err(), "the same once more");
    assert_eq!(own.sign(CHALLENGE).checked(&origins(), CHALLENGE, &known), Ok(8));
    known.counter = 0;
    own.counter = 0;
    let used = own.sign_as_before(CHALLENGE);
    assert_eq!(used.checked(&origins(), CHALLENGE, &known), Ok(0));
}

#[test]
fn browsers_know_passkeys_at_names_over_tls_alone() {
    for (origin, known) in [
        ("https://ejia.example.gov.cn", true),
        ("https://ejia.example.gov.cn:8643/", true),
        ("http://localhost:8600", true),
        ("http://ejia.example.gov.cn", false),
        ("http://127.0.0.1:8600", false),
        ("https://10.0.0.1", false),
        ("https://[::1]:8643", false),
        ("", false),
    ] {
        assert_eq!(PasskeyOrigins::among([origin.to_owned()]).any(), known, "{origin}");
    }
    assert_eq!(bytes(&text(&[0, 250, 251, 252])), [0, 250, 251, 252]);
    assert_eq!(bytes("not base64!"), Vec::<u8>::new());
}
