//! Is it alive, is it ready, what does it count.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use app::{App, BackendHealth, BackendName, Readiness};
use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::is_operator;
use crate::extract::Params;
use crate::failure::Failure;
use crate::state::Shared;

/// How many events decisions may be behind the log when the server counts as ready for the first time.
const BEHIND_MAX: u64 = 10_000;

/// Says that the process is alive. Never turned away, needs no key.
#[utoipa::path(
    get, path = "/healthz", tag = "health",
    responses((status = 200, description = "It is alive.", body = String)),
)]
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// What has to be there for the answer to be yes.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadinessQuery {
    /// Backends without which the asker has no use for this server, with commas: `log,records` for who
    /// sends events. Decisions need none.
    #[param(example = "log,records")]
    need: Option<String>,
    /// How many events decisions may be behind; any number where this is not given and the server was ready
    /// before, for all servers fall behind together when a backend is away.
    behind_max: Option<u64>,
}

/// Whether a backend answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BackendView {
    /// `log`, `records`, `projections`, `lake` or `artifacts`.
    name: &'static str,
    /// Whether it answered within a second, at most two seconds ago.
    ok: bool,
    /// What fails, for who asks with a secret key: it may name servers and buckets.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

impl BackendView {
    fn new(health: BackendHealth, for_whom: ForWhom) -> BackendView {
        let BackendHealth { name, failure } = health;
        let ok = failure.is_none();
        let failure = failure.filter(|_| for_whom == ForWhom::Operator);
        BackendView { name: name.name(), ok, failure }
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ForWhom {
    /// Whoever has a secret key.
    Operator,
    /// A balancer, or anybody.
    Anybody,
}

/// Whether decisions can be served, and what is missing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadinessView {
    /// Whether requests should come here.
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
    /// The backends that do not answer, by name.
    #[schema(example = json!([]))]
    missing: Vec<&'static str>,
    /// All backends.
    backends: Vec<BackendView>,
    /// While the server is starting: the backend that it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    waits_for: Option<&'static str>,
}

/// Says whether decisions can be served, and which backends are missing; with a secret key also what
/// fails. 503 while the history is still being read for the first time, one of the backends is missing
/// that `need` names, or decisions are further behind than `behind_max`.
///
/// Decisions are served without backends, from memory: ask without `need` for those, so that a backend
/// that is away does not take every replica out of the balancer.
#[utoipa::path(
    get, path = "/readyz", tag = "health", params(ReadinessQuery),
    responses(
        (status = 200, body = ReadinessView),
        (status = 503, body = ReadinessView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn readyz(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Params(query): Params<ReadinessQuery>,
) -> Result<(StatusCode, Json<ReadinessView>), Failure> {
    let needed = needed(query.need.as_deref().unwrap_or_default())?;
    let backends = shared.app.backends_health().await;
    let state = shared.app.readiness();
    let behind = behind(&state);
    let missing: Vec<BackendName> =
        backends.iter().filter(|it| it.failure.is_some()).map(|it| it.name).collect();
    let for_whom =
        if is_operator(&shared, &headers) { ForWhom::Operator } else { ForWhom::Anybody };
    if behind <= BEHIND_MAX {
        shared.was_ready.store(true, Ordering::Relaxed);
    }
    let is_recent = match query.behind_max {
        Some(behind_max) => behind <= behind_max,
        None => shared.was_ready.load(Ordering::Relaxed),
    };
    let ready = is_recent && !needed.iter().any(|it| missing.contains(it));
    let view = ReadinessView {
        ready,
        position: state.applied.to_string(),
        behind,
        archived: state.archived.to_string(),
        intake: if state.has_room { "open" } else { "storage_full" },
        decisions_waiting: state.n_decisions_waiting,
        missing: missing.into_iter().map(BackendName::name).collect(),
        backends: backends.into_iter().map(|it| BackendView::new(it, for_whom)).collect(),
        waits_for: None,
    };
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok((status, Json(view)))
}

/// The backends that a caller names, with commas between them.
fn needed(names: &str) -> Result<Vec<BackendName>, Failure> {
    let names = names.split(',').map(str::trim).filter(|it| !it.is_empty());
    names.map(|it| it.parse().map_err(|err| Failure::field("need", it, format!("{err}")))).collect()
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

/// The same of what replicas and backends share.
fn gauge_shared(app: &App) {
    for (work, n_held) in app.leases_held() {
        metrics::gauge!("held_leases", "work" => work).set(n_held as f64);
    }
    for pool in app.pools() {
        metrics::gauge!("used_connections", "pool" => pool.name).set(f64::from(pool.n_in_use));
        metrics::gauge!("most_connections", "pool" => pool.name).set(f64::from(pool.n_max));
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
    gauge_shared(&shared.app);
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], (shared.render_metrics)())
}
