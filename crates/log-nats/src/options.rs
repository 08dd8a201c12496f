//! The limits of a log, each with a default that suits one server.

use std::time::Duration;

use domain::{Position, Span};

/// The limits of a [`NatsLog`](crate::NatsLog).
///
/// The first three are the stream's own: a stream that was made with others is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many servers keep each event: 1 for a single server, 3 in a cluster.
    pub replicas: usize,
    /// How many bytes the stream may hold before it refuses events; `None` leaves it to the server.
    pub max_bytes: Option<u64>,
    /// How long the server itself remembers message keys, at some 300 bytes of its memory each. It bridges
    /// what is on its way to the programs that follow the stream; half of it must be longer than any event
    /// may be on its way to the server.
    pub duplicate_window: Span,
    /// The position of the first event, where the stream is made: 1, or where a restored history goes on.
    pub first: Position,
    /// How long a message key is remembered after its event was stored, and the event is kept even if it is
    /// forgotten. The contract asks for a [day](ports::DUPLICATE_WINDOW), counted by the times of receipt;
    /// clocks of the programs that receive events may differ by what it is longer.
    pub remembered: Span,
    /// How many message keys may be remembered, at up to 16 bytes of memory each. While more events than
    /// that came within `remembered`, no others are taken.
    pub remembered_events: u32,
    /// How long an answer of the server is waited for.
    pub timeout: Duration,
    /// How many events may wait for their acknowledgement; beyond it, `append` waits for its turn.
    pub queue_events: u32,
    /// How many events are asked for at once.
    pub read_events: usize,
    /// How many bytes are asked for at once; one event at least is answered.
    pub read_bytes: usize,
    /// How often the server is asked where the stream begins and how much room it has.
    pub state_every: Duration,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            replicas: 1,
            max_bytes: None,
            duplicate_window: Span::MINUTE.times(10),
            first: Position::new(1),
            remembered: Span::HOUR.times(25),
            remembered_events: 100_000_000,
            timeout: Duration::from_secs(10),
            queue_events: 16_384,
            read_events: 4_096,
            read_bytes: 4 << 20,
            state_every: Duration::from_secs(2),
        }
    }
}
