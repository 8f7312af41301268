//! Forms: ordered pairs, written and read in UTF-8 or GBK, and the canonical text that is signed.

use std::borrow::Cow;

use encoding_rs::{Encoding, GBK, UTF_8};

/// More pairs than any protocol sends.
const PAIRS: usize = 200;

/// The character set a protocol's bytes are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8.
    Utf8,
    /// GBK, read as its superset GB18030.
    Gbk,
}

impl Charset {
    fn encoding(self) -> &'static Encoding {
        match self {
            Self::Utf8 => UTF_8,
            Self::Gbk => GBK,
        }
    }

    /// The text's bytes; a character the set does not hold becomes `?`.
    pub fn encode(self, text: &str) -> Cow<'_, [u8]> {
        let (bytes, _, lost) = self.encoding().encode(text);
        if !lost {
            return bytes;
        }
        let mut kept = Vec::with_capacity(text.len());
        for character in text.chars() {
            let mut place = [0; 4];
            let (bytes, _, lost) = self.encoding().encode(character.encode_utf8(&mut place));
            kept.extend_from_slice(if lost { b"?" } else { &bytes });
        }
        Cow::Owned(kept)
    }

    /// Whether the set holds every character of the text.
    fn spells(self, text: &str) -> bool {
        !self.encoding().encode(text).2
    }

    /// The bytes' text; none when they are not in this set.
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        self.encoding().decode_without_bom_handling_and_without_replacement(bytes).map(Cow::into_owned)
    }
}

/// Fields in the order they were put in or came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    pairs: Vec<(String, String)>,
}

impl Form {
    /// A form without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// One field more, at the end.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.push(name, value);
        self
    }

    /// One field more, at the end.
    pub fn push(&mut self, name: &str, value: impl Into<String>) {
        self.pairs.push((name.to_owned(), value.into()));
    }

    /// Sets a field where it stands, or puts it at the end.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.pairs.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.pairs.push((name.to_owned(), value)),
        }
    }

    /// A field's value; none when it is absent, which is not the same as empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A field's value, empty when it is absent.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// The fields in their order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// The fields in their order.
    pub fn into_pairs(self) -> Vec<(String, String)> {
        self.pairs
    }

    /// Without the fields of these names.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        let keep = |(name, _): &&(String, String)| !names.contains(&name.as_str());
        Self { pairs: self.pairs.iter().filter(keep).cloned().collect() }
    }

    /// Both forms' fields, these first. None when a name stands in both: which one counts would be a matter of taste.
    pub fn merged(&self, other: &Self) -> Option<Self> {
        let pairs: Vec<_> = self.pairs.iter().chain(&other.pairs).cloned().collect();
        Self { pairs }.unambiguous()
    }

    /// `k=v&…` of the fields that are not empty, sorted by the names' bytes, values as they are: what Alipay, UnionPay and
    /// ICBC's platform sign.
    pub fn canonical(&self) -> String {
        let mut pairs: Vec<&(String, String)> = self.pairs.iter().filter(|(_, value)| !value.is_empty()).collect();
        pairs.sort_by(|one, other| one.0.as_bytes().cmp(other.0.as_bytes()));
        joined(pairs.into_iter())
    }

    /// `k=v&…` of all fields in their order, empty ones too, values as they are: what CCB signs.
    pub fn in_order(&self) -> String {
        joined(self.pairs.iter())
    }

    /// As `application/x-www-form-urlencoded`, in the fields' order; also the query of an address.
    pub fn encoded(&self, charset: Charset) -> String {
        let parts: Vec<String> = self
            .pairs
            .iter()
            .map(|(name, value)| format!("{}={}", percent_encode(name, charset), percent_encode(value, charset)))
            .collect();
        parts.join("&")
    }

    /// Reads `application/x-www-form-urlencoded`. None when the bytes are not in the character set, when they hold what the
    /// set cannot spell again (a signature over `?` would cover it), when a name comes twice (a signature would cover one
    /// and the reader believe the other), or when there are too many fields.
    pub fn decode(encoded: &[u8], charset: Charset) -> Option<Self> {
        let text = |bytes: &[u8]| charset.decode(bytes).filter(|text| charset.spells(text));
        let pairs: Option<Vec<_>> =
            Self::decode_raw(encoded)?.into_iter().map(|(name, value)| Some((text(&name)?, text(&value)?))).collect();
        Self { pairs: pairs? }.unambiguous()
    }

    /// The same without a character set: names and values as bytes, percent signs and plus signs undone. Names may come
    /// twice. None when there are too many fields.
    pub fn decode_raw(encoded: &[u8]) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
        let parts = encoded.split(|byte| *byte == b'&').filter(|part| !part.is_empty());
        let mut pairs = Vec::new();
        for part in parts {
            if pairs.len() == PAIRS {
                return None;
            }
            let mut halves = part.splitn(2, |byte| *byte == b'=');
            let name = percent_decode(halves.next().unwrap_or_default());
            pairs.push((name, percent_decode(halves.next().unwrap_or_default())));
        }
        Some(pairs)
    }

    fn unambiguous(self) -> Option<Self> {
        let mut names: Vec<&str> = self.pairs.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        let twice = names.windows(2).any(|pair| pair.first() == pair.last());
        (!twice && self.pairs.len() <= PAIRS).then_some(self)
    }
}

impl<Name: Into<String>, Value: Into<String>> FromIterator<(Name, Value)> for Form {
    fn from_iter<Pairs: IntoIterator<Item = (Name, Value)>>(pairs: Pairs) -> Self {
        Self { pairs: pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }
}

fn joined<'a>(pairs: impl Iterator<Item = &'a (String, String)>) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        text.push_str(value);
    }
    text
}

/// A value as forms write it: a blank is `+`, of the rest only letters, digits and `*-._` stay.
pub fn percent_encode(text: &str, charset: Charset) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in charset.encode(text).iter() {
        match byte {
            b' ' => encoded.push('+'),
            b'*' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => encoded.push(char::from(*byte)),
            _ => {
                encoded.push('%');
                for half in [byte >> 4, byte & 15] {
                    encoded.extend(char::from_digit(u32::from(half), 16).map(|digit| digit.to_ascii_uppercase()));
                }
            }
        }
    }
    encoded
}

/// Undoes percent and plus signs; a percent sign without two digits stays as it is.
pub fn percent_decode(encoded: &[u8]) -> Vec<u8> {
    let digit = |at: usize| encoded.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut at = 0;
    while let Some(byte) = encoded.get(at) {
        let pair = if *byte == b'%' { digit(at + 1).zip(digit(at + 2)) } else { None };
        if let Some(undone) = pair.and_then(|(high, low)| u8::try_from(high << 4 | low).ok()) {
            decoded.push(undone);
            at += 3;
        } else {
            decoded.push(if *byte == b'+' { b' ' } else { *byte });
            at += 1;
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_canonical_text_is_sorted_and_leaves_out_what_is_empty() {
        let form = Form::new().with("b", "2").with("empty", "").with("a", "1 &=%").with("B", "党费");
        assert_eq!(form.canonical(), "B=党费&a=1 &=%&b=2");
        assert_eq!(form.in_order(), "b=2&empty=&a=1 &=%&B=党费");
        assert_eq!(form.without(&["empty", "a"]).in_order(), "b=2&B=党费");
    }

    #[test]
    fn chinese_is_written_in_the_character_set_asked_for() {
        let form = Form::new().with("subject", "党费 a*").with("x", "");
        assert_eq!(form.encoded(Charset::Utf8), "subject=%E5%85%9A%E8%B4%B9+a*&x=");
        assert_eq!(form.encoded(Charset::Gbk), "subject=%B5%B3%B7%D1+a*&x=");
        assert_eq!(Form::decode(b"subject=%B5%B3%B7%D1", Charset::Gbk).unwrap().text("subject"), "党费");
        assert_eq!(Form::decode(b"subject=%B5%B3%B7%D1", Charset::Utf8), None);
        assert_eq!(&*Charset::Gbk.encode("党\u{1f600}"), b"\xb5\xb3?");
    }

    #[test]
    fn what_the_set_cannot_spell_again_is_not_read_since_a_signature_over_a_question_mark_would_cover_it() {
        assert_eq!(Charset::Gbk.decode(b"\xe2\x30\xe9\x32").as_deref(), Some("\u{10c802}"));
        assert_eq!(Form::decode(b"name=%E2%30%E9%32", Charset::Gbk), None);
        assert_eq!(Form::decode(b"%E2%30%E9%32=1", Charset::Gbk), None);
    }

    #[test]
    fn a_name_that_comes_twice_and_a_flood_of_fields_are_not_read() {
        assert_eq!(Form::decode(b"amount=1&x=2&amount=9", Charset::Utf8), None);
        assert_eq!(Form::new().with("a", "1").merged(&Form::new().with("a", "1")), None);
        let flood = "a=1&".repeat(PAIRS + 1);
        assert_eq!(Form::decode_raw(flood.as_bytes()), None);
    }

    #[test]
    fn absent_is_not_empty_and_half_a_percent_sign_stays() {
        let form = Form::decode(b"a&b=&c=%4&d=100%", Charset::Utf8).unwrap();
        assert_eq!(form.get("a"), Some(""));
        assert_eq!(form.get("z"), None);
        assert_eq!((form.text("c"), form.text("d")), ("%4", "100%"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn what_is_written_reads_back(values in proptest::collection::vec(".{0,20}", 0..8)) {
            let form: Form = values.iter().enumerate().map(|(at, value)| (format!("k{at}"), value.clone())).collect();
            prop_assert_eq!(Form::decode(form.encoded(Charset::Utf8).as_bytes(), Charset::Utf8), Some(form));
        }

        #[test]
        fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Form::decode(&bytes, Charset::Gbk);
            let _ = Form::decode(&bytes, Charset::Utf8);
        }
    }
}
