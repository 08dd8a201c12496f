//! The log as a stream of NATS JetStream, which several programs may append to and read.
//!
//! ```text
//!            ┌── publish: one message an event, acknowledged one by one ──▶ stream tastemaker-SHOP-log
//!  NatsLog ──┼── read: batches of messages after a position ◀──────────────  subjects
//!            ├── follow: headers of what anybody appends ◀─────────────────  tastemaker.SHOP.log.PARTITION
//!            └── now and then: where the stream begins, what room it has
//! ```
//!
//! # Where to start
//!
//! Read [`NatsLog`] for what it promises, then `publish.rs` and `read.rs`.
//!
//! # One stream a shop
//!
//! All events of a shop are one stream, and an event's position is the stream's sequence number. So there
//! is one order for all programs, on which folds, the archive and `after` rest, and nothing has to be
//! merged. The partition is the last word of the subject, so that a consumer may ask for some partitions
//! only. The price is that a shop cannot append faster than one stream takes: its messages pass one
//! server, the stream's leader. A stream for each partition would scale further, but would give up the
//! one order.
//!
//! # What an acknowledgement means
//!
//! - **One server** (`replicas` 1) acknowledges when the event is written to its file, but the file is
//!   synced every two minutes only. What is acknowledged survives the server's process, killed in
//!   whatever way, but not the machine's power, unless the server is configured with
//!   `sync_interval: always` in its section `jetstream`. A client cannot ask for that nor see it: it is
//!   the operator's to set, and costs a sync an event: some hundreds of events a second where a sync takes
//!   milliseconds. Who cannot afford that uses several servers.
//! - **Several servers** (`replicas` 3) acknowledge when most of them have the event. What is acknowledged
//!   survives the loss of one server and its disk; that all of them lose their power at once, it survives
//!   only with `sync_interval: always`.
//!
//! Where a server came back without what it had acknowledged, the log notices that the stream ends before
//! what it had seen, and refuses everything from then on: see `seen.rs`.
//!
//! # What counts once
//!
//! The server remembers message keys in memory, for the stream's duplicate window
//! ([`Options::duplicate_window`]), at some 300 bytes each, counted from the arrival at the server. After
//! a restart it reads them again from what the stream still holds. So a repeat counts a second time when
//! it comes after the window, or after the event was forgotten and the server was started again; it is
//! then kept at a second position.
//!
//! # Invariants
//!
//! - A position is never given twice and none is left out: nothing but [`forget`](ports::Log::forget),
//!   which removes the oldest, removes a message (the stream denies deleting). A message that is missing
//!   in between is reported as damage when it is read.
//! - A full stream refuses; it never forgets by itself. A stream that would is not opened.
//! - A stream that a newer program made, or that has other settings than are asked for, is not opened.

mod access;
mod connect;
mod error;
mod follow;
mod nats_log;
mod options;
mod publish;
mod read;
mod seen;
mod stream;

pub use access::{Access, Credentials};
pub use nats_log::NatsLog;
pub use options::Options;
