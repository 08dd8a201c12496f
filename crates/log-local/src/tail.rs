//! The latest events, decoded: followers right behind the head need neither disk nor decoding.

use std::collections::VecDeque;
use std::sync::Arc;

use domain::{Envelope, Position, Recorded};

use crate::Options;

/// One event of the tail.
pub(crate) struct Kept {
    /// The event.
    pub envelope: Arc<Envelope>,
    /// How long its encoding is, standing for the memory it takes.
    pub n_bytes: usize,
}

/// The latest events, without gaps, up to the head.
pub(crate) struct Tail {
    /// The position of the first event in `events`.
    first: Position,
    events: VecDeque<Kept>,
    n_bytes: usize,
    events_max: usize,
    bytes_max: usize,
}

impl Tail {
    /// An empty tail behind `head`.
    pub(crate) fn new(head: Position, options: &Options) -> Tail {
        Tail {
            first: head.next(),
            events: VecDeque::new(),
            n_bytes: 0,
            events_max: options.tail_events,
            bytes_max: options.tail_bytes,
        }
    }

    /// Adds the event at the next position, letting go of the oldest when there are too many.
    pub(crate) fn push(&mut self, kept: Kept) {
        self.n_bytes += kept.n_bytes;
        self.events.push_back(kept);
        while self.events.len() > self.events_max || self.n_bytes > self.bytes_max {
            let Some(oldest) = self.events.pop_front() else { break };
            self.n_bytes -= oldest.n_bytes;
            self.first = self.first.next();
        }
    }

    /// At most `n_max` events after `after`, or `None` when the oldest of them is not here anymore.
    pub(crate) fn read(&self, after: Position, n_max: usize) -> Option<Vec<Latest>> {
        let skipped = after.next().get().checked_sub(self.first.get())?;
        let skipped = usize::try_from(skipped).ok()?.min(self.events.len());
        let events = self.events.range(skipped..).take(n_max);
        let positions = (after.next().get()..).map(Position::new);
        Some(positions.zip(events).map(|(at, it)| Latest(at, Arc::clone(&it.envelope))).collect())
    }
}

/// An event of the tail on its way to a reader, who copies it after the tail is free again.
pub(crate) struct Latest(Position, Arc<Envelope>);

impl Latest {
    /// The event, copied.
    pub(crate) fn recorded(self) -> Recorded {
        Recorded { position: self.0, envelope: Arc::unwrap_or_clone(self.1) }
    }
}
