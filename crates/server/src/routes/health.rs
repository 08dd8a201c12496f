//! Is it alive, is it ready, what does it count.

use std::sync::Arc;

use app::Readiness;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::Shared;

/// How many events decisions may be behind the log before the server counts as not ready.
const BEHIND_MAX: u64 = 10_000;

/// Says that the process is alive. Never turned away, needs no key.
#[utoipa::path(
    get, path = "/healthz", tag = "health",
    responses((status = 200, description = "It is alive.", body = String)),
)]
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether decisions can be served, and what is missing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadinessView {
    /// Whether decisions see nearly everything that happened.
    ready: bool,
    /// The last event that decisions see.
    #[schema(example = "1204")]
    position: String,
    /// How many events are not yet seen.
    behind: u64,
    /// The last event that is archived.
    #[schema(example = "1100")]
    archived: String,
    /// `open`, `starting`, or `storage_full` while intake refuses to let decisions go on.
    intake: &'static str,
    /// How many decisions wait to be logged.
    decisions_waiting: usize,
}

/// Says whether decisions can be served. 503 while the history is still being read.
#[utoipa::path(
    get, path = "/readyz", tag = "health",
    responses((status = 200, body = ReadinessView), (status = 503, body = ReadinessView)),
)]
pub(crate) async fn readyz(State(shared): State<Arc<Shared>>) -> (StatusCode, Json<ReadinessView>) {
    let state = shared.app.readiness();
    let behind = behind(&state);
    let ready = behind <= BEHIND_MAX;
    let view = ReadinessView {
        ready,
        position: state.applied.to_string(),
        behind,
        archived: state.archived.to_string(),
        intake: if state.has_room { "open" } else { "storage_full" },
        decisions_waiting: state.n_decisions_waiting,
    };
    (if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, Json(view))
}

/// Sets the gauges of how the shop stands: nobody needs them in between.
fn gauge(state: &Readiness) {
    metrics::gauge!("log_head_events").set(state.head.get() as f64);
    metrics::gauge!("log_behind_events").set(behind(state) as f64);
    let n_waiting = state.head.get().saturating_sub(state.archived.get());
    metrics::gauge!("archive_behind_events").set(n_waiting as f64);
    metrics::gauge!("log_first_event").set(state.tail.get() as f64);
    metrics::gauge!("live_visitors").set(state.n_live_visitors as f64);
    metrics::gauge!("catalogue_products").set(state.n_products as f64);
    metrics::gauge!("decisions_waiting").set(state.n_decisions_waiting as f64);
    if let Some(room_bytes) = state.room_bytes {
        metrics::gauge!("disk_room_bytes").set(room_bytes as f64);
    }
}

/// How many events decisions are behind the log.
fn behind(state: &Readiness) -> u64 {
    state.head.get().saturating_sub(state.applied.get())
}

/// Answers the metrics, as Prometheus reads them.
#[utoipa::path(
    get, path = "/metrics", tag = "health",
    responses((status = 200, description = "Prometheus text.", body = String)),
)]
pub(crate) async fn metrics(
    State(shared): State<Arc<Shared>>,
) -> ([(HeaderName, &'static str); 1], String) {
    gauge(&shared.app.readiness());
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], (shared.render_metrics)())
}
