//! Tencent Cloud SMS (2021-01-11): SendSms and PullSmsSendStatusByPhoneNumber over plain blocking HTTP, signed with
//! TC3-HMAC-SHA256.

mod answers;
mod callback;
mod signature;

use std::collections::BTreeMap;
use std::time::Duration;

use ejia_kernel::{Clock, Instant};
use ejia_messages::{Carrier, CarryFault, Delivery, Outgoing, Receipt, Template};
use serde_json::{Value, json};

use crate::line;

pub(crate) use callback::take;
pub(crate) use signature::{ALGORITHM, Signed};

/// The version of the interface.
pub(crate) const VERSION: &str = "2021-01-11";
/// What is sent is JSON; the signature covers this very text.
const CONTENT_TYPE: &str = "application/json";
/// How far before a try a report of it may be dated: clocks differ.
const SKEW: Duration = Duration::from_mins(2);
/// Reports are kept for three days.
const REPORTED: Duration = Duration::from_hours(72);

/// Where the service is and who we are there.
#[derive(Clone)]
pub struct TencentSettings {
    /// `https://sms.tencentcloudapi.com` in production.
    pub endpoint: String,
    /// `ap-guangzhou`, for one.
    pub region: String,
    /// SecretId.
    pub secret_id: String,
    /// SecretKey.
    pub secret_key: String,
    /// SmsSdkAppId, the application's number.
    pub app_id: String,
    /// The approved name in front of every message.
    pub sign_name: String,
    /// Template numbers of this account by [`Template::code`], where they differ from the digits of
    /// [`Template::sms_code`].
    pub template_ids: BTreeMap<String, String>,
    /// How long one call may take in all.
    pub patience: Duration,
}

impl TencentSettings {
    /// The service itself, with the patience that suits it.
    pub fn new(secret_id: &str, secret_key: &str, app_id: &str, sign_name: &str) -> Self {
        Self {
            endpoint: "https://sms.tencentcloudapi.com".to_owned(),
            region: "ap-guangzhou".to_owned(),
            secret_id: secret_id.to_owned(),
            secret_key: secret_key.to_owned(),
            app_id: app_id.to_owned(),
            sign_name: sign_name.to_owned(),
            template_ids: BTreeMap::new(),
            patience: Duration::from_secs(10),
        }
    }
}

/// The Tencent Cloud SMS service as a carrier of letters.
pub struct Tencent {
    settings: TencentSettings,
    host: String,
    clock: Clock,
    agent: ureq::Agent,
}

impl Tencent {
    /// A client. No connection is made yet.
    pub fn new(settings: TencentSettings, clock: Clock) -> Self {
        let (host, agent) = (line::host(&settings.endpoint), line::agent(settings.patience));
        Self { settings, host, clock, agent }
    }

    fn template_id(&self, template: Template) -> &str {
        self.settings.template_ids.get(template.code()).map_or_else(|| own_id(template), String::as_str)
    }

    /// One signed call: status and body, or why there is none.
    fn call(&self, action: &str, asked: &Value) -> Result<(u16, String), CarryFault> {
        let TencentSettings { endpoint, region, secret_id, secret_key, .. } = &self.settings;
        let body = asked.to_string();
        let seconds = self.clock.now().ms().div_euclid(1000);
        let signed = Signed { content_type: CONTENT_TYPE, host: &self.host, body: body.as_bytes(), seconds };
        let authorization = signed
            .authorization(secret_id, secret_key)
            .ok_or_else(|| CarryFault::Unreachable("the clock is out of range".to_owned()))?;
        let request = self
            .agent
            .post(format!("{}/", endpoint.trim_end_matches('/')))
            .header("authorization", authorization)
            .header("content-type", CONTENT_TYPE)
            .header("x-tc-action", action)
            .header("x-tc-version", VERSION)
            .header("x-tc-region", region)
            .header("x-tc-timestamp", seconds.to_string());
        line::answer(request.send(body))
    }
}

/// The number of a template where the account names none: the digits of the one at Aliyun.
pub(crate) fn own_id(template: Template) -> &'static str {
    template.sms_code().trim_start_matches("SMS_")
}

impl Carrier for Tencent {
    fn company(&self) -> &'static str {
        "tencent"
    }

    /// The parameters of a template have no names here: they go in the order of [`Template::params`].
    fn carry(&self, letter: &Outgoing) -> Result<Receipt, CarryFault> {
        let Outgoing { id, to, template, params } = letter;
        let value = |name: &&str| params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let params: Vec<&str> = template.params().iter().filter_map(value).collect();
        let asked = json!({
            "PhoneNumberSet": [format!("+86{}", to.expose())],
            "SmsSdkAppId": self.settings.app_id,
            "SignName": self.settings.sign_name,
            "TemplateId": self.template_id(*template),
            "TemplateParamSet": params,
            "SessionContext": id.to_string(),
        });
        let (status, body) = self.call("SendSms", &asked)?;
        answers::of_sending(status, &body)
    }

    /// The service lists only letters that have arrived or are lost, by its number of them, and by ours only when it was
    /// asked to give that back. What is not among them may be on its way or may never have come there.
    fn delivery(&self, letter: &Outgoing, number: Option<&str>, tried_at: Instant) -> Result<Delivery, CarryFault> {
        let seconds = |at: Instant| at.ms().div_euclid(1000);
        let asked = json!({
            "BeginTime": seconds(tried_at.minus(SKEW)),
            "EndTime": seconds(tried_at.plus(REPORTED).min(self.clock.now().plus(SKEW))),
            "Offset": 0,
            "Limit": 100,
            "PhoneNumber": format!("+86{}", letter.to.expose()),
            "SmsSdkAppId": self.settings.app_id,
        });
        let (status, body) = self.call("PullSmsSendStatusByPhoneNumber", &asked)?;
        answers::of_asking(status, &body, number, &letter.id.to_string())
    }
}
