//! `OpenID`: what the official account calls a person's `WeChat`.

use std::fmt;

use crate::sentence;

/// The longest that the service gives out.
const LONGEST: usize = 64;

/// Why a text names no `WeChat` account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an OpenID is 1 to 64 letters, digits, dashes or underscores")]
pub struct OpenIdFault;

impl OpenIdFault {
    /// The code of the refusal.
    pub const fn code(self) -> &'static str {
        "kernel.open_id"
    }

    /// The refusal in a sentence.
    pub fn sentence(self) -> &'static str {
        sentence(self.code())
    }
}

/// A person's `WeChat` as our official account knows it; another account knows him by another. It prints redacted.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OpenId(String);

impl OpenId {
    /// Reads what the service gave.
    ///
    /// # Errors
    /// A text that it never gives out.
    pub fn parse(text: &str) -> Result<Self, OpenIdFault> {
        let fits = (1..=LONGEST).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if fits { Ok(Self(text.to_owned())) } else { Err(OpenIdFault) }
    }

    /// The text in full, for the vault and for the service itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OpenId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OpenId(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_service_gives_is_read_and_nothing_else() {
        let known = "oLVPpjqs9BhvzwPj5A-vTYAX3GLc";
        assert_eq!(OpenId::parse(known).unwrap().expose(), known);
        for text in ["", "o L", "o<script>", "微信", &"o".repeat(65)] {
            assert!(OpenId::parse(text).is_err(), "{text}");
        }
        assert_eq!(format!("{:?}", OpenId::parse(known).unwrap()), "OpenId(redacted)");
    }
}
