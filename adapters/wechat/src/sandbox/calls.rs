//! The courier: carries events to the product's callback address, in order, up to three times each.

use std::sync::Weak;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use ejia_wire::xml::{self, Element};
use ejia_wire::{Caller, Reply, same};
use tokio::sync::oneshot;

use super::people::Shown;
use super::{Inner, Mood};
use crate::settings::Writing;
use crate::{chance, signature};

/// How long the service waits for an answer, and how often it calls.
const PATIENCE: Duration = Duration::from_secs(5);
const TRIES: usize = 3;
/// The most that an answer may hold.
const ANSWER_BYTES: u64 = 64 * 1024;

/// What is to be carried.
pub(super) struct Parcel {
    pub(super) open_id: String,
    pub(super) message: String,
    /// Told at the end whether it was taken.
    pub(super) done: oneshot::Sender<bool>,
}

/// Where parcels are handed in.
pub(super) struct Courier(Sender<Parcel>);

/// The courier's round, not yet begun.
pub(super) struct Round(Receiver<Parcel>);

impl Courier {
    pub(super) fn hire() -> (Self, Round) {
        let (hand, take) = channel();
        (Self(hand), Round(take))
    }

    /// A courier who has left takes nothing; then nobody is told.
    pub(super) fn hand(&self, parcel: Parcel) {
        let _ = self.0.send(parcel);
    }
}

impl Round {
    /// Begins the round on a thread of its own. It ends with the last handle on the sandbox.
    pub(super) fn start(self, sandbox: Weak<Inner>) -> std::io::Result<()> {
        let Self(parcels) = self;
        std::thread::Builder::new().name("wechat sandbox".to_owned()).spawn(move || {
            let caller = Caller::patient_for(PATIENCE);
            while let Ok(Parcel { open_id, message, done }) = parcels.recv() {
                let Some(sandbox) = sandbox.upgrade() else { return };
                let taken = deliver(&sandbox, &caller, &open_id, &message);
                // Nobody may be waiting to hear it.
                let _ = done.send(taken);
            }
        })?;
        Ok(())
    }
}

fn deliver(sandbox: &Inner, caller: &Caller, open_id: &str, message: &str) -> bool {
    let (Some(address), mood) = ({
        let books = sandbox.books();
        (books.call.clone(), books.mood)
    }) else {
        return false;
    };
    let times = if mood == Mood::EventsTwice { 2 } else { 1 };
    let mut taken = false;
    for _ in 0..times {
        taken = try_often(sandbox, caller, &address, open_id, message);
    }
    taken
}

fn try_often(sandbox: &Inner, caller: &Caller, address: &str, open_id: &str, message: &str) -> bool {
    for attempt in 0..TRIES {
        if attempt > 0 {
            std::thread::sleep(sandbox.settings.call_again);
        }
        let (query, body) = written(sandbox, open_id, message);
        let address = format!("{address}?{query}");
        let reply = caller.post(&address, "text/xml", body.as_bytes(), ANSWER_BYTES);
        if let Ok(Reply { status: 200, body, .. }) = reply
            && let Some(answer) = understood(sandbox, &body)
        {
            show(sandbox, open_id, answer);
            return true;
        }
    }
    false
}

/// Query and body of a call, signed and written as the account's console says.
fn written(sandbox: &Inner, open_id: &str, message: &str) -> (String, String) {
    let settings = &sandbox.settings;
    let forged = sandbox.books().mood == Mood::EventsForged;
    let token = if forged { "notTheToken" } else { settings.token.as_str() };
    let timestamp = sandbox.clock.now().ms().div_euclid(1000).to_string();
    let nonce = chance::plain_word::<10>();
    let signature = signature::of_call(token, &timestamp, &nonce);
    let query = format!("signature={signature}&timestamp={timestamp}&nonce={nonce}&openid={open_id}");
    let sealed = settings.writing.key().and_then(|key| key.seal(&settings.app_id, chance::bytes(), message));
    let Some(sealed) = sealed else { return (query, message.to_owned()) };
    let signature = signature::of_message(token, &timestamp, &nonce, &sealed);
    let query = format!("{query}&encrypt_type=aes&msg_signature={signature}");
    let clear_too = matches!(settings.writing, Writing::Both(_));
    let mut body = String::from("<xml>");
    if let Some(open) = message.strip_suffix("</xml>").filter(|_| clear_too) {
        open.clone_into(&mut body);
    } else {
        xml::write_cdata(&mut body, "ToUserName", &settings.original_id);
    }
    xml::write_cdata(&mut body, "Encrypt", &sealed);
    body.push_str("</xml>");
    (query, body)
}

/// What the product answers.
enum Answer {
    /// It has taken the call.
    Taken,
    /// And says this in the conversation.
    Text(String),
}

/// None for what the service does not understand.
fn understood(sandbox: &Inner, body: &[u8]) -> Option<Answer> {
    let text = std::str::from_utf8(body).ok()?;
    if matches!(text, "" | "success") {
        return Some(Answer::Taken);
    }
    let outside = Element::read(text)?;
    let settings = &sandbox.settings;
    let inside = match settings.writing.key() {
        None => outside,
        Some(key) => {
            let [timestamp, nonce, sealed] = ["TimeStamp", "Nonce", "Encrypt"].map(|name| outside.text(name));
            let signature = signature::of_message(&settings.token, timestamp, nonce, sealed);
            if !same(&signature, outside.text("MsgSignature")) {
                return None;
            }
            Element::read(&key.open(&settings.app_id, sealed)?)?
        }
    };
    let fits = inside.text("FromUserName") == settings.original_id && inside.text("MsgType") == "text";
    fits.then(|| Answer::Text(inside.text("Content").to_owned()))
}

fn show(sandbox: &Inner, open_id: &str, answer: Answer) {
    let Answer::Text(text) = answer else { return };
    let at = sandbox.clock.now().rfc3339();
    if let Some(person) = sandbox.books().by_open_id(open_id).filter(|person| person.following) {
        person.show(Shown {
            template: String::new(),
            title: String::new(),
            text,
            data: Vec::new(),
            url: String::new(),
            at,
        });
    }
}
