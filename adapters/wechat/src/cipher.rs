//! Messages under the EncodingAESKey: AES-256-CBC, padded to 32, with length and AppID within.

use std::fmt;

use aes::Aes256;
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use ejia_wire::{base64, from_base64};

/// The padding fills up to a multiple of this, not of the cipher's own 16.
const FILL: usize = 32;
/// Chance at the front, so that equal messages do not look equal.
const CHANCE: usize = 16;
/// The length of the message, big-endian.
const LENGTH: usize = 4;

/// The EncodingAESKey of the account. It prints redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct AesKey([u8; 32]);

impl AesKey {
    /// Reads the 43 letters and digits that the account's console shows. None for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 43 || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        // The last letter holds bits that belong to no byte; the lenient reader passes them over.
        from_base64(text)?.try_into().ok().map(Self)
    }

    /// The message as it travels, in base64.
    pub(crate) fn seal(&self, app_id: &str, chance: [u8; CHANCE], message: &str) -> Option<String> {
        let mut plain = Vec::with_capacity(CHANCE + LENGTH + message.len() + app_id.len() + FILL);
        plain.extend_from_slice(&chance);
        plain.extend_from_slice(&u32::try_from(message.len()).ok()?.to_be_bytes());
        plain.extend_from_slice(message.as_bytes());
        plain.extend_from_slice(app_id.as_bytes());
        let fill = FILL - plain.len() % FILL;
        plain.resize(plain.len() + fill, u8::try_from(fill).ok()?);
        let cipher = cbc::Encryptor::<Aes256>::new_from_slices(&self.0, self.first_block()).ok()?;
        let length = plain.len();
        cipher.encrypt_padded::<NoPadding>(&mut plain, length).ok()?;
        Some(base64(&plain))
    }

    /// The message within. None when anything of it does not fit: key, padding, length or AppID. Call it only for what
    /// is signed, so that nobody can ask it questions.
    pub(crate) fn open(&self, app_id: &str, sealed: &str) -> Option<String> {
        let mut bytes = from_base64(sealed)?;
        if bytes.is_empty() || !bytes.len().is_multiple_of(FILL) {
            return None;
        }
        let cipher = cbc::Decryptor::<Aes256>::new_from_slices(&self.0, self.first_block()).ok()?;
        cipher.decrypt_padded::<NoPadding>(&mut bytes).ok()?;
        let fill = usize::from(*bytes.last()?);
        let (plain, padding) = bytes.split_at_checked(bytes.len().checked_sub(fill)?)?;
        if !(1..=FILL).contains(&fill) || padding.iter().any(|byte| usize::from(*byte) != fill) {
            return None;
        }
        let (_, rest) = plain.split_at_checked(CHANCE)?;
        let (length, rest) = rest.split_first_chunk::<LENGTH>()?;
        let (message, account) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        if account != app_id.as_bytes() {
            return None;
        }
        String::from_utf8(message.to_vec()).ok()
    }

    /// The protocol takes the key's first half for the initial block.
    fn first_block(&self) -> &[u8] {
        self.0.split_at_checked(CHANCE).map_or(&[], |(first, _)| first)
    }
}

impl fmt::Debug for AesKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AesKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const APP: &str = "wx49f0ab532d5d035a";

    fn key() -> AesKey {
        AesKey::parse("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C").unwrap()
    }

    #[test]
    fn a_key_has_43_letters_and_digits() {
        for text in ["", &"a".repeat(42), &"a".repeat(44), &format!("{}=", "a".repeat(42)), &"党".repeat(43)] {
            assert!(AesKey::parse(text).is_none(), "{text}");
        }
        assert_eq!(format!("{:?}", key()), "AesKey(redacted)");
    }

    #[test]
    fn what_was_sealed_for_another_account_or_with_another_key_does_not_open() {
        let sealed = key().seal(APP, [7; 16], "<xml/>").unwrap();
        assert_eq!(key().open(APP, &sealed).unwrap(), "<xml/>");
        assert_eq!(key().open("wx0000000000000000", &sealed), None);
        assert_eq!(AesKey::parse(&"a".repeat(43)).unwrap().open(APP, &sealed), None);
        assert_eq!(key().open(APP, "not base64!"), None);
        assert_eq!(key().open(APP, ""), None);
    }

    #[test]
    fn a_length_beyond_the_message_does_not_open() {
        let mut plain = vec![0; 16];
        plain.extend_from_slice(&u32::MAX.to_be_bytes());
        plain.extend_from_slice(&[12; 12]);
        let cipher = cbc::Encryptor::<Aes256>::new_from_slices(&key().0, key().first_block()).unwrap();
        cipher.encrypt_padded::<NoPadding>(&mut plain, 32).unwrap();
        assert_eq!(key().open(APP, &base64(&plain)), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn what_is_sealed_opens(message in ".{0,200}", chance: [u8; 16]) {
            let sealed = key().seal(APP, chance, &message).unwrap();
            prop_assert_eq!(key().open(APP, &sealed), Some(message));
        }

        #[test]
        fn no_bytes_break_the_opening(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(key().open(APP, &base64(&bytes)), None);
        }
    }
}
