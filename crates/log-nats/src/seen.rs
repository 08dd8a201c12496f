//! What is known of the stream without asking the server.
//!
//! The end of the stream is learnt from acknowledgements, from the headers of what others append, and
//! from the server's word now and then; it only ever grows. Should the stream end before what was seen, it
//! was put back to an earlier state (a server without `sync_interval: always` lost its power, or files
//! were restored), and positions would be given a second time. The log then refuses everything: whoever
//! follows it has state from a history that no longer exists, and has to begin anew.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use async_nats::jetstream::stream::State;
use domain::Position;
use ports::PortError;
use tokio::sync::watch;

use crate::error::unreadable;

/// Stands for room that the server does not tell.
const UNKNOWN: u64 = u64::MAX;

/// What is known of the stream.
pub(crate) struct Seen {
    head: watch::Sender<Position>,
    tail: AtomicU64,
    kept: AtomicU64,
    room_bytes: AtomicU64,
    /// Where the stream ended when it should have ended at the head.
    lost: OnceLock<String>,
}

impl Seen {
    /// What the server told when the log was opened.
    pub(crate) fn new(state: &State) -> Seen {
        let seen = Seen {
            head: watch::Sender::new(Position::new(state.last_sequence)),
            tail: AtomicU64::new(1),
            kept: AtomicU64::new(1),
            room_bytes: AtomicU64::new(UNKNOWN),
            lost: OnceLock::new(),
        };
        seen.keep(first(state));
        seen
    }

    /// The position of the last event that is known to be kept.
    pub(crate) fn head(&self) -> Position {
        *self.head.borrow()
    }

    /// Waits until the head is after `after`.
    pub(crate) async fn wait_past(&self, after: Position) -> Position {
        let mut head = self.head.subscribe();
        match head.wait_for(|head| after < *head).await {
            Ok(head) => *head,
            // The sender lives as long as `self`.
            Err(_) => self.head(),
        }
    }

    /// An event is kept at `position`, and so are all before it.
    pub(crate) fn raise(&self, position: Position) {
        self.head.send_if_modified(|head| {
            let is_later = *head < position;
            *head = (*head).max(position);
            is_later
        });
    }

    /// The first position that can be read.
    pub(crate) fn tail(&self) -> Position {
        Position::new(self.tail.load(Ordering::Acquire))
    }

    /// Nothing before `tail` can be read any more.
    pub(crate) fn let_go(&self, tail: Position) {
        self.tail.fetch_max(tail.get(), Ordering::AcqRel);
    }

    /// The first position that the stream still keeps, forgotten or not.
    pub(crate) fn kept(&self) -> Position {
        Position::new(self.kept.load(Ordering::Acquire))
    }

    /// Nothing before `first` is kept any more.
    pub(crate) fn keep(&self, first: Position) {
        self.kept.fetch_max(first.get(), Ordering::AcqRel);
        self.let_go(first);
    }

    /// Bytes that may still be written, as far as the server told.
    pub(crate) fn room_bytes(&self) -> Option<u64> {
        Some(self.room_bytes.load(Ordering::Relaxed)).filter(|it| *it != UNKNOWN)
    }

    /// So many bytes may still be written.
    pub(crate) fn note_room(&self, room_bytes: Option<u64>) {
        self.room_bytes.store(room_bytes.unwrap_or(UNKNOWN), Ordering::Relaxed);
    }

    /// The stream ends at `end`, although an event was kept at `seen`: from now on everything is refused.
    pub(crate) fn lose(&self, end: Position, seen: Position) -> PortError {
        let what = self.lost.get_or_init(|| {
            let what = format!(
                "its stream was put back: it ended at {end} when {seen} had been acknowledged; start \
                 tastemaker again, which computes anew what followed from the lost events"
            );
            tracing::error!(%end, %seen, "the log's stream lost acknowledged events");
            what
        });
        unreadable(what.clone())
    }

    /// Refuses when the stream was put back.
    pub(crate) fn check(&self) -> Result<(), PortError> {
        match self.lost.get() {
            None => Ok(()),
            Some(what) => Err(unreadable(what.clone())),
        }
    }
}

/// The first position of a stream; that of an empty one is the next to be given.
pub(crate) fn first(state: &State) -> Position {
    Position::new(state.first_sequence.max(1))
}
