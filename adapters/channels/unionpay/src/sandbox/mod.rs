//! The gateway for trying out: a real server on the other side of the wire, with a chain of certificates of its own.
//!
//! It checks version, merchant, certId and signature of every call, signs every answer, and keeps its trades in the books
//! of [`ejia_counter`], whose page lets a person pay and whose moods make it unpleasant. Where public material says
//! nothing it chose: an order that nobody has paid is not known to it (34), a day without trades has no file (98).
//!
//! Its keys lie open in this folder. [`recognises`] tells them, so that production refuses them.

mod day_file;
mod door;
mod gateway;
mod voice;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use ejia_counter::Counter;
use ejia_wire::{Certificate, KeyFault, PrivateKey, PublicKey};

use crate::settings::UnionPaySettings;

/// The root of the sandbox's certificates.
pub const ROOT_CERTIFICATE: &str = include_str!("keys/root.pem");
/// The authority under it that signs certificates of the gateway and of merchants.
pub const MIDDLE_CERTIFICATE: &str = include_str!("keys/middle.pem");
/// The certificate the gateway signs by.
pub const GATEWAY_CERTIFICATE: &str = include_str!("keys/gateway.pem");
/// Its key.
pub(crate) const GATEWAY_KEY: &str = include_str!("keys/gateway.key.pem");
/// The certificate of the one merchant there is.
pub const MERCHANT_CERTIFICATE: &str = include_str!("keys/merchant.pem");
/// The merchant's key.
pub const MERCHANT_KEY: &str = include_str!("keys/merchant.key.pem");
/// The third part of the common name of the gateway's certificate, as UnionPay's own test system has it.
pub const SIGNER: &str = "00040000:SIGN";
/// The merchant's number.
pub const MER_ID: &str = "777290058110097";

/// Which merchant the sandbox serves, and how.
#[derive(Clone, Debug)]
pub struct SandboxSettings {
    /// The channel's name in the books and in addresses: `unionpay`, or a bank's that is reached through it.
    pub channel: String,
    /// The merchant's number.
    pub mer_id: String,
    /// Whether the merchant was opened for debit cards only: the cashier then refuses credit cards.
    pub debit_only: bool,
    /// Whether the merchant is told what kind of card was used.
    pub tells_card: bool,
}

impl SandboxSettings {
    /// The demo's merchant: opened for debit cards only, and told the kind of card. A program can pay by credit card past
    /// the cashier, and sees the money go back.
    pub fn demo() -> Self {
        Self { channel: "unionpay".to_owned(), mer_id: MER_ID.to_owned(), debit_only: true, tells_card: true }
    }
}

/// What the sandbox's rooms share.
pub(crate) struct Gateway {
    pub(crate) settings: SandboxSettings,
    pub(crate) counter: Counter,
    pub(crate) key: PrivateKey,
    pub(crate) merchant: Certificate,
}

/// The gateway's addresses below `/sandbox/bank/<channel>/`, to be merged at the top of the server.
///
/// # Errors
/// [`KeyFault`], when its own keys were damaged.
pub fn router(counter: &Counter, settings: SandboxSettings) -> Result<Router, KeyFault> {
    let gateway = Arc::new(Gateway {
        key: PrivateKey::read(GATEWAY_KEY.as_bytes())?,
        merchant: Certificate::read(MERCHANT_CERTIFICATE.as_bytes())?,
        counter: counter.clone(),
        settings,
    });
    counter.join(&gateway.settings.channel, gateway.clone());
    Ok(gateway::router(gateway))
}

/// The merchant's settings for the gateway at this origin (`http://127.0.0.1:8600`) and a product at that one.
pub fn settings(gateway: &str, product: &str) -> UnionPaySettings {
    settings_of(&SandboxSettings::demo(), gateway, product)
}

/// The same for another channel or merchant.
pub fn settings_of(sandbox: &SandboxSettings, gateway: &str, product: &str) -> UnionPaySettings {
    let SandboxSettings { channel, mer_id, debit_only, .. } = sandbox;
    let room = |name: &str| format!("{gateway}/sandbox/bank/{channel}/{name}.do");
    UnionPaySettings {
        front_address: room("frontTransReq"),
        back_address: room("backTransReq"),
        query_address: room("queryTrans"),
        file_address: room("fileDownload"),
        cashier_origins: Vec::new(),
        mer_id: mer_id.clone(),
        signing_key: MERCHANT_KEY.to_owned(),
        signing_certificate: MERCHANT_CERTIFICATE.to_owned(),
        roots: vec![ROOT_CERTIFICATE.to_owned()],
        middles: vec![MIDDLE_CERTIFICATE.to_owned()],
        signer: SIGNER.to_owned(),
        back_url: format!("{product}/notify/{channel}"),
        front_url: format!("{product}/return/{channel}/{{order}}"),
        debit_only: *debit_only,
        patience: Duration::from_secs(25),
    }
}

/// Whether any key or certificate in the settings is one of the sandbox's. Production refuses such settings.
pub fn recognises(settings: &UnionPaySettings) -> bool {
    let ours = [ROOT_CERTIFICATE, MIDDLE_CERTIFICATE, GATEWAY_CERTIFICATE, MERCHANT_CERTIFICATE];
    let ours: Vec<PublicKey> = ours.iter().filter_map(|text| PublicKey::read(text.as_bytes()).ok()).collect();
    let certificates = settings.roots.iter().chain(&settings.middles).chain([&settings.signing_certificate]);
    let keys = certificates.filter_map(|text| PublicKey::read(text.as_bytes()).ok());
    let signing = PrivateKey::read(settings.signing_key.as_bytes()).map(|key| key.public());
    keys.chain(signing).any(|key| ours.contains(&key))
}
