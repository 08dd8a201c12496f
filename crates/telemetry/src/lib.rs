//! What the program says about itself while it runs: log lines and metrics.
//!
//! ```text
//!  any crate ──▶ tracing  ──▶ init_logs ──▶ standard error, as JSON or text
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

pub use log::{LogFormat, LogOptions, TelemetryError, init_logs};
pub use metrics::Metrics;
pub use table::{METRICS, Metric, MetricKind, markdown};
