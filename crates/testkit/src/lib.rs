//! What several crates' tests share: real data sets, clocks, random numbers and whole shops.
//!
//! # Where to start
//!
//! - [`data`] finds the data sets that are no part of the project and counts what is skipped.
//! - [`tools`] finds the programs that tests start beside ours: Python, Node, a browser.
//! - [`shop`] opens a whole shop on the real adapters.
//! - [`crash`] kills a real server and looks for what it had acknowledged.
//! - [`unsynced`] is a disk that forgets what was not synced.
//!
//! # What does not live here
//!
//! The conformance suites stand beside their traits, in `ports` and `recommend`. Simulated shoppers
//! are `shopsim`. No product crate may use this one, except for its own tests.

mod ambient;
pub mod crash;
pub mod data;
pub mod shop;
pub mod tools;
pub mod unsynced;

pub use ambient::{ManualClock, SeededEntropy};
pub use shop::TestShop;
