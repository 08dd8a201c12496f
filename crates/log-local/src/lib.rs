//! The log in the data folder: an embedded key-value store, one writer, one sync for many.
//!
//! ```text
//! append ─▶ encode ─▶ queue ─▶ writer: room? ─▶ counted before? ─▶ one batch ─▶ one sync ─▶ answers
//!                                 │                  │                 │            │
//!                              statvfs           messages          segments       tail ─▶ followers
//! ```
//!
//! # Where to start
//!
//! Read [`LocalLog`] for what it promises, then `writer.rs` for how an event becomes durable.
//!
//! # What is on disk
//!
//! | keyspace | key | value |
//! | --- | --- | --- |
//! | `events-N` | position, big-endian | the envelope; `N` is the first position that the segment may hold |
//! | `messages-N` | message key | position and received time; `N` is the generation |
//! | `meta` | a name | the format's version, how far is forgotten (or was never here), the generation's number and start |
//!
//! An event costs its bytes once in the store's own journal, until the segment is flushed, and then
//! the same compressed, plus about 40 bytes for its message key until the duplicate window has passed:
//! three million events of 225 bytes were measured to take 131 bytes of disk each, journals included.
//! To forget is to drop whole segments.
//!
//! # Cost
//!
//! On two cores, 180,000 events a second were made durable in calls of 500, at about 5 µs of the writer's
//! time each, most of it finding and noting the message key. At 40,000 a second for three minutes memory
//! stayed at 200 MB with the default limits.
//!
//! # Invariants
//!
//! - No answer is given before the sync that covers it.
//! - A group of events is one atomic batch, and the only one that is not yet synced. So after a power
//!   failure at most the journal's last batch is torn, and nothing in it was acknowledged.
//! - Whether an event was counted before depends on the received times written in the log, never on
//!   this machine's clock.

mod disk;
mod error;
mod journal;
mod local_log;
mod messages;
mod options;
mod segments;
mod store;
mod tail;
mod writer;

pub use local_log::LocalLog;
pub use options::Options;
