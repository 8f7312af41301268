//! Addresses that are gone to: only ours, and only in the letters a header may hold.

use std::fmt::Write;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use ejia_kernel::Problem;

use crate::routes::ON_PHONES;

/// The path itself if it is one of this house, so that a link cannot send a caller elsewhere, nor out of the portal that its
/// first part names.
pub fn local_path(path: &str) -> Option<&str> {
    let local = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= 2000
        && path.bytes().all(|byte| byte > 0x20 && byte != 0x7f && byte != b'\\')
        && !climbs(path);
    local.then_some(path)
}

/// Whether a browser would climb out by dots, written as such or in digits.
fn climbs(path: &str) -> bool {
    let steps = path.split(['?', '#']).next().unwrap_or_default().to_lowercase();
    steps.split('/').any(|step| matches!(step.replace("%2e", ".").as_str(), "." | ".."))
}

/// Sends the browser to another house (303): an address of the web or, in the demo, a path of this one.
pub(crate) fn away(to: &str) -> Result<Response, Problem> {
    let address = to.starts_with("https://") || to.starts_with("http://");
    if !address && local_path(to).is_none() {
        return Err(Problem::fault("a caller was to be sent away to what is no address"));
    }
    Ok(see_other(to))
}

/// Sends the browser on to another page (303).
pub(crate) fn see_other(to: &str) -> Response {
    // A path may hold Chinese; a header may not.
    let mut ascii = String::with_capacity(to.len());
    for byte in to.bytes() {
        if byte.is_ascii_graphic() {
            ascii.push(char::from(byte));
        } else {
            percent(&mut ascii, byte);
        }
    }
    let to = HeaderValue::from_str(&ascii).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}

/// A page for phones: its links and forms stay under `/wechat`. What people wrote is escaped, so a quote before a path
/// is always one of the template's own.
pub(crate) fn for_phones(page: String) -> String {
    ON_PHONES.iter().fold(page, |page, (root, there)| moved(page, root, there))
}

fn moved(page: String, root: &str, there: &str) -> String {
    let link = format!("=\"{root}");
    if !page.contains(&link) {
        return page;
    }
    let mut text = String::with_capacity(page.len());
    let mut parts = page.split(&link);
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let ours = part.starts_with(['/', '"', '?', '#']);
        text.push_str("=\"");
        text.push_str(if ours { there } else { root });
        text.push_str(part);
    }
    text
}

/// Percent-encodes all but letters, digits, `/` and a few marks.
pub(crate) fn encode_into(text: &mut String, part: &str) {
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~') {
            text.push(char::from(byte));
        } else {
            percent(text, byte);
        }
    }
}

fn percent(text: &mut String, byte: u8) {
    // Writing to a string does not fail.
    let _ = write!(text, "%{byte:02X}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stay_on_the_phone() {
        let page = r#"<a href="/member"></a><form action="/member/a?b=/member/c"><a href="/members"><a href="/office/member">"#;
        let phone = r#"<a href="/wechat"></a><form action="/wechat/a?b=/member/c"><a href="/members"><a href="/office/member">"#;
        assert_eq!(for_phones(page.to_owned()), phone);
        let page = r#"<a href="/transfers/in/new"></a><a href="/transfers/in"></a><a href="/transfers/inn">"#;
        let phone =
            r#"<a href="/wechat/transfers/in/new"></a><a href="/wechat/transfers/in"></a><a href="/transfers/inn">"#;
        assert_eq!(for_phones(page.to_owned()), phone);
        assert_eq!(for_phones("nothing".to_owned()), "nothing");
    }

    #[test]
    fn only_paths_of_this_house_are_local() {
        for path in ["/", "/member/record?tab=1#x", "/office/党员", "/member/a..b?to=../x"] {
            assert_eq!(local_path(path), Some(path));
        }
        let elsewhere = [
            "",
            "https://elsewhere.example/",
            "//elsewhere.example",
            "/\\elsewhere.example",
            "/a\r\nSet-Cookie: x",
            "member",
            "/a b",
            "/\t/x",
            "/member/../office",
            "/member/%2e%2E",
            "/./member",
            "/wechat/.%2e?a=1",
        ];
        for path in elsewhere {
            assert_eq!(local_path(path), None, "{path}");
        }
    }
}
