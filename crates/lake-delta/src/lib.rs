//! The lake as Delta tables in the data folder, which DuckDB, Spark, Trino and Polars read without us.
//!
//! ```text
//!            ┌─▶ events    ─┐   day=2026-11-21/bucket=0/part-….parquet    sorted by position
//! archive ───┤              ├── day=2026-11-21/bucket=1/part-….parquet    zstd, with statistics
//!            └─▶ decisions ─┘   _delta_log/00000000000000000007.json      the commit
//!
//! read   ◀── both tables by position: statistics choose files, row groups and pages
//! acts   ◀── DataFusion: bucket by bucket, sorted by shopper within the memory allowed, else on disk
//! query  ◀── DataFusion: one `SELECT`
//! tend   ─── merges small files, writes checkpoints, removes what nobody needs
//! ```
//!
//! # Where to start
//!
//! Read [`DeltaLake`] for what it promises, then `archive.rs` for how an event gets into a table.
//! `docs/lake.md` describes the columns for readers elsewhere.
//!
//! # Invariants
//!
//! - A commit says up to which position its table is archived (Delta's *application transaction*), so
//!   that every table knows by itself what to pass over, whatever happened between two commits.
//! - What a commit names is on the disk before the commit is: files, the names of their folders, then
//!   the commit itself, each of them whole or not there (`durable.rs`).
//! - Within a folder of one day and bucket, files cover positions that do not overlap, and each is
//!   sorted: merging is appending.
//! - A file that a running reader may still want is not removed, however old.
//!
//! # What does not live here
//!
//! When to archive, tend and forget is decided in `app`. Consent too: rows carry their purposes, and who
//! reads acts filters them.

mod acts;
mod archive;
mod artifacts;
mod columns;
mod compact;
mod data_file;
mod durable;
mod error;
mod lake;
mod options;
mod query;
mod read;
mod rows;
mod session;
mod table;
mod tend;
#[cfg(test)]
mod tests;
mod vacuum;

pub use artifacts::StoredArtifacts;
pub use lake::DeltaLake;
pub use options::Options;
