//! How often each key may call: the generic cell rate algorithm, one cell a key.
//!
//! Only keys in force get here, so there are as many cells as the shop has keys. A publishable key has
//! further cells, one for each address range that uses it: see [`Ranges`].

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::ranges::{RANGES_MAX, Ranges};
use crate::networks::CallerRange;

/// Of what a publishable key may send, one address range may send this part.
const RANGE_PART: u32 = 10;
/// How often an address range may call in a second, at least: as often as the key, up to this.
const RANGE_PER_SECOND_MIN: u32 = 20;
/// How often it may call at once, at least.
const RANGE_BURST_MIN: u32 = 40;
/// How often an address range may call in a second with a publishable key that has no limit.
const RANGE_PER_SECOND: u32 = 200;
/// How often it may call at once with such a key.
const RANGE_BURST: u32 = 400;

/// A key's own number: the beginning of its hash.
pub(crate) type KeyNumber = u64;

/// The rates of all keys.
pub(crate) struct Rates {
    /// `None` where keys have no limit: a cell that leaks at once would still refuse calls that meet.
    limiter: Option<RateLimiter<KeyNumber, HashMapStateStore<KeyNumber>, DefaultClock>>,
    ranges: Ranges,
    clock: DefaultClock,
}

impl Rates {
    /// At most `per_second` calls of each key on average, and `burst` at once; `u32::MAX` is no limit.
    pub(crate) fn new(per_second: u32, burst: u32) -> Rates {
        let quota = Quota::per_second(at_least_one(per_second)).allow_burst(at_least_one(burst));
        let clock = DefaultClock::default();
        let (range_per_second, range_burst) = quota_of_range(per_second, burst);
        let ranges = Ranges::new(range_per_second, range_burst, RANGES_MAX, clock.clone());
        let limiter =
            (per_second < u32::MAX).then(|| RateLimiter::hashmap_with_clock(quota, clock.clone()));
        Rates { limiter, ranges, clock }
    }

    /// Counts a call.
    ///
    /// # Errors
    ///
    /// How long the key has to wait before it may call again.
    pub(crate) fn count(&self, key: KeyNumber) -> Result<(), Duration> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        let counted = limiter.check_key(&key);
        counted.map_err(|not_until| not_until.wait_time_from(self.clock.now()))
    }

    /// Counts a call with a key that everybody can read, from that range.
    ///
    /// # Errors
    ///
    /// How long the callers of that range have to wait before they may call again.
    pub(crate) fn count_range(
        &self,
        key: KeyNumber,
        range: Option<CallerRange>,
    ) -> Result<(), Duration> {
        self.ranges.count(key, range)
    }
}

/// What one address range may send of what a publishable key may, in a second and at once.
fn quota_of_range(per_second: u32, burst: u32) -> (NonZeroU32, NonZeroU32) {
    let part = |of: u32, n_min: u32| at_least_one((of / RANGE_PART).max(of.min(n_min)));
    if per_second == u32::MAX {
        return (at_least_one(RANGE_PER_SECOND), at_least_one(RANGE_BURST));
    }
    (part(per_second, RANGE_PER_SECOND_MIN), part(burst, RANGE_BURST_MIN))
}

fn at_least_one(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_used_its_burst_waits_and_others_do_not() {
        let rates = Rates::new(1, 3);
        assert!((0..3).all(|_| rates.count(1).is_ok()));
        let wait = rates.count(1).unwrap_err();
        assert!(wait <= Duration::from_secs(1), "{wait:?}");
        assert!(rates.count(2).is_ok());
    }

    #[test]
    fn the_largest_rate_is_no_limit_also_for_calls_that_meet() {
        let rates = Rates::new(u32::MAX, 1);
        let call_often = || assert!((0..100_000).all(|_| rates.count(1).is_ok()));
        std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(call_often))));
    }

    #[test]
    fn a_range_may_send_a_tenth_of_what_its_key_may() {
        let check = |per_second, burst, expected: (u32, u32)| {
            let (range_per_second, range_burst) = quota_of_range(per_second, burst);
            assert_eq!((range_per_second.get(), range_burst.get()), expected);
        };
        check(2_000, 4_000, (200, 400));
        check(100, 100, (20, 40));
        check(5, 1, (5, 1));
        check(u32::MAX, 4_000, (RANGE_PER_SECOND, RANGE_BURST));
    }
}
