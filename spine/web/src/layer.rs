//! What stands around every route: the face is decided, a panic becomes a fault, headers keep the browser strict.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant as Stopwatch;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use ejia_kernel::{Problem, TRACES};
use serde::Deserialize;
use tracing::field::Empty;
use tracing::{Instrument as _, Span, trace_span};

use crate::call::borne;
use crate::cookies;
use crate::dress;
use crate::face::Facts;
use crate::html::Card;
use crate::input::swallow;
use crate::limits::Counted;
use crate::links;
use crate::metrics;
use crate::openapi::Description;
use crate::packing;
use crate::routes::RouteSet;
use crate::scope::is_of_organization;
use crate::site::Site;

/// No body of any kind is read further than this.
const MOST: usize = 70 * 1024 * 1024;

const STRICT: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
];

/// For a year the browser comes over TLS alone, whatever an address says.
const OVER_TLS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// What a page may load, and where its forms may be sent: only here, and to these origins.
pub(crate) fn policy(form_targets: &[String]) -> Result<HeaderValue, Problem> {
    let mut targets = String::new();
    for origin in form_targets {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")).unwrap_or_default();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
        if host.is_empty() || !host.bytes().all(plain) {
            return Err(Problem::fault(format!("a form target that is no origin: {origin}")));
        }
        targets.push(' ');
        targets.push_str(origin);
    }
    HeaderValue::try_from(format!(
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'{targets}; \
         frame-ancestors 'none'"
    ))
    .map_err(Problem::fault)
}

/// Everything mounted, with the layer around it.
pub(crate) fn router(site: &Site, sets: impl IntoIterator<Item = RouteSet>) -> Router {
    let mut mounted = Vec::new();
    let mut router = Router::new();
    for set in sets {
        router = set.mount(router, site, &mut mounted);
    }
    let description = Description::of(mounted);
    let described = move |State(site): State<Site>, request: Request| {
        let description = description.clone();
        async move {
            match description.text() {
                Ok(text) => ([(header::CONTENT_TYPE, "application/json")], text).into_response(),
                Err(fault) => told(&site, &request, &fault),
            }
        }
    };
    router
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(counted))
        .route("/assets/{*path}", get(asset))
        .route("/reading/{size}", get(reading))
        .route("/api/v1/openapi.json", get(described))
        .fallback(no_such_page)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(MOST))
        .layer(from_fn_with_state(site.clone(), around))
        .with_state(site.clone())
}

async fn around(State(site): State<Site>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let facts = Arc::new(Facts::of(&parts, site.trust()));
    parts.extensions.insert(Arc::clone(&facts));
    let packed = packing::accepted(&parts.headers);
    let (span, began) = (traced(&facts), Stopwatch::now());
    let answered = if let Some(problem) = refused(&site, &facts, &parts.headers) {
        swallow(body).await;
        Err(problem)
    } else {
        let run = next.run(Request::from_parts(parts, body));
        Unbroken(Box::pin(run.instrument(span.clone()))).await
    };
    let mut response = answered.unwrap_or_else(|what| dress::problem(&site, &facts, None, Card::default(), &what));
    span.record("http.response.status_code", response.status().as_u16());
    if response.status().is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    site.metrics().count(facts.route.as_ref(), &facts.method, response.status(), began.elapsed());
    let headers = response.headers_mut();
    for (name, value) in STRICT {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, site.policy().clone());
    if facts.public_tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, OVER_TLS);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if packed { packing::pack(response).await } else { response }
}

/// The trace of a request: its route as it was mounted, never the address that was asked for.
fn traced(facts: &Facts) -> Span {
    let (method, route) = (facts.method.as_str(), facts.route.as_ref().map_or("none", MatchedPath::as_str));
    trace_span!(
        target: TRACES,
        parent: None,
        "request",
        otel.name = format_args!("{method} {route}"),
        otel.kind = "server",
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        otel.status_code = Empty,
    )
}

/// The refusal of what no handler is to see.
fn refused(site: &Site, facts: &Facts, headers: &HeaderMap) -> Option<Problem> {
    if facts.path.contains("%00") {
        // Some handler would hand it to the database, which does not take it.
        return Some(Problem::bad_request("web.nul_byte"));
    }
    if borne(facts, headers).is_some_and(is_of_organization)
        && let Some(problem) = too_much(site, facts, headers, Counted::Tokens)
    {
        return Some(problem);
    }
    if facts.method == Method::POST { too_much(site, facts, headers, Counted::Posts) } else { None }
}

/// The refusal of a caller who asks for too much.
fn too_much(site: &Site, facts: &Facts, headers: &HeaderMap, what: Counted) -> Option<Problem> {
    let session = borne(facts, headers);
    let wait = site.meter().count(site.desk().now(), what, facts.client, session).err()?;
    Some(Problem::too_many("web.too_much").with("seconds", wait.as_millis().div_ceil(1000)))
}

/// Stands before what is costly to make.
pub(crate) async fn sparingly(State(site): State<Site>, request: Request, next: Next) -> Response {
    let facts = request.extensions().get::<Arc<Facts>>();
    match facts.and_then(|facts| too_much(&site, facts, request.headers(), Counted::Costly)) {
        Some(problem) => told(&site, &request, &problem),
        None => next.run(request).await,
    }
}

/// A future whose panic is a fault of this one request and of nobody else.
struct Unbroken<T>(Pin<Box<dyn Future<Output = T> + Send>>);

impl<T> Future for Unbroken<T> {
    type Output = Result<T, Problem>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let inner = self.0.as_mut();
        match catch_unwind(AssertUnwindSafe(|| inner.poll(context))) {
            Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(what) => Poll::Ready(Err(panicked(what.as_ref()))),
        }
    }
}

/// Only a fixed text is repeated: a formatted one might name a person.
fn panicked(what: &(dyn Any + Send)) -> Problem {
    match what.downcast_ref::<&'static str>() {
        Some(text) => Problem::fault(format!("a handler panicked: {text}")),
        None => Problem::fault("a handler panicked"),
    }
}

async fn no_such_page(State(site): State<Site>, request: Request) -> Response {
    told(&site, &request, &Problem::not_found("web.no_such_page"))
}

async fn method_not_allowed(State(site): State<Site>, request: Request) -> Response {
    let mut response = told(&site, &request, &Problem::bad_request("web.method_not_allowed"));
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

/// Stands on phones where a route of the web would be.
pub(crate) async fn on_the_web_alone(State(site): State<Site>, request: Request) -> Response {
    let answer = told(&site, &request, &Problem::forbidden("web.on_the_web_alone"));
    swallow(request.into_body()).await;
    answer
}

fn told(site: &Site, request: &Request, problem: &Problem) -> Response {
    match request.extensions().get::<Arc<Facts>>() {
        Some(facts) => dress::problem(site, facts, None, Card::default(), problem),
        None => dress::status(problem).into_response(),
    }
}

async fn asset(State(site): State<Site>, Path(path): Path<String>, request: Request) -> Response {
    site.assets()
        .answer(&path, request.uri().query(), request.headers())
        .unwrap_or_else(|| told(&site, &request, &Problem::not_found("web.no_such_page")))
}

/// Where whoever chose larger or usual letters came from.
#[derive(Deserialize)]
struct CameFrom {
    back: Option<String>,
}

/// Larger letters (关怀版) or the usual ones, for a year; back to where the choice was made.
async fn reading(Path(size): Path<String>, Query(CameFrom { back }): Query<CameFrom>, request: Request) -> Response {
    let mut response = links::see_other(back.as_deref().and_then(links::local_path).unwrap_or("/"));
    let secure = request.extensions().get::<Arc<Facts>>().is_some_and(|facts| facts.secure);
    if size == cookies::LARGE {
        cookies::keep(response.headers_mut(), cookies::READING, cookies::LARGE, secure);
    } else {
        cookies::clear(response.headers_mut(), cookies::READING, secure);
    }
    response
}

/// For whom they are not, they are not there.
async fn counted(State(site): State<Site>, request: Request) -> Result<Response, Response> {
    let facts = request.extensions().get::<Arc<Facts>>();
    if facts.is_none_or(|facts| !site.readers().admit(&facts.address)) {
        return Ok(told(&site, &request, &Problem::not_found("web.no_such_page")));
    }
    metrics::told(State(site)).await
}

async fn ready(State(site): State<Site>) -> (StatusCode, &'static str) {
    match site.desk().read(|txn| Ok(txn.one("SELECT 1", &[], |row| row.get::<i64>(0))?)).await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
