//! How often each key may call: the generic cell rate algorithm, one cell a key.
//!
//! Only keys in force get here, so there are as many cells as the shop has keys.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

/// A key's own number: the beginning of its hash.
pub(crate) type KeyNumber = u64;

/// The rates of all keys.
pub(crate) struct Rates {
    limiter: RateLimiter<KeyNumber, HashMapStateStore<KeyNumber>, DefaultClock>,
    clock: DefaultClock,
}

impl Rates {
    /// At most `per_second` calls of each key on average, and `burst` at once.
    pub(crate) fn new(per_second: u32, burst: u32) -> Rates {
        let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(at_least_one(per_second)).allow_burst(at_least_one(burst));
        let clock = DefaultClock::default();
        Rates { limiter: RateLimiter::hashmap_with_clock(quota, clock.clone()), clock }
    }

    /// Counts a call.
    ///
    /// # Errors
    ///
    /// How long the key has to wait before it may call again.
    pub(crate) fn count(&self, key: KeyNumber) -> Result<(), Duration> {
        let counted = self.limiter.check_key(&key);
        counted.map_err(|not_until| not_until.wait_time_from(self.clock.now()))
    }
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
    fn the_largest_rate_is_no_limit() {
        let rates = Rates::new(u32::MAX, 1);
        assert!((0..10_000).all(|_| rates.count(1).is_ok()));
    }
}
