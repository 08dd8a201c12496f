//! A disk that forgets at the kill whatever was not synced.
//!
//! Killing a process proves little about power failures: the system keeps what was written. Here a program
//! runs under `strace`, which writes down everything it does to files, and the folder is built again as
//! the strictest disk would hold it at any chosen moment of the run.
//!
//! ```text
//! record(program) ─▶ Trace ─▶ Replay::advance_to(step) ─▶ save(folder) ─▶ open it, look for what was
//!                      │                                                  acknowledged before the step
//!                      └────▶ check_answers: what was answered before it was synced
//! ```
//!
//! # What the strictest disk does
//!
//! - A file holds exactly the writes and lengths that were complete when a successful `fsync` or
//!   `fdatasync` of it began.
//! - A folder names exactly what it named when an `fsync` of the folder itself began. A new file whose
//!   folder was not synced does not exist; a deleted or renamed one is still there under its old name.
//!
//! # What it does not see
//!
//! Memory-mapped files stay empty (SQLite's index of its write-ahead log is one, and is rebuilt). The
//! program must be one process, and use absolute paths.

mod answers;
mod call;
mod disk;
mod recorder;
#[cfg(test)]
mod tests;
mod trace;

pub use answers::{Answer, check_answers};
pub use disk::Replay;
pub use recorder::{Recording, record};
pub use trace::{Trace, TraceError};
