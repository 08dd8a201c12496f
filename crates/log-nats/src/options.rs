//! The limits of a log, each with a default that suits one server.

use std::time::Duration;

use domain::Span;

/// The limits of a [`NatsLog`](crate::NatsLog).
///
/// The first three are the stream's own: a stream that was made with others is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many servers keep each event: 1 for a single server, 3 in a cluster.
    pub replicas: usize,
    /// How many bytes the stream may hold before it refuses events; `None` leaves it to the server.
    pub max_bytes: Option<u64>,
    /// How long the server remembers message keys. It must be longer than anybody goes on sending an event
    /// again; the server pays some 300 bytes of memory for each event that arrives within it.
    pub duplicate_window: Span,
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
            timeout: Duration::from_secs(10),
            queue_events: 16_384,
            read_events: 4_096,
            read_bytes: 4 << 20,
            state_every: Duration::from_secs(2),
        }
    }
}
