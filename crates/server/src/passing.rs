//! Passing a decision on to the replica that follows its shopper: once, and not for longer than a decision
//! may take. Who is answered late is decided for here, which may take as long again.
//!
//! ```text
//! request ──▶ any replica ──(a header proves that a replica passed it on)──▶ the shopper's replica
//!                  └── it is away, late or refuses: answered here, less personal
//! ```
//!
//! The caller's key and origin go along and are looked at again. The caller's address does too, in
//! `X-Forwarded-For`, which is believed as that of any proxy: if the replicas are among the trusted ones.

use std::net::IpAddr;
use std::time::Duration;

use app::{Caller, DecisionRequest};
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::envelope::REQUEST_ID;
use crate::state::Shared;

/// Proves that a replica passed a request on: it is not passed on again.
const PASSED_ON: HeaderName = HeaderName::from_static("tastemaker-passed-on");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// What goes along of a request's head.
const ALONG: [HeaderName; 7] = [
    AUTHORIZATION,
    HOST,
    ORIGIN,
    FORWARDED_FOR,
    REQUEST_ID,
    HeaderName::from_static("sec-gpc"),
    HeaderName::from_static("traceparent"),
];
/// How much longer than the decision its way there and back may take.
const WAY: Duration = Duration::from_millis(20);
/// The largest answer.
const ANSWER_BYTES_MAX: usize = 4 << 20;
/// How many idle connections are kept to each replica, and for how long: less than it keeps them.
const IDLE_MAX: usize = 64;
const IDLE_FOR: Duration = Duration::from_secs(15);

/// The way to other replicas.
#[derive(Clone, Debug)]
pub(crate) struct Passing(Client<HttpConnector, Full<Bytes>>);

/// A request as it came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Original<'a> {
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
    /// Where it came from, as far as is known.
    pub(crate) address: Option<IpAddr>,
}

type SendError = Box<dyn std::error::Error + Send + Sync>;

impl Passing {
    pub(crate) fn new() -> Passing {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let mut client = Client::builder(TokioExecutor::new());
        client.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE_FOR);
        Passing(client.pool_max_idle_per_host(IDLE_MAX).build(connector))
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response, SendError> {
        let (head, body) = self.0.request(request).await?.into_parts();
        let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await?.to_bytes();
        if head.status != StatusCode::OK {
            return Err(format!("it answered {}", head.status).into());
        }
        Ok(([(CONTENT_TYPE, "application/json")], Body::from(body)).into_response())
    }
}

/// The answer of the replica that follows the shopper; `None` where this one is to answer.
pub(crate) async fn pass_on(
    shared: &Shared,
    caller: &Caller,
    request: &DecisionRequest,
    original: Original<'_>,
) -> Option<Response> {
    let app = &shared.app;
    let proof = original.headers.get(PASSED_ON).and_then(|it| it.to_str().ok());
    if proof.is_some_and(|it| app.was_passed_on(original.body, it)) {
        return None;
    }
    let address = app.better_decided_at(caller, request).await?;
    let passed = passed(&address, &app.proof_of_passing(original.body), original)?;
    let sending = tokio::time::timeout(app.deadline(request) + WAY, shared.passing.send(passed));
    match sending.await.unwrap_or_else(|late| Err(late.into())) {
        Ok(answer) => {
            metrics::counter!("decisions_passed_on_total").increment(1);
            Some(answer)
        }
        Err(error) => {
            metrics::counter!("decisions_not_passed_on_total").increment(1);
            tracing::debug!(%error, %address, "a decision could not be passed on");
            None
        }
    }
}

fn passed(address: &str, proof: &str, original: Original<'_>) -> Option<Request<Full<Bytes>>> {
    let mut request = Request::post(format!("{address}/v1/decisions"))
        .header(CONTENT_TYPE, "application/json")
        .header(PASSED_ON, proof)
        .body(Full::new(original.body.clone()))
        .ok()?;
    let headers = request.headers_mut();
    for name in ALONG {
        for value in original.headers.get_all(&name) {
            headers.append(name.clone(), value.clone());
        }
    }
    if let Some(from) = original.address {
        headers.append(FORWARDED_FOR, HeaderValue::from_str(&from.to_string()).ok()?);
    }
    Some(request)
}
