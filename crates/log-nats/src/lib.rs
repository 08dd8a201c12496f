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
//! Read [`NatsLog`] for what it promises, then `publish.rs`, `counted.rs` and `read.rs`.
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
//! Of one message key, received within a day, one event is kept, whichever programs append it, over restarts
//! of all of them and of the server. The server's own memory of message ids is short
//! ([`Options::duplicate_window`]); beyond it, each program remembers the message keys of the last day, which
//! it learns by following the stream (`messages.rs`), and publishes only while it knows that it has followed
//! far enough (`counted.rs`). So:
//!
//! - A program whose stream stands still, or is too slow, cannot append until it has caught up. It can read.
//! - The stream keeps the events of the last day, and of an hour more ([`Options::remembered`]), even when
//!   they are forgotten: its disk must have room for them. From their headers the keys are read again when
//!   the log is opened.
//! - Received times decide, as they are written in the events, never a clock. The clock of the stream's server
//!   says only which keys may go; should it be set forward by hours, a repeat of what came before may be kept.
//! - Whoever purges the stream by hand makes it forget the keys of what was purged.
//!
//! # Cost
//!
//! To open a log whose last day has a million events took 10 to 16 s: 8 s of this program's time and 4 s of the
//! server's, on two cores busy with other things too, with only the client library and this crate optimized.
//! What is remembered takes 8 to 16 bytes of memory an event, and 2 MB. To append a new event costs a look
//! into that (`messages.rs`) beside the round trip; to append a repeat costs what a new event does, for the
//! event that it repeats is read.
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
mod counted;
mod error;
mod follow;
mod forget;
mod messages;
mod nats_log;
mod options;
mod publish;
mod read;
mod seen;
mod stream;

pub use access::{Access, Credentials};
pub use nats_log::NatsLog;
pub use options::Options;
