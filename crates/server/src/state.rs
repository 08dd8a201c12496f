//! What the routes share.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use api::segment::{BATCH_EVENTS_MAX, EVENT_BYTES_MAX, Rules};
use app::App;
use domain::AddressRange;

use crate::envelope::RequestIds;
use crate::passing::Passing;
use crate::traffic::{Rates, Shedder};

/// Gives the metrics as Prometheus text.
pub type RenderMetrics = Arc<dyn Fn() -> String + Send + Sync>;

/// Makes a request's span a part of the trace that the header `traceparent` names, if it is there; answers
/// the id of the trace when it is kept.
pub type AdoptTrace = fn(&tracing::Span, Option<&str>) -> Option<String>;

/// What the operator allows. The defaults are those of `tastemaker config`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerLimits {
    /// The largest body of events, in bytes, before and after it is unpacked.
    pub body_bytes_max: usize,
    /// The largest event.
    pub event_bytes_max: usize,
    /// The most events of one body.
    pub batch_events_max: usize,
    /// The largest body of products.
    pub catalogue_bytes_max: usize,
    /// How many requests are worked on at once.
    pub concurrency_max: usize,
    /// How many requests a key may send in a second, on average.
    pub requests_per_second_per_key: u32,
    /// How many it may send at once.
    pub burst_per_key: u32,
    /// How long a body may take to arrive.
    pub body_timeout: Duration,
    /// How long a request may take in all.
    pub request_timeout: Duration,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<AddressRange>,
    /// Names of properties of events that hold nothing personal and stay open.
    pub open_properties: BTreeSet<String>,
}

impl Default for ServerLimits {
    fn default() -> ServerLimits {
        ServerLimits {
            body_bytes_max: 512_000,
            event_bytes_max: EVENT_BYTES_MAX,
            batch_events_max: BATCH_EVENTS_MAX,
            catalogue_bytes_max: 8 << 20,
            concurrency_max: 1_024,
            requests_per_second_per_key: 2_000,
            burst_per_key: 4_000,
            body_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            trusted_proxies: Vec::new(),
            open_properties: BTreeSet::new(),
        }
    }
}

/// What a router needs.
#[derive(Clone)]
pub struct ServerState {
    /// The shop.
    pub app: Arc<App>,
    /// What the operator allows.
    pub settings: ServerLimits,
    /// Where `/metrics` comes from.
    pub render_metrics: RenderMetrics,
    /// Where requests become parts of their callers' traces.
    pub adopt_trace: AdoptTrace,
}

impl fmt::Debug for ServerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerState").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// What the routes share.
pub(crate) struct Shared {
    pub(crate) app: Arc<App>,
    pub(crate) limits: ServerLimits,
    pub(crate) render_metrics: RenderMetrics,
    pub(crate) adopt_trace: AdoptTrace,
    pub(crate) rules: Rules,
    pub(crate) rates: Rates,
    pub(crate) shedder: Arc<Shedder>,
    pub(crate) passing: Passing,
    pub(crate) request_ids: RequestIds,
    /// Whether `/readyz` ever said that decisions see nearly everything.
    pub(crate) was_ready: AtomicBool,
}

impl Shared {
    pub(crate) fn new(state: ServerState) -> Arc<Shared> {
        let ServerState { app, settings, render_metrics, adopt_trace } = state;
        Arc::new(Shared {
            rules: Rules {
                currency: app.shop().currency,
                open_properties: settings.open_properties.clone(),
                event_bytes_max: settings.event_bytes_max,
                batch_events_max: settings.batch_events_max,
            },
            rates: Rates::new(settings.requests_per_second_per_key, settings.burst_per_key),
            shedder: Arc::new(Shedder::new(settings.concurrency_max)),
            passing: Passing::new(),
            request_ids: RequestIds::new(),
            was_ready: AtomicBool::new(false),
            app,
            limits: settings,
            render_metrics,
            adopt_trace,
        })
    }
}
