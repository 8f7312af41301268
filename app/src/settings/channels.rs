//! The payment channels of a settings file: contracts and keys, read and checked before anything is served.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ejia_alipay::{Alipay, AlipaySettings};
use ejia_ccb::{Ccb, CcbSettings, StatementFiles};
use ejia_db::Desk;
use ejia_icbc::{Icbc, IcbcSettings, Signing};
use ejia_kernel::Clock;
use ejia_payments::{Channel, ChannelKind, Means};
use ejia_unionpay::{UnionPay, UnionPaySettings};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::notify;

/// The channels that this city has contracts with; those left out are not offered.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChannelsSettings {
    /// China Construction Bank.
    pub ccb: Option<CcbContract>,
    /// Industrial and Commercial Bank of China.
    pub icbc: Option<IcbcContract>,
    /// Alipay.
    pub alipay: Option<AlipayContract>,
    /// UnionPay's gateway.
    pub unionpay: Option<UnionPayContract>,
}

/// The contract with China Construction Bank.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CcbContract {
    /// 商户代码.
    pub merchant: String,
    /// 柜台代码.
    pub counter: String,
    /// 分行代码.
    pub branch: String,
    /// File with the counter's public key, hex as the merchant console shows it.
    pub public_key_file: PathBuf,
    /// `UnionPay` for the page where any bank's debit card pays.
    pub issuer: Option<String>,
    /// GATEWAY: which ways of paying the bank's page shows; the contract's when empty.
    #[serde(default)]
    pub gateway: String,
    /// What each ACC_TYPE of a notification means: `debit` or `credit`.
    #[serde(default)]
    pub account_types: BTreeMap<String, String>,
    /// Where the bank's 外联平台 client listens, e.g. `tcp://10.0.0.5:12345`.
    pub platform: String,
    /// 操作员号.
    pub user: String,
    /// File with the operator's password.
    pub password_file: PathBuf,
    /// Folder where that client puts fetched files.
    pub files: PathBuf,
}

/// The contract with the Industrial and Commercial Bank of China.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IcbcContract {
    /// The application's number on the open platform.
    pub app: String,
    /// 商户代码.
    pub merchant: String,
    /// 商户账号.
    pub account: String,
    /// File with our private key.
    pub key_file: PathBuf,
    /// File with the gateway's public key.
    pub gateway_key_file: PathBuf,
    /// The merchant's domain.
    pub reference: String,
    /// A telephone of the office that runs the platform.
    pub hotline: String,
}

/// The contract with Alipay.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlipayContract {
    /// The application's number.
    pub app_id: String,
    /// The seller's number.
    pub seller_id: String,
    /// File with our private key.
    pub private_key_file: PathBuf,
    /// File with Alipay's public key.
    pub alipay_public_key_file: PathBuf,
}

/// The contract with UnionPay.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnionPayContract {
    /// The merchant number.
    pub mer_id: String,
    /// File with our signing key (PEM).
    pub signing_key_file: PathBuf,
    /// File with its certificate (PEM).
    pub signing_certificate_file: PathBuf,
    /// Files with root certificates.
    pub root_files: Vec<PathBuf>,
    /// Files with middle certificates.
    pub middle_files: Vec<PathBuf>,
}

impl ChannelsSettings {
    /// Opens the channels; `origin` is how the outside reaches this platform (`https://…`).
    ///
    /// # Errors
    /// A sentence for the operator: which setting, and what to do.
    pub fn open(&self, origin: &str, desk: &Desk) -> Result<Vec<Arc<dyn Channel>>, String> {
        let mut channels: Vec<Arc<dyn Channel>> = Vec::new();
        if let Some(contract) = &self.ccb {
            channels.push(Arc::new(ccb(contract, desk.clock())?));
        }
        if let Some(contract) = &self.icbc {
            channels.push(Arc::new(icbc(contract, origin, desk)?));
        }
        if let Some(contract) = &self.alipay {
            channels.push(Arc::new(alipay(contract, origin, desk.clock())?));
        }
        if let Some(contract) = &self.unionpay {
            channels.push(Arc::new(unionpay(contract, origin, desk.clock())?));
        }
        if !channels.is_empty() && !origin.starts_with("https://") {
            return Err("public_origin: payment channels need an address that begins with https://".to_owned());
        }
        Ok(channels)
    }
}

fn notify_url(origin: &str, kind: ChannelKind) -> String {
    format!("{origin}{}", notify::path(kind))
}

/// A key or password from a file; a key that everybody has, because a sandbox uses it, is refused.
fn read(setting: &str, path: &Path, known: impl Fn(&str) -> bool) -> Result<String, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("{setting}: cannot read {}: {error}", path.display()))?
        .trim()
        .to_owned();
    if known(&text) { Err(format!("{setting}: this is the sandbox's key")) } else { Ok(text) }
}

fn ccb(contract: &CcbContract, clock: &Clock) -> Result<Ccb, String> {
    let CcbContract { merchant, counter, branch, .. } = contract;
    let key = read("channels.ccb.public_key_file", &contract.public_key_file, ejia_ccb::sandbox::is_sandbox_key)?;
    let mut settings = CcbSettings::new(merchant, counter, branch, &key);
    settings.issuer.clone_from(&contract.issuer);
    settings.gateway.clone_from(&contract.gateway);
    settings.platform.clone_from(&contract.platform);
    settings.user.clone_from(&contract.user);
    settings.password = read("channels.ccb.password_file", &contract.password_file, |_| false)?;
    settings.files = StatementFiles::Folder(contract.files.clone());
    for (code, means) in &contract.account_types {
        let means = match means.as_str() {
            "debit" => Means::Debit,
            "credit" => Means::Credit,
            _ => return Err(format!("channels.ccb.account_types: {code} must be debit or credit")),
        };
        settings.account_types.insert(code.clone(), means);
    }
    Ccb::new(settings, clock.clone()).map_err(|fault| format!("channels.ccb: {fault}"))
}

fn icbc(contract: &IcbcContract, origin: &str, desk: &Desk) -> Result<Icbc, String> {
    let known = |key: &str| ejia_icbc::sandbox::is_sandbox_key(key.as_bytes());
    let key = read("channels.icbc.key_file", &contract.key_file, known)?.into_bytes();
    let gateway_key = read("channels.icbc.gateway_key_file", &contract.gateway_key_file, known)?;
    let IcbcContract { app, merchant, account, .. } = contract;
    let mut settings = IcbcSettings::new(app, merchant, account, Signing::Rsa2 { key }, &gateway_key);
    settings.notify_url = notify_url(origin, ChannelKind::Icbc);
    settings.return_url = format!("{origin}{}", notify::BACK);
    settings.reference.clone_from(&contract.reference);
    settings.hotline.clone_from(&contract.hotline);
    let icbc = Icbc::new(settings, desk.clock().clone()).map_err(|fault| format!("channels.icbc: {fault}"))?;
    Ok(icbc.with_orders(notify::icbc_orders(desk)))
}

fn alipay(contract: &AlipayContract, origin: &str, clock: &Clock) -> Result<Alipay, String> {
    let known = ejia_alipay::sandbox::is_sandbox_key;
    let ours = read("channels.alipay.private_key_file", &contract.private_key_file, known)?;
    let theirs = read("channels.alipay.alipay_public_key_file", &contract.alipay_public_key_file, known)?;
    let mut settings = AlipaySettings::new(&contract.app_id, &contract.seller_id, &ours, &theirs)
        .map_err(|fault| format!("channels.alipay: {fault:?}"))?;
    settings.notify_url = notify_url(origin, ChannelKind::Alipay);
    settings.return_url = format!("{origin}{}", notify::BACK);
    Ok(Alipay::new(settings, clock.clone()))
}

fn unionpay(contract: &UnionPayContract, origin: &str, clock: &Clock) -> Result<UnionPay, String> {
    let mut settings = UnionPaySettings::production(&contract.mer_id);
    let plain = |setting: &str, path: &Path| read(setting, path, |_| false);
    settings.signing_key = plain("channels.unionpay.signing_key_file", &contract.signing_key_file)?;
    settings.signing_certificate =
        plain("channels.unionpay.signing_certificate_file", &contract.signing_certificate_file)?;
    for path in &contract.root_files {
        settings.roots.push(plain("channels.unionpay.root_files", path)?);
    }
    for path in &contract.middle_files {
        settings.middles.push(plain("channels.unionpay.middle_files", path)?);
    }
    settings.back_url = notify_url(origin, ChannelKind::UnionPay);
    settings.front_url = format!("{origin}{}", notify::BACK);
    if ejia_unionpay::sandbox::recognises(&settings) {
        return Err("channels.unionpay: these are the sandbox's keys".to_owned());
    }
    UnionPay::new(settings, clock.clone()).map_err(|fault| fault.to_string())
}
