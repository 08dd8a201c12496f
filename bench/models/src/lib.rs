//! The benchmarks of models: what they foretell on public data, and what fitting them takes.
//!
//! They need no server, lake or stream, so they are a package of their own that is built in two minutes.
//! What the benchmarks of the whole product share with them stands here as well.

pub mod cli;
pub mod cold;
pub mod dataset;
pub mod described;
pub mod list;
pub mod memory;
pub mod ranked;
pub mod report;
pub mod sequences;
pub mod sessions;
pub mod stopwatch;
pub mod topn;
pub mod train_peers;
