//! Records in an SQL database: what people decide, which outside id is which shopper, which models
//! there are, and who may do which work.
//!
//! ```text
//!  app ──▶ ports::Records, Registry, Leases ──▶ SqlRecords ──┬── connections that write, a
//!                                                            │   transaction a call
//!                                                            ├── a few that read, which writing
//!                                                            │   does not hold up
//!                                                            └── reports: a standby, if there is one
//! ```
//!
//! The database is SQLite in the data folder, for one process and the commands beside it; or PostgreSQL
//! 15 and later, for as many processes as there are. Tables, migrations and statements are the same; the
//! words in which the two differ are in `dialect`, and the statements of the map that carry arrays on
//! PostgreSQL in `shoppers/arrays.rs`.
//!
//! # Where to start
//!
//! Read `migrations/0001_first.sql`, then `shoppers`: the map is the only part that has to be fast.
//!
//! # Invariants
//!
//! - What is decided in a transaction holds whoever else writes: by uniqueness and conditions in one
//!   statement, or under a lock that ends with the transaction.
//! - A call that a restart or a failover of PostgreSQL interrupts is tried again for some 8 seconds: every
//!   call until its commit was asked for, and after that every one that does no harm twice. Those which
//!   would are adding a key, a model, an entry of the trail or refused events, revoking a key, removing
//!   a placement and taking a lease: of them the caller is told that it is not known.
//!
//! # Cost
//!
//! A write is one transaction with one sync of the disk, however many ids it carries. A visitor takes
//! about 200 bytes on disk; on SQLite, of the latest 65,536, another 200 each in memory, and the connection
//! that writes caches 64 MiB of pages. On PostgreSQL a process has at most 12 connections.
//!
//! # Addresses of PostgreSQL
//!
//! `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, with `sslmode`, `sslrootcert` and the other parameters
//! that PostgreSQL's own programs know. Sessions begin with limits (`statement_timeout` 30 s,
//! `lock_timeout` 10 s, `idle_in_transaction_session_timeout` 60 s), each of which the address may say
//! otherwise, such as `?options[lock_timeout]=20s`. A pooler between has to pool sessions: transactions
//! use statements that were prepared before them.
//!
//! # What does not live here
//!
//! Who may change what is `app`'s to say; the keys under which things are sealed never come here
//! unwrapped.

mod administration;
mod changes;
mod dialect;
mod dump;
mod error;
mod leases;
mod load;
mod migrations;
mod quarantine;
mod records;
mod registry;
mod sessions;
mod shoppers;
mod sql;
mod standby;
#[cfg(test)]
mod tests;
mod tries;
mod writer;

pub use records::SqlRecords;
