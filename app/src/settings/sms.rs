//! Settings of the companies that carry text messages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ejia_kernel::Clock;
use ejia_messages::Carrier;
use ejia_sms::{Aliyun, AliyunSettings, Tencent, TencentSettings};
use schemars::JsonSchema;
use serde::Deserialize;

/// Words that only the demo uses; production refuses them.
const DEMO_WORDS: [&str; 4] = ["sandbox", "demo", "127.0.0.1", "localhost"];
/// A secret shorter than this is a default or a joke.
const SHORTEST_SECRET: usize = 16;

/// Settings of text messages: Aliyun's, and those of a second company beside it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SmsSettings {
    /// Address of the service, `https://dysmsapi.aliyuncs.com`.
    pub endpoint: String,
    /// The access key's id.
    pub access_key: String,
    /// File with the access key's secret.
    pub access_secret_file: PathBuf,
    /// The signature that the service has approved, e.g. 党建e家.
    pub sign_name: String,
    /// The account's own numbers of the approved templates, by the names of docs/operating.md.
    #[serde(default)]
    pub template_codes: BTreeMap<String, String>,
    /// Secret part of the path to which the service reports deliveries.
    pub report_secret: String,
    /// Tencent Cloud SMS, for what Aliyun has certainly not taken.
    pub tencent: Option<TencentSmsSettings>,
    /// The order in which the companies are tried: `aliyun`, `tencent`.
    #[serde(default)]
    pub order: Vec<Company>,
}

/// A company that carries text messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Company {
    /// Aliyun.
    Aliyun,
    /// Tencent Cloud.
    Tencent,
}

/// Settings of Tencent Cloud SMS.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TencentSmsSettings {
    /// Address of the service.
    #[serde(default = "tencent")]
    pub endpoint: String,
    /// Region of the service.
    #[serde(default = "guangzhou")]
    pub region: String,
    /// The secret's id.
    pub secret_id: String,
    /// File with the secret's key.
    pub secret_key_file: PathBuf,
    /// The application's number, SmsSdkAppId.
    pub app_id: String,
    /// The signature that the service has approved.
    pub sign_name: String,
    /// The account's own numbers of the approved templates, by the names of docs/operating.md.
    pub template_ids: BTreeMap<String, String>,
}

fn tencent() -> String {
    "https://sms.tencentcloudapi.com".to_owned()
}

fn guangzhou() -> String {
    "ap-guangzhou".to_owned()
}

impl SmsSettings {
    /// The companies, in the order in which they are tried.
    ///
    /// # Errors
    /// A sentence when a secret cannot be read.
    pub fn open(&self, clock: &Clock) -> Result<Vec<Arc<dyn Carrier>>, String> {
        let mut order = self.order.clone();
        order.extend([Company::Aliyun, Company::Tencent].into_iter().filter(|company| !self.order.contains(company)));
        let mut carriers: Vec<Arc<dyn Carrier>> = Vec::new();
        for company in order {
            match (company, &self.tencent) {
                (Company::Aliyun, _) => carriers.push(Arc::new(Aliyun::new(self.aliyun()?, clock.clone()))),
                (Company::Tencent, Some(settings)) => {
                    carriers.push(Arc::new(Tencent::new(settings.read()?, clock.clone())));
                }
                (Company::Tencent, None) => {}
            }
        }
        Ok(carriers)
    }

    fn aliyun(&self) -> Result<AliyunSettings, String> {
        let secret = secret_of("sms.access_secret_file", &self.access_secret_file)?;
        let mut aliyun = AliyunSettings::new(&self.access_key, &secret, &self.sign_name);
        aliyun.endpoint.clone_from(&self.endpoint);
        aliyun.template_codes.clone_from(&self.template_codes);
        Ok(aliyun)
    }

    /// Refuses the demo's own addresses and keys.
    pub(super) fn refuse_the_demos_own(&self) -> Result<(), String> {
        refuse_address("sms.endpoint", &self.endpoint)?;
        refuse_key("sms.access_key", &self.access_key)?;
        if self.report_secret.len() < SHORTEST_SECRET {
            return Err(format!("sms.report_secret: at least {SHORTEST_SECRET} characters"));
        }
        if self
            .order
            .iter()
            .enumerate()
            .any(|(place, company)| self.order.iter().skip(place + 1).any(|other| other == company))
        {
            return Err("sms.order: names a company twice".to_owned());
        }
        match &self.tencent {
            Some(tencent) => {
                refuse_address("sms.tencent.endpoint", &tencent.endpoint)?;
                refuse_key("sms.tencent.secret_id", &tencent.secret_id)
            }
            None if self.order.contains(&Company::Tencent) => {
                Err("sms.order: names tencent, of which [sms.tencent] says nothing".to_owned())
            }
            None => Ok(()),
        }
    }
}

impl TencentSmsSettings {
    fn read(&self) -> Result<TencentSettings, String> {
        let key = secret_of("sms.tencent.secret_key_file", &self.secret_key_file)?;
        let mut tencent = TencentSettings::new(&self.secret_id, &key, &self.app_id, &self.sign_name);
        tencent.endpoint.clone_from(&self.endpoint);
        tencent.region.clone_from(&self.region);
        tencent.template_ids.clone_from(&self.template_ids);
        Ok(tencent)
    }
}

fn secret_of(setting: &str, path: &Path) -> Result<String, String> {
    let secret =
        std::fs::read_to_string(path).map_err(|error| format!("{setting}: cannot read {}: {error}", path.display()))?;
    Ok(secret.trim().to_owned())
}

fn refuse_address(setting: &str, endpoint: &str) -> Result<(), String> {
    let endpoint = endpoint.to_lowercase();
    if DEMO_WORDS.iter().any(|word| endpoint.contains(word)) {
        return Err(format!("{setting}: production does not send to a sandbox or to this machine"));
    }
    if !endpoint.starts_with("https://") {
        return Err(format!("{setting}: must begin with https://"));
    }
    Ok(())
}

fn refuse_key(setting: &str, key: &str) -> Result<(), String> {
    if key.to_lowercase().contains("sandbox") { Err(format!("{setting}: this is the sandbox's key")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(more: &str) -> SmsSettings {
        let text = format!(
            "endpoint = \"https://dysmsapi.aliyuncs.com\"\naccess_key = \"LTAI1\"\naccess_secret_file = \"FILE\"\n\
             sign_name = \"党建e家\"\nreport_secret = \"0123456789abcdef\"\n{more}"
        );
        toml::from_str(&text).unwrap()
    }

    const TENCENT: &str = "[tencent]\nsecret_id = \"AKID1\"\nsecret_key_file = \"FILE\"\napp_id = \"1400006666\"\n\
        sign_name = \"党建e家\"\ntemplate_ids = { reset_code = \"1\" }\n";

    fn companies(mut settings: SmsSettings) -> Vec<&'static str> {
        let file = tempfile::NamedTempFile::new().unwrap();
        settings.access_secret_file = file.path().to_owned();
        if let Some(tencent) = &mut settings.tencent {
            tencent.secret_key_file = file.path().to_owned();
        }
        settings.open(&Clock::system()).unwrap().iter().map(|carrier| carrier.company()).collect()
    }

    #[test]
    fn companies_are_tried_in_the_order_that_is_set() {
        assert_eq!(companies(settings("")), ["aliyun"]);
        assert_eq!(companies(settings(TENCENT)), ["aliyun", "tencent"]);
        let first = format!("order = [\"tencent\", \"aliyun\"]\n{TENCENT}");
        assert_eq!(companies(settings(&first)), ["tencent", "aliyun"]);
        assert_eq!(companies(settings(&format!("order = [\"tencent\"]\n{TENCENT}"))), ["tencent", "aliyun"]);
    }

    #[test]
    fn sandbox_addresses_and_companies_without_settings_are_refused() {
        let refused = |more: &str| settings(more).refuse_the_demos_own().is_err();
        assert!(!refused("") && !refused(TENCENT));
        assert!(refused(&format!("{TENCENT}endpoint = \"https://127.0.0.1:1\"\n")));
        assert!(refused(&format!("{TENCENT}endpoint = \"http://sms.tencentcloudapi.com\"\n")));
        assert!(refused(&TENCENT.replace("AKID1", "AKID-sandbox-ejia")));
        assert!(refused("order = [\"tencent\"]\n"));
        assert!(refused(&format!("order = [\"aliyun\", \"aliyun\"]\n{TENCENT}")));
    }
}
