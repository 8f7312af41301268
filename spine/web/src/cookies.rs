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

/// The value of a cookie, if the browser sent one of a length and alphabet that we write.
pub(crate) fn read<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && is_ours(value))
        .map(|(_, value)| value)
}

fn is_ours(value: &str) -> bool {
    !value.is_empty()
        && value.len() <= LONGEST
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Sets a cookie that lives as long as the browser is open.
pub(crate) fn set(headers: &mut HeaderMap, name: &str, value: &str, secure: bool) {
    append(headers, &format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{}", ending(secure)));
}

/// Sets a cookie that stays for a year.
pub(crate) fn keep(headers: &mut HeaderMap, name: &str, value: &str, secure: bool) {
    append(headers, &format!("{name}={value}; Path=/; Max-Age={STAYS}; HttpOnly; SameSite=Lax{}", ending(secure)));
}

/// Takes a cookie back.
pub(crate) fn clear(headers: &mut HeaderMap, name: &str, secure: bool) {
    append(headers, &format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{}", ending(secure)));
}

fn ending(secure: bool) -> &'static str {
    if secure { "; Secure" } else { "" }
}

fn append(headers: &mut HeaderMap, line: &str) {
    if let Ok(value) = HeaderValue::from_str(line) {
        headers.append(header::SET_COOKIE, value);
    } else {
        tracing::error!("a cookie value holds what a header cannot; it was not set");
    }
}
