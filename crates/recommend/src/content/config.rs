//! How long the vectors are, what they are made of, and how acts are weighed.

use evaluate::{Knob, Step};

/// The longest that vectors may be.
pub(super) const NUMBERS_MAX: u16 = 512;

/// How long the vectors are, what they are made of, and how acts are weighed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    /// How many numbers a vector has at most, 1 to 512; multiples of 16 cost the least for what they give.
    pub numbers: u16,
    /// How things are weighed.
    pub weights: Weights,
}

/// How things are weighed; the [module](super) has the formula.
///
/// All numbers are finite, and 0 or more; the prior and the half-life are above 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// What words count beside traits.
    pub words: f32,
    /// What the place of the price counts beside traits.
    pub price: f32,
    /// What taste counts beside content.
    pub taste: f32,
    /// With how many shoppers a product's own taste weighs as much as the one foretold.
    pub taste_prior: f32,
    /// The days in which a habit loses half of its weight.
    pub half_life_days: f32,
    /// How strongly a frequent habit counts for more.
    pub count_exponent: f32,
    /// What a view or an addition counts beside an order.
    pub touch_weight: f32,
}

/// What can be searched, in the order of [`Config::values`].
pub const KNOBS: [Knob; 8] = [
    whole("numbers", 64.0, (16.0, 512.0)),
    plus("words_weight", 1.0, (0.0, 4.0), 0.5),
    plus("price_weight", 0.1, (0.0, 2.0), 0.1),
    plus("taste_weight", 1.0, (0.0, 8.0), 0.7),
    factor("taste_prior", 10.0, (0.1, 1_000.0)),
    factor("half_life_days", 90.0, (0.001, 3_000.0)),
    plus("count_exponent", 0.5, (0.0, 2.0), 0.3),
    plus("touch_weight", 0.3, (0.0, 1.0), 0.1),
];

const fn whole(name: &'static str, default: f64, range: (f64, f64)) -> Knob {
    Knob { name, default, range, step: Step::Whole(2.0) }
}

const fn factor(name: &'static str, default: f64, range: (f64, f64)) -> Knob {
    Knob { name, default, range, step: Step::Factor(2.0) }
}

const fn plus(name: &'static str, default: f64, range: (f64, f64), most: f64) -> Knob {
    Knob { name, default, range, step: Step::Plus(most) }
}

impl Default for Config {
    /// 34 megabytes for 100,000 products.
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
        self.numbers_of_knobs().map(f64::from)
    }

    /// What is wrong with it, if anything.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let Config { numbers, weights } = self;
        let checks = [
            ((1..=NUMBERS_MAX).contains(numbers), "the numbers are 1 to 512"),
            (
                self.numbers_of_knobs().iter().all(|it| it.is_finite() && *it >= 0.0),
                "a weight is no finite number of 0 or more",
            ),
            (
                weights.taste_prior > 0.0 && weights.half_life_days > 0.0,
                "the prior of tastes or the half-life is not above 0",
            ),
        ];
        checks.into_iter().find(|(holds, _)| !holds).map(|(_, problem)| problem)
    }

    /// All of it, in the order of [`KNOBS`], which is that of snapshots.
    pub(super) fn numbers_of_knobs(&self) -> [f32; KNOBS.len()] {
        let Config { numbers, weights } = self;
        [
            (*numbers).into(),
            weights.words,
            weights.price,
            weights.taste,
            weights.taste_prior,
            weights.half_life_days,
            weights.count_exponent,
            weights.touch_weight,
        ]
    }

    /// The inverse of [`numbers_of_knobs`](Config::numbers_of_knobs).
    pub(super) fn from_numbers(knobs: [f32; KNOBS.len()]) -> Config {
        let [
            numbers,
            words,
            price,
            taste,
            taste_prior,
            half_life_days,
            count_exponent,
            touch_weight,
        ] = knobs;
        let weights = Weights {
            words,
            price,
            taste,
            taste_prior,
            half_life_days,
            count_exponent,
            touch_weight,
        };
        Config { numbers: whole_of(numbers), weights }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts saturate")]
fn whole_of(number: f32) -> u16 {
    number as u16
}
