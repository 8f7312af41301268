//! Words drawn at random that open a page: the code a letter is verified by, and the one its receipt is sent by.

use std::fmt;

use ejia_kernel::LetterId;

/// Twenty-six letters and digits of chance alone (122 bits), without those that are mistaken for one another.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token(String);

impl Token {
    /// A new one.
    pub(crate) fn draw() -> Self {
        Self(LetterId::random().to_string())
    }

    /// Reads one as people type it: blanks and dashes between, capitals, an o for a 0.
    pub(crate) fn read(typed: &str) -> Option<Self> {
        let folded = |letter: char| match letter.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        };
        let text: String =
            typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').map(folded).collect();
        text.parse::<LetterId>().is_ok().then_some(Self(text))
    }

    /// As it stands in an address and in a row.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is printed: capitals in groups of four.
    pub(crate) fn spelt(&self) -> String {
        let letters: Vec<char> = self.0.to_ascii_uppercase().chars().collect();
        letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Debug for Token {
    /// Without the word: it is a secret, or half of one.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Token")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let token = Token::draw();
        assert_ne!(token, Token::draw());
        assert_eq!(Token::read(token.as_str()), Some(token.clone()));
        assert_eq!(Token::read(&token.spelt()), Some(token.clone()));
        assert_eq!(Token::read(&token.spelt().replace(' ', "-").replace('0', "o").replace('1', "l")), Some(token));
        for odd in ["", "7", "../etc", "校验码", &"z".repeat(26)] {
            assert!(Token::read(odd).is_none(), "{odd}");
        }
    }
}
