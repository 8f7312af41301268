//! The reference of all settings (`docs/settings.md`), written from the types that read them: what a setting means is the
//! comment that stands over its field.

use std::fmt::Write as _;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::Settings;

const BEGINNING: &str = "\
# Settings

Every setting of the file that `ejia serve --config FILE` reads (TOML), as the program knows them: `ejia settings` prints this page.
[operating.md](operating.md) shows a whole file with examples. A setting that is not named here is refused by name, so nothing is misspelt
in silence. Secrets never stand in the file: a setting whose name ends with `_file` names the file that holds one.
";

/// The whole reference, in Markdown.
pub fn reference() -> String {
    let inline = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let schema = inline.into_generator().into_root_schema_for::<Settings>().to_value();
    let mut text = BEGINNING.to_owned();
    let mut waiting = vec![(String::new(), schema)];
    while let Some((table, schema)) = waiting.pop() {
        let inner = write_table(&mut text, &table, &schema);
        waiting.extend(inner.into_iter().rev());
    }
    text
}

/// Writes one table of settings; answers the tables that stand in it, by name.
fn write_table(text: &mut String, table: &str, schema: &Value) -> Vec<(String, Value)> {
    let title = if table.is_empty() { "The file itself".to_owned() } else { format!("`{table}`") };
    let _ = write!(text, "\n## {title}\n\n{}\n\n| setting | | meaning |\n|---|---|---|\n", said(schema));
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut tables = Vec::new();
    for (name, setting) in schema["properties"].as_object().unwrap_or(&Map::new()) {
        let (kind, inner) = kind_of(setting);
        let when = match setting.get("default").and_then(told) {
            _ if required.contains(&name.as_str()) => "**must be set**".to_owned(),
            Some(default) => format!("else `{default}`"),
            None => "may be left out".to_owned(),
        };
        let _ = writeln!(text, "| `{name}` | {kind}; {when} | {} |", said(setting));
        let name = if table.is_empty() { name.clone() } else { format!("{}.{name}", table.trim_matches(['[', ']'])) };
        tables.extend(inner.map(|(brackets, schema)| (brackets.replace("{}", &name), schema)));
    }
    tables
}

/// What stands in place of a setting left out, as TOML; nothing where that says nothing, or where its parts say it.
fn told(default: &Value) -> Option<String> {
    match default {
        Value::Object(parts) if parts.values().all(Value::is_number) && !parts.is_empty() => {
            let parts: Vec<String> = parts.iter().map(|(name, part)| format!("{name} = {part}")).collect();
            Some(format!("{{ {} }}", parts.join(", ")))
        }
        Value::Bool(_) | Value::Number(_) => Some(default.to_string()),
        Value::String(text) if !text.is_empty() => Some(default.to_string()),
        _ => None,
    }
}

/// What may stand there, in words; and the table that it is, with the brackets around its name.
fn kind_of(setting: &Value) -> (String, Option<(&'static str, Value)>) {
    let choices: Vec<&Value> = ["anyOf", "oneOf"]
        .iter()
        .filter_map(|key| setting[key].as_array())
        .flatten()
        .filter(|one| one["type"] != "null")
        .collect();
    let words = words_of(setting, &choices);
    if !words.is_empty() {
        return (words.join(" or "), None);
    }
    if let [first, rest @ ..] = choices.as_slice() {
        let (mut kind, mut inner) = kind_of(first);
        for other in rest {
            let (also, table) = kind_of(other);
            kind = format!("{kind} or {also}");
            inner = inner.or(table);
        }
        return (kind, inner);
    }
    let named = [
        ("", "table", "[{}]"),
        ("/additionalProperties", "tables by name", "[{}.NAME]"),
        ("/items", "list of tables", "[[{}]]"),
    ];
    for (at, kind, brackets) in named {
        if let Some(table) = setting.pointer(at).filter(|table| table["properties"].is_object()) {
            return (kind.to_owned(), Some((brackets, table.clone())));
        }
    }
    (plain_kind(setting), None)
}

/// The words of a setting that is one of a few.
fn words_of(setting: &Value, choices: &[&Value]) -> Vec<String> {
    let word = |value: &Value| value.as_str().map(|word| format!("`{word}`"));
    let listed = |one: &Value| one["enum"].as_array().into_iter().flatten().filter_map(word).collect::<Vec<_>>();
    let mut words = listed(setting);
    for one in choices {
        words.extend(word(&one["const"]));
        words.extend(listed(one));
    }
    words
}

fn plain_kind(setting: &Value) -> String {
    let kind = match &setting["type"] {
        Value::Array(kinds) => kinds.iter().find_map(Value::as_str).unwrap_or_default(),
        kind => kind.as_str().unwrap_or_default(),
    };
    match kind {
        "boolean" => "`true` or `false`".to_owned(),
        "integer" => "whole number".to_owned(),
        "number" => "number".to_owned(),
        "array" => format!("list of {}", plain_kind(&setting["items"])),
        "object" => "names with text".to_owned(),
        _ => "text".to_owned(),
    }
}

/// What the comment over it says, on one line that a table's cell can hold.
fn said(schema: &Value) -> String {
    schema["description"]
        .as_str()
        .unwrap_or_default()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_in_docs_is_what_the_program_knows() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/settings.md");
        let written = reference();
        if std::env::var_os("EJIA_WRITE_REFERENCE").is_some() {
            std::fs::write(path, &written).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert!(kept == written, "docs/settings.md is not what the program knows; EJIA_WRITE_REFERENCE=1 writes it");
    }

    #[test]
    fn every_setting_has_a_meaning_and_every_table_a_place() {
        let text = reference();
        let silent: Vec<&str> = text.lines().filter(|line| line.starts_with("| `") && line.ends_with("|  |")).collect();
        assert!(silent.is_empty(), "settings without a word: {silent:#?}");
        for table in [
            "`[sms]`",
            "`[sms.tencent]`",
            "`[channels.ccb]`",
            "`[[keys]]`",
            "`[secure]`",
            "`[limits.posts_by_address]`",
        ] {
            assert!(text.contains(&format!("## {table}\n")), "{table}");
        }
    }
}
