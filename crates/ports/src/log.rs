//! The log: what happened, in order.

use async_trait::async_trait;
use domain::{Envelope, Position, Recorded, Span, Timestamp};

use crate::PortError;

/// How long a message key is remembered, by the time of receipt.
pub const DUPLICATE_WINDOW: Span = Span::DAY;

/// The event that counted for a message key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Where it is kept.
    pub position: Position,
    /// When it was received.
    pub received: Timestamp,
}

impl Counted {
    /// Whether an event with the same key, received at `received`, is the same one sent again.
    pub fn covers(&self, received: Timestamp) -> bool {
        received.since(self.received) <= DUPLICATE_WINDOW
    }
}

/// What the log did with one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// It is kept at this position, and durable.
    Appended(Position),
    /// An event with the same message key was already kept, at this position; nothing was added.
    Duplicate(Position),
}

impl Receipt {
    /// Where the event is kept.
    pub const fn position(self) -> Position {
        match self {
            Receipt::Appended(position) | Receipt::Duplicate(position) => position,
        }
    }
}

/// The one sequence of what happened.
///
/// # Contract
///
/// `conformance::check_log` verifies every line below.
///
/// - **Order.** Positions begin at 1 and have no gaps. The events of one call are kept in their order,
///   next to each other or not, and a later call's events come after an answered call's.
/// - **Acknowledged is durable.** When `append` has answered, the events survive the process and the
///   machine's power; where that depends on how a server is set up, its adapter says on what. An error
///   means that it is not known whether they were kept, or which of them; sending them again is safe, and
///   appends what is missing.
/// - **Counts once.** Of two events with one message key, received within [`DUPLICATE_WINDOW`] of each other,
///   the first is kept and the second answered with its position; also within one call, over a restart, and
///   when the first is forgotten. What is received later than that is kept again, at a position of its own.
/// - **Unchanged.** What is read is what was appended, to the byte, unknown fields included.
/// - **Nothing forgotten.** What was appended can be read until `forget` allows otherwise.
#[async_trait]
pub trait Log: Send + Sync {
    /// Appends events and answers when they are durable, with one receipt an event, in their order.
    ///
    /// # Errors
    ///
    /// [`PortError`] when nothing is known to be kept.
    async fn append(&self, events: Vec<Envelope>) -> Result<Vec<Receipt>, PortError>;

    /// Reads at most `n_max` events after `after`, in order; fewer only at the end of the log.
    ///
    /// # Errors
    ///
    /// [`PortError`] when the log cannot be read.
    async fn read(&self, after: Position, n_max: usize) -> Result<Vec<Recorded>, PortError>;

    /// The position of the last durable event.
    fn head(&self) -> Position;

    /// Waits until the log has an event after `after`, and returns the position of the last one.
    async fn wait_past(&self, after: Position) -> Position;

    /// Lets go of every event up to `through`: they are archived, or nobody may have them any more. They
    /// can no longer be read, and the room they take is free by and by.
    ///
    /// # Errors
    ///
    /// [`PortError`] when the log cannot be written.
    async fn forget(&self, through: Position) -> Result<(), PortError>;

    /// The first position that can still be read, or the next one to be given when there is none.
    fn tail(&self) -> Position;

    /// Bytes that can still be written before the log must refuse, as far as the backend knows.
    fn room_bytes(&self) -> Option<u64>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_a_repeat_to_the_end_of_the_day() {
        let received = Timestamp::from_secs(1_800_000_000);
        let counted = Counted { position: Position::new(1), received };
        assert!(counted.covers(received.plus(Span::DAY)));
        assert!(counted.covers(received.minus(Span::DAY.times(2))));
        assert!(!counted.covers(received.plus(Span::from_micros(Span::DAY.as_micros() + 1))));
    }
}
