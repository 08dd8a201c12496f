//! Projections in the data folder: tables in an embedded key-value store, snapshots in files.
//!
//! ```text
//! projections/
//!   tables/            one keyspace a table and one for their positions; a batch moves them together
//!   NAME.snapshot      header, checksum, state; replaced by renaming
//! decisions.issued     the tally of decisions, eight bytes
//! ```
//!
//! # Where to start
//!
//! Read [`LocalProjections`]; `tables.rs` and `snapshot.rs` are its two halves.
//!
//! # Invariants
//!
//! - Nothing here is the truth of anything: the folder may be deleted while Tastemaker is stopped, and
//!   everything in it is computed again from the log.
//! - Tables and their positions change in one atomic batch. It is not synced: after a power failure they
//!   are as after some earlier batch, and if even that cannot be told they begin anew.

mod error;
mod local_projections;
mod options;
mod snapshot;
mod tables;
mod tally;

pub use local_projections::LocalProjections;
pub use options::Options;
pub use tally::FileTally;
