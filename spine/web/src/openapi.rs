//! The description for programs: paths, methods and who may call them.

use axum::http::Method;
use serde_json::{Map, Value, json};

use crate::routes::Mounted;

/// An `OpenAPI` 3.1 description of the mounted routes.
pub(crate) fn describe(mounted: &[Mounted]) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for Mounted { portal, method, path } in mounted {
        let operation = operation(portal, method, path);
        let entry = paths.entry(format!("/api/v1{}", path.trim_end_matches('/'))).or_insert_with(|| json!({}));
        if let Some(entry) = entry.as_object_mut() {
            entry.insert(method.as_str().to_ascii_lowercase(), operation);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "党建e家", "version": env!("CARGO_PKG_VERSION") },
        "paths": paths,
        "components": {
            "securitySchemes": { "session": { "type": "http", "scheme": "bearer" } },
            "schemas": { "Problem": {
                "type": "object",
                "required": ["code", "message", "fields"],
                "properties": {
                    "code": { "type": "string" },
                    "message": { "type": "string" },
                    "number": { "type": "string" },
                    "fields": { "type": "object", "additionalProperties": { "type": "string" } },
                },
            } },
        },
    })
}

fn operation(portal: &str, method: &Method, path: &str) -> Value {
    let parameters: Vec<Value> = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name.trim_start_matches('*'), "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    let problem = json!({
        "description": "refused",
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    });
    let mut operation = json!({
        "tags": [portal],
        "parameters": parameters,
        "responses": { "200": { "description": "done" }, "default": problem },
        "security": if portal == "front" { json!([]) } else { json!([{ "session": [] }]) },
    });
    if *method == Method::POST
        && let Some(operation) = operation.as_object_mut()
    {
        let body = json!({ "content": { "application/json": { "schema": { "type": "object" } } } });
        operation.insert("requestBody".to_owned(), body);
    }
    operation
}
