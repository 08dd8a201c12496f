//! How the shopper's own products are weighed.

use evaluate::{Knob, Step};

/// How the shopper's own products are weighed; the [module](super) has the formula.
///
/// All numbers are finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    /// The days in which a product that is not touched loses half of its score; above 0.
    pub half_life_days: f32,
    /// How strongly what was bought often counts for more than what was bought; 0 or more.
    pub count_exponent: f32,
    /// What a view or an addition counts beside an order; 0 or more.
    pub touch_weight: f32,
}

/// What can be searched, in the order of [`Config::values`].
pub const KNOBS: [Knob; 3] = [
    Knob {
        name: "half_life_days",
        default: 120.0,
        range: (1.0, 10_000.0),
        step: Step::Factor(2.0),
    },
    Knob { name: "count_exponent", default: 1.0, range: (0.0, 2.0), step: Step::Plus(0.3) },
    Knob { name: "touch_weight", default: 0.05, range: (0.0, 1.0), step: Step::Plus(0.05) },
];

impl Default for Config {
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
        let [half_life_days, count_exponent, touch_weight] = crate::knobs::hold(&KNOBS, values);
        Config { half_life_days, count_exponent, touch_weight }
    }

    /// The values of the knobs, in the order of [`KNOBS`].
    pub fn values(&self) -> [f64; KNOBS.len()] {
        [self.half_life_days, self.count_exponent, self.touch_weight].map(f64::from)
    }
}
