//! How long something takes: the one place of this program that reads a clock.

use std::fmt;
use std::time::{Duration, Instant};

/// Time since a moment; printed in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts to count.
    pub(crate) fn start() -> Stopwatch {
        Stopwatch(now())
    }

    /// What passed since the start.
    pub(crate) fn elapsed(self) -> Duration {
        now().duration_since(self.0)
    }
}

impl fmt::Display for Stopwatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:.1} s", self.elapsed().as_secs_f64()))
    }
}

#[expect(clippy::disallowed_methods, reason = "durations are shown to people and decide nothing")]
fn now() -> Instant {
    Instant::now()
}
