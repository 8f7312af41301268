//! Alipay for trying out: a real server on the other side of the wire, with the books of `counter` behind it.
//!
//! Everything lies below `/sandbox/bank/alipay/`: `gateway.do` takes every method with query and body merged, checks our
//! signature and signs the exact text of its answers; the payer's page is the counter's; statements are to be had from
//! ten o'clock of the next day on. Other clients than ours are served alike.

mod bills;
mod gateway;
mod keys;
mod methods;
mod voice;

use std::sync::Arc;

use axum::Router;
use ejia_counter::Counter;
use ejia_wire::{KeyFault, PrivateKey, PublicKey};

use crate::settings::AlipaySettings;

pub use keys::{
    SANDBOX_ALIPAY_PRIVATE_KEY, SANDBOX_ALIPAY_PUBLIC_KEY, SANDBOX_MERCHANT_PRIVATE_KEY, SANDBOX_MERCHANT_PUBLIC_KEY,
    is_sandbox_key,
};

/// The channel's name in the counter's books and in addresses.
pub(crate) const CHANNEL: &str = "alipay";
/// The path of the gateway.
pub const GATEWAY_PATH: &str = "/sandbox/bank/alipay/gateway.do";

/// The application the sandbox knows, and its keys.
#[derive(Clone, Debug)]
pub struct SandboxSettings {
    /// The application's number.
    pub app_id: String,
    /// The seller's number.
    pub seller_id: String,
    /// The merchant's name, as the payer's page shows it.
    pub merchant: String,
    /// What requests are verified with.
    pub merchant_public_key: PublicKey,
    /// What answers and notifications are signed with.
    pub private_key: PrivateKey,
}

impl SandboxSettings {
    /// The demo's application.
    ///
    /// # Errors
    /// Never, as long as the keys in this crate are keys.
    pub fn demo() -> Result<Self, KeyFault> {
        Ok(Self {
            app_id: "9021000100000001".to_owned(),
            seller_id: "2088000000000001".to_owned(),
            merchant: "厦门市党费专户（演示）".to_owned(),
            merchant_public_key: PublicKey::read(SANDBOX_MERCHANT_PUBLIC_KEY.as_bytes())?,
            private_key: PrivateKey::read(SANDBOX_ALIPAY_PRIVATE_KEY.as_bytes())?,
        })
    }
}

/// What a client of the demo's application is set to: `origin` is that of the listener that serves [`router`].
///
/// # Errors
/// Never, as long as the keys in this crate are keys.
pub fn client_settings(origin: &str, notify_url: &str, return_url: &str) -> Result<AlipaySettings, KeyFault> {
    let SandboxSettings { app_id, seller_id, .. } = SandboxSettings::demo()?;
    Ok(AlipaySettings {
        gateway: format!("{origin}{GATEWAY_PATH}"),
        notify_url: notify_url.to_owned(),
        return_url: return_url.to_owned(),
        cashier_origins: Vec::new(),
        ..AlipaySettings::new(&app_id, &seller_id, SANDBOX_MERCHANT_PRIVATE_KEY, SANDBOX_ALIPAY_PUBLIC_KEY)?
    })
}

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Company {
    counter: Counter,
    settings: Arc<SandboxSettings>,
}

/// The sandbox's routes. It joins the counter's books under `alipay`; the payer's page is [`ejia_counter::router`]'s.
pub fn router(counter: &Counter, settings: SandboxSettings) -> Router {
    let settings = Arc::new(settings);
    counter.join(CHANNEL, Arc::new(voice::Voice::new(settings.clone(), counter.clock())));
    let company = Company { counter: counter.clone(), settings };
    gateway::routes().merge(bills::routes()).with_state(company)
}
