//! The lake as Delta tables, which DuckDB, Spark, Trino and Polars read without us; and artifacts as files.
//! Both are in a folder, or in S3 and what speaks like it.
//!
//! ```text
//!            ┌─▶ events    ─┐   day=2026-11-21/bucket=0/part-….parquet    sorted by position
//! archive ───┤              ├── day=2026-11-21/bucket=1/part-….parquet    zstd, with statistics
//!            └─▶ decisions ─┘   _delta_log/00000000000000000007.json      the commit
//!
//! read   ◀── both tables by position: statistics choose files, row groups and pages
//! acts   ◀── DataFusion: bucket by bucket, sorted by shopper within the memory allowed, else on disk
//! query  ◀── DataFusion: one `SELECT`; it and data sets run in this process, or on Ballista (`cluster.rs`)
//! tend   ─── merges small files, writes checkpoints, removes what nobody needs
//! ```
//!
//! # Where to start
//!
//! Read [`DeltaLake`] for what it promises, then `archive.rs` for how an event gets into a table;
//! `store.rs` has what a folder and S3 differ in.
//! `docs/lake.md` describes the columns for readers elsewhere.
//!
//! # Invariants
//!
//! - A commit says up to which position its table is archived (Delta's *application transaction*), so
//!   that every table knows by itself what to pass over, whatever happened between two commits.
//! - What a commit names is durable before the commit is. In a folder: files, the names of their folders,
//!   then the commit itself, each of them whole or not there (`durable.rs`); S3 answers when it is so.
//! - A commit is made on the condition that nobody made one of that version: of any number of programs that
//!   archive at once each event comes from one. Who is overtaken learns what is there, and gives way.
//! - Within a folder of one day and bucket, files cover positions that do not overlap, and each is
//!   sorted: merging is appending.
//! - A file that a running reader of this process may still want is not removed, however old; nor is one
//!   that was just written, since another program may be about to commit it (`vacuum.rs`).
//!
//! # What does not live here
//!
//! When to archive, tend and forget is decided in `app`. Consent too: rows carry their purposes, and who
//! reads acts filters them.

mod acts;
mod archive;
mod artifacts;
mod cluster;
mod columns;
mod compact;
mod data_file;
mod durable;
mod error;
mod files;
mod lake;
mod options;
mod place;
mod query;
mod read;
mod rows;
mod s3;
mod session;
mod store;
mod table;
mod tend;
#[cfg(test)]
mod tests;
mod vacuum;

pub use artifacts::StoredArtifacts;
pub use cluster::Scheduler;
pub use lake::DeltaLake;
pub use options::Options;
pub use place::{Place, S3Access, S3Location};
