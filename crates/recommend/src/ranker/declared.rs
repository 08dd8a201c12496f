//! The features of a candidate: declared once, and the same in training and in serving.
//!
//! | name | what it is |
//! | --- | --- |
//! | `G.standard` | generator `G`'s score, in standard deviations above the mean of its list |
//! | `G.standard_ln` | the same of the score's logarithm, where all scores are above 0 |
//! | `G.reciprocal` | 10 / (10 + its rank there), from 1; 0 where `G` does not name it |
//! | `G.rank` | its rank there; missing where `G` does not name it |
//! | `G.share` | its score divided by the best of the list; missing as above |
//! | `G.best` | the best score of `G`'s list: how sure `G` is |
//! | `n_naming` | how many generators name it |
//! | `reciprocal_max` | the best of its reciprocal ranks |
//! | `visit_steps` | how many steps ago the visit touched it last, 1 being the last act |
//! | `visit_times` | how often the visit touched it |
//! | `own_orders` | how often the shopper ordered it |
//! | `own_touches` | how often they did anything else with it |
//! | `own_days` | days since they did anything with it |
//! | `own_order_days` | days since they ordered it |
//! | `own_rhythm` | those days as a part of the usual days between their orders of it |
//! | `reach` | the logarithm of how many acts it had, from [`Signals`] |
//! | `trend` | what it had lately beside what it had long, from [`Signals`] |
//! | `visit_length` | how many acts the visit has |
//! | `past_length` | how many products the shopper's past has |
//!
//! What is not known is NaN, which is an answer of its own to a tree. Where a generator does not name a
//! candidate, its standard scores are those of the last that it names.

use domain::{ProductIdx, Timestamp};
use features::{Counts, Window};

use crate::buy_again::age_days;
use crate::{Candidate, Context};

/// How many features each generator gives.
pub(super) const PER_GENERATOR: usize = 6;
/// Which of them a linear blend reads: the first ones.
pub(super) const LINEAR_PER_GENERATOR: usize = 3;
/// What stands behind the generators', in this order.
const OTHERS: [&str; 13] = [
    "n_naming",
    "reciprocal_max",
    "visit_steps",
    "visit_times",
    "own_orders",
    "own_touches",
    "own_days",
    "own_order_days",
    "own_rhythm",
    "reach",
    "trend",
    "visit_length",
    "past_length",
];
const OF_GENERATOR: [&str; PER_GENERATOR] =
    ["standard", "standard_ln", "reciprocal", "rank", "share", "best"];
/// What is added to a rank before it is inverted.
const RANK_OFFSET: f32 = 10.0;

/// What is known of a product beside who proposes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProductSignals {
    /// The natural logarithm of one more than its acts.
    pub reach: f32,
    /// What it had lately beside what it had long; 1 is steady.
    pub trend: f32,
}

impl ProductSignals {
    /// Nothing is known.
    pub const UNKNOWN: ProductSignals = ProductSignals { reach: f32::NAN, trend: f32::NAN };
}

/// Tells what is known of products.
pub trait Signals: Sync {
    /// What is known of one at the moment of the request.
    fn of(&self, product: ProductIdx, now: Timestamp) -> ProductSignals;
}

/// How many features a candidate has beside `n_generators`.
pub(super) const fn width(n_generators: usize) -> usize {
    n_generators * PER_GENERATOR + OTHERS.len()
}

/// The features' names, in their order.
pub(super) fn names(generators: &[String]) -> Vec<String> {
    let of = |generator: &String| OF_GENERATOR.map(|it| format!("{generator}.{it}"));
    generators.iter().flat_map(of).chain(OTHERS.map(str::to_owned)).collect()
}

/// What is to be known of a generator's list before its candidates can be told apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spread {
    mean: f32,
    deviation: f32,
    mean_ln: f32,
    deviation_ln: f32,
    best: f32,
    last: [f32; 2],
}

impl Spread {
    pub(super) fn of(list: &[Candidate]) -> Spread {
        let scores = || list.iter().map(|it| it.score);
        let (mean, deviation) = moments(scores());
        let (mean_ln, deviation_ln) = match scores().all(|it| it > 0.0) {
            true => moments(scores().map(f32::ln)),
            false => (f32::NAN, f32::NAN),
        };
        let best = list.first().map_or(f32::NAN, |it| it.score);
        let mut spread = Spread { mean, deviation, mean_ln, deviation_ln, best, last: [0.0; 2] };
        if let Some(last) = list.last() {
            spread.last = spread.standards(last.score);
        }
        spread
    }

    fn standards(&self, score: f32) -> [f32; 2] {
        let standard = (score - self.mean) / self.deviation;
        // Where there are no logarithms the score itself stands in.
        let ln = (score.ln() - self.mean_ln) / self.deviation_ln;
        [standard, if ln.is_finite() { ln } else { standard }]
    }

    /// The features of a candidate of this list, of rank `rank` from 1.
    pub(super) fn named(&self, score: f32, rank: f32) -> [f32; PER_GENERATOR] {
        let [standard, ln] = self.standards(score);
        let share = if self.best > 0.0 { score / self.best } else { f32::NAN };
        [standard, ln, RANK_OFFSET / (RANK_OFFSET + rank), rank, share, self.best]
    }

    /// The features of a candidate that this list does not have.
    pub(super) const fn unnamed(&self) -> [f32; PER_GENERATOR] {
        [self.last[0], self.last[1], 0.0, f32::NAN, f32::NAN, self.best]
    }
}

/// The mean and the deviation, which is 1 where nothing deviates.
fn moments(values: impl Iterator<Item = f32> + Clone) -> (f32, f32) {
    let n = values.clone().count().max(1) as f32;
    let mean = values.clone().sum::<f32>() / n;
    let variance = values.map(|it| (it - mean) * (it - mean)).sum::<f32>() / n;
    let deviation = variance.sqrt();
    (mean, if deviation > f32::MIN_POSITIVE { deviation } else { 1.0 })
}

/// The features of a product that do not come from generators, but for the first two, which the caller
/// knows.
pub(super) fn others(
    product: ProductIdx,
    context: &Context<'_>,
    signals: ProductSignals,
    (n_naming, reciprocal_max): (f32, f32),
) -> [f32; OTHERS.len()] {
    const NONE: f32 = f32::NAN;
    let steps = context.visit.iter().rev().position(|it| it.product == product);
    let times = context.visit.iter().filter(|it| it.product == product).count();
    let at = context.past.binary_search_by_key(&product, |it| it.product());
    let habit = at.ok().map(|at| &context.past[at]);
    let orders = habit.and_then(|it| it.orders());
    let order_days = orders.map_or(NONE, |it| age_days(it.last, context.now));
    let rhythm = orders.filter(|it| it.n > 1).map_or(NONE, |it| {
        let between = age_days(it.first, it.last) / f32::from(it.n - 1);
        if between > 0.0 { order_days / between } else { NONE }
    });
    [
        n_naming,
        reciprocal_max,
        steps.map_or(NONE, |it| (it + 1) as f32),
        times as f32,
        orders.map_or(0.0, |it| f32::from(it.n)),
        habit.map_or(0.0, |it| f32::from(it.n_touches())),
        habit.map_or(NONE, |it| age_days(it.last(), context.now)),
        order_days,
        rhythm,
        signals.reach,
        signals.trend,
        context.visit.len() as f32,
        context.past.len() as f32,
    ]
}

impl Signals for Counts {
    fn of(&self, product: ProductIdx, now: Timestamp) -> ProductSignals {
        let cell = self.overall().cell(product);
        let config = self.config();
        let reach = cell.count(Window::Popularity).at(now, config.half_life(Window::Popularity));
        ProductSignals { reach: narrowed(reach.ln_1p()), trend: narrowed(cell.lift(now, config)) }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "seven digits are enough to rank by")]
fn narrowed(value: f64) -> f32 {
    value as f32
}
