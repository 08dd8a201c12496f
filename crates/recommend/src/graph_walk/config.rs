//! How a walk is led, and what is kept of where it ends.

use evaluate::Knob;

use crate::interactions::Weighing;
use crate::knobs::{factor, plus, whole};
use crate::links::LINKS_MAX;

/// How the walk is led; the [module](super) has the formula.
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
    /// How much rather a step is taken to what few others lead to; 1 is chance alone.
    pub step_exponent: f32,
    /// How strongly products are played down that many walks end at.
    pub popularity_exponent: f32,
    /// How many links that lead away from a product are kept, 1 to 2,000: the strongest.
    pub links_per_product: f32,
}

/// What can be searched, in the order of [`Config::values`].
pub const KNOBS: [Knob; 8] = [
    factor("half_life_days", 720.0, (3.0, 3_000.0)),
    plus("count_exponent", 0.3, (0.0, 2.0), 0.3),
    plus("touch_weight", 0.1, (0.0, 1.0), 0.1),
    factor("fit_half_life_days", 720.0, (3.0, 3_000.0)),
    plus("fit_count_exponent", 0.3, (0.0, 2.0), 0.3),
    plus("step_exponent", 0.8, (0.0, 3.0), 0.2),
    plus("popularity_exponent", 0.55, (0.0, 2.0), 0.2),
    whole("links_per_product", 300.0, LINKS_MAX),
];

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
            self.step_exponent,
            self.popularity_exponent,
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
            step_exponent,
            popularity_exponent,
            links_per_product,
        ] = numbers;
        Config {
            half_life_days,
            count_exponent,
            touch_weight,
            fit_half_life_days,
            fit_count_exponent,
            step_exponent,
            popularity_exponent,
            links_per_product,
        }
    }
}
