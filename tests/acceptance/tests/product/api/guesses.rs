//! What a fuzzer sends: values as a schema has them, and now and then something else.

use ejia_acceptance::routes::NOTHING;
use serde_json::{Map, Value, json};

/// Chance from a seed: the same questions every time (SplitMix64).
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn of(seed: u64, place: usize) -> Self {
        Self(seed.wrapping_add(place as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).expect("below a usize")
    }

    pub(super) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn of_these<'a, T: ?Sized>(&mut self, these: &[&'a T]) -> &'a T {
        these[self.below(these.len())]
    }
}

/// What people type, and what they should not.
const WORDS: [&str; 24] = [
    "",
    " ",
    "林",
    "第一党支部",
    "2026-03",
    "2026-13",
    "2026-03-20",
    "9999-12-31",
    "１３８００１３８００３",
    "13800138003",
    "0",
    "-1",
    "1",
    "99999999999999999999",
    "0.005",
    "1e308",
    "true",
    "'; DROP TABLE member; --",
    "%_\\",
    "<script>",
    "../../etc/passwd",
    "\u{202e}\u{200b}",
    "𠮷𠮷",
    "on",
];

const NO_IDS: [&str; 7] =
    ["0", "%E5%85%9A", "01K0000000000000000000000A", "8zzzzzzzzzzzzzzzzzzzzzzzzz", "..%2F..", "%F0%9F%92%A5", "%20"];

/// Something where an id should be.
pub(super) fn no_id(chance: &mut Chance) -> String {
    chance.of_these(&NO_IDS).to_owned()
}

/// A value for a schema; with `wild` now and then one that it does not allow.
pub(super) fn value(schema: &Value, name: &str, wild: bool, chance: &mut Chance) -> Value {
    if wild && chance.one_in(8) {
        return strange(chance);
    }
    if let Some(choices) = schema["enum"].as_array().filter(|choices| !choices.is_empty()) {
        return choices[chance.below(choices.len())].clone();
    }
    if let Some(choices) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()).filter(|all| !all.is_empty()) {
        return value(&choices[chance.below(choices.len())], name, wild, chance);
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.clone(),
        kind => vec![kind.clone()],
    };
    match kinds[chance.below(kinds.len())].as_str().unwrap_or("string") {
        "null" => Value::Null,
        "boolean" => json!(chance.one_in(2)),
        "integer" | "number" => json!([0, 1, 2, 30, 2026, i64::MAX][chance.below(if wild { 6 } else { 4 })]),
        "array" => (0..chance.below(3)).map(|_| value(&schema["items"], name, wild, chance)).collect(),
        "object" => object(schema, wild, chance),
        _ => json!(word(schema, name, wild, chance)),
    }
}

fn object(schema: &Value, wild: bool, chance: &mut Chance) -> Value {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let mut fields = Map::new();
    for (name, one) in schema["properties"].as_object().into_iter().flatten() {
        if required.iter().any(|must| must == name) || !chance.one_in(4) {
            fields.insert(name.clone(), value(one, name, wild, chance));
        }
    }
    if wild && chance.one_in(4) {
        fields.insert("nobody_knows_it".to_owned(), strange(chance));
    }
    Value::Object(fields)
}

fn word(schema: &Value, name: &str, wild: bool, chance: &mut Chance) -> String {
    if wild && chance.one_in(3) {
        return chance.of_these(&WORDS).to_owned();
    }
    let format = schema["format"].as_str().unwrap_or_default();
    let pattern = schema["pattern"].as_str().unwrap_or_default();
    let fitting = match (format, pattern, name) {
        ("date", ..) => "2026-03-20",
        ("date-time", ..) => "2026-03-20T09:00:00+08:00",
        (_, pattern, _) if pattern.starts_with("^[0-7]") => NOTHING,
        (_, pattern, _) if pattern.starts_with("^[0-9]{12}") => "350200000001",
        (_, pattern, _) if !pattern.is_empty() => "2026-03",
        (_, _, name) if name.contains("month") => "2026-03",
        (_, _, name) if name.contains("phone") => "13800138003",
        (_, _, name) if name.ends_with("_on") || name == "from" || name == "until" || name.contains("day") => {
            "2026-03-20"
        }
        (_, _, "member" | "organization" | "organization_id" | "branch" | "bill" | "after" | "before") => NOTHING,
        _ => chance.of_these(&WORDS),
    };
    fitting.to_owned()
}

fn strange(chance: &mut Chance) -> Value {
    match chance.below(10) {
        0 => Value::Null,
        1 => json!([]),
        2 => json!({}),
        3 => json!(i64::MIN),
        4 => json!(-1.5),
        5 => json!("长".repeat(3000)),
        6 => json!([["x"], { "y": 1 }]),
        7 => json!("\u{0}"),
        8 => json!(true),
        _ => json!(chance.of_these(&WORDS)),
    }
}

/// As an address line or a form says it.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.first().map(text).unwrap_or_default(),
        other => other.to_string(),
    }
}

/// A file that is none, or half of one.
pub(super) fn upload(chance: &mut Chance) -> (String, Vec<u8>) {
    let content: [&[u8]; 4] = [b"", b"x", b"PK\x03\x04", b"\xff\xd8\xff\xe0\x00\x10JFIF"];
    let mut body = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.xlsx\"\r\n\r\n".to_vec();
    body.extend(content[chance.below(content.len())]);
    body.extend(b"\r\n--x\r\nContent-Disposition: form-data; name=\"month\"\r\n\r\n");
    body.extend(chance.of_these(&WORDS).bytes());
    body.extend(b"\r\n--x--\r\n");
    ("multipart/form-data; boundary=x".to_owned(), body)
}
