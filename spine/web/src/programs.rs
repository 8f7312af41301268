//! The JSON face: the view itself, or `{code, message, fields}`.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use ejia_kernel::Problem;
use serde_json::{Map, json};

use crate::reply::{SessionChange, View};
use crate::site::Site;

/// The view as it is; with the token beside it when a session was opened.
pub(crate) fn view(body: &dyn View, session: Option<&SessionChange>) -> Result<Response, Problem> {
    let bytes = match session {
        Some(SessionChange::Open(token)) => {
            let mut said = match body.json().map_err(Problem::fault)? {
                serde_json::Value::Object(said) => said,
                other => Map::from_iter([("view".to_owned(), other)]),
            };
            said.insert("token".to_owned(), token.as_str().into());
            serde_json::to_vec(&said).map_err(Problem::fault)?
        }
        _ => body.json_bytes().map_err(Problem::fault)?,
    };
    Ok(([(header::CONTENT_TYPE, "application/json")], bytes).into_response())
}

/// What a problem says to a program.
pub(crate) fn problem(site: &Site, problem: &Problem, number: Option<&str>) -> serde_json::Value {
    let mut fields = Map::new();
    for field in &problem.fields {
        fields.entry(field.field.clone()).or_insert_with(|| site.sentence(field.code, &field.args).into());
    }
    let message = site.problem_sentence(problem);
    let mut said = json!({ "code": problem.code, "message": message, "fields": fields });
    if let (Some(number), Some(said)) = (number, said.as_object_mut()) {
        said.insert("number".to_owned(), number.into());
    }
    said
}
