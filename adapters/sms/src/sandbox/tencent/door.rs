//! Who may come in: signature, key and time stamp of a call, checked as the platform checks them.

use axum::http::HeaderMap;

use super::TencentSandbox;
use crate::signature::same;
use crate::tencent::{ALGORITHM, Signed, VERSION};

/// How far a call's time stamp may be off, in seconds.
const SKEW: i64 = 5 * 60;

/// A refusal of the platform: code and sentence.
pub(super) type Refusal = (&'static str, &'static str);

/// Lets a call in and gives its action.
pub(super) fn admit(sandbox: &TencentSandbox, headers: &HeaderMap, body: &[u8]) -> Result<String, Refusal> {
    let header = |name: &str| {
        headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned()).unwrap_or_default()
    };
    let invalid: Refusal = ("AuthFailure.InvalidAuthorization", "请求头部的 Authorization 不符合腾讯云标准。");
    let authorization = header("authorization");
    let claim = authorization.strip_prefix(ALGORITHM).ok_or(invalid)?;
    let credential = part(claim, "Credential").ok_or(invalid)?;
    let mut scope = credential.split('/');
    if scope.next() != Some(sandbox.settings().secret_id.as_str()) {
        return Err(("AuthFailure.SecretIdNotFound", "密钥不存在。"));
    }
    let seconds: i64 = header("x-tc-timestamp").parse().map_err(|_| invalid)?;
    if (sandbox.now().ms().div_euclid(1000) - seconds).abs() > SKEW {
        return Err(("AuthFailure.SignatureExpire", "签名过期。Timestamp 和服务器时间相差不得超过五分钟。"));
    }
    let (content_type, host) = (header("content-type"), header("host"));
    let signed = Signed { content_type: &content_type, host: &host, body, seconds };
    let covered = part(claim, "SignedHeaders") == Some("content-type;host");
    let dated = scope.next() == signed.day().as_deref() && scope.eq(["sms", "tc3_request"]);
    let signature = signed.sign(&sandbox.settings().secret_key).ok_or(invalid)?;
    if !covered || !dated || !same(&signature, part(claim, "Signature").unwrap_or_default()) {
        return Err((
            "AuthFailure.SignatureFailure",
            "签名错误。签名计算错误，请对照调用方式中的签名方法文档检查签名计算过程。",
        ));
    }
    if header("x-tc-version") != VERSION {
        return Err(("NoSuchVersion", "接口版本不存在。"));
    }
    Ok(header("x-tc-action"))
}

/// A part of what the Authorization header claims.
fn part<'a>(claim: &'a str, name: &str) -> Option<&'a str> {
    claim.split(',').find_map(|part| part.trim().strip_prefix(name).and_then(|rest| rest.strip_prefix('=')))
}
