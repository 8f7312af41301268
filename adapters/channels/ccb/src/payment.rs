//! The address the payer's browser leaves for: parameters in the bank's order, and their MAC.

use ejia_payments::Charge;
use ejia_wire::{md5_hex, stamps};

use crate::CcbSettings;

/// Which page of the bank: paying on the web.
pub(crate) const PAYING: &str = "520100";

/// The parameters of a payment in the bank's order, as they stand on the wire, without MAC.
pub(crate) fn parameters(settings: &CcbSettings, charge: &Charge) -> Vec<(&'static str, String)> {
    let mut parameters = vec![
        ("MERCHANTID", settings.merchant.clone()),
        ("POSID", settings.counter.clone()),
        ("BRANCHID", settings.branch.clone()),
        ("ORDERID", charge.order.to_string()),
        ("PAYMENT", charge.amount.to_string()),
        ("CURCODE", "01".to_owned()),
        ("TXCODE", PAYING.to_owned()),
        ("REMARK1", String::new()),
        ("REMARK2", String::new()),
        ("TYPE", "1".to_owned()),
        ("GATEWAY", settings.gateway.clone()),
        ("CLIENTIP", String::new()),
        ("REGINFO", String::new()),
        ("PROINFO", escape(&charge.subject)),
        ("REFERER", String::new()),
        ("TIMEOUT", stamps::compact(charge.expires_at)),
    ];
    if let Some(issuer) = &settings.issuer {
        parameters.push(("ISSINSCODE", issuer.clone()));
    }
    parameters
}

/// The MAC over the parameters as they stand, with the tail of the merchant's public key put in behind TYPE.
pub(crate) fn mac<'a>(parameters: impl IntoIterator<Item = (&'a str, &'a str)>, tail: &str) -> String {
    let mut text = String::with_capacity(512);
    for (name, value) in parameters {
        append(&mut text, name, value);
        if name == "TYPE" {
            append(&mut text, "PUB", tail);
        }
    }
    md5_hex(text.as_bytes())
}

fn append(text: &mut String, name: &str, value: &str) {
    if !text.is_empty() {
        text.push('&');
    }
    text.push_str(name);
    text.push('=');
    text.push_str(value);
}

/// The whole address.
pub(crate) fn address(settings: &CcbSettings, charge: &Charge) -> String {
    let parameters = parameters(settings, charge);
    let mac = mac(parameters.iter().map(|(name, value)| (*name, value.as_str())), settings.key_tail());
    let mut query = String::with_capacity(512);
    for (name, value) in &parameters {
        append(&mut query, name, value);
    }
    format!("{}?CCB_IBSVersion=V6&{query}&MAC={mac}", settings.page)
}

/// JavaScript's `escape()`: letters, digits and `@*_+-./` stay, bytes become `%XX`, all else `%uXXXX`.
pub(crate) fn escape(text: &str) -> String {
    use std::fmt::Write;
    let mut escaped = String::with_capacity(text.len() * 2);
    for unit in text.encode_utf16() {
        let written = match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii_alphanumeric() || b"@*_+-./".contains(&byte) => {
                escaped.push(char::from(byte));
                Ok(())
            }
            Ok(byte) => write!(escaped, "%{byte:02X}"),
            Err(_) => write!(escaped, "%u{unit:04X}"),
        };
        // Writing to a string does not fail.
        let _: std::fmt::Result = written;
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_banks_own_example_of_a_mac_comes_out() {
        let fields = [
            ("MERCHANTID", "010419433"),
            ("POSID", "000000000"),
            ("BRANCHID", "110000000"),
            ("ORDERID", "058263341"),
            ("PAYMENT", "16.50"),
            ("CURCODE", "01"),
            ("TXCODE", "520100"),
            ("REMARK1", ""),
            ("REMARK2", ""),
        ];
        assert_eq!(mac(fields, "unused without TYPE"), "bf1449435ccad57f7ba9b080edb873af");
        let mut other = fields;
        other[4].1 = "16.51";
        assert_ne!(mac(other, ""), "bf1449435ccad57f7ba9b080edb873af");
    }

    #[test]
    fn the_keys_tail_is_put_in_behind_type() {
        let with = mac([("A", "1"), ("TYPE", "1"), ("GATEWAY", "")], "0111");
        assert_eq!(with, md5_hex(b"A=1&TYPE=1&PUB=0111&GATEWAY="));
    }

    #[test]
    fn chinese_is_escaped_as_javascript_does() {
        assert_eq!(escape("党费"), "%u515A%u8D39");
        assert_eq!(escape("a 1@*_+-./&=%"), "a%201@*_+-./%26%3D%25");
        assert_eq!(escape("é\u{1f600}"), "%E9%uD83D%uDE00");
    }
}
