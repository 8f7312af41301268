//! Answers as the gateway writes them: `k=v&k=v`, not encoded, with values that hold `&` and `=` in brackets.

use ejia_wire::{Charset, Form};

/// Reads an answer. None when it is no UTF-8 or says a name twice.
///
/// A value may hold brackets (`{a=1&b=2}`, `[0000000]`) and a certificate with its line breaks: a field ends at an `&`
/// outside the brackets that were opened first, as the gateway's own programs for merchants read it.
pub(crate) fn read(body: &[u8]) -> Option<Form> {
    let text = Charset::Utf8.decode(body)?;
    let mut closes = None;
    let fields = text.trim_matches(['\r', '\n']).split(|character: char| {
        match (closes, character) {
            (None, '&') => return true,
            (None, '{') => closes = Some('}'),
            (None, '[') => closes = Some(']'),
            (Some(end), found) if end == found => closes = None,
            _ => {}
        }
        false
    });
    let form: Form =
        fields.filter(|field| !field.is_empty()).map(|field| field.split_once('=').unwrap_or((field, ""))).collect();
    // Two forms with a name in common do not merge: nor does one with itself twice in it.
    Form::new().merged(&form)
}

/// Writes an answer as the gateway does.
pub(crate) fn write(form: &Form) -> Vec<u8> {
    form.in_order().into_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn brackets_hold_their_fields_together_and_certificates_their_lines() {
        let form = read(
            "respCode=00&respMsg=成功[0000000]&reserved={a=1&b=[2]&c=3}&list=[x&y]\
             &signPubKeyCert=-----BEGIN CERTIFICATE-----\r\nAA+/=\r\n-----END CERTIFICATE-----&empty=&signature=a+/=="
                .as_bytes(),
        )
        .unwrap();
        assert_eq!(form.text("respMsg"), "成功[0000000]");
        assert_eq!(form.text("reserved"), "{a=1&b=[2]&c=3}");
        assert_eq!(form.text("list"), "[x&y]");
        assert_eq!(form.text("signPubKeyCert"), "-----BEGIN CERTIFICATE-----\r\nAA+/=\r\n-----END CERTIFICATE-----");
        assert_eq!(form.get("empty"), Some(""));
        assert_eq!(form.text("signature"), "a+/==");
    }

    #[test]
    fn a_name_said_twice_and_bytes_of_another_character_set_are_not_read() {
        assert_eq!(read(b"origRespCode=04&origRespCode=00"), None);
        assert_eq!(read(b"respMsg=\xb3\xc9\xb9\xa6"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn no_answer_breaks_the_reader_and_plain_ones_read_back(text in "[a-c=&{}\\[\\]\r\n党]{0,60}", value in "[^&{}\\[\\]]{0,20}x") {
            let _ = read(text.as_bytes());
            let form = Form::new().with("a", "1").with("b", value).with("c", "2");
            prop_assert_eq!(read(&write(&form)), Some(form));
        }
    }
}
