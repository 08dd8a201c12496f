//! Brings the shop to life over the published interface: its catalogue, its past, its live visitors.
//!
//! ```text
//! seed_catalogue ──▶ simulate_past ──▶ run_live_visitors (until shutdown)
//! ```
//!
//! Everything goes through [`Client`](crate::Client); nothing here can see what the server knows.

mod error;
mod live;
mod past;
mod seed;

pub use error::SimulationError;
pub use live::{LivePlan, LiveReport, run_live_visitors};
pub use past::{PastPlan, PastReport, simulate_past};
pub(crate) use seed::TRENDING;
pub use seed::seed_catalogue;

#[cfg(test)]
mod tests;
