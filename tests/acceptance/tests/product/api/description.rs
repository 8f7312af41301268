//! The description, read as a stranger's program reads it.

use serde_json::Value;

use super::guesses::{self, Chance};
use super::judge::judged;

/// What there is to be called.
pub(super) struct Description {
    pub(super) operations: Vec<Operation>,
    /// Schemas that others refer to.
    components: Value,
}

/// One operation.
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) method: String,
    /// Its path on the web, with `{id}` and the like.
    pub(super) route: String,
    pub(super) portal: String,
    /// What opens it to a token.
    pub(super) scope: Option<String>,
    queries: Vec<(String, bool, Value)>,
    body: Option<(String, Value)>,
    answers: Vec<Answer>,
}

/// An answer that it may give: a status, or `5XX`, and what may be in it, by media type.
struct Answer {
    status: String,
    content: Vec<(String, Value)>,
}

impl Description {
    pub(super) fn read(described: &Value) -> Self {
        let paths = described["paths"].as_object().expect("paths");
        let each = |(path, methods): (&String, &Value)| {
            let route = path.strip_prefix("/api/v1").expect("below /api/v1").to_owned();
            let methods = methods.as_object().expect("methods").clone();
            methods
                .into_iter()
                .map(|(method, one)| Operation::read(described, &route, &method, &one))
                .collect::<Vec<_>>()
        };
        let components = described["components"]["schemas"].clone();
        Self { operations: paths.iter().flat_map(each).collect(), components }
    }

    /// Whether the description knows this answer; else what it does not know of it.
    pub(super) fn knows(&self, operation: &Operation, status: u16, kind: &str, bytes: &[u8]) -> Result<(), String> {
        let said = || String::from_utf8_lossy(bytes).chars().take(400).collect::<String>();
        if status >= 500 {
            return Err(format!("{status}: {}", said()));
        }
        let answer = operation.answers.iter().find(|answer| answer.status == status.to_string());
        let answer = answer.ok_or_else(|| format!("{status} is not described: {}", said()))?;
        let essence = kind.split(';').next().unwrap_or_default();
        let content = answer.content.iter().find(|(media, _)| media == essence || media == "*/*");
        let (media, schema) = content.ok_or_else(|| format!("{status} as {kind} is not described"))?;
        if media == "*/*" {
            return Ok(());
        }
        let body: Value = serde_json::from_slice(bytes).map_err(|error| format!("{status}: {error}: {}", said()))?;
        judged(&self.components, schema, &body, "").map_err(|wrong| format!("{status}: {wrong}: {}", said()))
    }
}

impl Operation {
    fn read(described: &Value, route: &str, method: &str, one: &Value) -> Self {
        let list = |name: &str| one[name].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let asked = list("parameters").into_iter().filter(|parameter| parameter["in"] == "query");
        let body = one["requestBody"]["content"].as_object().and_then(|content| content.iter().next());
        let scopes = list("security").into_iter().find_map(|way| way["token"][0].as_str().map(str::to_owned));
        Self {
            id: text(&one["operationId"]),
            method: method.to_ascii_uppercase(),
            route: if route.is_empty() { "/".to_owned() } else { route.to_owned() },
            portal: text(&one["tags"][0]),
            scope: scopes,
            queries: asked.map(|one| (text(&one["name"]), one["required"] == true, one["schema"].clone())).collect(),
            body: body.map(|(kind, content)| (kind.clone(), content["schema"].clone())),
            answers: Answer::read(described, &one["responses"]),
        }
    }

    /// A question of the address line; at first nothing more than is required.
    pub(super) fn question(&self, round: usize, chance: &mut Chance) -> String {
        let mut asked = Vec::new();
        for (name, required, schema) in &self.queries {
            if *required || (round > 0 && chance.one_in(2)) {
                asked.push((name.clone(), guesses::text(&guesses::value(schema, name, round > 0, chance))));
            }
        }
        let asked = ejia_acceptance::browser::encoded(&asked);
        if asked.is_empty() { asked } else { format!("?{asked}") }
    }

    /// What is sent; at first as the schema has it.
    pub(super) fn body(&self, round: usize, chance: &mut Chance) -> Option<(String, Vec<u8>)> {
        let (kind, schema) = self.body.as_ref()?;
        if kind.starts_with("multipart/") {
            return Some(guesses::upload(chance));
        }
        let sent = guesses::value(schema, "", round > 0, chance);
        Some((kind.clone(), sent.to_string().into_bytes()))
    }

    /// The path with something in it that is no id.
    pub(super) fn misnamed(&self, chance: &mut Chance) -> String {
        let part = |part: &str| if part.starts_with('{') { guesses::no_id(chance) } else { part.to_owned() };
        self.route.split('/').map(part).collect::<Vec<_>>().join("/")
    }
}

impl Answer {
    fn read(described: &Value, responses: &Value) -> Vec<Self> {
        let responses = responses.as_object().expect("responses");
        let whole = |response: &Value| match response["$ref"].as_str() {
            Some(place) => described.pointer(place.trim_start_matches('#')).expect("a reference to something").clone(),
            None => response.clone(),
        };
        let content = |response: &Value| {
            let kinds = response["content"].as_object().cloned().unwrap_or_default();
            kinds.into_iter().map(|(media, one)| (media, one["schema"].clone())).collect()
        };
        responses.iter().map(|(status, one)| Self { status: status.clone(), content: content(&whole(one)) }).collect()
    }
}
