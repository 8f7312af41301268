//! The exact text of a member of a JSON object: what a signature covers, never written again.

/// Nothing a gateway sends is nested deeper.
const DEPTH: usize = 64;

/// The text of the member `name` of the object that `text` is, byte for byte as it stands there. None when the text is
/// no such object, or when the name comes twice.
///
/// The span is found by brackets and quotes only; whoever uses it reads it with a JSON reader as well.
pub fn raw_member<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut found = None;
    let bytes = text.as_bytes();
    let mut at = expect(bytes, blank(bytes, 0), b'{')?;
    loop {
        at = blank(bytes, at);
        if bytes.get(at) == Some(&b'}') {
            return if blank(bytes, at + 1) == bytes.len() { found } else { None };
        }
        let end = string(bytes, at)?;
        let key = text.get(at + 1..end - 1)?;
        at = blank(bytes, expect(bytes, blank(bytes, end), b':')?);
        let end = value(bytes, at)?;
        if key == name && found.replace(text.get(at..end)?).is_some() {
            return None;
        }
        at = blank(bytes, end);
        match bytes.get(at)? {
            b',' => at += 1,
            b'}' => {}
            _ => return None,
        }
    }
}

fn blank(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

fn expect(bytes: &[u8], at: usize, wanted: u8) -> Option<usize> {
    (bytes.get(at) == Some(&wanted)).then_some(at + 1)
}

/// The place behind the string that begins here.
fn string(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = expect(bytes, at, b'"')?;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The place behind the value that begins here.
fn value(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = string(bytes, at)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            b'{' | b'[' => {
                depth += 1;
                at += 1;
                if depth > DEPTH {
                    return None;
                }
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                at += 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            // A number or a word ends where something else begins.
            _ if depth == 0 => {
                let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace();
                let length = bytes.get(at..)?.iter().position(ends)?;
                return (length > 0).then_some(at + length);
            }
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_member_is_found_as_it_stands() {
        let text =
            r#" { "a_response" : {"u":"http:\/\/x\/","s":"}\"{", "l":[1,{"x":2}] } , "n":-1.5e3 ,"sign":"S\/+=" } "#;
        assert_eq!(raw_member(text, "a_response"), Some(r#"{"u":"http:\/\/x\/","s":"}\"{", "l":[1,{"x":2}] }"#));
        assert_eq!(raw_member(text, "n"), Some("-1.5e3"));
        assert_eq!(raw_member(text, "sign"), Some(r#""S\/+=""#));
        assert_eq!(raw_member(text, "u"), None);
        assert_eq!(raw_member("{}", "u"), None);
    }

    #[test]
    fn what_is_no_object_or_says_it_twice_is_not_read() {
        for text in
            ["", "[]", "{", r#"{"a":1"#, r#"{"a":1}x"#, r#"{"a":1,"a":2}"#, r#"{"a":}"#, r#"{"a" 1}"#, r#"{"a":"x"#]
        {
            assert_eq!(raw_member(text, "a"), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn no_text_breaks_the_reader(text in "[{}\\[\\]\",:a\\\\ 1党]{0,40}") {
            let _ = raw_member(&text, "a");
        }
    }
}
