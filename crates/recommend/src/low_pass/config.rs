//! What a low-pass filter lets through, and what is kept of it.

use evaluate::Knob;

use crate::interactions::Weighing;
use crate::knobs::{factor, plus, whole};
use crate::links::LINKS_MAX;

/// What is let through and kept; the [module](super) has the formula.
///
/// All numbers are finite, and 0 or more; half-lives are above 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    /// The days in which a habit loses half of its weight when a shopper is answered.
    pub half_life_days: f32,
    /// How strongly a frequent habit counts for more when a shopper is answered.
    pub count_exponent: f32,
    /// What a view or an addition counts beside an order.
    pub touch_weight: f32,
    /// The days in which a habit loses half of its weight in fitting.
    pub fit_half_life_days: f32,
    /// How strongly a frequent habit counts for more in fitting.
    pub fit_count_exponent: f32,
    /// How strongly shoppers of many products teach less of each.
    pub length_exponent: f32,
    /// How strongly products that many have are played down in fitting and as what the shopper has.
    pub popularity_exponent: f32,
    /// How strongly they are favored again as what is proposed.
    pub restore_exponent: f32,
    /// How many directions are let through, 1 to 1,000: the strongest.
    pub directions: f32,
    /// How much less of a weak direction is let through; 0 lets all of them through alike.
    pub strength_exponent: f32,
    /// What pairs that somebody has both of count beside the directions.
    pub pair_weight: f32,
    /// How many links that lead away from a product are kept, 1 to 2,000: the strongest.
    pub links_per_product: f32,
}

/// What can be searched, in the order of [`Config::values`].
pub const KNOBS: [Knob; 12] = [
    factor("half_life_days", 720.0, (3.0, 3_000.0)),
    plus("count_exponent", 0.3, (0.0, 2.0), 0.3),
    plus("touch_weight", 0.1, (0.0, 1.0), 0.1),
    factor("fit_half_life_days", 720.0, (3.0, 3_000.0)),
    plus("fit_count_exponent", 0.3, (0.0, 2.0), 0.3),
    plus("length_exponent", 0.5, (0.0, 1.0), 0.15),
    plus("popularity_exponent", 0.45, (0.0, 1.0), 0.15),
    plus("restore_exponent", 0.4, (0.0, 1.0), 0.15),
    whole("directions", 128.0, DIRECTIONS_MAX),
    plus("strength_exponent", 0.2, (0.0, 3.0), 0.3),
    plus("pair_weight", 0.1, (0.0, 5.0), 0.3),
    whole("links_per_product", 300.0, LINKS_MAX),
];

/// The most directions that are let through.
const DIRECTIONS_MAX: u16 = 1_000;

impl Default for Config {
    /// Between what suits the public sets of films and of places best.
    fn default() -> Config {
        Config::from_values(&[])
    }
}

impl Config {
    /// The configuration with the knobs at `values`, in the order of [`KNOBS`].
    ///
    /// Knobs beyond the last value stay at their default; a value outside its range is taken for the
    /// nearest within.
    pub fn from_values(values: &[f64]) -> Config {
        Config::from_numbers(crate::knobs::hold(&KNOBS, values))
    }

    /// The values of the knobs, in the order of [`KNOBS`].
    pub fn values(&self) -> [f64; KNOBS.len()] {
        self.numbers().map(f64::from)
    }

    /// What is wrong with it, if anything.
    pub(super) fn problem(&self) -> Option<&'static str> {
        crate::knobs::problem(&KNOBS, &self.numbers())
    }

    /// How a shopper who asks is weighed.
    pub(super) const fn asking(&self) -> Weighing {
        Weighing {
            half_life_days: self.half_life_days,
            count_exponent: self.count_exponent,
            touch_weight: self.touch_weight,
        }
    }

    /// How shoppers are weighed in fitting.
    pub(super) const fn teaching(&self) -> Weighing {
        Weighing {
            half_life_days: self.fit_half_life_days,
            count_exponent: self.fit_count_exponent,
            touch_weight: self.touch_weight,
        }
    }

    /// All numbers, in the order of [`KNOBS`], which is that of snapshots.
    pub(super) const fn numbers(&self) -> [f32; KNOBS.len()] {
        [
            self.half_life_days,
            self.count_exponent,
            self.touch_weight,
            self.fit_half_life_days,
            self.fit_count_exponent,
            self.length_exponent,
            self.popularity_exponent,
            self.restore_exponent,
            self.directions,
            self.strength_exponent,
            self.pair_weight,
            self.links_per_product,
        ]
    }

    /// The inverse of [`numbers`](Config::numbers).
    pub(super) const fn from_numbers(numbers: [f32; KNOBS.len()]) -> Config {
        let [
            half_life_days,
            count_exponent,
            touch_weight,
            fit_half_life_days,
            fit_count_exponent,
            length_exponent,
            popularity_exponent,
            restore_exponent,
            directions,
            strength_exponent,
            pair_weight,
            links_per_product,
        ] = numbers;
        Config {
            half_life_days,
            count_exponent,
            touch_weight,
            fit_half_life_days,
            fit_count_exponent,
            length_exponent,
            popularity_exponent,
            restore_exponent,
            directions,
            strength_exponent,
            pair_weight,
            links_per_product,
        }
    }
}
