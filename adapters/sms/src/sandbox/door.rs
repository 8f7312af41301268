//! Who may come in: signature, key, date and nonce of a call, checked as the platform checks them.

use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use ejia_kernel::Instant;

use super::Sandbox;
use crate::aliyun::VERSION;
use crate::signature::{ALGORITHM, Signed, same, sha256_hex};

/// How far a call's date may be off.
const SKEW: Duration = Duration::from_mins(15);
/// What the signature must cover whatever else it covers.
const COVERED: [&str; 5] = ["host", "x-acs-action", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"];

/// A refusal of the platform: HTTP status, code, sentence.
pub(super) type Refusal = (StatusCode, &'static str, &'static str);

/// A call as it came in.
pub(super) struct Call<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a [(String, String)],
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

/// Lets a call in and gives its action.
pub(super) fn admit(sandbox: &Sandbox, call: &Call<'_>) -> Result<String, Refusal> {
    let bad = StatusCode::BAD_REQUEST;
    let incomplete: Refusal =
        (bad, "IncompleteSignature", "The request signature does not conform to Aliyun standards.");
    let authorization = header(call.headers, "authorization");
    let claim = Claim::read(&authorization).ok_or(incomplete)?;
    if claim.key != sandbox.settings().access_key_id {
        return Err((StatusCode::NOT_FOUND, "InvalidAccessKeyId.NotFound", "Specified access key is not found."));
    }
    if !COVERED.iter().all(|name| claim.headers.contains(name)) {
        return Err(incomplete);
    }
    let expired: Refusal = (bad, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.");
    let date = header(call.headers, "x-acs-date");
    let date: jiff::Timestamp = date.parse().map_err(|_| expired)?;
    let date = Instant::from_ms(date.as_millisecond());
    let now = sandbox.now();
    if date < now.minus(SKEW) || date > now.plus(SKEW) {
        return Err(expired);
    }
    let mismatch: Refusal = (bad, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation.");
    let body_hash = sha256_hex(call.body);
    let told = header(call.headers, "x-acs-content-sha256");
    if !told.is_empty() && told != body_hash {
        return Err(mismatch);
    }
    let headers: Vec<(String, String)> =
        claim.headers.iter().map(|name| ((*name).to_owned(), header(call.headers, name))).collect();
    let signed =
        Signed { method: call.method, path: call.path, query: call.query, headers: &headers, body_hash: &body_hash };
    if !same(&signed.sign(&sandbox.settings().access_key_secret), claim.signature) {
        return Err(mismatch);
    }
    use_nonce(sandbox, header(call.headers, "x-acs-signature-nonce"), now)?;
    if header(call.headers, "x-acs-version") != VERSION {
        return Err((StatusCode::NOT_FOUND, "InvalidVersion", "Specified parameter Version is not valid."));
    }
    Ok(header(call.headers, "x-acs-action"))
}

/// Refuses a number used before; those too old to pass the date are forgotten.
fn use_nonce(sandbox: &Sandbox, nonce: String, now: Instant) -> Result<(), Refusal> {
    let mut books = sandbox.books();
    let oldest = now.minus(SKEW + SKEW);
    books.nonces.retain(|_, used| *used >= oldest);
    if nonce.is_empty() || books.nonces.insert(nonce, now).is_some() {
        return Err((StatusCode::BAD_REQUEST, "SignatureNonceUsed", "Specified signature nonce was used already."));
    }
    Ok(())
}

/// What the Authorization header claims.
struct Claim<'a> {
    key: &'a str,
    headers: Vec<&'a str>,
    signature: &'a str,
}

impl<'a> Claim<'a> {
    fn read(authorization: &'a str) -> Option<Self> {
        let rest = authorization.strip_prefix(ALGORITHM)?.trim_start();
        let part = |name: &str| {
            rest.split(',').find_map(|part| part.trim().strip_prefix(name).and_then(|rest| rest.strip_prefix('=')))
        };
        Some(Self {
            key: part("Credential")?,
            headers: part("SignedHeaders")?.split(';').collect(),
            signature: part("Signature")?,
        })
    }
}

fn header(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned()).unwrap_or_default()
}
