//! What a caller sent: a form or JSON body as a typed value, and the questions in the address line.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use ejia_kernel::{Problem, ProblemKind};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::call::Origin;
use crate::face::Facts;
use crate::fields;
use crate::form;
use crate::handler::{ChecksOrigin, Refused};
use crate::site::Site;

/// The most that a form or JSON body may weigh.
const MOST: usize = 64 * 1024;
/// The most that a form of many lines may weigh.
const MOST_OF_MANY_LINES: usize = 512 * 1024;
/// How much of a body that is too large is still swallowed, so that the sender hears why.
const SWALLOWED: usize = 32 * 1024 * 1024;
/// How long a caller may take to send it.
const PATIENCE: Duration = Duration::from_secs(30);
/// The field, or the header, that proves where a form comes from.
pub(crate) const CSRF_FIELD: &str = "csrf";
const CSRF_HEADER: &str = "x-csrf";

/// The body of a form or of a JSON request; unknown fields are ignored, the proof of origin is checked.
#[derive(Debug, Clone)]
pub struct Input<T>(pub T);

/// As [`Input`], eight times as much: for the rare form of many lines, such as the sheet of a branch of 500 members.
#[derive(Debug, Clone)]
pub struct LongInput<T>(pub T);

impl<T> ChecksOrigin for LongInput<T> {}

/// The questions of the address line (`?name=value`).
#[derive(Debug, Clone)]
pub struct Asked<T>(pub T);

/// What is asked by a page that asks nothing; the body of a form that has no fields, only a button; the view of a page that has
/// nothing of its own, and what programs hear where there is nothing to say.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Nothing {}

impl<T: DeserializeOwned> FromRequest<Site> for Input<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Refused> {
        read_input(request, site, MOST).await.map(Self).map_err(Refused)
    }
}

impl<T: DeserializeOwned> FromRequest<Site> for LongInput<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Refused> {
        read_input(request, site, MOST_OF_MANY_LINES).await.map(Self).map_err(Refused)
    }
}

impl FromRequestParts<Site> for Nothing {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &Site) -> Result<Self, Infallible> {
        Ok(Self {})
    }
}

impl<T: DeserializeOwned> FromRequestParts<Site> for Asked<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _site: &Site) -> Result<Self, Refused> {
        read_asked(parts.uri.query().unwrap_or_default()).map(Self).map_err(Refused)
    }
}

fn read_asked<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    typed(form::parse(query.as_bytes())?).map_err(|mut problem| {
        problem.kind = ProblemKind::BadRequest;
        problem
    })
}

async fn read_input<T: DeserializeOwned>(request: Request, site: &Site, most: usize) -> Result<T, Problem> {
    let (parts, body) = request.into_parts();
    let (facts, origin) = behind(&parts)?;
    let bytes = whole(&parts.headers, body, most).await?;
    let mut fields = match kind_of(&parts.headers) {
        Kind::Form => form::parse(&bytes)?,
        Kind::Json => json(&bytes)?,
        Kind::Other => return Err(Problem::bad_request("web.unknown_content_type")),
    };
    let in_form = fields.remove(CSRF_FIELD);
    let in_header = parts.headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok());
    origin.check(site, &facts, in_form.as_ref().and_then(Value::as_str).or(in_header))?;
    typed(fields)
}

/// Who stands behind the request, as the layer and the door have found out.
pub(crate) fn behind(parts: &Parts) -> Result<(Arc<Facts>, Origin), Problem> {
    let facts = parts.extensions.get::<Arc<Facts>>().cloned();
    let origin = parts.extensions.get::<Origin>().cloned();
    facts.zip(origin).ok_or_else(|| Problem::fault("a body was read outside a portal's route"))
}

enum Kind {
    Form,
    Json,
    Other,
}

fn kind_of(headers: &HeaderMap) -> Kind {
    let Some(line) = headers.get(header::CONTENT_TYPE) else {
        return Kind::Form;
    };
    let essence = line.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        Kind::Form
    } else if essence.eq_ignore_ascii_case("application/json") {
        Kind::Json
    } else {
        Kind::Other
    }
}

fn json(bytes: &[u8]) -> Result<Map<String, Value>, Problem> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Problem::bad_request("web.broken_encoding"))?;
    let value: Value = serde_json::from_str(text).map_err(|_| Problem::bad_request("web.broken_json"))?;
    form::clean_json(&value)?;
    match value {
        Value::Object(fields) => Ok(fields),
        _ => Err(Problem::bad_request("web.broken_json")),
    }
}

/// The fields as the handler wants them, or a refusal that names the field.
fn typed<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, Problem> {
    fields::read(fields).map_err(|fault| {
        let Some(field) = fault.field else {
            return Problem::refused("web.form_not_understood");
        };
        // A name is echoed only if it can be one of ours: what else came is nobody's business.
        let plain = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '_';
        let named: String = field.chars().filter(plain).take(40).collect();
        Problem::refused("web.field_not_understood").with("field", &named).on(&named, "web.value_not_understood")
    })
}

/// The whole body, within its limit and in time.
async fn whole(headers: &HeaderMap, body: Body, most: usize) -> Result<Bytes, Problem> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    if announced.is_some_and(|length| length > most) {
        swallow(body).await;
        return Err(too_large());
    }
    let mut body = body;
    match tokio::time::timeout(PATIENCE, Limited::new(&mut body, most).collect()).await {
        Err(_) => Err(Problem::bad_request("web.body_too_slow")),
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            swallow(body).await;
            Err(too_large())
        }
        Ok(Err(_)) => Err(Problem::bad_request("web.body_broken_off")),
    }
}

fn too_large() -> Problem {
    Problem::too_large("web.form_too_large")
}

/// Reads on without keeping anything, so that the sender is still there to hear the answer.
pub(crate) async fn swallow(mut body: Body) {
    let drained = async {
        let mut seen = 0;
        while let Some(Ok(frame)) = body.frame().await {
            seen += frame.data_ref().map_or(0, Bytes::len);
            if seen > SWALLOWED {
                break;
            }
        }
    };
    // Too slow is no reason to complain twice.
    let _ = tokio::time::timeout(PATIENCE, drained).await;
}
