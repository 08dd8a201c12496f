//! Projections on PostgreSQL: tables and snapshots that several processes share.
//!
//! ```text
//! schema projections
//!   state             one row: the format of all this
//!   share             the position up to which each share of the tables contains the log
//!   decision, outcome key ▶ value; a batch and positions change in one transaction
//!   snapshot          name ▶ position and size
//!   snapshot_part     name and number ▶ at most 4 MiB of the state
//! ```
//!
//! # Where to start
//!
//! Read [`SqlProjections`]; `tables.rs` and `snapshots.rs` are its two halves, `schema.sql` what they
//! stand on.
//!
//! # Invariants
//!
//! - Nothing here is the truth of anything: the schema may be dropped while Tastemaker is stopped, and
//!   everything in it is computed again from the log.
//! - Tables and their positions change in one transaction. Its commit is not waited for on the disk: after
//!   a crash of the server they are as after some earlier batch.
//! - A batch never moves a position back or leaves a gap, and two batches of a share never mix: the second
//!   waits for the first. So a process that is behind, one that lost the share meanwhile, or one that writes
//!   a batch again because it does not know whether it was written, does no harm.
//! - Every call says how something shall be, so after a restart or a failover of the server it is tried
//!   again, for some 8 seconds.
//!
//! # Cost
//!
//! A batch is one transaction: a statement for the position and one for each 10,000 entries of a table. A
//! process has at most 4 connections.

mod error;
mod retry;
mod snapshots;
mod sql_projections;
mod tables;

pub use sql_projections::SqlProjections;
