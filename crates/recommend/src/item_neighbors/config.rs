//! What item neighbors keep, and how they weigh it.

use evaluate::Knob;

use crate::interactions::{Bm25, Weighing};
use crate::knobs::{factor, plus};

/// The most neighbors that a product may have.
pub(super) const NEIGHBORS_MAX: u16 = 1_000;

/// What is kept and how it is weighed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Config {
    /// What bounds the model.
    pub limits: Limits,
    /// How things are weighed.
    pub weights: Weights,
}

/// What bounds the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many neighbors of a product are kept, 1 to 1,000: the nearest.
    pub neighbors_per_product: u16,
}

impl Default for Limits {
    /// Up to eighty megabytes for 100,000 products.
    fn default() -> Limits {
        Limits { neighbors_per_product: 100 }
    }
}

/// How things are weighed; the [module](super) has the formula.
///
/// All numbers are finite, and 0 or more; half-lives are above 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// The days in which a habit loses half of its weight when a shopper is answered.
    pub half_life_days: f32,
    /// How strongly a frequent habit counts for more when a shopper is answered.
    pub count_exponent: f32,
    /// What a view or an addition counts beside an order.
    pub touch_weight: f32,
    /// How strongly a product that people buy again is favored among the shopper's own.
    pub repeat_exponent: f32,
    /// What neighbors count beside the shopper's own products.
    pub neighbor_weight: f32,
    /// Whether neighbors are weighed by the mean of the shopper's habits (1) or by the strongest (0).
    pub spread: f32,
    /// What everybody's liking counts beside the shopper's own products.
    pub popularity_weight: f32,
    /// The days in which a shopper's liking loses half of what it adds to everybody's.
    pub popularity_half_life_days: f32,
    /// The days in which a habit loses half of its weight in fitting.
    pub fit_half_life_days: f32,
    /// How strongly a frequent habit counts for more in fitting.
    pub fit_count_exponent: f32,
    /// How strongly shoppers of many products teach less of each.
    pub length_exponent: f32,
    /// Whether nearness is measured from the product that is had (1), the one that is proposed (0), or
    /// between (0.5, the cosine).
    pub balance: f32,
    /// How much evidence a pair has to overcome.
    pub shrinkage: f32,
    /// How soon more of the same says nothing new: the inverse of BM25's k₁.
    pub saturation: f32,
    /// How much less it says to have what many have: BM25's b.
    pub length_share: f32,
    /// How much more shoppers of few products say: as in TF-IDF at 1.
    pub idf_exponent: f32,
}

/// What can be searched, in the order of [`Config::values`].
pub const KNOBS: [Knob; 16] = [
    factor("half_life_days", 180.0, (3.0, 3_000.0)),
    plus("count_exponent", 0.8, (0.0, 2.0), 0.3),
    plus("touch_weight", 0.1, (0.0, 1.0), 0.1),
    plus("repeat_exponent", 0.3, (0.0, 3.0), 0.3),
    factor("neighbor_weight", 0.4, (0.000_1, 100.0)),
    plus("spread", 0.5, (0.0, 1.0), 0.2),
    factor("popularity_weight", 0.2, (0.000_1, 100.0)),
    factor("popularity_half_life_days", 10.0, (0.5, 3_000.0)),
    factor("fit_half_life_days", 240.0, (3.0, 3_000.0)),
    plus("fit_count_exponent", 0.3, (0.0, 2.0), 0.3),
    plus("length_exponent", 0.25, (0.0, 1.0), 0.2),
    plus("balance", 0.4, (0.0, 1.0), 0.2),
    factor("shrinkage", 1.0, (0.000_1, 1_000.0)),
    plus("saturation", 0.0, (0.0, 10.0), 0.5),
    plus("length_share", 0.0, (0.0, 1.0), 0.2),
    plus("idf_exponent", 0.0, (0.0, 2.0), 0.3),
];

impl Default for Weights {
    /// Between what suits the two public shops of the benchmark `shops` best.
    fn default() -> Weights {
        Weights::from_numbers(crate::knobs::hold(&KNOBS, &[]))
    }
}

impl Config {
    /// The configuration with the knobs at `values`, in the order of [`KNOBS`].
    ///
    /// Knobs beyond the last value stay at their default; a value outside its range is taken for the
    /// nearest within.
    pub fn from_values(values: &[f64]) -> Config {
        let weights = Weights::from_numbers(crate::knobs::hold(&KNOBS, values));
        Config { weights, ..Config::default() }
    }

    /// The values of the knobs, in the order of [`KNOBS`].
    pub fn values(&self) -> [f64; KNOBS.len()] {
        self.weights.numbers().map(f64::from)
    }

    /// What is wrong with it, if anything.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let weights = &self.weights;
        let half_lives =
            [weights.half_life_days, weights.popularity_half_life_days, weights.fit_half_life_days];
        let checks = [
            (
                (1..=NEIGHBORS_MAX).contains(&self.limits.neighbors_per_product),
                "the neighbors of a product are 1 to 1,000",
            ),
            (
                weights.numbers().iter().all(|it| it.is_finite() && *it >= 0.0),
                "a weight is no finite number of 0 or more",
            ),
            (half_lives.iter().all(|&it| it > 0.0), "a half-life is not above 0"),
        ];
        checks.into_iter().find(|(holds, _)| !holds).map(|(_, problem)| problem)
    }
}

impl Weights {
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

    /// How that is made the weights of texts.
    pub(super) const fn bm25(&self) -> Bm25 {
        Bm25 {
            saturation: self.saturation,
            length_share: self.length_share,
            idf_exponent: self.idf_exponent,
        }
    }

    /// All of them, in the order of [`KNOBS`], which is that of snapshots.
    pub(super) const fn numbers(&self) -> [f32; KNOBS.len()] {
        [
            self.half_life_days,
            self.count_exponent,
            self.touch_weight,
            self.repeat_exponent,
            self.neighbor_weight,
            self.spread,
            self.popularity_weight,
            self.popularity_half_life_days,
            self.fit_half_life_days,
            self.fit_count_exponent,
            self.length_exponent,
            self.balance,
            self.shrinkage,
            self.saturation,
            self.length_share,
            self.idf_exponent,
        ]
    }

    /// The inverse of [`numbers`](Weights::numbers).
    pub(super) const fn from_numbers(numbers: [f32; KNOBS.len()]) -> Weights {
        let [
            half_life_days,
            count_exponent,
            touch_weight,
            repeat_exponent,
            neighbor_weight,
            spread,
            popularity_weight,
            popularity_half_life_days,
            fit_half_life_days,
            fit_count_exponent,
            length_exponent,
            balance,
            shrinkage,
            saturation,
            length_share,
            idf_exponent,
        ] = numbers;
        Weights {
            half_life_days,
            count_exponent,
            touch_weight,
            repeat_exponent,
            neighbor_weight,
            spread,
            popularity_weight,
            popularity_half_life_days,
            fit_half_life_days,
            fit_count_exponent,
            length_exponent,
            balance,
            shrinkage,
            saturation,
            length_share,
            idf_exponent,
        }
    }
}
