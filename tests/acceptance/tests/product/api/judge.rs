//! Holds a value against a schema. It knows the words that our schemas are made of, and stops at one that it does not know:
//! what it cannot judge must not pass for judged.

use ejia_kernel::{Date, Instant, MemberId, Month, OrganizationCode};
use serde_json::Value;

/// Words that bind nothing.
const SAID_ONLY: [&str; 6] = ["title", "description", "default", "examples", "$comment", "deprecated"];
/// Formats of numbers, whose bounds stand beside them where they have any.
const NUMBERS: [&str; 12] =
    ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "uint", "int", "float", "double"];

/// What stands against a value, with its place; nothing if it is as the schema has it.
pub(super) fn judged(components: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let words = match schema {
        Value::Bool(true) => return Ok(()),
        Value::Object(words) => words,
        other => return Err(format!("{at}: no schema: {other}")),
    };
    for (word, rule) in words {
        let told = match word.as_str() {
            "$ref" => {
                let name = rule.as_str().and_then(|place| place.rsplit('/').next()).unwrap_or_default();
                judged(components, &components[name], value, at)
            }
            "type" => of_type(rule, value, at),
            "enum" => hold(rule.as_array().is_some_and(|all| all.contains(value)), at, value, rule),
            "const" => hold(rule == value, at, value, rule),
            "anyOf" | "oneOf" => any_of(components, rule, value, at),
            "allOf" => list(rule).iter().try_for_each(|one| judged(components, one, value, at)),
            "properties" => of_fields(components, rule, value, at),
            "required" => required(rule, value, at),
            "additionalProperties" => others(components, words.get("properties"), rule, value, at),
            "items" => {
                each(components, rule, value, list(&words.get("prefixItems").cloned().unwrap_or_default()).len(), at)
            }
            "prefixItems" => {
                list(rule).iter().zip(list(value)).try_for_each(|(one, item)| judged(components, one, item, at))
            }
            "minItems" => {
                hold(!value.is_array() || list(value).len() as u64 >= rule.as_u64().unwrap_or(0), at, value, rule)
            }
            "maxItems" => {
                hold(!value.is_array() || list(value).len() as u64 <= rule.as_u64().unwrap_or(0), at, value, rule)
            }
            "minimum" => hold(value.as_f64().is_none_or(|number| Some(number) >= rule.as_f64()), at, value, rule),
            "maximum" => hold(value.as_f64().is_none_or(|number| Some(number) <= rule.as_f64()), at, value, rule),
            "pattern" | "format" => hold(value.as_str().is_none_or(|text| fits(rule, text)), at, value, rule),
            said if SAID_ONLY.contains(&said) => Ok(()),
            unknown => panic!("{at}: the judge does not know {unknown}"),
        };
        told?;
    }
    // An answer holds nothing that its schema does not name, unless the schema says that it may.
    match words.get("properties") {
        Some(named) if !words.contains_key("additionalProperties") => {
            others(components, Some(named), &Value::Bool(false), value, at)
        }
        _ => Ok(()),
    }
}

fn hold(yes: bool, at: &str, value: &Value, rule: &Value) -> Result<(), String> {
    if yes { Ok(()) } else { Err(format!("{at}: {value} is not as {rule} has it")) }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn of_type(rule: &Value, value: &Value, at: &str) -> Result<(), String> {
    let is = |kind: &Value| match kind.as_str().unwrap_or_default() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        unknown => panic!("{at}: the judge does not know the type {unknown}"),
    };
    hold(rule.as_array().map_or_else(|| is(rule), |kinds| kinds.iter().any(is)), at, value, rule)
}

fn any_of(components: &Value, rule: &Value, value: &Value, at: &str) -> Result<(), String> {
    let mut wrong = Vec::new();
    for one in list(rule) {
        match judged(components, one, value, at) {
            Ok(()) => return Ok(()),
            Err(told) => wrong.push(told),
        }
    }
    Err(format!("none of several: {}", wrong.join(" / ")))
}

fn of_fields(components: &Value, rule: &Value, value: &Value, at: &str) -> Result<(), String> {
    let Some(fields) = value.as_object() else { return Ok(()) };
    let known = fields.iter().filter_map(|(name, one)| rule.get(name).map(|schema| (name, schema, one)));
    known.into_iter().try_for_each(|(name, schema, one)| judged(components, schema, one, &format!("{at}/{name}")))
}

fn required(rule: &Value, value: &Value, at: &str) -> Result<(), String> {
    let Some(fields) = value.as_object() else { return Ok(()) };
    let missing = list(rule).iter().filter_map(Value::as_str).find(|name| !fields.contains_key(*name));
    missing.map_or(Ok(()), |name| Err(format!("{at}: without {name}")))
}

/// Fields that no property names.
fn others(components: &Value, named: Option<&Value>, rule: &Value, value: &Value, at: &str) -> Result<(), String> {
    let Some(fields) = value.as_object() else { return Ok(()) };
    let mut rest = fields.iter().filter(|(name, _)| named.is_none_or(|named| named.get(name.as_str()).is_none()));
    match rule {
        Value::Bool(false) => rest.next().map_or(Ok(()), |(name, _)| Err(format!("{at}: {name} is not described"))),
        schema => rest.try_for_each(|(name, one)| judged(components, schema, one, &format!("{at}/{name}"))),
    }
}

fn each(components: &Value, rule: &Value, value: &Value, from: usize, at: &str) -> Result<(), String> {
    let items = list(value).iter().enumerate().skip(from);
    items.into_iter().try_for_each(|(place, one)| judged(components, rule, one, &format!("{at}/{place}")))
}

/// The few patterns and formats of our nouns, read as the nouns read them.
fn fits(rule: &Value, text: &str) -> bool {
    match rule.as_str().unwrap_or_default() {
        "date" => text.parse::<Date>().is_ok(),
        "date-time" => text.parse::<Instant>().is_ok(),
        "^[0-7][0-9a-hjkmnp-tv-z]{25}$" => text.parse::<MemberId>().is_ok(),
        "^[0-9]{4}-(0[1-9]|1[0-2])$" => text.parse::<Month>().is_ok(),
        "^[0-9]{12}$" => OrganizationCode::parse(text).is_ok(),
        number if NUMBERS.contains(&number) => true,
        unknown => panic!("the judge does not know {unknown}"),
    }
}

#[test]
fn the_judge_sees_what_is_wrong_and_where() {
    let schema = serde_json::json!({
        "type": "object",
        "required": ["lines"],
        "properties": {
            "lines": { "type": "array", "items": { "type": "object", "properties": { "month": { "type": ["string", "null"], "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$" } } } },
            "kind": { "anyOf": [{ "type": "string", "enum": ["full"] }, { "type": "null" }] },
            "count": { "type": "integer", "minimum": 0, "format": "uint32" },
        },
    });
    let judge = |value: Value| judged(&Value::Null, &schema, &value, "").err().unwrap_or_default();
    assert_eq!(
        judge(serde_json::json!({ "lines": [{ "month": "2026-03" }, { "month": null }], "kind": null, "count": 3 })),
        ""
    );
    for (wrong, told) in [
        (serde_json::json!([]), ": []"),
        (serde_json::json!({}), "without lines"),
        (serde_json::json!({ "lines": [{}, { "month": "2026-13" }] }), "/lines/1/month"),
        (serde_json::json!({ "lines": [], "kind": "half" }), "none of several"),
        (serde_json::json!({ "lines": [], "count": -1 }), "/count"),
        (serde_json::json!({ "lines": [], "more": 1 }), "more is not described"),
    ] {
        assert!(judge(wrong).contains(told), "{told}");
    }
}
