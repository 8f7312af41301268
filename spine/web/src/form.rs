//! Parses what a form or an address line brought: percent-encoding, UTF-8 and NUL taken seriously.

use ejia_kernel::Problem;
use serde_json::{Map, Value};

/// Names and values of `name=value&…`; a name that comes twice becomes a list.
pub(crate) fn parse(encoded: &[u8]) -> Result<Map<String, Value>, Problem> {
    let mut fields = Map::new();
    for pair in encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = decode(halves.next().unwrap_or_default())?;
        let value = decode(halves.next().unwrap_or_default())?;
        add(&mut fields, name, value);
    }
    Ok(fields)
}

fn add(fields: &mut Map<String, Value>, name: String, value: String) {
    match fields.get_mut(&name) {
        None => {
            fields.insert(name, Value::String(value));
        }
        Some(Value::Array(list)) => list.push(Value::String(value)),
        Some(single) => {
            let first = single.take();
            *single = Value::Array(vec![first, Value::String(value)]);
        }
    }
}

fn decode(encoded: &[u8]) -> Result<String, Problem> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.iter().copied();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                match (digit(rest.next()), digit(rest.next())) {
                    (Some(high), Some(low)) => u8::try_from(high * 16 + low).map_err(Problem::fault)?,
                    _ => return Err(Problem::bad_request("web.broken_encoding")),
                }
            }
            byte => byte,
        });
    }
    let text = String::from_utf8(bytes).map_err(|_| Problem::bad_request("web.broken_encoding"))?;
    clean(&text)?;
    Ok(text)
}

/// Refuses NUL: no text of people holds it, and databases and files trip over it.
pub(crate) fn clean(text: &str) -> Result<(), Problem> {
    if text.contains('\0') { Err(Problem::bad_request("web.nul_byte")) } else { Ok(()) }
}

/// Refuses NUL anywhere in a JSON value.
pub(crate) fn clean_json(value: &Value) -> Result<(), Problem> {
    match value {
        Value::String(text) => clean(text),
        Value::Array(items) => items.iter().try_for_each(clean_json),
        Value::Object(fields) => {
            fields.iter().try_for_each(|(name, value)| clean(name).and_then(|()| clean_json(value)))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_comes_twice_becomes_a_list() {
        let fields = parse(b"a=1&b=2&a=3&a=%E5%85%9A").unwrap();
        assert_eq!(serde_json::to_string(&fields).unwrap(), r#"{"a":["1","3","党"],"b":"2"}"#);
    }

    #[test]
    fn plus_is_a_space_and_a_missing_value_is_empty() {
        let fields = parse(b"&name=a+b&&flag&=x").unwrap();
        assert_eq!(serde_json::to_string(&fields).unwrap(), r#"{"":"x","flag":"","name":"a b"}"#);
    }

    #[test]
    fn broken_percent_signs_broken_utf8_and_nul_are_refused() {
        for (text, code) in [
            ("a=%", "web.broken_encoding"),
            ("a=%4", "web.broken_encoding"),
            ("a=%zz", "web.broken_encoding"),
            ("a=%C3%28", "web.broken_encoding"),
            ("%FF=1", "web.broken_encoding"),
            ("a=x%00y", "web.nul_byte"),
            ("a%00=x", "web.nul_byte"),
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap_err().code, code, "{text}");
        }
    }
}
