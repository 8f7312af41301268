//! Bytes as text, digests, and the comparison that does not tell how far it came.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use md5::{Digest, Md5};
use ring::digest;

/// Reads base64 with or without padding, as different hands write it.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Bytes in base64, standard alphabet, padded.
pub fn base64(bytes: &[u8]) -> String {
    LENIENT.encode(bytes)
}

/// Reads base64; line breaks and blanks are passed over.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    let solid: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    LENIENT.decode(solid).ok()
}

/// Bytes in lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|half| char::from_digit(u32::from(half), 16))
        .collect()
}

/// Reads hex of either case.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok())).collect();
    Some(digits?.chunks(2).map(|pair| pair.iter().fold(0, |byte, half| byte << 4 | half)).collect())
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    fixed(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// SHA-256 in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&sha256(bytes))
}

/// SHA-1, for protocols that know nothing better.
pub fn sha1(bytes: &[u8]) -> [u8; 20] {
    fixed(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref())
}

/// MD5, for protocols that know nothing better.
pub fn md5(bytes: &[u8]) -> [u8; 16] {
    Md5::digest(bytes).into()
}

/// MD5 in lower-case hex.
pub fn md5_hex(bytes: &[u8]) -> String {
    hex(&md5(bytes))
}

fn fixed<const LENGTH: usize>(bytes: &[u8]) -> [u8; LENGTH] {
    let mut array = [0; LENGTH];
    for (place, byte) in array.iter_mut().zip(bytes) {
        *place = *byte;
    }
    array
}

/// Whether two texts are the same, in a time that does not tell how much of them is.
pub fn same(one: &str, other: &str) -> bool {
    sha256(one.as_bytes())
        .iter()
        .zip(sha256(other.as_bytes()))
        .fold(0, |difference, (one, other)| difference | (one ^ other))
        == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_digests_come_out() {
        assert_eq!(sha256_hex(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(hex(&sha1(b"i am plain text")), "e3916c56c686fdff1c6ef647f6854e1d6b01d54d");
        let text = "MERCHANTID=010419433&POSID=000000000&BRANCHID=110000000&ORDERID=058263341&PAYMENT=16.50&CURCODE=01\
                    &TXCODE=520100&REMARK1=&REMARK2=";
        assert_eq!(md5_hex(text.as_bytes()), "bf1449435ccad57f7ba9b080edb873af");
    }

    #[test]
    fn hex_and_base64_are_read_as_written_and_nonsense_is_not() {
        assert_eq!(from_hex("00ffA1"), Some(vec![0, 255, 0xa1]));
        assert_eq!(from_hex("0"), None);
        assert_eq!(from_hex("zz"), None);
        assert_eq!(from_base64("aGVs\r\nbG8"), Some(b"hello".to_vec()));
        assert_eq!(from_base64("aGVsbG8="), Some(b"hello".to_vec()));
        assert_eq!(from_base64("*"), None);
        assert_eq!(base64(b"hello"), "aGVsbG8=");
    }

    #[test]
    fn secrets_are_compared_whole() {
        assert!(same("secret", "secret"));
        assert!(!same("secret", "secreT"));
        assert!(!same("secret", "secret "));
    }
}
