//! Suites that every adapter of a port must pass: each line of a port's contract, checked.
//!
//! A suite is given a function that opens one and the same backend each time, empty at first, and closes
//! and opens it in between. It panics with the line of the contract that is broken.
//!
//! What these suites cannot see is whether the backend's answers survive the machine's power: each
//! adapter proves that for itself.

mod artifacts;
mod dump;
mod lake;
mod leases;
mod log;
mod projections;
mod records;
mod registry;

pub use artifacts::check_artifacts;
pub use dump::check_dump;
pub use lake::{check_lake, history};
pub use leases::check_leases;
pub use log::{any_event, check_log};
pub use projections::check_projections;
pub use records::check_records;
pub use registry::check_registry;
