//! Showing what is not thought best, sometimes, with the chance with which it was shown.
//!
//! ```text
//! list, places explored ──▶ explore ──▶ Drawn   each place's product and its propensities
//! new products, exposures ──▶ quota ──▶ Spent   those that were shown least
//! ```
//!
//! # The policy
//!
//! In a [`share`](Exploration::share) of all cases the places to explore are drawn anew, one after the other
//! and without replacement, from the products that stand there and those that found no place; otherwise the
//! list stays. Places that are not explored, pins among them, keep what they have. With weights
//! `w = e^(score / temperature)` an order `a, b, c, …` of the drawn places has the chance
//!
//! ```text
//! PL(a, b, c, …)    = w(a)/Σ w · w(b)/(Σ w − w(a)) · w(c)/(Σ w − w(a) − w(b)) · …
//! P(order)          = share · PL(order) + (1 − share) · [order is the list's own]
//! ```
//!
//! so a product whose score is higher by one temperature is *e* times as likely. Scores are the caller's:
//! those of [`by_place`] keep what was done for diversity, calibration and rules, whatever the ranker.
//!
//! # Propensities, and who needs which
//!
//! - [`log_probability`](Drawn::log_probability) is that of the whole order: for estimators that weigh whole
//!   slates, which are free of bias and vary much.
//! - [`Place::given_above`] is the chance of the product, given those above: their product down to a place is
//!   what estimators need that take what was seen above into account (reward interaction, cascades).
//! - [`Place::marginal`] is the chance that the product stands in that place, whatever else the slate holds:
//!   for estimators that take clicks for a matter of product and place alone. It varies least.
//!
//! All of them belong to the policy as a whole, also where a draw gave the list's own order. What could not
//! have been otherwise has propensity 1 and is marked [`Explored::Nothing`]; it tells nothing of other slates.
//!
//! No weight is below e^−[`SPREAD_MAX`] of the greatest, so that no propensity is zero.
//!
//! # Bounds and cost
//!
//! At most [`PLACES_MAX`] places are explored, and products drawn from the first [`POOL_MAX`] of the list that
//! are free. The marginals are integrals, not samples: see `marginal.rs`. Ten places of a hundred products
//! take 0.2 ms on one core of the machine of `bench/RESULTS.md`.
//!
//! # Source
//!
//! R. Plackett, "The Analysis of Permutations", Applied Statistics 1975. Drawing by adding Gumbel noise and
//! sorting: J. Yellott, "The relationship between Luce's Choice Axiom, Thurstone's Theory of Comparative
//! Judgment, and the double exponential distribution", Journal of Mathematical Psychology 1977. Estimators:
//! S. Li, Y. Abbasi-Yadkori, B. Kveton, S. Muthukrishnan, V. Vinay and Z. Wen, "Offline Evaluation of Ranking
//! Policies with Click Models", KDD 2018; J. McInerney, B. Brost, P. Chandar, R. Mehrotra and B. Carterette,
//! "Counterfactual Evaluation of Slate Recommendations with Sequential Reward Interactions", KDD 2020.
//!
//! # What does not live here
//!
//! The estimators, and the seed: the caller derives it from the decision's id, so that a slate can be drawn
//! again.

mod marginal;
pub mod quota;
#[cfg(test)]
mod tests;

use domain::{Probability, Propensity};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::relevance::greatest_first;

/// The most places of a slate that are explored; further ones stay.
pub const PLACES_MAX: usize = 32;
/// From how many products places are drawn.
pub const POOL_MAX: usize = 100;
/// The most that scores are apart, in temperatures; what is farther below the best counts as this far.
pub const SPREAD_MAX: f64 = 20.0;

/// How much is explored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exploration {
    share: Probability,
    temperature: f64,
}

impl Exploration {
    /// Draws a share of all slates anew at a temperature, or `None` unless that is finite and positive.
    pub fn new(share: Probability, temperature: f64) -> Option<Exploration> {
        let is_usable = temperature.is_finite() && temperature > 0.0;
        is_usable.then_some(Exploration { share, temperature })
    }

    /// How many of all slates are drawn.
    pub const fn share(&self) -> Probability {
        self.share
    }
}

/// What became of a slate by exploring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Explored {
    /// It could not have been otherwise.
    Nothing,
    /// It could have been drawn and stayed as it was.
    Stayed,
    /// It was drawn, be it to the order it had.
    Drawn,
}

/// A place of a slate, and the chances of what stands there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The number of the candidate in the list.
    pub candidate: usize,
    /// Its chance, given what stands in the places above.
    pub given_above: Propensity,
    /// Its chance to stand here, whatever stands elsewhere.
    pub marginal: Propensity,
}

impl Place {
    const fn certain(candidate: usize) -> Place {
        Place { candidate, given_above: Propensity::CERTAIN, marginal: Propensity::CERTAIN }
    }
}

/// A slate with its chances.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// What stands where, first to last.
    pub places: Vec<Place>,
    /// What became of it.
    pub explored: Explored,
    /// The natural logarithm of the whole order's chance; 0 for what is certain.
    pub log_probability: f64,
}

/// Scores by the place in the list alone: at temperature τ the product in place k, counted from 1, weighs
/// `k^(−1/τ)`.
pub fn by_place(n: usize) -> Vec<f32> {
    (1..=n).map(|place| -(place as f32).ln()).collect()
}

/// Draws a slate of `n` from a list, by seed.
///
/// `scores` are those of the list's candidates in their order: the first `n` hold the places, the others wait.
/// A score that is not finite counts as the lowest there can be.
pub fn explore(
    scores: &[f32],
    n: usize,
    exploration: &Exploration,
    is_explored: impl Fn(usize) -> bool,
    seed: u64,
) -> Drawn {
    let n = n.min(scores.len());
    let mut places: Vec<Place> = (0..n).map(Place::certain).collect();
    let open: Vec<usize> = (0..n).filter(|place| is_explored(*place)).take(PLACES_MAX).collect();
    // The candidates in the open places come first: drawn in this order the list stays as it is.
    let pool: Vec<usize> = open.iter().copied().chain(n..scores.len()).take(POOL_MAX).collect();
    let share = exploration.share.get();
    if open.is_empty() || pool.len() < 2 || share <= 0.0 {
        return Drawn { places, explored: Explored::Nothing, log_probability: 0.0 };
    }
    let logits = logits(pool.iter().map(|it| scores[*it]), exploration.temperature);

    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let is_drawn = rng.random::<f64>() < share;
    let mut order: Vec<usize> = (0..open.len()).collect();
    if is_drawn {
        let keys: Vec<f64> =
            logits.iter().map(|it| it - (-rng.random::<f64>().ln()).ln()).collect();
        order = greatest_first(&keys);
        order.truncate(open.len());
    }

    let weights: Vec<f64> = logits.iter().map(|it| it.exp()).collect();
    let marginals = marginal::of_places(&weights, &order);
    let (mut log_above, mut log_drawn, mut is_own) = (0.0, 0.0, true);
    for (at, &chosen) in order.iter().enumerate() {
        log_drawn += logits[chosen] - rest(&weights, &order[..at]).ln();
        is_own &= chosen == at;
        let stays = |certain: bool| if certain { 1.0 - share } else { 0.0 };
        let log_here = log_of_mixture(share, log_drawn, stays(is_own));
        places[open[at]] = Place {
            candidate: pool[chosen],
            given_above: propensity((log_here - log_above).exp()),
            marginal: propensity(share * marginals[at] + stays(chosen == at)),
        };
        log_above = log_here;
    }
    let explored = if is_drawn { Explored::Drawn } else { Explored::Stayed };
    Drawn { places, explored, log_probability: log_above }
}

/// Scores in temperatures below the greatest.
fn logits(scores: impl Iterator<Item = f32>, temperature: f64) -> Vec<f64> {
    let scores: Vec<f64> = scores.map(f64::from).collect();
    let finite = scores.iter().filter(|it| it.is_finite());
    let greatest = finite.fold(f64::NEG_INFINITY, |greatest, it| greatest.max(*it));
    let logit =
        |score: f64| if score.is_finite() { (score - greatest) / temperature } else { -SPREAD_MAX };
    scores.into_iter().map(|it| logit(it).max(-SPREAD_MAX)).collect()
}

/// The weights of all but those placed, added anew: taking them off one by one would leave rounding only.
fn rest(weights: &[f64], placed: &[usize]) -> f64 {
    let waiting = weights.iter().enumerate().filter(|it| !placed.contains(&it.0));
    waiting.map(|it| it.1).sum()
}

/// `ln( share · e^log_drawn + stays )`, also where the first part is too small for a number.
fn log_of_mixture(share: f64, log_drawn: f64, stays: f64) -> f64 {
    if stays > 0.0 { (share * log_drawn.exp() + stays).ln() } else { share.ln() + log_drawn }
}

/// A chance that rounding may have led out of its range.
fn propensity(value: f64) -> Propensity {
    let held = value.clamp(f64::MIN_POSITIVE, 1.0);
    Propensity::new(held).expect("held to the range just before")
}
