//! How long the vectors are, how they are learned, and how acts are weighed.

use evaluate::{Knob, Step};

use super::factorization::Solver;

/// The longest that vectors may be.
pub(super) const FACTORS_MAX: u16 = 512;
/// The most times that both sides may be solved.
const SWEEPS_MAX: u16 = 100;

/// How many steps a vector is taken nearer in each sweep.
const STEPS: usize = 3;

/// How long the vectors are, how they are learned, and how acts are weighed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    /// What bounds the model and the work.
    pub limits: Limits,
    /// How things are weighed.
    pub weights: Weights,
}

/// What bounds the model and the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many numbers a vector has, 1 to 512; multiples of 16 cost the least for what they give.
    pub factors: u16,
    /// How many times both sides are solved, 1 to 100.
    pub sweeps: u16,
    /// How many of a vector's numbers are solved at a time, exactly and while the others stay; 0, the
    /// default, takes all of them some steps nearer instead, in a fifth of the time or less.
    pub block: u16,
}

/// How things are weighed; the [module](super) has the formula.
///
/// All numbers are finite, and 0 or more; the first three are above 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// What a product that a shopper never touched counts beside one that they have.
    pub unobserved: f32,
    /// How strongly vectors are kept short.
    pub regularization: f32,
    /// The days in which a habit loses half of its weight.
    pub half_life_days: f32,
    /// How strongly vectors with much behind them are kept short: not at all more (0), or in proportion (1).
    pub nu: f32,
    /// How strongly a frequent habit counts for more.
    pub count_exponent: f32,
    /// What a view or an addition counts beside an order.
    pub touch_weight: f32,
}

/// What can be searched, in the order of [`Config::values`].
pub const KNOBS: [Knob; 9] = [
    whole("factors", 64.0, (8.0, 512.0)),
    whole("sweeps", 12.0, (1.0, 100.0)),
    whole("block", 0.0, (0.0, 128.0)),
    factor("unobserved", 0.1, (0.000_1, 10.0)),
    factor("regularization", 0.01, (0.000_001, 100.0)),
    factor("half_life_days", 365.0, (3.0, 3_000.0)),
    plus("nu", 1.0, (0.0, 1.5), 0.2),
    plus("count_exponent", 0.5, (0.0, 2.0), 0.3),
    plus("touch_weight", 0.1, (0.0, 1.0), 0.1),
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
    /// 34 megabytes for 100,000 products, and two seconds of one core for a million habits.
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

    /// How vectors are solved.
    pub(super) const fn solver(&self) -> Solver {
        match self.limits.block {
            0 => Solver::Gradients(STEPS),
            block => Solver::Blocks(block as usize),
        }
    }

    /// What is wrong with it, if anything.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let Config { limits, weights } = self;
        let above_zero = [weights.unobserved, weights.regularization, weights.half_life_days];
        let checks = [
            ((1..=FACTORS_MAX).contains(&limits.factors), "the factors are 1 to 512"),
            ((1..=SWEEPS_MAX).contains(&limits.sweeps), "the sweeps are 1 to 100"),
            (limits.block <= FACTORS_MAX, "a block is at most 512 numbers"),
            (
                self.numbers().iter().all(|it| it.is_finite() && *it >= 0.0),
                "a weight is no finite number of 0 or more",
            ),
            (
                above_zero.iter().all(|&it| it > 0.0),
                "the unobserved weight, the regularization or the half-life is not above 0",
            ),
        ];
        checks.into_iter().find(|(holds, _)| !holds).map(|(_, problem)| problem)
    }

    /// All of it, in the order of [`KNOBS`], which is that of snapshots.
    pub(super) fn numbers(&self) -> [f32; KNOBS.len()] {
        let Config { limits, weights } = self;
        [
            limits.factors.into(),
            limits.sweeps.into(),
            limits.block.into(),
            weights.unobserved,
            weights.regularization,
            weights.half_life_days,
            weights.nu,
            weights.count_exponent,
            weights.touch_weight,
        ]
    }

    /// The inverse of [`numbers`](Config::numbers).
    pub(super) fn from_numbers(numbers: [f32; KNOBS.len()]) -> Config {
        let [
            factors,
            sweeps,
            block,
            unobserved,
            regularization,
            half_life_days,
            nu,
            count_exponent,
            touch_weight,
        ] = numbers;
        let weights = Weights {
            unobserved,
            regularization,
            half_life_days,
            nu,
            count_exponent,
            touch_weight,
        };
        let [factors, sweeps, block] = [factors, sweeps, block].map(whole_of);
        Config { limits: Limits { factors, sweeps, block }, weights }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts saturate")]
fn whole_of(number: f32) -> u16 {
    number as u16
}
