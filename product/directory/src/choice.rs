//! Addresses of pages of lists.

/// Percent-encodes a value for an address line.
pub(crate) fn in_address(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push('%');
            for digit in [byte >> 4, byte & 15] {
                let letter = char::from_digit(u32::from(digit), 16).unwrap_or('0');
                text.push(letter.to_ascii_uppercase());
            }
        }
    }
    text
}
