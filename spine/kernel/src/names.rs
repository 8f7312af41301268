//! 姓名: a person's name, kept whole whatever it is written with.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::narrow::{is_invisible, narrow_char};
use crate::sentence;

const LONGEST: usize = 50;

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// Nothing is left of it.
    #[error("a name is not empty")]
    Empty,
    /// More than 50 characters.
    #[error("a name has at most {LONGEST} characters")]
    TooLong,
    /// Control characters.
    #[error("a name has no control characters")]
    Characters,
}

impl NameFault {
    /// The code of the refusal.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "kernel.name_empty",
            Self::TooLong => "kernel.name_too_long",
            Self::Characters => "kernel.name_characters",
        }
    }

    /// The refusal in a sentence.
    pub fn sentence(self) -> &'static str {
        sentence(self.code())
    }
}

/// A name: 1 to 50 characters, rare ones and "·" included. Which characters a name may hold is
/// not decided by lists, for every list was too short for somebody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct PersonName(String);

impl PersonName {
    /// Reads a name: blanks around it go, and inside a Chinese name too (张　三); in other names
    /// they become one space each. The dots typed for "·" become "·".
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        let seen: String = text.chars().filter(|character| !is_invisible(*character)).collect();
        let words: Vec<&str> = seen.split_whitespace().collect();
        let chinese = seen.chars().any(is_ideograph);
        let name: String = words.join(if chinese { "" } else { " " }).chars().map(folded).collect();
        if name.is_empty() {
            Err(NameFault::Empty)
        } else if name.chars().any(char::is_control) {
            Err(NameFault::Characters)
        } else if name.chars().count() > LONGEST {
            Err(NameFault::TooLong)
        } else {
            Ok(Self(name))
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn folded(character: char) -> char {
    match character {
        '•' | '・' | '･' | '‧' | '∙' | '⋅' | '．' => '·',
        other => narrow_char(other),
    }
}

fn is_ideograph(character: char) -> bool {
    matches!(character,
        '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{e000}'..='\u{f8ff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

impl fmt::Display for PersonName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}
