//! Whether a call is the service's, and what lies within; how an answer is wrapped.

use std::time::Duration;

use ejia_kernel::{Instant, OpenId};
use ejia_wire::xml::{self, Element};
use ejia_wire::{Form, same};

use crate::settings::Writing;
use crate::{chance, signature};

/// How far the time of a call may be from ours.
const WINDOW: Duration = Duration::from_mins(5);

/// Why a call is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disbelief {
    /// It is not the service's, or not of now.
    Forged,
    /// It says nothing that can be read.
    Unreadable,
}

/// What calls are checked and opened with.
pub(super) struct Envelope {
    pub(super) token: String,
    pub(super) app_id: String,
    pub(super) writing: Writing,
}

/// Between whom an answer goes.
pub(super) struct Parties {
    pub(super) person: OpenId,
    pub(super) account: String,
}

impl Envelope {
    /// Whether the call bears our token's signature and the time of now.
    pub(super) fn believes(&self, query: &Form, now: Instant) -> Result<(), Disbelief> {
        let (timestamp, nonce) = (query.text("timestamp"), query.text("nonce"));
        let at = timestamp.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1000)).map(Instant::from_ms);
        let fresh = at.is_some_and(|at| at >= now.minus(WINDOW) && at <= now.plus(WINDOW));
        let signed = same(&signature::of_call(&self.token, timestamp, nonce), query.text("signature"));
        if fresh && signed { Ok(()) } else { Err(Disbelief::Forged) }
    }

    /// The message itself. The encrypted part counts wherever there is one; in clear only what may come in clear.
    pub(super) fn open(&self, query: &Form, body: &[u8]) -> Result<Element, Disbelief> {
        let outside = document(body)?;
        let sealed = outside.child("Encrypt").map(|_| outside.text("Encrypt")).filter(|sealed| !sealed.is_empty());
        let (key, sealed) = match (&self.writing, sealed) {
            (Writing::Clear | Writing::Both(_), None) => return Ok(outside),
            (Writing::Clear, Some(_)) => return Err(Disbelief::Unreadable),
            (Writing::Encrypted(_), None) => return Err(Disbelief::Forged),
            (Writing::Both(key) | Writing::Encrypted(key), Some(sealed)) => (key, sealed),
        };
        let (timestamp, nonce) = (query.text("timestamp"), query.text("nonce"));
        let signature = signature::of_message(&self.token, timestamp, nonce, sealed);
        if !same(&signature, query.text("msg_signature")) {
            return Err(Disbelief::Forged);
        }
        let message = key.open(&self.app_id, sealed).ok_or(Disbelief::Forged)?;
        document(message.as_bytes())
    }

    /// A text for the person, written as the service's calls are. None when it cannot be written.
    pub(super) fn reply(&self, parties: &Parties, text: &str, now: Instant) -> Option<String> {
        let timestamp = now.ms().div_euclid(1000).to_string();
        let mut message = String::from("<xml>");
        xml::write_cdata(&mut message, "ToUserName", parties.person.expose());
        xml::write_cdata(&mut message, "FromUserName", &parties.account);
        xml::write(&mut message, "CreateTime", &timestamp);
        xml::write_cdata(&mut message, "MsgType", "text");
        xml::write_cdata(&mut message, "Content", text);
        message.push_str("</xml>");
        let Some(key) = self.writing.key() else { return Some(message) };
        let sealed = key.seal(&self.app_id, chance::bytes(), &message)?;
        let nonce = chance::plain_word::<16>();
        let mut outside = String::from("<xml>");
        xml::write_cdata(&mut outside, "Encrypt", &sealed);
        let signature = signature::of_message(&self.token, &timestamp, &nonce, &sealed);
        xml::write_cdata(&mut outside, "MsgSignature", &signature);
        xml::write(&mut outside, "TimeStamp", &timestamp);
        xml::write_cdata(&mut outside, "Nonce", &nonce);
        outside.push_str("</xml>");
        Some(outside)
    }
}

fn document(bytes: &[u8]) -> Result<Element, Disbelief> {
    let text = std::str::from_utf8(bytes).map_err(|_| Disbelief::Unreadable)?;
    Element::read(text).filter(|root| root.name() == "xml").ok_or(Disbelief::Unreadable)
}
