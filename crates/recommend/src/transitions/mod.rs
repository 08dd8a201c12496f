//! What follows what: the order in which products are met, learned from everybody's.
//!
//! ```text
//! Histories ──▶ pairs within a window, by their distance ──▶ the followers of each product
//! Context::past, Context::visit ──▶ the last acts, in order ──▶ generate
//! ```
//!
//! # The formula
//!
//! Of two acts of one shopper `d` steps apart, the earlier with product `q` and the later with `p`,
//!
//! ```text
//! t(q,p) += fade · e^(−(d−1)/forward_distance)                    p follows q
//! t(p,q) += fade · e^(−(d−1)/backward_distance) · backward_weight   q precedes p
//! near(q,p) = t(q,p) / ((n(q) + shrinkage)^source_exponent · n(p)^target_exponent)
//! ```
//!
//! where `n` counts acts and `fade` halves every `half_life_days` of the later act's age. A shopper whose
//! act `s` steps before the last was with `q` is answered with
//!
//! ```text
//! score(p) = Σ e^(−s/history_distance) · near(q(s), p)
//!            + own_weight · e^(−s/history_distance) · max near(q(s), ·)     for p = q(s) itself
//! ```
//!
//! # Bounds and cost
//!
//! An act meets at most `window` others on either side, so fitting takes time in proportion to acts times
//! the window, and 16 bytes an act. The model takes 8 bytes a follower. Answering walks the followers of the
//! last `history_max` acts: some 20 µs.
//!
//! # Source
//!
//! Sequential rules: I. Kamehkhosh, D. Jannach and M. Ludewig, "A Comparison of Frequent Pattern Techniques
//! and a Deep Learning Method for Session-Based Recommendation", RecTemp 2017. Preceding, and both norms, are
//! ours.
//!
//! # What does not live here
//!
//! Which acts may teach is decided before they become [`Histories`](features::Histories).

mod config;
mod fit;
mod generate;
mod model;
#[cfg(test)]
mod tests;

pub use config::{Config, KNOBS, Weights};
pub use model::Transitions;

use crate::{TrainedGenerator, TrainedKind};

const NAME: &str = "transitions";

/// The kind, for whoever trains.
pub(crate) const TRAINED: TrainedKind = TrainedKind {
    name: NAME,
    knobs: &KNOBS,
    fit: |lesson, values| match Transitions::fit(lesson, &Config::from_values(values)) {
        Ok(model) => Ok(Box::new(model)),
        Err(error) => Err(error),
    },
    decode: |bytes, today| match Transitions::decode(bytes, today) {
        Ok(model) => Ok(Box::new(model)),
        Err(error) => Err(error),
    },
};

impl TrainedGenerator for Transitions {
    fn encode(&self, out: &mut Vec<u8>) {
        self.encode(out);
    }

    fn heap_bytes(&self) -> usize {
        self.heap_bytes()
    }
}
