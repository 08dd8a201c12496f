//! What Tastemaker needs from the outside, as traits.
//!
//! ```text
//!            ┌── Log          what happened, in order, durable before it is acknowledged
//!            ├── Lake         the same since the beginning, in tables for training and reports
//!  app ──────┼── Projections  snapshots and tables that can be computed again from the log
//!            ├── Records      what people decide; which outside id is which shopper
//!            ├── Registry, Artifacts   which models there are, and their files
//!            ├── Leases       work that must not run twice at once
//!            └── Clock, Entropy
//! ```
//!
//! # Where to start
//!
//! Read [`Log`]. Everything else serves it.
//!
//! # Invariants
//!
//! - A trait here says in its *Contract* what every adapter must keep, and `conformance` (behind the
//!   feature of that name) checks it: all adapters of a port pass one suite.
//! - An adapter's error says whether trying again can help ([`PortError::is_transient`]), and nothing
//!   of its library leaks through.

mod ambient;
mod artifacts;
#[cfg(feature = "conformance")]
pub mod conformance;
mod dump;
mod error;
mod lake;
mod leases;
mod log;
mod pools;
mod projections;
mod records;
mod registry;
mod tally;

pub use ambient::{Clock, Entropy};
pub use artifacts::Artifacts;
pub use dump::{Row, Rows};
pub use error::PortError;
pub use lake::{Act, ActKind, Acts, ActsWanted, Lake, LakeTable, Report, Tended};
pub use leases::{Lease, Leases};
pub use log::{Counted, DUPLICATE_WINDOW, Log, Receipt};
pub use pools::Pool;
pub use projections::{Batch, N_SHARES, Projections, Share, Snapshot, Table, Write};
pub use records::{
    AuditEntry, BlindId, Changes, IdKind, KeyRecord, KeyScope, MovedId, Quarantined, Records,
    ShopperRecord, Switch,
};
pub use registry::{ModelRecord, Registry, Stage, StageChange};
pub use tally::Tally;
