//! The signatures of the official account: SHA-1 over what is signed, in lower-case hex.

use ejia_wire::{hex, sha1};

/// What a call of the service to our address bears: token, timestamp and nonce, sorted by their bytes.
pub(crate) fn of_call(token: &str, timestamp: &str, nonce: &str) -> String {
    of_sorted([token, timestamp, nonce])
}

/// What an encrypted message bears beside it: the same with the ciphertext.
pub(crate) fn of_message(token: &str, timestamp: &str, nonce: &str, encrypted: &str) -> String {
    of_sorted([token, timestamp, nonce, encrypted])
}

/// What a page shows to be let at the phone's camera: names in this order, the address without what follows `#`.
pub(crate) fn of_page(ticket: &str, nonce: &str, timestamp: &str, address: &str) -> String {
    let address = address.split('#').next().unwrap_or_default();
    hex(&sha1(format!("jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={address}").as_bytes()))
}

fn of_sorted<const COUNT: usize>(mut parts: [&str; COUNT]) -> String {
    parts.sort_unstable();
    hex(&sha1(parts.concat().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_call_is_signed_as_known() {
        assert_eq!(of_call("weixin", "1400000000", "123456"), "875a69133d16cbff6ea27d08c672735014201f75");
    }

    /// The example of the service's own description of the JS-SDK.
    #[test]
    fn the_published_page_is_signed_as_published() {
        let ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg";
        let signed = |address| of_page(ticket, "Wm3WZYTPz0wzccnW", "1414587457", address);
        assert_eq!(signed("http://mp.weixin.qq.com?params=value"), "0f9de62fce790f9a083d5c99e95740ceb90c27ed");
        assert_eq!(signed("http://mp.weixin.qq.com?params=value#top"), "0f9de62fce790f9a083d5c99e95740ceb90c27ed");
    }
}
