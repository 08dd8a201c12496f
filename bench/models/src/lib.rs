//! The benchmarks of the models alone: their quality on published splits, and their speed against peers.
//!
//! Each benchmark is a folder with its arguments (`XArgs`) and `fn run(&XArgs) -> anyhow::Result<()>`; the
//! program beside this library names them. They stand apart from the benchmarks of the whole product, so
//! that measuring a model builds the model and little else.
//!
//! # What does not live here
//!
//! Correctness, which the tests of the crates keep.

mod dataset;
#[path = "../../src/report.rs"]
mod report;
#[path = "../../src/stopwatch.rs"]
mod stopwatch;
pub mod train_peers;
