//! Traces for an OpenTelemetry collector: requests, transactions and jobs with the time they took, one under the other.
//!
//! What is traced is said where it happens, by spans of the target [`ejia_kernel::TRACES`]: the route as it was mounted, the
//! kind of a job; never an address with its ids, never anything of what was sent. Where no collector is named these
//! spans do not exist.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use ejia_kernel::TRACES;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;

use crate::settings::TracesSettings;

/// How long the collector may take for what it is handed.
const PATIENCE: Duration = Duration::from_secs(5);

/// What hands traces over, as long as it lives; at its end it hands over what is left.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Begins to hand traces over to the collector of these settings, on a thread of its own.
    ///
    /// # Errors
    /// A sentence for the operator when the settings are wrong.
    pub fn to(settings: &TracesSettings) -> Result<Self, String> {
        let address = settings.address()?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector::new())
            .with_endpoint(address)
            .with_timeout(PATIENCE)
            .build()
            .map_err(|error| format!("traces: {error}"))?;
        let mut who = vec![KeyValue::new("service.version", env!("CARGO_PKG_VERSION"))];
        if !settings.instance.is_empty() {
            who.push(KeyValue::new("service.instance.id", settings.instance.clone()));
        }
        let resource = Resource::builder_empty().with_service_name("ejia").with_attributes(who).build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.share))))
            .with_resource(resource)
            .build();
        Ok(Self(provider))
    }

    /// What spans become traces by; everything but them passes it by.
    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("ejia"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_filter(Targets::new().with_target(TRACES, LevelFilter::TRACE))
    }
}

impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Traces")
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown_with_timeout(PATIENCE) {
            tracing::warn!(%error, "the last traces were not handed over");
        }
    }
}

/// The way to the collector. That it is away is said once, until it is back: traces are lost then, and nothing else.
#[derive(Debug)]
struct Collector {
    agent: ureq::Agent,
    away: AtomicBool,
}

impl Collector {
    fn new() -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent("ejia")
            .build()
            .new_agent();
        Self { agent, away: AtomicBool::new(false) }
    }

    fn hand_over(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ureq::Error> {
        let (parts, body) = request.into_parts();
        let answer = self.agent.run(Request::from_parts(parts, body.to_vec()))?;
        let (parts, mut body) = answer.into_parts();
        Ok(Response::from_parts(parts, body.read_to_vec()?.into()))
    }
}

#[async_trait]
impl HttpClient for Collector {
    /// Waits for the collector: it is called on the one thread that does nothing else.
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let outcome = self.hand_over(request);
        let well = outcome.as_ref().is_ok_and(|answer| answer.status().is_success());
        if !well && !self.away.swap(true, Ordering::Relaxed) {
            tracing::warn!("the collector does not take traces; they are lost until it does");
        } else if well && self.away.swap(false, Ordering::Relaxed) {
            tracing::info!("the collector takes traces again");
        }
        Ok(outcome?)
    }
}
