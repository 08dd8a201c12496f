//! How often the callers of one address range may use a publishable key.
//!
//! Everybody can read that key in the shop's pages, so one visitor with a loop must not use up what all
//! shoppers have together. There is a cell for each key and address range, of [`RANGES_MAX`] ranges that
//! called lately; while there are more, further ones share the cell of those whose address is unknown.
//! A cell is 48 bytes, so all are about 3 MB. They are kept in order, not by hash, because the callers
//! choose them.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::rates::KeyNumber;
use crate::networks::CallerRange;

/// Of how many ranges the calls are counted apart.
pub(crate) const RANGES_MAX: usize = 65_536;
/// While the cells are full, every how many calls those that are as good as new are thrown away: walking
/// over all is then a few steps a call.
const CALLS_A_SWEEP: usize = RANGES_MAX / 16;

/// A key, and the range that calls; `None` for all that have no cell of their own.
type Cell = (KeyNumber, Option<CallerRange>);

/// The rates of all ranges.
pub(crate) struct Ranges<C: Clock = DefaultClock> {
    limiter: RateLimiter<Cell, Cells, C, NoOpMiddleware<C::Instant>>,
    n_ranges_max: usize,
    n_calls_when_full: AtomicUsize,
}

impl<C: Clock> Ranges<C> {
    /// At most `per_second` calls from each range with each key on average, and `burst` at once.
    pub(crate) fn new(
        per_second: NonZeroU32,
        burst: NonZeroU32,
        n_ranges_max: usize,
        clock: C,
    ) -> Ranges<C> {
        let quota = Quota::per_second(per_second).allow_burst(burst);
        let cells = Cells { times: Mutex::new(BTreeMap::new()), n_max: n_ranges_max };
        let limiter = RateLimiter::new(quota, cells, clock);
        Ranges { limiter, n_ranges_max, n_calls_when_full: AtomicUsize::new(0) }
    }

    /// Counts a call.
    ///
    /// # Errors
    ///
    /// How long the callers of that range have to wait before they may call again.
    pub(crate) fn count(&self, key: KeyNumber, range: Option<CallerRange>) -> Result<(), Duration> {
        if self.limiter.len() >= self.n_ranges_max {
            let n_before = self.n_calls_when_full.fetch_add(1, Ordering::Relaxed);
            if n_before.is_multiple_of(CALLS_A_SWEEP) {
                self.limiter.retain_recent();
            }
        }
        let counted = self.limiter.check_key(&(key, range));
        counted.map_err(|not_until| not_until.wait_time_from(self.limiter.clock().now()))
    }
}

/// The moments up to which cells are used up: the limiter's only state.
struct Cells {
    times: Mutex<BTreeMap<Cell, Nanos>>,
    n_max: usize,
}

impl Cells {
    /// Every entry is whole, whoever panicked elsewhere.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Cell, Nanos>> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateStore for Cells {
    type Key = Cell;

    fn measure_and_replace<T, F, E>(&self, cell: &Cell, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut times = self.lock();
        let (key, _) = *cell;
        let has_room = times.len() < self.n_max || times.contains_key(cell);
        let cell = if has_room { *cell } else { (key, None) };
        let (answer, time) = measure(times.get(&cell).copied())?;
        times.insert(cell, time);
        Ok(answer)
    }
}

impl ShrinkableKeyedStateStore<Cell> for Cells {
    fn retain_recent(&self, drop_below: Nanos) {
        self.lock().retain(|_, time| *time > drop_below);
    }

    fn len(&self) -> usize {
        self.lock().len()
    }

    fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn range(index: u8) -> Option<CallerRange> {
        Some(CallerRange::around([198, 51, index, 7].into()))
    }

    fn once_a_second(n_ranges_max: usize) -> (Ranges<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        let one = NonZeroU32::MIN;
        (Ranges::new(one, one, n_ranges_max, clock.clone()), clock)
    }

    #[test]
    fn a_range_that_used_its_share_waits_and_others_do_not() {
        let (ranges, clock) = once_a_second(8);
        assert!(ranges.count(1, range(1)).is_ok());
        assert_eq!(ranges.count(1, range(1)), Err(Duration::from_secs(1)));
        assert!(ranges.count(1, range(2)).is_ok());
        assert!(ranges.count(2, range(1)).is_ok(), "another key has cells of its own");
        clock.advance(Duration::from_secs(1));
        assert!(ranges.count(1, range(1)).is_ok());
    }

    #[test]
    fn there_are_never_more_cells_than_may_be() {
        let (ranges, _) = once_a_second(4);
        let answers: Vec<bool> = (0..=255).map(|it| ranges.count(1, range(it)).is_ok()).collect();
        // Four have cells of their own, and all others share one.
        assert_eq!(answers.iter().filter(|it| **it).count(), 5);
        assert_eq!(ranges.limiter.len(), 5);
        assert!(ranges.count(1, range(0)).is_err(), "who has a cell keeps it");
    }

    #[test]
    fn cells_of_ranges_that_went_away_are_given_to_others() {
        let (ranges, clock) = once_a_second(4);
        for index in 0..4 {
            ranges.count(1, range(index)).unwrap();
        }
        clock.advance(Duration::from_secs(10));
        for index in 4..8 {
            ranges.count(1, range(index)).unwrap();
        }
        assert_eq!(ranges.limiter.len(), 4);
    }
}
