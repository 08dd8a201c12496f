//! What surrounds every request: its id, its span, its time limit, its metrics, and its problem document.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use api::ErrorCode;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;
use tracing::{Instrument, field};

use crate::failure::Failure;
use crate::state::Shared;

/// The header that carries a request's id, both ways.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The header in which a caller names the trace that a request belongs to, as the W3C has it.
const TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");
/// The longest id of a caller's own making that is taken over.
const REQUEST_ID_CHARS_MAX: usize = 64;

/// Gives requests their ids: random for the process, then counted.
#[derive(Debug)]
pub(crate) struct RequestIds {
    process: u32,
    n_given: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new() -> RequestIds {
        // Without randomness ids would be alike in all processes, which only makes logs harder to read.
        let process = getrandom::u32().unwrap_or_default();
        RequestIds { process, n_given: AtomicU64::new(0) }
    }

    /// The id that the caller gave, when it is sane, else a new one.
    fn id_for(&self, request: &Request) -> String {
        let given = request.headers().get(REQUEST_ID).and_then(|it| it.to_str().ok());
        let is_sane = |id: &&str| {
            (1..=REQUEST_ID_CHARS_MAX).contains(&id.len())
                && id.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_.".contains(&it))
        };
        match given.filter(is_sane) {
            Some(given) => given.to_owned(),
            None => {
                let number = self.n_given.fetch_add(1, Ordering::Relaxed);
                format!("{:08x}-{number:06}", self.process)
            }
        }
    }
}

/// Surrounds a request.
pub(crate) async fn envelope(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let id = shared.request_ids.id_for(&request);
    let method = request.method().clone();
    let route = match request.extensions().get::<MatchedPath>() {
        Some(path) => path.as_str().to_owned(),
        None => "none".to_owned(),
    };
    let span = tracing::info_span!(
        "request",
        id,
        method = method_name(&method),
        route,
        status = field::Empty,
        trace = field::Empty,
    );
    let parent = request.headers().get(TRACE_PARENT).and_then(|it| it.to_str().ok());
    let trace = (shared.adopt_trace)(&span, parent);
    if let Some(trace) = &trace {
        span.record("trace", trace);
    }

    let answer = tokio::time::timeout(shared.limits.request_timeout, next.run(request));
    let mut response = answer.instrument(span.clone()).await.unwrap_or_else(|_| {
        let detail = format!("no answer after {:?}", shared.limits.request_timeout);
        Failure::new(ErrorCode::TimedOut, detail).into_response()
    });
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        response = with_problem(response, failure, &id);
    }
    let value = HeaderValue::from_str(&id).expect("ids are made of plain ASCII");
    response.headers_mut().insert(REQUEST_ID, value);

    let took = started.elapsed();
    let status = response.status();
    // Lines of the log have it anyway, and to record something costs microseconds.
    if trace.is_some() {
        span.record("status", status.as_u16());
    }
    let _entered = span.enter();
    if status.is_server_error() {
        tracing::warn!(status = status.as_u16(), took_us = took.as_micros(), "answered");
    } else {
        tracing::debug!(status = status.as_u16(), took_us = took.as_micros(), "answered");
    }
    let status = status.as_str().to_owned();
    metrics::counter!("http_requests_total",
        "method" => method_name(&method), "route" => route.clone(), "status" => status)
    .increment(1);
    metrics::histogram!("http_request_seconds", "route" => route).record(took.as_secs_f64());
    response
}

/// A method's name as a metric's label: anybody may send any word as a method.
fn method_name(method: &axum::http::Method) -> &'static str {
    match method.as_str() {
        "GET" | "HEAD" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

fn with_problem(response: Response, failure: Failure, id: &str) -> Response {
    let mut problem = failure.problem;
    problem.request_id = id.to_owned();
    let json = serde_json::to_vec(&problem).expect("a problem is made of texts and numbers");
    let (mut parts, _) = response.into_parts();
    let value = HeaderValue::from_static("application/problem+json");
    parts.headers.insert(CONTENT_TYPE, value);
    parts.headers.remove(axum::http::header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(json))
}

/// The answer when a handler panicked.
pub(crate) fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let cause = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("no words");
    tracing::error!(cause, "a request panicked");
    metrics::counter!("http_panics_total").increment(1);
    Failure::new(ErrorCode::Internal, "the cause is in the log, under this request's id")
        .into_response()
}
