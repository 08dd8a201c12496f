//! What a list is for, beside being what the shopper wants: revenue, margin, stock, novelty and more.
//!
//! ```text
//! facts of the catalogue ──fit──▶ Scales ─┐
//! weights of the placement ───────────────┼─▶ combine ──▶ [Combined], best first, with what each added
//! candidates, scores, facts ──────────────┘      └──────▶ preview: what other weights would change
//! ```
//!
//! # The formula
//!
//! ```text
//! score(i) = gladly(i) · relevance(i) + Σ weight(o) · value(o, i)
//! relevance(i)  the score within the list, whose least is 0 and whose greatest is 1
//! gladly(i)     what [`restraint`](crate::restraint) leaves of it, from 0 to 1
//! value(o, i)   the share of the catalogue that has less of o, less a half: from −½ to ½
//! ```
//!
//! So a weight of 1 says: from the last of the catalogue to the first in margin is worth as much as from the
//! last of the list to the first in relevance. A share of the catalogue, and not of the list, means the same
//! for every list; and a few very dear products move nothing, as they would on a scale of prices.
//!
//! A fact that is missing, such as a cost, counts as the middle of the catalogue, which is a value of 0; and it
//! is said: see [`Combined::added`] and [`MeanChange`].
//!
//! # Bounds and cost
//!
//! A [`Scale`] takes 256 bytes, whatever the catalogue. 300 candidates take 25 µs on one
//! core of the machine of `bench/RESULTS.md`.
//!
//! # What does not live here
//!
//! The facts: prices, costs, speed of sale, carbon and delivery are the caller's, each with more being better.
//! What relevance is, is for the ranker to say.

mod preview;
mod scale;
#[cfg(test)]
mod tests;

use domain::ProductIdx;

pub use preview::{ListChange, MeanChange, Preview, preview};
pub use scale::{Scale, Scales};

use crate::relevance::{greatest_first, scaled};

/// How much an objective may weigh, for or against.
pub const WEIGHT_MAX: f32 = 2.0;

/// Something a list may be for, beside relevance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Objective {
    /// What an order brings in.
    Revenue,
    /// What of that is left after costs.
    Margin,
    /// Selling what lies long.
    StockTurnover,
    /// Showing what few have seen.
    Novelty,
    /// What does less harm.
    Sustainability,
    /// What arrives soon.
    DeliverySpeed,
}

impl Objective {
    /// How many there are.
    pub const N: usize = 6;
    /// All of them, in their order.
    pub const ALL: [Objective; Objective::N] = [
        Objective::Revenue,
        Objective::Margin,
        Objective::StockTurnover,
        Objective::Novelty,
        Objective::Sustainability,
        Objective::DeliverySpeed,
    ];

    /// The name in the interface.
    pub const fn name(self) -> &'static str {
        match self {
            Objective::Revenue => "revenue",
            Objective::Margin => "margin",
            Objective::StockTurnover => "stock_turnover",
            Objective::Novelty => "novelty",
            Objective::Sustainability => "sustainability",
            Objective::DeliverySpeed => "delivery_speed",
        }
    }
}

/// What is known of a product, by objective: in any unit, more being better. What is not finite is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Facts([Option<f32>; Objective::N]);

impl Facts {
    /// With one more fact.
    #[must_use]
    pub fn with(mut self, objective: Objective, fact: Option<f32>) -> Facts {
        self.0[objective as usize] = fact.filter(|it| it.is_finite());
        self
    }

    /// What is known.
    pub const fn get(&self, objective: Objective) -> Option<f32> {
        self.0[objective as usize]
    }
}

/// How much each objective counts in a placement.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Weights([f32; Objective::N]);

impl Weights {
    /// With another weight for an objective, or `None` unless it is within ±[`WEIGHT_MAX`].
    #[must_use]
    pub fn with(mut self, objective: Objective, weight: f32) -> Option<Weights> {
        self.0[objective as usize] = weight;
        (-WEIGHT_MAX..=WEIGHT_MAX).contains(&weight).then_some(self)
    }

    /// The weight of an objective.
    pub const fn get(&self, objective: Objective) -> f32 {
        self.0[objective as usize]
    }
}

/// A candidate, and what is known of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Valued {
    /// The product.
    pub product: ProductIdx,
    /// Its score by relevance.
    pub score: f32,
    /// How gladly it is shown, from 0 to 1: what its relevance is multiplied by.
    pub gladly: f32,
    /// What is known of it.
    pub facts: Facts,
}

/// A candidate with all objectives taken together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Combined {
    /// Its number among the candidates.
    pub candidate: usize,
    /// Its score; may be below zero.
    pub score: f32,
    /// What of that is relevance, from 0 to 1, as far as it is shown gladly.
    pub relevance: f32,
    /// What each objective added, by their order; `None` where nothing is known, which added nothing.
    pub added: [Option<f32>; Objective::N],
}

/// Takes all objectives together, and returns the candidates best first; of equals the first given first.
pub fn combine(candidates: &[Valued], weights: &Weights, scales: &Scales) -> Vec<Combined> {
    let scores: Vec<f32> = candidates.iter().map(|it| it.score).collect();
    let combined: Vec<Combined> = candidates
        .iter()
        .zip(scaled(&scores))
        .enumerate()
        .map(|(candidate, (it, relevance))| {
            let added = Objective::ALL.map(|objective| {
                Some(weights.get(objective) * scales.value(objective, it.facts.get(objective)?)?)
            });
            #[expect(clippy::cast_possible_truncation, reason = "from 0 to 1")]
            let relevance = relevance as f32 * it.gladly;
            let score = relevance + added.iter().flatten().sum::<f32>();
            Combined { candidate, score, relevance, added }
        })
        .collect();
    let scores: Vec<f64> = combined.iter().map(|it| it.score.into()).collect();
    greatest_first(&scores).into_iter().map(|it| combined[it]).collect()
}
