//! The client: SendSms and QuerySendDetails over plain blocking HTTP.

use std::collections::BTreeMap;
use std::time::Duration;

use ejia_kernel::{Clock, Instant};
use ejia_messages::{Carrier, CarryFault, Delivery, Outgoing, Receipt, Template};

use crate::answers;
use crate::line;
use crate::signature::{ALGORITHM, Signed, canonical_query, hex, sha256_hex};

/// The version of the interface.
pub(crate) const VERSION: &str = "2017-05-25";

/// Where the service is and who we are there.
#[derive(Clone)]
pub struct AliyunSettings {
    /// `https://dysmsapi.aliyuncs.com` in production.
    pub endpoint: String,
    /// AccessKeyId.
    pub access_key_id: String,
    /// AccessKeySecret.
    pub access_key_secret: String,
    /// The approved name in front of every message.
    pub sign_name: String,
    /// Template numbers of this account by [`Template::code`], where they differ from [`Template::sms_code`].
    pub template_codes: BTreeMap<String, String>,
    /// How long one call may take in all.
    pub patience: Duration,
}

impl AliyunSettings {
    /// The service itself, with the patience that suits it.
    pub fn new(access_key_id: &str, access_key_secret: &str, sign_name: &str) -> Self {
        Self {
            endpoint: "https://dysmsapi.aliyuncs.com".to_owned(),
            access_key_id: access_key_id.to_owned(),
            access_key_secret: access_key_secret.to_owned(),
            sign_name: sign_name.to_owned(),
            template_codes: BTreeMap::new(),
            patience: Duration::from_secs(10),
        }
    }
}

/// The Aliyun SMS service as a carrier of letters.
pub struct Aliyun {
    settings: AliyunSettings,
    host: String,
    clock: Clock,
    agent: ureq::Agent,
}

impl Aliyun {
    /// A client. No connection is made yet.
    pub fn new(settings: AliyunSettings, clock: Clock) -> Self {
        let (host, agent) = (line::host(&settings.endpoint), line::agent(settings.patience));
        Self { settings, host, clock, agent }
    }

    fn template_code(&self, template: Template) -> &str {
        self.settings.template_codes.get(template.code()).map_or(template.sms_code(), String::as_str)
    }

    /// One signed call: status and body, or why there is none.
    fn call(&self, action: &str, query: &[(String, String)]) -> Result<(u16, String), CarryFault> {
        let body_hash = sha256_hex(b"");
        let headers = [
            ("host", self.host.clone()),
            ("x-acs-action", action.to_owned()),
            ("x-acs-content-sha256", body_hash.clone()),
            ("x-acs-date", utc(self.clock.now())?),
            ("x-acs-signature-nonce", nonce()?),
            ("x-acs-version", VERSION.to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value));
        let signed = Signed { method: "POST", path: "/", query, headers: &headers, body_hash: &body_hash };
        let authorization = format!(
            "{ALGORITHM} Credential={},SignedHeaders={},Signature={}",
            self.settings.access_key_id,
            signed.header_names(),
            signed.sign(&self.settings.access_key_secret)
        );
        let address = format!("{}/?{}", self.settings.endpoint.trim_end_matches('/'), canonical_query(query));
        let mut request = self.agent.post(address).header("authorization", authorization);
        // The host header is written by the client library from the address.
        for (name, value) in headers.iter().filter(|(name, _)| name != "host") {
            request = request.header(name, value);
        }
        line::answer(request.send_empty())
    }
}

impl Carrier for Aliyun {
    fn company(&self) -> &'static str {
        "aliyun"
    }

    fn carry(&self, letter: &Outgoing) -> Result<Receipt, CarryFault> {
        let Outgoing { id, to, template, params } = letter;
        let params: BTreeMap<&str, &str> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut query = vec![
            ("PhoneNumbers".to_owned(), to.expose().to_owned()),
            ("SignName".to_owned(), self.settings.sign_name.clone()),
            ("TemplateCode".to_owned(), self.template_code(*template).to_owned()),
            ("OutId".to_owned(), id.to_string()),
        ];
        if !params.is_empty() {
            let json = serde_json::to_string(&params).map_err(|fault| CarryFault::Refused(fault.to_string()))?;
            query.push(("TemplateParam".to_owned(), json));
        }
        let (status, body) = self.call("SendSms", &query)?;
        answers::of_sending(status, &body)
    }

    fn delivery(&self, letter: &Outgoing, _: Option<&str>, tried_at: Instant) -> Result<Delivery, CarryFault> {
        let out_id = letter.id.to_string();
        // The service files letters by its own day; a try shortly before midnight may stand under the next one.
        let mut days = vec![tried_at.china_date(), tried_at.plus(Duration::from_mins(1)).china_date()];
        days.dedup();
        let mut told = Delivery::Unheard;
        for day in days {
            let query = [
                ("PhoneNumber", letter.to.expose().to_owned()),
                ("SendDate", day.to_string().replace('-', "")),
                ("PageSize", "50".to_owned()),
                ("CurrentPage", "1".to_owned()),
            ]
            .map(|(name, value)| (name.to_owned(), value));
            let (status, body) = self.call("QuerySendDetails", &query)?;
            told = answers::of_asking(status, &body, &out_id)?;
            if told != Delivery::Unheard {
                break;
            }
        }
        Ok(told)
    }
}

/// The instant as the service wants it: UTC to the second.
pub(crate) fn utc(at: Instant) -> Result<String, CarryFault> {
    let at = jiff::Timestamp::from_millisecond(at.ms())
        .map_err(|_| CarryFault::Unreachable("the clock is out of range".to_owned()))?;
    Ok(at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// A number used once.
fn nonce() -> Result<String, CarryFault> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| CarryFault::Unreachable("no randomness".to_owned()))?;
    Ok(hex(&bytes))
}
