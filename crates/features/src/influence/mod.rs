//! Caps what one visitor, address range or key can add to anything that is shared among shoppers.
//!
//! Popularity and "also viewed" are votes, and somebody will vote all night. So each weight passes
//! here before it is counted, and of each day only so much is let through:
//!
//! ```text
//! weight ──▶ what is left today of   shopper × product            ──▶ the least of these
//!                                    shopper
//!                                    address range × product
//! ```
//!
//! What is admitted is charged to all three. The order of events decides who is admitted, never the
//! total: the caps hold for every order.
//!
//! # Memory
//!
//! Fixed, whoever comes: each day keeps three tables of counters, filled by hash as in a count-min
//! sketch, about 6 MiB in all with the default [`InfluenceLimits`], for at most [`DAYS_KEPT`] days. A
//! table that fills up errs to one side only. It may take somebody for busier than they were and admit
//! less; it never admits more.
//!
//! # Days
//!
//! A day is one of UTC, of the time the caller gives. That is the event's own time where its source is
//! trusted with it, so that importing a year of history is a year of days; for all others it is the
//! moment the log received the event, for else one would vote once for every day of the past. The two
//! latest days are always kept, and of the others those that were last charged. A day that comes
//! back after it was forgotten begins anew, which only a trusted source can bring about.
//!
//! # Source
//!
//! G. Cormode and S. Muthukrishnan, "An Improved Data Stream Summary: The Count-Min Sketch and its
//! Applications", Journal of Algorithms 55 (2005); the update that raises no counter more than it must
//! is C. Estan and G. Varghese, "New Directions in Traffic Measurement and Accounting", SIGCOMM 2002.

mod ledger;
mod snapshot;
#[cfg(test)]
mod tests;

use domain::{ProductIdx, ShopperKey, Span, Timestamp};
use ledger::Ledger;

use crate::Weight;

/// How many days are kept at once.
pub const DAYS_KEPT: usize = 4;
/// How many of the latest days are never forgotten for an older one.
const LATEST_DAYS_KEPT: usize = 2;

/// Where an event came from: an address range, or a key that many visitors share.
///
/// Only equality matters, so the caller hashes what it has. Ranges of addresses that one party can
/// use at will (a `/24` of IPv4, a `/48` of IPv6) are one range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AddressRange(u64);

impl AddressRange {
    /// Wraps a hash of the range.
    pub const fn new(hash: u64) -> AddressRange {
        AddressRange(hash)
    }
}

/// What one party can add within a day.
///
/// Weights are kept in quarters; a cap is at most [`CAP_MAX`](InfluenceLimits::CAP_MAX).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InfluenceLimits {
    /// One shopper to one product.
    pub shopper_product: Weight,
    /// One shopper to all products.
    pub shopper: Weight,
    /// One address range to one product.
    pub range_product: Weight,
    /// The counters of a day are `2^size_log2` for pairs of shopper and product, and a quarter of that
    /// for each other kind; from 4 to 24.
    pub size_log2: u8,
}

impl InfluenceLimits {
    /// The largest cap that counters can hold.
    pub const CAP_MAX: f32 = 16_000.0;
}

impl Default for InfluenceLimits {
    /// A product: as much as viewing, adding and ordering it once. All products: a hundred lines
    /// ordered. An address range: as much as six shoppers who each do all they can.
    fn default() -> InfluenceLimits {
        let times = |weight: Weight, n: f32| Weight::new(weight.get() * n).unwrap_or(weight);
        let all_once = Weight::VIEWED.get() + Weight::ADDED.get() + Weight::ORDERED.get();
        InfluenceLimits {
            shopper_product: Weight::new(all_once).unwrap_or(Weight::ORDERED),
            shopper: times(Weight::ORDERED, 100.0),
            range_product: times(Weight::ORDERED, 9.0),
            size_log2: 20,
        }
    }
}

/// What everybody has added on the days that are kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Influence {
    limits: InfluenceLimits,
    /// The day charged last stands last.
    days: Vec<Day>,
}

#[derive(Clone, Debug, PartialEq)]
struct Day {
    /// Days since the epoch.
    number: i64,
    shopper_product: Ledger,
    shopper: Ledger,
    range_product: Ledger,
}

impl Influence {
    /// Nobody has added anything.
    ///
    /// Caps and sizes beyond what [`InfluenceLimits`] allows are held to it.
    pub fn new(limits: InfluenceLimits) -> Influence {
        let held =
            |cap: Weight| Weight::new(cap.get().min(InfluenceLimits::CAP_MAX)).unwrap_or(cap);
        let limits = InfluenceLimits {
            shopper_product: held(limits.shopper_product),
            shopper: held(limits.shopper),
            range_product: held(limits.range_product),
            size_log2: limits.size_log2.clamp(4, 24),
        };
        Influence { limits, days: Vec::with_capacity(DAYS_KEPT) }
    }

    /// The limits in force, which stay the same for as long as the state is kept.
    pub const fn limits(&self) -> &InfluenceLimits {
        &self.limits
    }

    /// How much of `weight` may be counted, and charges it.
    ///
    /// The answer is a multiple of a quarter between zero and `weight`, which is rounded to one first
    /// (up, if it would be nothing). What depends on the event as a whole, such as an addition to the
    /// co-occurrence of products, is done if the answer is not zero.
    ///
    /// Takes about 100 ns, most of it waiting for memory.
    pub fn admit(
        &mut self,
        shopper: &ShopperKey,
        range: Option<AddressRange>,
        product: ProductIdx,
        weight: Weight,
        time: Timestamp,
    ) -> Weight {
        let limits = self.limits;
        let wanted = quarters(weight);
        if wanted == 0 {
            return Weight::ZERO;
        }
        let of_shopper = hash(u128::from_le_bytes(*shopper.as_bytes()), 0);
        let of_pair = hash(u128::from(of_shopper), u64::from(product.get()) + 1);
        let of_range = range.map(|range| hash(u128::from(range.0), u64::from(product.get()) + 1));

        let day = self.day(time);
        let left = |ledger: &Ledger, of: u64, cap| quarters(cap).saturating_sub(ledger.charged(of));
        let mut admitted = wanted
            .min(left(&day.shopper_product, of_pair, limits.shopper_product))
            .min(left(&day.shopper, of_shopper, limits.shopper));
        if let Some(of_range) = of_range {
            admitted = admitted.min(left(&day.range_product, of_range, limits.range_product));
        }
        if admitted == 0 {
            return Weight::ZERO;
        }
        day.shopper_product.charge(of_pair, admitted);
        day.shopper.charge(of_shopper, admitted);
        if let Some(of_range) = of_range {
            day.range_product.charge(of_range, admitted);
        }
        Weight::new(f32::from(admitted) / QUARTERS).unwrap_or_default()
    }

    /// The bytes of memory that the counters take.
    pub fn memory_bytes(&self) -> usize {
        let of_day = |day: &Day| {
            [&day.shopper_product, &day.shopper, &day.range_product]
                .map(|ledger| ledger.memory_bytes())
                .iter()
                .sum::<usize>()
        };
        self.days.iter().map(of_day).sum()
    }

    /// The counters of the day of `time`, which becomes the one charged last.
    fn day(&mut self, time: Timestamp) -> &mut Day {
        let number = time.as_micros().div_euclid(Span::DAY.as_micros());
        match self.days.iter().rposition(|day| day.number == number) {
            Some(at) => self.days[at..].rotate_left(1),
            None => {
                if self.days.len() == DAYS_KEPT {
                    self.forget_one_day();
                }
                self.days.push(Day::new(number, self.limits.size_log2));
            }
        }
        self.days.last_mut().expect("a day was moved there or pushed")
    }

    /// Forgets the day that was charged longest ago, but none of the latest.
    fn forget_one_day(&mut self) {
        let later = |than: i64| self.days.iter().filter(|day| day.number > than).count();
        let forgotten = self.days.iter().position(|day| later(day.number) >= LATEST_DAYS_KEPT);
        self.days.remove(forgotten.expect("more days are kept than are protected"));
    }
}

impl Day {
    fn new(number: i64, size_log2: u8) -> Day {
        Day {
            number,
            shopper_product: Ledger::new(size_log2),
            shopper: Ledger::new(size_log2 - 2),
            range_product: Ledger::new(size_log2 - 2),
        }
    }
}

/// Weights are counted in quarters.
const QUARTERS: f32 = 4.0;

/// The weight in quarters, rounded to the nearest but not to zero unless it is zero.
fn quarters(weight: Weight) -> u16 {
    let quarters = (weight.get() * QUARTERS).round().min(f32::from(u16::MAX));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within u16")]
    let quarters = quarters as u16;
    if weight.is_zero() { 0 } else { quarters.max(1) }
}

/// Scatters a key and a number over 64 bits: the finalizer of `SplitMix64`, three times.
///
/// Part of the snapshots' format, and so never changed.
fn hash(key: u128, number: u64) -> u64 {
    #[expect(clippy::cast_possible_truncation, reason = "the two halves of the key")]
    let (low, high) = (key as u64, (key >> 64) as u64);
    [high, number].iter().fold(mix(low), |hash, part| mix(hash ^ part))
}

/// G. Steele, D. Lea and C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
const fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}
