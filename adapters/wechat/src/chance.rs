//! What nobody may guess: numbers used once, and the beginnings of encrypted messages.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Bytes of the machine's randomness.
pub(crate) fn bytes<const LENGTH: usize>() -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    #[expect(clippy::expect_used, reason = "without randomness no nonce and no secret is safe: stop")]
    getrandom::fill(&mut bytes).expect("the machine gives random bytes");
    bytes
}

/// A word of letters, digits, `-` and `_`.
pub(crate) fn word<const LENGTH: usize>() -> String {
    bytes::<LENGTH>().iter().map(|byte| letter(*byte)).collect()
}

/// A word of letters and digits only, where the protocol takes no other.
pub(crate) fn plain_word<const LENGTH: usize>() -> String {
    word::<LENGTH>().replace('-', "a").replace('_', "b")
}

fn letter(byte: u8) -> char {
    LETTERS.get(usize::from(byte & 63)).map_or('A', |letter| char::from(*letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_as_long_as_asked_and_never_the_same() {
        assert_eq!(word::<40>().len(), 40);
        assert_ne!(word::<40>(), word::<40>());
        assert!(plain_word::<200>().bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }
}
