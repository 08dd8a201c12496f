//! What it costs a product to be shown further down, taken out of what its clicks teach.
//!
//! A click says that a product was looked at and liked; no click, that it was not liked or not looked at.
//! A pair of products of which only one was clicked, in position `i`, weighs
//!
//! ```text
//! 1 / propensity(i)
//! ```
//!
//! with propensities that are given, or else estimated anew after each tree, beginning with 1:
//!
//! ```text
//! propensity(i) = (loss(i) / loss(0))^exponent
//! loss(i)       = Σ ΔnDCG · ln(1 + exp(−σ·(score of the clicked − score of the other)))
//!                 over the pairs of which the one clicked stood in position i
//! ```
//!
//! The estimates need lists whose order was not always the same function of the features: then what is due
//! to the position and what to the product cannot be told apart. An exploration share sees to that.
//!
//! # Source
//!
//! Given: X. Wang, N. Golbandi, M. Bendersky, D. Metzler and M. Najork, "Position Bias Estimation for
//! Unbiased Learning to Rank in Personal Search", WSDM 2018. Estimated: Z. Hu, Y. Wang, Q. Peng and H. Li,
//! "Unbiased LambdaMART: An Unbiased Pairwise Learning-to-Rank Algorithm", WWW 2019. They also estimate
//! a ratio for the product that was not clicked; that is left out here, because with it, and a shown order
//! that follows a feature, rankings came out worse than without any correction.

#[cfg(test)]
mod tests;

use super::ObjectiveError;
use crate::dataset::Dataset;

/// What no weight of a pair may exceed, so that a few clicks far down do not outweigh all others.
const WEIGHT_MAX: f64 = 100.0;

/// How the positions in which products were shown are made up for.
#[derive(Clone, Debug, PartialEq)]
pub enum PositionBias {
    /// Not at all: labels are judgements, or positions were shuffled.
    Ignored,
    /// By the chance, for each position, that it is looked at: relative to the first is enough.
    Known(Vec<f32>),
    /// By estimates made while training.
    Estimated {
        /// What they are raised to, above 0 and up to 1: less than 1 is more cautious.
        exponent: f64,
    },
}

/// What pairs weigh by position, and what is learned about that.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PairWeights {
    bias: PositionBias,
    /// By position, relative to the first.
    propensities: Vec<f64>,
}

impl PairWeights {
    /// The weights of pairs before anything is learned about them.
    pub(super) fn begin(
        bias: &PositionBias,
        data: &Dataset,
    ) -> Result<PairWeights, ObjectiveError> {
        let last = || data.positions().iter().max().copied().ok_or(ObjectiveError::NoPositions);
        let propensities = match bias {
            PositionBias::Ignored => Vec::new(),
            PositionBias::Known(given) => {
                let is_one = |it: &f32| *it > 0.0 && *it <= 1.0;
                let wrong = |it: &u16| !given.get(usize::from(*it)).is_some_and(is_one);
                if let Some(position) = (0..=last()?).find(wrong) {
                    return Err(ObjectiveError::Propensity { position });
                }
                given.iter().map(|it| f64::from(*it)).collect()
            }
            PositionBias::Estimated { .. } => vec![1.0; usize::from(last()?) + 1],
        };
        Ok(PairWeights { bias: bias.clone(), propensities })
    }

    /// What a pair weighs of which the product in position `clicked` was clicked.
    pub(super) fn of(&self, clicked: u16) -> f64 {
        (1.0 / self.propensities[usize::from(clicked)]).min(WEIGHT_MAX)
    }

    /// A place for the loss of each position; none if nothing is to be learned.
    pub(super) fn losses(&self) -> Vec<f64> {
        match self.bias {
            PositionBias::Estimated { .. } => vec![0.0; self.propensities.len()],
            _ => Vec::new(),
        }
    }

    /// Learns from the losses of all lists by position, in the order of the lists.
    pub(super) fn learn(&mut self, losses: &[Vec<f64>]) {
        let PositionBias::Estimated { exponent } = self.bias else { return };
        let loss = |position: usize| losses.iter().map(|it| it[position]).sum::<f64>();
        let first = loss(0);
        if first > 0.0 {
            for (position, it) in self.propensities.iter_mut().enumerate() {
                *it = (loss(position) / first).powf(exponent).max(1.0 / WEIGHT_MAX);
            }
        }
    }

    /// The chance, for each position, that it is looked at, relative to the first.
    pub(super) fn propensities(&self) -> &[f64] {
        &self.propensities
    }
}
