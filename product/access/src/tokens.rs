//! Secrets drawn at random: session tokens and phone codes. Both are kept only as what a thief cannot turn back.

use ejia_kernel::{Problem, Vault};
use sha2::{Digest, Sha256};

/// A secret of 256 random bits, as its owner holds it.
#[derive(Clone)]
pub(crate) struct Token(String);

impl Token {
    /// A new one.
    pub(crate) fn draw() -> Result<Self, Problem> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(Problem::fault)?;
        Ok(Self(bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(hex).collect()))
    }

    /// As it goes to its owner.
    pub(crate) fn into_text(self) -> String {
        self.0
    }

    /// As it is kept.
    pub(crate) fn hash(&self) -> Vec<u8> {
        hash(&self.0)
    }
}

fn hex(half: u8) -> Option<char> {
    char::from_digit(u32::from(half), 16)
}

/// What is kept of a token that somebody holds.
pub(crate) fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// A code of six digits, each equally likely.
pub(crate) fn draw_code() -> Result<String, Problem> {
    loop {
        let mut bytes = [0_u8; 4];
        getrandom::fill(&mut bytes).map_err(Problem::fault)?;
        let number = u32::from_le_bytes(bytes);
        // The last, incomplete million would make small codes likelier.
        if number < u32::MAX - u32::MAX % 1_000_000 {
            return Ok(format!("{:06}", number % 1_000_000));
        }
    }
}

/// Letters and digits that are not taken for one another.
const PLAIN: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// The same without capitals, for what is written down and typed in much later.
const SMALL: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// A password for a file, to be typed once: ten letters and digits.
pub(crate) fn draw_password() -> Result<String, Problem> {
    draw_from(PLAIN)
}

/// A code to be kept on paper: two groups of five letters and digits, of which `spelled` makes what is compared.
pub(crate) fn draw_recovery_code() -> Result<String, Problem> {
    let mut code = draw_from(SMALL)?;
    code.insert(5, '-');
    Ok(code)
}

fn draw_from(alphabet: &[u8]) -> Result<String, Problem> {
    let mut drawn = String::with_capacity(11);
    while drawn.len() < 10 {
        let mut byte = [0_u8; 1];
        getrandom::fill(&mut byte).map_err(Problem::fault)?;
        // Six bits, and those beyond the alphabet thrown away, so that each letter is equally likely.
        let [byte] = byte;
        drawn.extend(alphabet.get(usize::from(byte & 63)).copied().map(char::from));
    }
    Ok(drawn)
}

/// What is kept of a code: keyed, so that a million guesses against a stolen table find nothing.
pub(crate) fn code_index(vault: &Vault, code: &str) -> Vec<u8> {
    vault.index("access.code", code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_codes_are_drawn_anew_each_time() {
        let (one, other) = (Token::draw().unwrap(), Token::draw().unwrap());
        assert_ne!(one.hash(), other.hash());
        assert_eq!(hash(&one.clone().into_text()), one.hash());
        assert_eq!(one.into_text().len(), 64);
        let codes: std::collections::HashSet<_> = (0..50).map(|_| draw_code().unwrap()).collect();
        assert!(codes.len() > 45);
        assert!(codes.iter().all(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())));
        let paper = draw_recovery_code().unwrap();
        assert_eq!((paper.len(), paper.find('-')), (11, Some(5)), "{paper}");
        assert_ne!(paper, draw_recovery_code().unwrap());
    }
}
