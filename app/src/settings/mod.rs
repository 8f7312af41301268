//! What a running product is told: by a file in production, by the demo itself in the demo.

mod channels;
mod files;
mod keys;
mod proxies;
mod reference;
mod secure;
mod sms;
mod telling;
mod wechat;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ejia_jobs::Handlers;
use ejia_web::Limits;
use schemars::JsonSchema;
use serde::Deserialize;

pub use channels::ChannelsSettings;
pub use files::FilesSettings;
pub use keys::{DEMO_SECRET, KeySettings, read_secret};
pub use proxies::BehindProxy;
pub use reference::reference;
pub use sms::SmsSettings;
pub use telling::{LogFormat, TracesSettings};
pub use wechat::WeChatSettings;

use crate::house::{CITY, SignatureKind};

/// Settings of `ejia serve --config FILE`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The name of the city on pages, without 市.
    #[serde(default = "city")]
    pub city: String,
    /// Address that answers people, e.g. `127.0.0.1:8600` behind a TLS proxy.
    pub listen: SocketAddr,
    /// `sqlite:///var/lib/ejia/ejia.db` or `postgres://user:password@host/ejia`.
    pub database: String,
    /// `postgres://…` of a replica that follows the database by streaming: overviews are read there while it is near enough.
    pub read_replica: Option<String>,
    /// Folder for uploads under way and what is being made, and for files that are kept where no bucket is named.
    pub data: PathBuf,
    /// File with the root secret: 64 hexadecimal digits. It finds and signs, and seals where no key does.
    pub secret_file: PathBuf,
    /// The keys that seal: the first one does, the others open what they have sealed.
    #[serde(default)]
    pub keys: Vec<KeySettings>,
    /// The proxies in front: `true` for one on this machine, or where they are.
    #[serde(default)]
    pub behind_proxy: BehindProxy,
    /// How much one caller may ask for.
    #[serde(default)]
    pub limits: Limits,
    /// Addresses that may read `/metrics`, beside this machine itself: where Prometheus runs.
    #[serde(default)]
    pub metrics_for: Vec<IpAddr>,
    /// How long a process that is told to stop goes on answering while it says that it will close (`/readyz`, `Connection:
    /// close`), in seconds: longer than the proxies in front keep unused connections and leave out who was away.
    #[serde(default)]
    pub drain_seconds: u64,
    /// Whether cookies carry `Secure`; off only for plain HTTP on one machine.
    #[serde(default = "yes")]
    pub secure_cookies: bool,
    /// How the outside reaches this platform, e.g. `https://ejia.example.gov.cn`: payment channels call it and lead payers
    /// back to it, and the codes on letters lead to it. `ejia serve` does not start without it.
    #[serde(default)]
    pub public_origin: String,
    /// The encrypted channel: a table, or `"elsewhere"`. `ejia serve` does not start without it.
    #[serde(default)]
    #[schemars(with = "Option<secure::SecureSettings>")]
    secure: Option<toml::Value>,
    /// Where files are kept that several machines share.
    #[serde(default)]
    pub files: FilesSettings,
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
    /// Where checkpoints of the audit record are kept; nowhere without it.
    pub audit: Option<AuditSettings>,
    /// How the log is written; it goes to the standard error output.
    #[serde(default)]
    pub log: LogFormat,
    /// Where traces go; nowhere without it.
    pub traces: Option<TracesSettings>,
    /// The typesetting program; beside this one when not named.
    pub typesetter: Option<PathBuf>,
}

/// Settings of introduction letters.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
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

/// Settings of the audit record's checkpoints.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditSettings {
    /// The file they are added to, where whoever has the database cannot change it.
    pub checkpoints: PathBuf,
    /// How often, in minutes.
    #[serde(default = "hourly")]
    pub every_minutes: u64,
}

impl AuditSettings {
    /// The jobs that add checkpoints, and that compare them when the audit office asks for a walk over the chain.
    pub fn handlers(&self) -> Handlers {
        let interval = Duration::from_secs(self.every_minutes.max(1).saturating_mul(60));
        ejia_oversight::handlers(Some(self.checkpoints.clone()))
            .merge(ejia_audit::checkpoint_jobs(self.checkpoints.clone(), interval))
    }
}

fn city() -> String {
    CITY.to_owned()
}

fn hourly() -> u64 {
    60
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
}

/// The word that a file holds, alone on its line.
fn read_word(setting: &str, path: &Path) -> Result<String, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{setting}: cannot read {}: {error}", path.display()))?;
    let word = text.trim();
    if word.is_empty() { Err(format!("{setting}: {} is empty", path.display())) } else { Ok(word.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(endpoint: &str) -> (tempfile::TempDir, Result<Settings, String>) {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "listen = \"127.0.0.1:8600\"\ndatabase = \"sqlite:///x.db\"\ndata = \"/tmp\"\nsecret_file = \"/x\"\n\
             [sms]\nendpoint = \"{endpoint}\"\naccess_key = \"LTAI1\"\naccess_secret_file = \"/x\"\n\
             sign_name = \"党建e家\"\nreport_secret = \"0123456789abcdef\"\n"
        );
        let path = folder.path().join("ejia.toml");
        std::fs::write(&path, text).unwrap();
        (folder, Settings::read(&path))
    }

    #[test]
    fn production_refuses_sandbox_addresses() {
        assert!(settings("https://dysmsapi.aliyuncs.com").1.is_ok());
        assert!(settings("http://127.0.0.1:8600/sandbox").1.is_err());
        assert!(settings("http://dysmsapi.aliyuncs.com").1.is_err());
    }
}
