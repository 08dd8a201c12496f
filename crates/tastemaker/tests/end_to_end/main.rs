//! The program as people use it: commands in a folder, a server on a free port, and HTTP.
//!
//! # Where to start
//!
//! [`site`] is a folder to run commands in and [`server`] the server that runs there; every other file
//! is about one thing that people do or rely on.
//!
//! # What does not live here
//!
//! What is answered to which input is tested beside the routes, in `server`; what a command leaves
//! behind when it is killed, in `crash.rs` beside this folder.

#![expect(clippy::unwrap_used, reason = "a test may stop at any surprise")]

mod access;
mod backup;
mod catalogue;
mod clients;
mod commands;
#[cfg(feature = "demo")]
mod demo;
mod history;
mod imports;
mod judging;
mod keys;
mod lake;
mod migrating;
mod own_shares;
mod privacy;
mod replicas;
mod server;
mod site;
mod storage;
mod training;
mod upgrades;
