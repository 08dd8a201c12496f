//! What transitions keep, and how they weigh it.

use evaluate::{Knob, Step};

/// The most products that may follow one.
pub(super) const FOLLOWERS_MAX: u16 = 1_000;

/// What is kept and how it is weighed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    /// How many followers of a product are kept, 1 to 1,000: the nearest.
    pub followers_per_product: u16,
    /// How things are weighed.
    pub weights: Weights,
}

/// How things are weighed; the [module](super) has the formula.
///
/// All numbers are finite, and 0 or more; distances, windows and half-lives are above 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// How many steps apart two acts may be to count together: a whole number.
    pub window: f32,
    /// The steps in which following counts e times less.
    pub forward_distance: f32,
    /// The same for preceding.
    pub backward_distance: f32,
    /// What preceding counts beside following.
    pub backward_weight: f32,
    /// How strongly what is often followed counts for less.
    pub source_exponent: f32,
    /// How strongly what often follows counts for less.
    pub target_exponent: f32,
    /// How much evidence a product that is left has to overcome.
    pub shrinkage: f32,
    /// The days in which an act loses half of its weight in fitting.
    pub half_life_days: f32,
    /// How many of the last acts are answered to: a whole number.
    pub history_max: f32,
    /// The steps, counted from the last act, in which an act counts e times less.
    pub history_distance: f32,
    /// What a product of the history itself counts, beside its best follower.
    pub own_weight: f32,
}

/// What can be searched, in the order of [`Config::values`].
pub const KNOBS: [Knob; 11] = [
    whole("window", 20.0, (1.0, 100.0)),
    factor("forward_distance", 5.0, (0.2, 100.0)),
    factor("backward_distance", 5.0, (0.2, 100.0)),
    plus("backward_weight", 0.4, (0.0, 1.0)),
    plus("source_exponent", 0.5, (0.0, 1.0)),
    plus("target_exponent", 0.15, (0.0, 1.0)),
    factor("shrinkage", 3.0, (0.000_1, 1_000.0)),
    factor("half_life_days", 365.0, (1.0, 3_000.0)),
    whole("history_max", 20.0, (1.0, 200.0)),
    factor("history_distance", 3.0, (0.2, 100.0)),
    factor("own_weight", 0.3, (0.000_1, 10.0)),
];

const fn factor(name: &'static str, default: f64, range: (f64, f64)) -> Knob {
    Knob { name, default, range, step: Step::Factor(2.0) }
}

const fn whole(name: &'static str, default: f64, range: (f64, f64)) -> Knob {
    Knob { name, default, range, step: Step::Whole(1.7) }
}

const fn plus(name: &'static str, default: f64, range: (f64, f64)) -> Knob {
    Knob { name, default, range, step: Step::Plus(0.2) }
}

impl Default for Config {
    /// Between what suits short visits and long histories; up to eighty megabytes for 100,000 products.
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
        let weights = Weights::from_numbers(crate::knobs::hold(&KNOBS, values));
        Config { followers_per_product: 100, weights }
    }

    /// The values of the knobs, in the order of [`KNOBS`].
    pub fn values(&self) -> [f64; KNOBS.len()] {
        self.weights.numbers().map(f64::from)
    }

    /// What is wrong with it, if anything.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let it = &self.weights;
        let above_zero = [
            it.window,
            it.forward_distance,
            it.backward_distance,
            it.half_life_days,
            it.history_max,
            it.history_distance,
        ];
        let checks = [
            (
                (1..=FOLLOWERS_MAX).contains(&self.followers_per_product),
                "the followers of a product are 1 to 1,000",
            ),
            (
                it.numbers().iter().all(|it| it.is_finite() && *it >= 0.0),
                "a weight is no finite number of 0 or more",
            ),
            (
                above_zero.iter().all(|&it| it > 0.0),
                "a window, distance or half-life is not above 0",
            ),
        ];
        checks.into_iter().find(|(holds, _)| !holds).map(|(_, problem)| problem)
    }
}

impl Weights {
    /// All of them, in the order of [`KNOBS`], which is that of snapshots.
    pub(super) const fn numbers(&self) -> [f32; KNOBS.len()] {
        [
            self.window,
            self.forward_distance,
            self.backward_distance,
            self.backward_weight,
            self.source_exponent,
            self.target_exponent,
            self.shrinkage,
            self.half_life_days,
            self.history_max,
            self.history_distance,
            self.own_weight,
        ]
    }

    /// The inverse of [`numbers`](Weights::numbers).
    pub(super) const fn from_numbers(numbers: [f32; KNOBS.len()]) -> Weights {
        let [
            window,
            forward_distance,
            backward_distance,
            backward_weight,
            source_exponent,
            target_exponent,
            shrinkage,
            half_life_days,
            history_max,
            history_distance,
            own_weight,
        ] = numbers;
        Weights {
            window,
            forward_distance,
            backward_distance,
            backward_weight,
            source_exponent,
            target_exponent,
            shrinkage,
            half_life_days,
            history_max,
            history_distance,
            own_weight,
        }
    }
}
