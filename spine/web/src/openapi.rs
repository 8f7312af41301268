//! The description for programs: paths, methods, who may call them, what they take and what they answer.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use axum::http::Method;
use ejia_kernel::Problem;
use schemars::Schema;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::described::{Describing, Operation};
use crate::routes::Mounted;

/// The description, made when it is first asked for.
#[derive(Clone)]
pub(crate) struct Description(Arc<Inside>);

struct Inside {
    mounted: Vec<Mounted>,
    text: OnceLock<Bytes>,
}

impl Description {
    pub(crate) fn of(mounted: Vec<Mounted>) -> Self {
        Self(Arc::new(Inside { mounted, text: OnceLock::new() }))
    }

    /// As JSON.
    pub(crate) fn text(&self) -> Result<Bytes, Problem> {
        if let Some(text) = self.0.text.get() {
            return Ok(text.clone());
        }
        let text = serde_json::to_vec(&Document::of(&self.0.mounted)).map_err(Problem::fault)?;
        Ok(self.0.text.get_or_init(|| Bytes::from(text)).clone())
    }
}

/// An `OpenAPI` 3.1 description.
#[derive(Serialize)]
struct Document<'m> {
    openapi: &'static str,
    info: Value,
    servers: Value,
    components: Value,
    paths: Paths<'m>,
}

impl<'m> Document<'m> {
    fn of(mounted: &'m [Mounted]) -> Self {
        let mut routes: BTreeMap<String, Vec<&Mounted>> = BTreeMap::new();
        for route in mounted {
            routes.entry(format!("/api/v1{}", plain(&route.path))).or_default().push(route);
        }
        Self {
            openapi: "3.1.0",
            info: json!({ "title": "党建e家", "version": env!("CARGO_PKG_VERSION") }),
            servers: json!([{ "url": "/" }]),
            components: json!({
                "securitySchemes": {
                    "session": { "type": "http", "scheme": "bearer", "description": "The token of a session: what a login answers." },
                    "token": { "type": "http", "scheme": "bearer", "description": "A token of an organization, made at 【接口令牌】; named are its scopes." },
                },
                "responses": { "Problem": {
                    "description": "Why not.",
                    "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
                } },
                "schemas": { "Problem": problem() },
            }),
            paths: Paths(routes),
        }
    }
}

/// The mounted routes by their paths. Each is described when it is written and forgotten after that: all of them at once
/// would take twenty megabytes.
struct Paths<'m>(BTreeMap<String, Vec<&'m Mounted>>);

impl Serialize for Paths<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut describing = Describing::new();
        let mut paths = serializer.serialize_map(Some(self.0.len()))?;
        for (path, routes) in &self.0 {
            let mut methods = Map::new();
            for route in routes {
                let told = describing.operation(route.tells);
                methods.insert(route.method.as_str().to_ascii_lowercase(), operation(route, told));
            }
            paths.serialize_entry(path, &methods)?;
        }
        paths.end()
    }
}

fn problem() -> Value {
    json!({
        "type": "object",
        "required": ["code", "message", "fields"],
        "properties": {
            "code": { "type": "string", "description": "What programs go by: `crate.snake_case`." },
            "message": { "type": "string", "description": "What people read." },
            "number": { "type": "string", "description": "Of a fault: the number under which the log holds it." },
            "fields": {
                "type": "object",
                "additionalProperties": { "type": "string" },
                "description": "What stands against single fields.",
            },
        },
        "additionalProperties": false,
    })
}

/// The path without a slash at its end, and with the names of its parts alone.
fn plain(path: &str) -> String {
    path.trim_end_matches('/').replace("{*", "{")
}

fn operation(route: &Mounted, told: Operation) -> Value {
    let Operation { path, query, body, answers } = told;
    let mut parameters = path_parameters(&route.path, &path);
    parameters.extend(query.iter().flat_map(query_parameters));
    let mut operation = json!({
        "operationId": operation_id(route),
        "tags": [route.portal],
        "parameters": parameters,
        "responses": responses(route, answers),
        "security": security(route),
    });
    let Some(object) = operation.as_object_mut() else { return operation };
    if let Some(title) = route.title {
        object.insert("summary".to_owned(), title.into());
    }
    if let Some((media, schema)) = body {
        let required = schema.get("required").is_some();
        let content = json!({ media: { "schema": schema } });
        object.insert("requestBody".to_owned(), json!({ "required": required, "content": content }));
    }
    operation
}

/// Who may call it.
fn security(route: &Mounted) -> Value {
    match (route.portal, route.scope) {
        ("front", _) => json!([]),
        (_, None) => json!([{ "session": [] }]),
        (_, Some(scope)) => json!([{ "session": [] }, { "token": [scope.code()] }]),
    }
}

/// `GET /office/members/{id}/edit` is `get_office_members_id_edit`.
fn operation_id(route: &Mounted) -> String {
    let words = route.path.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(route.method.as_str().to_ascii_lowercase(), |id, word| format!("{id}_{word}"))
}

fn path_parameters(path: &str, schemas: &[Schema]) -> Vec<Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let described = |(at, name): (usize, &str)| {
        let schema = schemas.get(at).cloned().map_or(json!({ "type": "string" }), Value::from);
        json!({ "name": name.trim_start_matches('*'), "in": "path", "required": true, "schema": schema })
    };
    names.enumerate().map(described).collect()
}

/// Each question by itself. What may be left out is left out and never `null`, which an address line cannot say.
fn query_parameters(asked: &Schema) -> Vec<Value> {
    let Some(fields) = asked.get("properties").and_then(Value::as_object) else { return Vec::new() };
    let required = asked.get("required").and_then(Value::as_array);
    let described = |(name, schema): (&String, &Value)| {
        let required = required.is_some_and(|names| names.iter().any(|one| one == name));
        json!({ "name": name, "in": "query", "required": required, "schema": without_null(schema.clone()) })
    };
    fields.iter().map(described).collect()
}

fn without_null(mut schema: Value) -> Value {
    let Some(object) = schema.as_object_mut() else { return schema };
    if let Some(kinds) = object.get_mut("type").and_then(Value::as_array_mut) {
        kinds.retain(|kind| kind != "null");
    }
    if object.get("default") == Some(&Value::Null) {
        object.remove("default");
    }
    for list in ["enum", "anyOf"] {
        if let Some(list) = object.get_mut(list).and_then(Value::as_array_mut) {
            list.retain(|one| !one.is_null() && one.get("type").is_none_or(|kind| kind != "null"));
        }
    }
    schema
}

/// The answer when all goes well, and the refusals that this sort of route may give.
fn responses(route: &Mounted, answers: Vec<(&'static str, Schema)>) -> Value {
    let mut content: Map<String, Value> = Map::new();
    for (media, schema) in answers {
        let one = Value::from(schema);
        let known = content.remove(media).and_then(|mut kind| kind.get_mut("schema").map(Value::take));
        let schema = match known {
            None => one,
            Some(mut several) => match several.get_mut("anyOf").and_then(Value::as_array_mut) {
                Some(list) => {
                    list.push(one);
                    several
                }
                None => json!({ "anyOf": [several, one] }),
            },
        };
        content.insert(media.to_owned(), json!({ "schema": schema }));
    }
    let mut responses = json!({ "200": { "description": "Done.", "content": content } });
    let posts = route.method == Method::POST;
    let refusals = [
        ("400", true),
        ("401", route.portal != "front"),
        ("403", true),
        ("404", true),
        ("409", true),
        ("413", posts),
        ("422", true),
        ("429", true),
        ("5XX", true),
    ];
    if let Some(responses) = responses.as_object_mut() {
        for (status, _) in refusals.into_iter().filter(|(_, given)| *given) {
            responses.insert(status.to_owned(), json!({ "$ref": "#/components/responses/Problem" }));
        }
    }
    responses
}
