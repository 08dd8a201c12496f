//! Brings the shop to life over the published interface: its catalogue, its past, its live visitors.
//!
//! ```text
//! seed_catalogue ──▶ simulate_past ──▶ run_live_visitors (until shutdown)
//! ```
//!
//! [`visit`] is one visit, in real time here and in virtual time in [`world`](crate::world).
//! Everything goes through [`Client`](crate::Client); nothing here can see what the server knows.

pub(crate) mod arms;
mod error;
mod live;
mod past;
mod seed;
pub(crate) mod standing;
pub(crate) mod visit;

pub use arms::{Arm, declare_popular_arm};
pub use error::SimulationError;
pub use live::{LivePlan, LiveReport, run_live_visitors};
pub use past::{PastPlan, PastReport, simulate_past, simulate_past_badly};
pub(crate) use seed::TRENDING;
pub use seed::seed_catalogue;

#[cfg(test)]
mod tests;
