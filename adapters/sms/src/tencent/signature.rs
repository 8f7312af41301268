//! TC3-HMAC-SHA256, the signature of Tencent Cloud: what is signed, and with what.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::signature::{hex, sha256_hex};

/// The name of the algorithm, first word of the Authorization header and of what is signed.
pub(crate) const ALGORITHM: &str = "TC3-HMAC-SHA256";
/// The headers that the signature covers.
const COVERED: &str = "content-type;host";

/// Everything of a request that the signature covers.
pub(crate) struct Signed<'a> {
    /// As sent: the client libraries differ in whether they name a charset.
    pub(crate) content_type: &'a str,
    pub(crate) host: &'a str,
    pub(crate) body: &'a [u8],
    /// The request's time stamp; its day, in UTC, is part of the key.
    pub(crate) seconds: i64,
}

impl Signed<'_> {
    /// The Authorization header; none when the clock shows no date.
    pub(crate) fn authorization(&self, secret_id: &str, secret_key: &str) -> Option<String> {
        let (day, signature) = (self.day()?, self.sign(secret_key)?);
        Some(format!(
            "{ALGORITHM} Credential={secret_id}/{day}/sms/tc3_request, SignedHeaders={COVERED}, Signature={signature}"
        ))
    }

    /// The day of the time stamp in UTC.
    pub(crate) fn day(&self) -> Option<String> {
        let at = jiff::Timestamp::from_second(self.seconds).ok()?;
        Some(at.strftime("%Y-%m-%d").to_string())
    }

    /// The signature in hex.
    pub(crate) fn sign(&self, secret_key: &str) -> Option<String> {
        let Self { content_type, host, body, seconds } = self;
        let day = self.day()?;
        let canonical =
            format!("POST\n/\n\ncontent-type:{content_type}\nhost:{host}\n\n{COVERED}\n{}", sha256_hex(body));
        let text = format!("{ALGORITHM}\n{seconds}\n{day}/sms/tc3_request\n{}", sha256_hex(canonical.as_bytes()));
        let key = hmac(format!("TC3{secret_key}").as_bytes(), &day)?;
        let key = hmac(&hmac(&key, "sms")?, "tc3_request")?;
        Some(hex(&hmac(&key, &text)?))
    }
}

/// HMAC takes keys of every length; none never happens.
fn hmac(key: &[u8], text: &str) -> Option<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(text.as_bytes());
    Some(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with Tencent's own client library for Python (tencentcloud-sdk-python-sms 3.1.153) at this instant.
    #[test]
    fn a_call_is_signed_as_the_services_own_client_signs_it() {
        let body = concat!(
            r#"{"PhoneNumberSet": ["+8613800138003"], "SmsSdkAppId": "1400006666", "TemplateId": "326100002", "#,
            r#""SignName": "\u53a6\u95e8\u515a\u5efae\u5bb6", "TemplateParamSet": ["301122", "5"], "#,
            r#""SessionContext": "01hzzzzzzzzzzzzzzzzzzzzzzz"}"#
        );
        let signed = Signed {
            content_type: "application/json",
            host: "sms.tencentcloudapi.com",
            body: body.as_bytes(),
            seconds: 1_773_968_400,
        };
        assert_eq!(
            signed.authorization("AKID-sandbox-ejia", "sandbox-secret-ejia").unwrap(),
            "TC3-HMAC-SHA256 Credential=AKID-sandbox-ejia/2026-03-20/sms/tc3_request, SignedHeaders=content-type;host, \
             Signature=f813386ac8c4bd81d675fb35b8995478604a84346d9189074adc83874e555e1d"
        );
    }
}
