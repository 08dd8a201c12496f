//! The one place where benchmarks read the clock.

use std::time::Instant;

/// The present moment, for measuring spans.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time, and only here")]
pub fn now() -> Instant {
    Instant::now()
}
