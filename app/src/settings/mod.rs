//! What a running product is told: by a file in production, by the demo itself in the demo.

mod channels;
mod secure;
mod sms;
mod wechat;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use channels::ChannelsSettings;
pub use sms::SmsSettings;
pub use wechat::WeChatSettings;

use crate::house::SignatureKind;

/// Settings of `ejia serve --config FILE`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address that answers people, e.g. `127.0.0.1:8600` behind a TLS proxy.
    pub listen: SocketAddr,
    /// `sqlite:///var/lib/ejia/ejia.db` or `postgres://user:password@host/ejia`.
    pub database: String,
    /// Folder for uploads under way and reports.
    pub data: PathBuf,
    /// File with the root secret: 64 hexadecimal digits. All keys are derived from it.
    pub secret_file: PathBuf,
    /// Whether `X-Forwarded-For` of a proxy in front is believed.
    #[serde(default)]
    pub behind_proxy: bool,
    /// Addresses that may read `/metrics`, beside this machine itself: where Prometheus runs.
    #[serde(default)]
    pub metrics_for: Vec<IpAddr>,
    /// Whether cookies carry `Secure`; off only for plain HTTP on one machine.
    #[serde(default = "yes")]
    pub secure_cookies: bool,
    /// How the outside reaches this platform, e.g. `https://ejia.example.gov.cn`: payment channels call it and lead payers
    /// back to it, and the codes on letters lead to it.
    #[serde(default)]
    pub public_origin: String,
    /// The encrypted channel: a table, or `"elsewhere"`.
    #[serde(default)]
    secure: Option<toml::Value>,
    /// The text message services.
    pub sms: SmsSettings,
    /// The official account; without it phones come in by password.
    pub wechat: Option<WeChatSettings>,
    /// The payment channels.
    #[serde(default)]
    pub channels: ChannelsSettings,
    /// Introduction letters.
    #[serde(default)]
    pub letters: LettersSettings,
    /// The typesetting program; beside this one when not named.
    pub typesetter: Option<PathBuf>,
}

/// Settings of introduction letters.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LettersSettings {
    /// `ed25519`, or `sm2` where the national ciphers are asked for.
    pub signature: SignatureKind,
}

impl Default for LettersSettings {
    fn default() -> Self {
        Self { signature: SignatureKind::Ed25519 }
    }
}

fn yes() -> bool {
    true
}

impl Settings {
    /// Reads and checks a settings file.
    ///
    /// # Errors
    /// A sentence for the operator: what is wrong in which setting and what to do.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let settings: Self = toml::from_str(&text).map_err(|error| error.to_string())?;
        settings.sms.refuse_the_demos_own()?;
        Ok(settings)
    }

    /// The root secret.
    ///
    /// # Errors
    /// A sentence when the file is missing, is not 64 hexadecimal digits, or holds a default.
    pub fn root_secret(&self) -> Result<[u8; 32], String> {
        read_secret(&self.secret_file)
    }
}

/// The demo's root secret; `serve` refuses it.
pub const DEMO_SECRET: [u8; 32] = *b"ejia demo: everybody knows this.";

/// Reads a root secret that is not a default.
///
/// # Errors
/// A sentence when the file is missing, is not 64 hexadecimal digits, or holds a default.
pub fn read_secret(path: &Path) -> Result<[u8; 32], String> {
    let path = path.display();
    let text = std::fs::read_to_string(path.to_string()).map_err(|error| {
        format!("secret_file: cannot read {path}: {error}. Make one with: openssl rand -hex 32 > {path}")
    })?;
    let secret =
        parse_secret(text.trim()).ok_or_else(|| format!("secret_file: {path} must hold 64 hexadecimal digits"))?;
    let mut seen = secret.to_vec();
    seen.sort_unstable();
    seen.dedup();
    if seen.len() < 8 || secret == DEMO_SECRET {
        return Err("secret_file: this is a default secret; make one with: openssl rand -hex 32".to_owned());
    }
    Ok(secret)
}

/// The word that a file holds, alone on its line.
fn read_word(setting: &str, path: &Path) -> Result<String, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{setting}: cannot read {}: {error}", path.display()))?;
    let word = text.trim();
    if word.is_empty() { Err(format!("{setting}: {} is empty", path.display())) } else { Ok(word.to_owned()) }
}

fn parse_secret(hex: &str) -> Option<[u8; 32]> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    let mut secret = [0; 32];
    for (byte, pair) in secret.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(endpoint: &str, secret: &str) -> (tempfile::TempDir, Result<Settings, String>) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), secret).unwrap();
        let text = format!(
            "listen = \"127.0.0.1:8600\"\ndatabase = \"sqlite:///x.db\"\ndata = \"/tmp\"\nsecret_file = \"{}\"\n\
             [sms]\nendpoint = \"{endpoint}\"\naccess_key = \"LTAI1\"\naccess_secret_file = \"/x\"\n\
             sign_name = \"党建e家\"\nreport_secret = \"0123456789abcdef\"\n",
            folder.path().join("secret").display()
        );
        let path = folder.path().join("ejia.toml");
        std::fs::write(&path, text).unwrap();
        (folder, Settings::read(&path))
    }

    #[test]
    fn production_refuses_sandbox_addresses() {
        assert!(settings("https://dysmsapi.aliyuncs.com", "").1.is_ok());
        assert!(settings("http://127.0.0.1:8600/sandbox", "").1.is_err());
        assert!(settings("http://dysmsapi.aliyuncs.com", "").1.is_err());
    }

    #[test]
    fn production_refuses_default_secrets() {
        let hex = |secret: [u8; 32]| secret.map(|byte| format!("{byte:02x}")).concat();
        let good = hex(std::array::from_fn(|n| u8::try_from(n).unwrap().wrapping_mul(37)));
        for (secret, accepted) in
            [(good, true), ("00".repeat(32), false), (hex(DEMO_SECRET), false), ("12".to_owned(), false)]
        {
            let (_folder, settings) = settings("https://dysmsapi.aliyuncs.com", &secret);
            assert_eq!(settings.unwrap().root_secret().is_ok(), accepted);
        }
    }
}
