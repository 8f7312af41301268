//! The cookies of the house, read and written by hand.

use axum::http::{HeaderMap, HeaderValue, header};

/// Holds together the forms of somebody who has not logged in.
pub(crate) const VISIT: &str = "ejia_visit";
/// A notice that waits for the next page.
pub(crate) const SAID: &str = "ejia_said";
/// How large the letters are; it stays when the browser is closed.
pub(crate) const READING: &str = "ejia_reading";
/// Large letters (关怀版).
pub(crate) const LARGE: &str = "large";
/// How long a choice of letters stays, in seconds: a year.
const STAYS: u32 = 365 * 24 * 60 * 60;

/// Knows a phone again that comes back from WeChat.
pub(crate) const MARK: &str = "ejia_mark";

/// No cookie of ours is longer; what is longer is not looked at.
const LONGEST: usize = 1500;

/// Before the name of every cookie that is set over TLS: a browser takes it from this host alone and over TLS alone, so
/// that neither another host of the same domain nor anybody on the way of plain HTTP can plant one.
const OF_THIS_HOST: &str = "__Host-";

/// The value of a cookie, if the browser sent one of a length and alphabet that we write.
pub(crate) fn read<'h>(headers: &'h HeaderMap, name: &str, secure: bool) -> Option<&'h str> {
    let named = |key: &str| if secure { key.strip_prefix(OF_THIS_HOST) == Some(name) } else { key == name };
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| named(key) && is_ours(value))
        .map(|(_, value)| value)
}

/// Whether a browser bears a cookie of this name, set over TLS or not.
pub fn bears(headers: &HeaderMap, name: &str) -> bool {
    [true, false].into_iter().any(|secure| read(headers, name, secure).is_some())
}

fn is_ours(value: &str) -> bool {
    !value.is_empty()
        && value.len() <= LONGEST
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Sets a cookie that lives as long as the browser is open.
pub(crate) fn set(headers: &mut HeaderMap, name: &str, value: &str, secure: bool) {
    append(headers, name, value, "", secure);
}

/// Sets a cookie that stays for a year.
pub(crate) fn keep(headers: &mut HeaderMap, name: &str, value: &str, secure: bool) {
    append(headers, name, value, &format!("; Max-Age={STAYS}"), secure);
}

/// Takes a cookie back.
pub(crate) fn clear(headers: &mut HeaderMap, name: &str, secure: bool) {
    append(headers, name, "", "; Max-Age=0", secure);
}

fn append(headers: &mut HeaderMap, name: &str, value: &str, lasting: &str, secure: bool) {
    let (beginning, ending) = if secure { (OF_THIS_HOST, "; Secure") } else { ("", "") };
    let line = format!("{beginning}{name}={value}; Path=/{lasting}; HttpOnly; SameSite=Lax{ending}");
    if let Ok(value) = HeaderValue::from_str(&line) {
        headers.append(header::SET_COOKIE, value);
    } else {
        tracing::error!("a cookie value holds what a header cannot; it was not set");
    }
}
