//! `/metrics`, in Prometheus' text: how often each route was asked, how it answered, how long that took, what waits in the
//! queue. Routes stand there as they were mounted, with `{id}` for an id: nobody is named.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use axum::extract::{MatchedPath, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ejia_kernel::Problem;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::site::Site;

/// Seconds up to which answers are counted.
const BOUNDS: [f64; 9] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];
/// What is asked of no route.
const NOWHERE: &str = "none";
const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    route: String,
    method: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Asked {
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct InState {
    state: &'static str,
}

/// What one process has counted since it began.
pub(crate) struct Metrics {
    registry: Registry,
    answers: Family<Answered, Counter>,
    seconds: Family<Asked, Histogram, fn() -> Histogram>,
    jobs: Family<InState, Gauge>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let answers = Family::<Answered, Counter>::default();
        let seconds: Family<Asked, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(BOUNDS));
        let jobs = Family::<InState, Gauge>::default();
        let mut registry = Registry::with_prefix("ejia");
        registry.register("answers", "Answers by route, method and status", answers.clone());
        registry.register_with_unit("answer", "Time to an answer by route", Unit::Seconds, seconds.clone());
        registry.register("jobs", "Jobs that are not done, by state, of all processes", jobs.clone());
        Self { registry, answers, seconds, jobs }
    }
}

impl Metrics {
    /// Counts an answer.
    pub(crate) fn count(&self, route: Option<&MatchedPath>, method: &Method, status: StatusCode, took: Duration) {
        let route = route.map_or(NOWHERE, MatchedPath::as_str).to_owned();
        self.seconds.get_or_create(&Asked { route: route.clone() }).observe(took.as_secs_f64());
        let answered = Answered { route, method: method.to_string(), status: status.as_u16() };
        self.answers.get_or_create(&answered).inc();
    }
}

/// Who may read what was counted: this machine, and the addresses that the settings name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Readers(pub(crate) Vec<IpAddr>);

impl Readers {
    pub(crate) fn admit(&self, address: &str) -> bool {
        address.parse().is_ok_and(|address: IpAddr| address.is_loopback() || self.0.contains(&address))
    }
}

/// Everything counted so far, and what waits now.
pub(crate) async fn told(State(site): State<Site>) -> Result<Response, Response> {
    text(&site).await.map_err(|problem| {
        tracing::warn!(%problem, "the metrics were not read");
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    })
}

async fn text(site: &Site) -> Result<Response, Problem> {
    let counts = site.desk().read(ejia_jobs::counts).await?;
    let metrics = site.metrics();
    let states = [("waiting", counts.waiting), ("running", counts.running), ("failed", counts.failed)];
    for (state, count) in states {
        metrics.jobs.get_or_create(&InState { state }).set(i64::try_from(count).unwrap_or(i64::MAX));
    }
    let mut text = String::new();
    encode(&mut text, &metrics.registry).map_err(Problem::fault)?;
    Ok(([(header::CONTENT_TYPE, TEXT)], text).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_and_named_addresses_read_what_was_counted() {
        let readers = Readers(vec!["10.0.0.5".parse().unwrap()]);
        for (address, admitted) in
            [("127.0.0.1", true), ("::1", true), ("10.0.0.5", true), ("10.0.0.6", false), ("", false)]
        {
            assert_eq!(readers.admit(address), admitted, "{address}");
        }
    }
}
