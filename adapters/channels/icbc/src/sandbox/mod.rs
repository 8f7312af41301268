//! The bank's open platform for trying out: the paying page, the services, the notifications, on the books of the counter.
//!
//! It knows one application of one merchant and checks what we send as the platform does: signature over path and
//! parameters, the message's number, its time. Names of fields that the bank's public material leaves open are those of
//! `docs/decisions/0007-payment-channels.md`.

mod answers;
pub(crate) mod keys;
mod page;
mod post;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::post;
use ejia_counter::Counter;
use ejia_wire::{Form, KeyFault, PrivateKey, PublicKey, Scheme, from_base64, stamps};

pub use keys::{SANDBOX_CERTIFICATE, SANDBOX_GATEWAY_KEY, SANDBOX_MERCHANT_KEY, is_sandbox_key};

use crate::signature::{holds, text_of};
use crate::{IcbcSettings, Signing};

/// The channel's name in the books.
pub(crate) const CHANNEL: &str = "icbc";
/// No message is longer.
const BYTES: usize = 64 * 1024;
/// How many messages' numbers are remembered.
const MESSAGES: usize = 100_000;
/// How far a message's time may be off.
const SKEW: Duration = Duration::from_mins(10);

/// Refusals of the platform.
const UNKNOWN_APP: i64 = 400_011;
const WRONG_SIGNATURE: i64 = 400_017;
const ILLEGAL: i64 = 500_020;

/// A handle on the sandbox; clones share it.
#[derive(Clone)]
pub struct Sandbox {
    bank: Arc<Bank>,
}

struct Bank {
    app: String,
    merchant: String,
    account: String,
    counter: Counter,
    /// The gateway's own key.
    key: PrivateKey,
    /// The merchant's public key, registered for the application.
    registered: PublicKey,
    messages: Mutex<HashSet<String>>,
}

impl Sandbox {
    /// The platform with the demo's application; it joins the counter's books.
    ///
    /// # Errors
    /// Never, while the keys that are built in are some.
    pub fn new(counter: &Counter) -> Result<Self, KeyFault> {
        let bank = Arc::new(Bank {
            app: "10000000000000350200".to_owned(),
            merchant: "350290000001".to_owned(),
            account: "4100000000000000001".to_owned(),
            counter: counter.clone(),
            key: PrivateKey::read(keys::SANDBOX_GATEWAY_PRIVATE.as_bytes())?,
            registered: PublicKey::read(keys::SANDBOX_MERCHANT_PUBLIC.as_bytes())?,
            messages: Mutex::default(),
        });
        counter.join(CHANNEL, Arc::new(post::Voice(bank.clone())));
        Ok(Self { bank })
    }

    /// The bank's routes, all below `/sandbox/bank/icbc/`.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/sandbox/bank/icbc/ui/b2c/pc/pay/transfer/V1", post(page::take))
            .route("/sandbox/bank/icbc/api/{*service}", post(answers::answer))
            .layer(DefaultBodyLimit::max(BYTES))
            .with_state(self.clone())
    }

    /// What the product is to be given so that it comes here.
    pub fn settings(&self, origin: &str, notify_url: &str, return_url: &str) -> IcbcSettings {
        let signing = Signing::Rsa2 { key: SANDBOX_MERCHANT_KEY.into() };
        let Bank { app, merchant, account, .. } = &*self.bank;
        IcbcSettings {
            gateway: format!("{origin}/sandbox/bank/icbc"),
            notify_url: notify_url.to_owned(),
            return_url: return_url.to_owned(),
            reference: "*.invalid".to_owned(),
            hotline: "0592-12371".to_owned(),
            ..IcbcSettings::new(app, merchant, account, signing, SANDBOX_GATEWAY_KEY)
        }
    }
}

impl Bank {
    /// Lets a message in: its application, its signature over the path it was sent to, its time, its number.
    fn admit(&self, path: &str, form: &Form) -> Result<(), i64> {
        if form.text("app_id") != self.app {
            return Err(UNKNOWN_APP);
        }
        let scheme = match form.text("sign_type") {
            "RSA2" => Scheme::Sha256,
            "RSA" => Scheme::Sha1,
            "CA" => {
                let same = from_base64(form.text("ca")) == from_base64(SANDBOX_CERTIFICATE);
                if same { Scheme::BareSha1 } else { return Err(WRONG_SIGNATURE) }
            }
            _ => return Err(WRONG_SIGNATURE),
        };
        if !holds(&self.registered, scheme, &text_of(path, form), form.text("sign")) {
            return Err(WRONG_SIGNATURE);
        }
        let (now, number) = (self.counter.now(), form.text("msg_id"));
        let at = stamps::read_spaced(form.text("timestamp")).ok_or(ILLEGAL)?;
        let known = (form.text("format"), form.text("charset")) == ("json", "UTF-8");
        if !known || at.plus(SKEW) < now || now.plus(SKEW) < at || number.is_empty() || number.len() > 40 {
            return Err(ILLEGAL);
        }
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        if messages.len() >= MESSAGES {
            messages.clear();
        }
        if messages.insert(number.to_owned()) { Ok(()) } else { Err(ILLEGAL) }
    }
}

#[cfg(test)]
mod tests;
