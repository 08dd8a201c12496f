//! Time and chance under a test's control.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::{Span, Timestamp};
use ports::{Clock, Entropy};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A clock that stands still until it is told otherwise.
#[derive(Debug)]
pub struct ManualClock {
    now_micros: AtomicI64,
    /// How far it moves on whenever it is read.
    tick_micros: AtomicI64,
}

impl ManualClock {
    /// A clock that shows `now`.
    pub fn at(now: Timestamp) -> ManualClock {
        ManualClock { now_micros: AtomicI64::new(now.as_micros()), tick_micros: AtomicI64::new(0) }
    }

    /// Moves the clock on.
    pub fn advance(&self, span: Span) {
        self.now_micros.fetch_add(span.as_micros(), Ordering::Relaxed);
    }

    /// Moves the clock on by `span` whenever it is read from now on, as if everything took so long.
    pub fn tick(&self, span: Span) {
        self.tick_micros.store(span.as_micros(), Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        let tick_micros = self.tick_micros.load(Ordering::Relaxed);
        Timestamp::from_micros(self.now_micros.fetch_add(tick_micros, Ordering::Relaxed))
    }
}

/// Random bytes that are the same in every run. Never outside tests.
#[derive(Debug)]
pub struct SeededEntropy(Mutex<ChaCha8Rng>);

impl SeededEntropy {
    /// Bytes that follow from `seed`.
    pub fn new(seed: u64) -> SeededEntropy {
        SeededEntropy(Mutex::new(ChaCha8Rng::seed_from_u64(seed)))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }
}
