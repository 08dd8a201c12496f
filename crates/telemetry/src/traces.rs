//! Traces: how long the parts of a request took, for a collector that speaks OTLP over HTTP.
//!
//! ```text
//!  spans ──▶ sampled? ──▶ Waiting: a bounded queue ──▶ Sending: names and attributes ──▶ collector
//!                            └─ full: dropped, counted    └─ not taken: dropped, counted
//! ```
//!
//! # Where to start
//!
//! Read [`TraceOptions`], then `outgoing`: it says what leaves the process.
//!
//! # Invariants
//!
//! - No request waits for the collector: who ends a span puts it into the queue or drops it.
//! - Of a span's fields only those in `ATTRIBUTES` leave, so no id that came from outside does.
//! - Whoever asked us decides whether a request is traced, if they say so; else one in so many is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{SpanKind, Status, TraceContextExt, TracerProvider};
use opentelemetry::{Context, KeyValue, Value};
use opentelemetry_otlp::{Protocol, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracer, SdkTracerProvider, Span, SpanData,
    SpanExporter, SpanProcessor,
};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::TelemetryError;

/// How many ended spans may wait to be sent.
const QUEUE_SPANS: usize = 8_192;
/// How many are sent at once.
const BATCH_SPANS: usize = 512;
/// How long an ended span waits for others.
const SEND_EVERY: Duration = Duration::from_secs(1);
/// How long the collector may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// How long the end waits until what is left is sent.
const END_WITHIN: Duration = Duration::from_secs(5);

/// The crates whose spans are traced. A test compares this with the sources.
pub(crate) const TRACED_CRATES: [&str; 2] = ["app", "server"];

/// The fields of spans that leave, and what the conventions of OpenTelemetry call them.
const ATTRIBUTES: [(&str, &str); 4] =
    [("method", METHOD), ("route", ROUTE), ("status", STATUS), ("n_events", "tastemaker.n_events")];
const METHOD: &str = "http.request.method";
const ROUTE: &str = "http.route";
const STATUS: &str = "http.response.status_code";
/// The name of the span around a request.
const REQUEST: &str = "request";

/// Where traces go, and how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceOptions {
    /// Where the collector is, such as `http://127.0.0.1:4318`; its path `/v1/traces` is added.
    pub endpoint: String,
    /// One in so many requests is traced of which nobody said whether they are.
    pub one_in_requests: u32,
    /// The version of the program, as traces tell it.
    pub version: &'static str,
}

/// Sends spans for as long as it is there.
#[derive(Debug)]
pub struct Traces {
    provider: Option<SdkTracerProvider>,
}

impl Traces {
    /// No traces.
    pub(crate) const fn off() -> Traces {
        Traces { provider: None }
    }

    pub(crate) fn start(options: &TraceOptions) -> Result<(Traces, SdkTracer), TelemetryError> {
        let base = options.endpoint.trim_end_matches('/');
        if !base.starts_with("http://") {
            return Err(TelemetryError::Endpoint { given: options.endpoint.clone() });
        }
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{base}/v1/traces"))
            .with_timeout(ANSWER_WITHIN)
            .build()
            .map_err(|source| TelemetryError::Traces {
                given: options.endpoint.clone(),
                source: Box::new(source),
            })?;
        let n_waiting = Arc::new(AtomicUsize::new(0));
        let sending = Sending { exporter, n_waiting: Arc::clone(&n_waiting) };
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(QUEUE_SPANS)
            .with_max_export_batch_size(BATCH_SPANS)
            .with_scheduled_delay(SEND_EVERY)
            .build();
        let batches = BatchSpanProcessor::builder(sending).with_batch_config(batches).build();
        let ratio = 1.0 / f64::from(options.one_in_requests.max(1));
        let resource = Resource::builder()
            .with_service_name("tastemaker")
            .with_attribute(KeyValue::new("service.version", options.version))
            .build();
        let provider = SdkTracerProvider::builder()
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(ratio))))
            .with_resource(resource)
            .with_span_processor(Waiting { batches, n_waiting })
            .build();
        let tracer = provider.tracer("tastemaker");
        Ok((Traces { provider: Some(provider) }, tracer))
    }

    /// Sends what is left, which may take some seconds, and ends. Blocks the thread.
    pub fn end(self) {
        let Some(provider) = self.provider else { return };
        if let Err(error) = provider.shutdown_with_timeout(END_WITHIN) {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

/// Makes `span` a part of the trace that a caller's header `traceparent` names, if it names one and the
/// span was not entered yet; answers the id of the trace that the span is sent with, if it is.
pub fn adopt_parent(span: &tracing::Span, traceparent: Option<&str>) -> Option<String> {
    if let Some(traceparent) = traceparent {
        let context = Context::new();
        let named =
            TraceContextPropagator::new().extract_with_context(&context, &Header(traceparent));
        // It fails where traces are off, and then nothing is lost.
        drop(span.set_parent(named));
    }
    let context = span.context();
    let context = context.span().span_context().clone();
    context.is_sampled().then(|| context.trace_id().to_string())
}

/// The one header that is taken over.
struct Header<'h>(&'h str);

impl Extractor for Header<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == "traceparent").then_some(self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent"]
    }
}

/// Bounds what waits to be sent, and counts what finds no room.
#[derive(Debug)]
struct Waiting {
    batches: BatchSpanProcessor,
    n_waiting: Arc<AtomicUsize>,
}

impl SpanProcessor for Waiting {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.batches.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        if !span.span_context.is_sampled() {
            return;
        }
        if self.n_waiting.fetch_add(1, Ordering::Relaxed) >= QUEUE_SPANS {
            self.n_waiting.fetch_sub(1, Ordering::Relaxed);
            metrics::counter!("trace_spans_dropped_total").increment(1);
            return;
        }
        self.batches.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.batches.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.batches.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.batches.set_resource(resource);
    }
}

/// Sends spans, and counts what the collector did not take.
#[derive(Debug)]
struct Sending<E> {
    exporter: E,
    n_waiting: Arc<AtomicUsize>,
}

impl<E: SpanExporter> SpanExporter for Sending<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let n_spans = batch.len();
        let sent = self.exporter.export(batch.into_iter().map(outgoing).collect()).await;
        self.n_waiting.fetch_sub(n_spans, Ordering::Relaxed);
        match &sent {
            Ok(()) => metrics::counter!("trace_spans_sent_total").increment(n_spans as u64),
            Err(error) => {
                metrics::counter!("trace_spans_dropped_total").increment(n_spans as u64);
                tracing::debug!(%error, n_spans, "the collector did not take spans");
            }
        }
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

/// A span as it leaves: with the attributes that may, under the names that others know.
fn outgoing(mut span: SpanData) -> SpanData {
    span.attributes.retain_mut(|it| {
        let known = ATTRIBUTES.iter().find(|(field, _)| *field == it.key.as_str());
        if let Some((_, name)) = known {
            it.key = (*name).into();
        }
        known.is_some()
    });
    if span.name == REQUEST {
        span.span_kind = SpanKind::Server;
        let value = |name: &str| {
            let found = span.attributes.iter().find(|it| it.key.as_str() == name);
            found.map(|it| it.value.clone())
        };
        let (method, route, status) = (value(METHOD), value(ROUTE), value(STATUS));
        if let (Some(method), Some(route)) = (method, route) {
            span.name = format!("{method} {route}").into();
        }
        if let Some(Value::I64(500..)) = status {
            span.status = Status::error("");
        }
    }
    span
}

#[cfg(test)]
mod tests;
