//! Counts that fade: each event weighs half as much after every half-life.
//!
//! A faded count is the sum of `weight · 2^(−(now − time) / half_life)` over its events. Kept as it
//! stands, it would need a timer or a moment beside it. Instead the moment is fixed at the epoch, from
//! where weights *grow* with time, and the logarithm is kept, which cannot overflow:
//!
//! ```text
//! log_count = log2 Σ weight · 2^(time / half_life)          value at now = 2^(log_count − now / half_life)
//! ```
//!
//! So a count is one number of eight bytes. Late events need no special case, an older event simply
//! grew less. And two counts of one half-life compare as they are, at any moment: their order changes
//! with an event and never with the passing of time.
//!
//! The standard library's `exp2` and `log2` may differ in the last bit from one platform to the next.
//! Those here use only operations that IEEE 754 rounds alike everywhere.
//!
//! # Source
//!
//! G. Cormode, V. Shkapenyuk, D. Srivastava and B. Xu, "Forward Decay: A Practical Time Decay Model for
//! Streaming Systems", ICDE 2009; there `g(n) = 2^n` is exponential decay.

use domain::{Span, Timestamp};

use crate::Weight;

/// The time in which a count loses half of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HalfLife(Option<Span>);

impl HalfLife {
    /// Nothing fades: counts are plain sums.
    pub const FOREVER: HalfLife = HalfLife(None);

    /// Wraps a span, or returns `None` unless it is at least a second.
    pub fn new(span: Span) -> Option<HalfLife> {
        (span >= Span::SECOND).then_some(HalfLife(Some(span)))
    }

    /// So many days.
    ///
    /// # Panics
    ///
    /// For zero days, which is a bug in the caller: at compile time, where the result is a constant.
    pub const fn days(n: u16) -> HalfLife {
        assert!(n > 0, "a half-life lasts at least a day here");
        HalfLife(Some(Span::DAY.times(n as i64)))
    }

    /// The span, or `None` if nothing fades.
    pub const fn span(self) -> Option<Span> {
        self.0
    }

    /// How long an event counts on average, in days: the time over which a count is spread when it is
    /// read as a rate. One day if nothing fades.
    pub fn mean_days(self) -> f64 {
        self.0.map_or(1.0, |span| span.as_days_f64() / std::f64::consts::LN_2)
    }

    /// How many half-lives lie between the epoch and `time`.
    fn halvings(self, time: Timestamp) -> f64 {
        self.0.map_or(0.0, |span| time.as_micros() as f64 / span.as_micros() as f64)
    }
}

/// The logarithm of a fading count.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct LogCount(f64);

impl Default for LogCount {
    fn default() -> LogCount {
        LogCount::EMPTY
    }
}

impl LogCount {
    /// Nothing was counted.
    pub const EMPTY: LogCount = LogCount(f64::NEG_INFINITY);

    /// The count of a single event.
    pub fn of(weight: Weight, time: Timestamp, half_life: HalfLife) -> LogCount {
        if weight.is_zero() {
            return LogCount::EMPTY;
        }
        LogCount(log2(f64::from(weight.get())) + half_life.halvings(time))
    }

    /// Adds another count of the same half-life. In which order counts are added matters to rounding
    /// only.
    ///
    /// Takes about 40 ns.
    pub fn add(&mut self, other: LogCount) {
        let (high, low) = if other.0 > self.0 { (other.0, self.0) } else { (self.0, other.0) };
        if low > f64::NEG_INFINITY {
            self.0 = high + log2(1.0 + exp2(low - high));
        } else {
            self.0 = high;
        }
    }

    /// The count as it stands at `now`.
    ///
    /// Finite even where events lie centuries after `now`.
    pub fn at(self, now: Timestamp, half_life: HalfLife) -> f64 {
        exp2(self.0 - half_life.halvings(now))
    }

    /// How many times `other` would have to be halved to come down to this count; negative if this one
    /// is larger. The same at any moment. Both must count something.
    pub fn halvings_behind(self, other: LogCount) -> f64 {
        debug_assert!(!self.is_empty() && !other.is_empty(), "an empty count stands nowhere");
        other.0 - self.0
    }

    /// Whether nothing was counted.
    pub fn is_empty(self) -> bool {
        self.0 == f64::NEG_INFINITY
    }

    /// Compares counts of one half-life, the largest first.
    pub fn largest_first(&self, other: &LogCount) -> std::cmp::Ordering {
        other.0.total_cmp(&self.0)
    }

    /// The bare logarithm, for snapshots.
    pub(crate) const fn to_bare(self) -> f64 {
        self.0
    }

    /// A logarithm from a snapshot, or `None` for what no count can have.
    pub(crate) fn from_bare(value: f64) -> Option<LogCount> {
        (value.is_finite() || value == f64::NEG_INFINITY).then_some(LogCount(value))
    }
}

/// Exponents are held within this, so that results are normal numbers.
const EXPONENT_MAX: f64 = 1000.0;

/// 1/0!, 1/1!, … 1/11!: the series of `e^r`.
const INVERSE_FACTORIALS: [f64; 12] = {
    let mut inverses = [1.0; 12];
    let mut n = 1;
    while n < 12 {
        inverses[n] = inverses[n - 1] / n as f64;
        n += 1;
    }
    inverses
};

/// 1/1, 1/3, … 1/19: the series of `artanh(z) / z`, in `z²`.
const INVERSE_ODDS: [f64; 10] = {
    let mut inverses = [1.0; 10];
    let mut k = 0;
    while k < 10 {
        inverses[k] = 1.0 / (2 * k + 1) as f64;
        k += 1;
    }
    inverses
};

/// `2^x`, zero for `x` below −1000 and held to `2^1000` above; the relative error is below 1e-14.
///
/// The whole part of `x` goes into the exponent; the rest, at most a half, into the series of `e^r`.
pub fn exp2(x: f64) -> f64 {
    if x < -EXPONENT_MAX {
        return 0.0;
    }
    let x = x.min(EXPONENT_MAX);
    // Cutting off is rounding down for what is positive, and much faster than `floor`.
    #[expect(clippy::cast_possible_truncation, reason = "within ±1000, by the checks above")]
    let whole = (x + EXPONENT_MAX + 0.5) as i64 - EXPONENT_MAX as i64;
    let r = (x - whole as f64) * std::f64::consts::LN_2;
    polynomial(&INVERSE_FACTORIALS, r) * f64::from_bits((1023 + whole).cast_unsigned() << 52)
}

/// `log2 x` of a positive normal number; the absolute error is below 1e-14 near one.
///
/// With `x = m · 2^e` and `m` within a factor √2 of one, the rest is the series of
/// `ln m = 2 artanh((m − 1) / (m + 1))`.
pub fn log2(x: f64) -> f64 {
    debug_assert!(x.is_normal() && x > 0.0, "log2 wants a positive normal number, got {x}");
    const MANTISSA: u64 = (1 << 52) - 1;
    let bits = x.to_bits();
    let mut exponent = (bits >> 52) as f64 - 1023.0;
    let mut m = f64::from_bits(bits & MANTISSA | 1023 << 52);
    if m > std::f64::consts::SQRT_2 {
        m *= 0.5;
        exponent += 1.0;
    }
    let z = (m - 1.0) / (m + 1.0);
    exponent + z * polynomial(&INVERSE_ODDS, z * z) * (2.0 * std::f64::consts::LOG2_E)
}

/// The sum of `coefficients[n] · x^n`, over even and odd `n` apart, so that neither waits for the
/// other.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    let xx = x * x;
    let pairs = coefficients.chunks_exact(2).rev();
    let (even, odd) =
        pairs.fold((0.0, 0.0), |(even, odd), pair| (even * xx + pair[0], odd * xx + pair[1]));
    even + x * odd
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    /// Counts events of weight one, each so many days before now.
    fn count(half_life: HalfLife, days_ago: &[i64]) -> f64 {
        let mut count = LogCount::EMPTY;
        for &days in days_ago {
            count.add(LogCount::of(Weight::VIEWED, NOW.minus(Span::DAY.times(days)), half_life));
        }
        count.at(NOW, half_life)
    }

    #[test]
    fn an_event_weighs_half_after_a_half_life() {
        let seen = count(HalfLife::days(7), &[0, 7, 14]);
        assert!((seen - 1.75).abs() < 1e-9, "{seen}");
    }

    #[test]
    fn nothing_counted_is_zero() {
        assert_eq!(count(HalfLife::days(1), &[]).to_bits(), 0.0_f64.to_bits());
    }

    proptest! {
        #[test]
        fn powers_agree_with_the_standard_library(x in -900.0..900.0_f64) {
            prop_assert!((exp2(x) / x.exp2() - 1.0).abs() < 1e-14);
        }

        #[test]
        fn logarithms_agree_with_the_standard_library(x in 1e-300..1e300_f64, y in 1.0..2.0_f64) {
            prop_assert!((log2(x) - x.log2()).abs() < 1e-12);
            prop_assert!((log2(y) - y.log2()).abs() < 1e-14);
        }

        #[test]
        fn without_fading_a_count_is_the_plain_sum(days_ago in prop::collection::vec(-9..9999_i64, 0..200)) {
            let seen = count(HalfLife::FOREVER, &days_ago);
            prop_assert!((seen - days_ago.len() as f64).abs() < 1e-9 * (1.0 + seen));
        }

        #[test]
        fn a_fading_count_is_the_sum_of_what_is_left_of_each_event(
            days_ago in prop::collection::vec(-3..90_i64, 0..50),
        ) {
            let plain: f64 = days_ago.iter().map(|&days| (-(days as f64) / 3.0).exp2()).sum();
            let seen = count(HalfLife::days(3), &days_ago);
            prop_assert!((seen - plain).abs() < 1e-9 * (1.0 + plain), "{seen} {plain}");
        }

        #[test]
        fn no_time_makes_a_count_more_than_finite(micros: i64, now: i64, span in 1_000_000..i64::MAX) {
            let half_life = HalfLife::new(Span::from_micros(span)).unwrap();
            let mut count = LogCount::EMPTY;
            count.add(LogCount::of(Weight::ORDERED, Timestamp::from_micros(micros), half_life));
            count.add(LogCount::of(Weight::VIEWED, Timestamp::from_micros(now), half_life));
            prop_assert!(count.at(Timestamp::from_micros(now), half_life).is_finite());
        }
    }
}
