//! Notifications: what was signed, in whichever order it came.
//!
//! The bank signs `K=V&…` in its own order over GBK bytes. The parameters mostly arrive in that order, with SIGN last;
//! shuffled ones have been seen. A signature is opened once, which gives the digest it was made over; then the few
//! orders that it may have been made over are tried, each for the price of an MD5.

use std::borrow::Cow;

use ejia_payments::Disbelief;
use ejia_wire::{Charset, from_hex, md5, percent_decode};

use crate::key::BankKey;

/// Every parameter that may be signed, in the bank's order.
const ORDER: [&str; 17] = [
    "POSID",
    "BRANCHID",
    "ORDERID",
    "PAYMENT",
    "CURCODE",
    "REMARK1",
    "REMARK2",
    "ACC_TYPE",
    "SUCCESS",
    "TYPE",
    "REFERER",
    "CLIENTIP",
    "ACCDATE",
    "USRMSG",
    "INSTALLNUM",
    "ERRMSG",
    "USRINFO",
];
/// The order of the bank's first interface: ACC_TYPE behind SUCCESS.
const OLD_ORDER: [&str; 17] = [
    "POSID",
    "BRANCHID",
    "ORDERID",
    "PAYMENT",
    "CURCODE",
    "REMARK1",
    "REMARK2",
    "SUCCESS",
    "ACC_TYPE",
    "TYPE",
    "REFERER",
    "CLIENTIP",
    "ACCDATE",
    "USRMSG",
    "INSTALLNUM",
    "ERRMSG",
    "USRINFO",
];
/// More parameters than the bank has ever sent.
const PARAMETERS: usize = 40;

/// One parameter; the value's bytes with percent signs undone.
struct Parameter<'a> {
    name: &'a [u8],
    value: Cow<'a, [u8]>,
}

/// A notification whose signature holds; only signed parameters can be read.
pub(crate) struct Notification<'a> {
    parameters: Vec<Parameter<'a>>,
}

impl<'a> Notification<'a> {
    /// Reads the parameters (a query, or a form's body) and checks the signature.
    pub(crate) fn read(key: &BankKey, raw: &'a [u8]) -> Result<Self, Disbelief> {
        let malformed = |what: &str| Disbelief::Malformed(format!("ccb.{what}"));
        let mut parameters: Vec<Parameter<'a>> = Vec::with_capacity(PARAMETERS);
        let mut sign = None;
        let mut before = 0;
        let mut behind = false;
        let mut at = 0;
        for part in raw.split(|byte| *byte == b'&') {
            let start = at;
            at += part.len() + 1;
            let (name, value) = halves(part);
            if name == b"SIGN" {
                if sign.replace(value).is_some() {
                    return Err(malformed("twice"));
                }
                before = start.saturating_sub(1);
                continue;
            }
            if !ORDER.iter().any(|known| known.as_bytes() == name) {
                // Unknown parameters are never read; in front of SIGN they may yet have been signed.
                continue;
            }
            behind |= sign.is_some();
            if parameters.iter().any(|known| known.name == name) {
                return Err(malformed("twice"));
            }
            let value = decoded(value);
            // A sign of the form's own within a value would let one signed text be read in two ways.
            if value.contains(&b'&') || parameters.len() == PARAMETERS {
                return Err(malformed("value"));
            }
            parameters.push(Parameter { name, value });
        }
        let sign = sign.ok_or_else(|| malformed("unsigned"))?;
        let sign = str::from_utf8(sign)
            .ok()
            .filter(|sign| !sign.is_empty())
            .and_then(from_hex)
            .ok_or_else(|| malformed("sign"))?;
        let forged = || Disbelief::Forged("ccb.sign".to_owned());
        let digest = key.digest_of(&sign).ok_or_else(forged)?;
        let notification = Self { parameters };
        let received = if behind { None } else { raw.get(..before) };
        if notification.texts(received).any(|text| signed(&text, digest)) { Ok(notification) } else { Err(forged()) }
    }

    /// The texts that may have been signed, the likeliest first.
    fn texts<'b>(&'b self, received: Option<&'b [u8]>) -> impl Iterator<Item = Cow<'b, [u8]>> {
        let encoded = |raw: &&[u8]| raw.iter().any(|byte| matches!(byte, b'%' | b'+'));
        let undone = received.filter(encoded).map(|raw| Cow::Owned(percent_decode(raw)));
        let ordered = [&ORDER, &OLD_ORDER].into_iter().map(|order| Cow::Owned(self.in_order(order)));
        received.map(Cow::Borrowed).into_iter().chain(undone).chain(ordered)
    }

    fn in_order(&self, order: &[&str]) -> Vec<u8> {
        let mut text = Vec::with_capacity(256);
        for name in order {
            if let Some(value) = self.get(name) {
                if !text.is_empty() {
                    text.push(b'&');
                }
                text.extend_from_slice(name.as_bytes());
                text.push(b'=');
                text.extend_from_slice(value);
            }
        }
        text
    }

    fn get(&self, name: &str) -> Option<&[u8]> {
        self.parameters.iter().find(|known| known.name == name.as_bytes()).map(|known| &*known.value)
    }

    /// A parameter in plain characters; empty when it is absent or is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).and_then(|value| str::from_utf8(value).ok()).unwrap_or_default()
    }
}

/// Whether the digest is the text's, in GBK as the bank writes it, or of a text that was sent in UTF-8 and signed in GBK.
fn signed(text: &[u8], digest: [u8; 16]) -> bool {
    md5(text) == digest
        || (!text.is_ascii() && str::from_utf8(text).is_ok_and(|text| md5(&Charset::Gbk.encode(text)) == digest))
}

fn halves(part: &[u8]) -> (&[u8], &[u8]) {
    match part.iter().position(|byte| *byte == b'=') {
        Some(at) => (part.get(..at).unwrap_or_default(), part.get(at + 1..).unwrap_or_default()),
        None => (part, &[]),
    }
}

fn decoded(value: &[u8]) -> Cow<'_, [u8]> {
    if value.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        Cow::Owned(percent_decode(value))
    } else {
        Cow::Borrowed(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ejia_wire::percent_encode;
    use proptest::prelude::*;

    const FIRST: [&str; 3] = [
        include_str!("../tests/vectors/notify_1.key.hex"),
        include_str!("../tests/vectors/notify_1.text"),
        include_str!("../tests/vectors/notify_1.sign.hex"),
    ];
    const SECOND: [&str; 3] = [
        include_str!("../tests/vectors/notify_2.key.hex"),
        include_str!("../tests/vectors/notify_2.text"),
        include_str!("../tests/vectors/notify_2.sign.hex"),
    ];

    fn holds(key: &str, raw: &[u8]) -> Result<(), Disbelief> {
        Notification::read(&BankKey::read(key).unwrap(), raw).map(|_| ())
    }

    fn forged() -> Result<(), Disbelief> {
        Err(Disbelief::Forged("ccb.sign".to_owned()))
    }

    #[test]
    fn the_banks_demonstration_signatures_hold() {
        let [key, text, sign] = FIRST;
        assert_eq!(holds(key, format!("{text}&SIGN={sign}").as_bytes()), Ok(()));
        let [key, text, sign] = SECOND;
        let raw = [&*Charset::Gbk.encode(text), b"&SIGN=", sign.as_bytes()].concat();
        assert_eq!(holds(key, &raw), Ok(()));
        for charset in [Charset::Gbk, Charset::Utf8] {
            let sent = text.replace("北京商户", &percent_encode("北京商户", charset));
            assert_eq!(holds(key, format!("{sent}&SIGN={sign}").as_bytes()), Ok(()), "{charset:?}");
        }
    }

    #[test]
    fn the_banks_counterexamples_do_not_hold() {
        let [key, text, sign] = FIRST;
        let other = text.replace("POSID=000000000", "POSID=000000001");
        assert_eq!(holds(key, format!("{other}&SIGN={sign}").as_bytes()), forged());
        let damaged = key.replacen("7d1e98e9", "7d1e98e8", 1);
        assert_eq!(holds(&damaged, format!("{text}&SIGN={sign}").as_bytes()), forged());
        let damaged = sign.replacen("5bf88c40", "5bf88c41", 1);
        assert_eq!(holds(key, format!("{text}&SIGN={damaged}").as_bytes()), forged());
        let [key, text, sign] = SECOND;
        let other = text.replace("北京商户", "北京商铺");
        let raw = [&*Charset::Gbk.encode(&other), b"&SIGN=", sign.as_bytes()].concat();
        assert_eq!(holds(key, &raw), forged());
    }

    #[test]
    fn parameters_in_any_order_hold_as_the_canonical_one() {
        for [key, text, sign] in [FIRST, SECOND] {
            let text = text.replace("北京商户", &percent_encode("北京商户", Charset::Gbk));
            let signed = format!("{text}&SIGN={sign}");
            let parts: Vec<String> = signed.split('&').map(str::to_owned).collect();
            proptest!(ProptestConfig::with_cases(100), |(shuffled in Just(parts).prop_shuffle())| {
                prop_assert_eq!(holds(key, shuffled.join("&").as_bytes()), Ok(()));
            });
        }
    }

    #[test]
    fn what_stands_behind_the_signature_or_comes_twice_does_not_count() {
        let [key, text, sign] = FIRST;
        // Signed as SUCCESS=N without ACC_TYPE: nothing may be put in.
        assert_eq!(holds(key, format!("{text}&SIGN={sign}&ACC_TYPE=11").as_bytes()), forged());
        let twice = Err(Disbelief::Malformed("ccb.twice".to_owned()));
        assert_eq!(holds(key, format!("{text}&SIGN={sign}&SUCCESS=Y").as_bytes()), twice);
        assert_eq!(holds(key, format!("{text}&SIGN={sign}&SIGN={sign}").as_bytes()), twice);
        // One signed text read as two values of which one swallows the other.
        let folded = text.replace("&REMARK1=", "%26REMARK1%3D");
        let value = Err(Disbelief::Malformed("ccb.value".to_owned()));
        assert_eq!(holds(key, format!("{folded}&SIGN={sign}").as_bytes()), value);
        // A parameter that nobody knows is neither signed nor read.
        let bank = BankKey::read(key).unwrap();
        let raw = format!("{text}&SIGN={sign}&from=elsewhere");
        let notification = Notification::read(&bank, raw.as_bytes()).unwrap();
        assert_eq!((notification.text("ORDERID"), notification.text("from")), ("2004010061", ""));
    }

    #[test]
    fn what_is_no_notification_is_told_as_such() {
        for raw in ["", "a=1", "SIGN", "SIGN=zz", "POSID=1&SIGN=abc"] {
            assert!(matches!(holds(FIRST[0], raw.as_bytes()), Err(Disbelief::Malformed(_))), "{raw}");
        }
        assert_eq!(holds(FIRST[0], b"POSID=1&SIGN=00ff"), forged());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn no_bytes_break_the_reader(raw in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(holds(FIRST[0], &raw).is_err());
        }
    }
}
