//! Records in an SQL database: what people decide, which outside id is which shopper, which models
//! there are, and who may do which work.
//!
//! ```text
//!  app ──▶ ports::Records, Registry, Leases ──▶ SqlRecords ──┬── one connection that writes, a
//!                                                            │   transaction a call
//!                                                            └── a few that read, which writing
//!                                                                does not hold up
//! ```
//!
//! Today the database is SQLite in the data folder. The SQL is written so that PostgreSQL understands
//! it too; the handful of words in which they differ are in `dialect`.
//!
//! # Where to start
//!
//! Read `migrations/0001_first.sql`, then `shoppers`: the map is the only part that has to be fast.
//!
//! # Cost
//!
//! A write is one transaction with one sync of the disk, however many ids it carries. A visitor takes
//! about 200 bytes on disk; of the latest 65,536, another 200 each in memory. The connection that writes
//! caches 64 MiB of pages.
//!
//! # What does not live here
//!
//! Who may change what is `app`'s to say; the keys under which things are sealed never come here
//! unwrapped.

mod administration;
mod dialect;
mod error;
mod leases;
mod migrations;
mod quarantine;
mod records;
mod registry;
mod shoppers;
mod sql;
#[cfg(test)]
mod tests;
mod writer;

pub use records::SqlRecords;
