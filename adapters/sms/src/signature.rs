//! ACS3-HMAC-SHA256, the signature of Aliyun's open platform: what is signed, and with what.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The name of the algorithm, first word of the Authorization header and of what is signed.
pub(crate) const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// Everything of a request that the signature covers.
pub(crate) struct Signed<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a [(String, String)],
    /// Lower-case names with their values, in the order of the list of signed headers.
    pub(crate) headers: &'a [(String, String)],
    pub(crate) body_hash: &'a str,
}

impl Signed<'_> {
    /// The names of the signed headers, as the Authorization header lists them.
    pub(crate) fn header_names(&self) -> String {
        self.headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";")
    }

    /// The request in the one form that both sides agree on. The block of headers ends with a line feed of its own,
    /// hence the empty line after it.
    fn canonical(&self) -> String {
        let mut headers = String::new();
        for (name, value) in self.headers {
            headers.push_str(name);
            headers.push(':');
            headers.push_str(value.trim());
            headers.push('\n');
        }
        format!(
            "{}\n{}\n{}\n{headers}\n{}\n{}",
            self.method,
            self.path,
            canonical_query(self.query),
            self.header_names(),
            self.body_hash
        )
    }

    /// The signature in hex.
    pub(crate) fn sign(&self, secret: &str) -> String {
        let text = format!("{ALGORITHM}\n{}", sha256_hex(self.canonical().as_bytes()));
        hmac_hex(secret, &text)
    }
}

/// The query as it is signed and sent: sorted, every byte but the unreserved ones encoded.
pub(crate) fn canonical_query(pairs: &[(String, String)]) -> String {
    let mut encoded: Vec<(String, String)> = pairs.iter().map(|(name, value)| (encode(name), encode(value))).collect();
    encoded.sort();
    encoded.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// Percent-encoding of RFC 3986: a blank is %20, a star %2A, a tilde stays.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for half in [byte >> 4, byte & 15] {
                encoded.extend(char::from_digit(u32::from(half), 16).map(|digit| digit.to_ascii_uppercase()));
            }
        }
    }
    encoded
}

/// SHA-256 in hex.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hmac_hex(secret: &str, text: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        // HMAC takes keys of every length.
        return String::new();
    };
    mac.update(text.as_bytes());
    hex(&mac.finalize().into_bytes())
}

/// Bytes in lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|half| char::from_digit(u32::from(half), 16))
        .collect()
}

/// Whether two secrets are the same, in a time that does not tell how much of them is.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let one = Sha256::digest(one.as_bytes());
    let other = Sha256::digest(other.as_bytes());
    one.iter().zip(other.iter()).fold(0, |difference, (one, other)| difference | (one ^ other)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// The example of Aliyun's own description of the signature (RunInstances, keys "YourAccessKeyId" and
    /// "YourAccessKeySecret").
    #[test]
    fn the_published_example_is_signed_as_published() {
        let query =
            pairs(&[("RegionId", "cn-shanghai"), ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd")]);
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256_hex(b""), empty);
        let headers = pairs(&[
            ("host", "ecs.cn-shanghai.aliyuncs.com"),
            ("x-acs-action", "RunInstances"),
            ("x-acs-content-sha256", empty),
            ("x-acs-date", "2023-10-26T10:22:32Z"),
            ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
            ("x-acs-version", "2014-05-26"),
        ]);
        let signed = Signed { method: "POST", path: "/", query: &query, headers: &headers, body_hash: empty };
        assert_eq!(
            sha256_hex(signed.canonical().as_bytes()),
            "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259"
        );
        assert_eq!(
            signed.sign("YourAccessKeySecret"),
            "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
        );
    }

    #[test]
    fn blanks_stars_and_chinese_are_encoded_and_a_tilde_is_not() {
        let query = pairs(&[("b", "a b*~"), ("SignName", "党建")]);
        assert_eq!(canonical_query(&query), "SignName=%E5%85%9A%E5%BB%BA&b=a%20b%2A~");
    }

    #[test]
    fn secrets_are_compared_whole() {
        assert!(same("a-secret", "a-secret"));
        assert!(!same("a-secret", "a-secreT"));
        assert!(!same("a-secret", "a-secret "));
    }
}
