//! 手机号: a mobile number of the mainland.

use std::fmt;

use crate::narrow::narrow_solid;
use crate::sentence;

/// Why a text is no mobile number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a mobile number has 11 digits and begins with 13 to 19")]
pub struct PhoneFault;

impl PhoneFault {
    /// The code of the refusal.
    pub const fn code(self) -> &'static str {
        "kernel.phone_digits"
    }

    /// The refusal in a sentence.
    pub fn sentence(self) -> &'static str {
        sentence(self.code())
    }
}

/// A mobile number. It prints redacted: only [`Phone::masked`] is for pages.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads a number; blanks, dashes, +86 and full-width digits are folded.
    pub fn parse(text: &str) -> Result<Self, PhoneFault> {
        let solid: String = narrow_solid(text).chars().filter(|character| !is_dash(*character)).collect();
        let digits = ["+86", "0086", "86"]
            .iter()
            .find_map(|prefix| solid.strip_prefix(prefix).filter(|rest| rest.len() == 11))
            .unwrap_or(&solid);
        match digits.as_bytes() {
            [b'1', b'3'..=b'9', rest @ ..] if rest.len() == 9 && rest.iter().all(u8::is_ascii_digit) => {
                Ok(Self(digits.to_owned()))
            }
            _ => Err(PhoneFault),
        }
    }

    /// The number in full, for the vault and for the company that carries messages.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// For pages: `138****8003`.
    pub fn masked(&self) -> String {
        let part = |range| self.0.get(range).unwrap_or_default();
        format!("{}****{}", part(0..3), part(7..11))
    }
}

fn is_dash(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '(' | ')')
}

impl fmt::Debug for Phone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Phone(redacted)")
    }
}
