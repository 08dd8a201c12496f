//! What the program says about itself while it runs: log lines, metrics and traces.
//!
//! ```text
//!  any crate ──▶ tracing  ──▶ init_logs ──▶ standard error, as JSON or text
//!            │                └─▶ Traces ──▶ a collector, over OTLP
//!            └─▶ metrics! ──▶ Metrics   ──▶ render() ──▶ GET /metrics
//! ```
//!
//! # Where to start
//!
//! Read [`METRICS`]: it names every metric there is. A test searches all crates and fails when one
//! counts something that is not in the table, or the table names something that nobody counts.
//!
//! # Invariants
//!
//! - No label holds an identifier: neither a shopper's nor a product's nor a key's. Labels take their
//!   values from small closed sets.
//! - What leaves as a trace are names of spans and a few of their fields: see `traces`.
//! - Metrics take the same memory whether or not anybody asks for them.
//!
//! # What does not live here
//!
//! The page `/metrics` is served by `server`; what to count where is each crate's own business.

mod log;
mod metrics;
mod table;
#[cfg(test)]
mod tests;
mod traces;

pub use log::{LogFormat, LogOptions, TelemetryError, init_logs};
pub use metrics::Metrics;
pub use table::{METRICS, Metric, MetricKind, markdown};
pub use traces::{TraceOptions, Traces, adopt_parent};
