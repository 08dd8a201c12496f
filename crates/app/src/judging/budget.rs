//! How long a search may go on.

use std::time::Duration;

use domain::{Span, Timestamp};
use ports::Clock;

/// The end of a search: a moment, and a number of rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    end: Timestamp,
    time: Duration,
    rounds: u32,
}

impl Budget {
    /// From `now` for at most `time`, and for at most so many rounds.
    pub fn until(now: Timestamp, time: Duration, rounds: Option<u32>) -> Budget {
        let micros = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        let end = now.plus(Span::from_micros(micros));
        Budget { end, time, rounds: rounds.unwrap_or(u32::MAX) }
    }

    /// Whether another round may begin after `n_done`.
    pub(super) fn allows(&self, n_done: u32, clock: &dyn Clock) -> bool {
        n_done < self.rounds && clock.now() < self.end
    }

    /// How long it is, in seconds.
    pub(super) fn secs(&self) -> u64 {
        self.time.as_secs()
    }
}
