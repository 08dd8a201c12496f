//! What it costs a product to be shown further down, taken out of what its clicks teach.
//!
//! A click says that a product was looked at and liked; no click, that it was not liked or not looked at.
//! Of a pair of products of which only one was clicked, shown in positions `i` (clicked) and `j`,
//!
//! ```text
//! known      weight = 1 / propensity(i)
//! estimated  weight = 1 / (clicked(i) · skipped(j))
//!            clicked(i) ∝ (Σ loss / skipped(j))^exponent over pairs clicked in i, 1 for position 0
//!            skipped(j) ∝ (Σ loss / clicked(i))^exponent over pairs not clicked in j
//! ```
//!
//! with `loss = ΔnDCG · ln(1 + exp(−σ·(score of the clicked − score of the other)))`, anew after each tree.
//!
//! # Source
//!
//! Known: X. Wang, N. Golbandi, M. Bendersky, D. Metzler and M. Najork, "Position Bias Estimation for
//! Unbiased Learning to Rank in Personal Search", WSDM 2018. Estimated: Z. Hu, Y. Wang, Q. Peng and H. Li,
//! "Unbiased LambdaMART: An Unbiased Pairwise Learning-to-Rank Algorithm", WWW 2019.

use super::ObjectiveError;
use crate::dataset::Dataset;

/// What no weight of a pair may exceed, so that a few clicks far down do not outweigh all others.
const WEIGHT_MAX: f64 = 100.0;
/// What an estimate is at least.
const ESTIMATE_MIN: f64 = 1e-3;

/// How the positions in which products were shown are made up for.
#[derive(Clone, Debug, PartialEq)]
pub enum PositionBias {
    /// Not at all: labels are judgements, or positions were shuffled.
    Ignored,
    /// By the chance, for each position, that it is looked at: relative to the first is enough.
    Known(Vec<f32>),
    /// By estimates made while training, raised to this exponent, above 0 and up to 1; the lower, the
    /// more cautious.
    Estimated {
        /// One over one more than the regularization `p` of the source.
        exponent: f64,
    },
}

/// What pairs of positions weigh, and what is learned about that.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PairWeights {
    bias: PositionBias,
    /// By position of the product that was clicked: what pairs are divided by.
    clicked: Vec<f64>,
    /// By position of the other.
    skipped: Vec<f64>,
}

/// Sums of losses by position, of some lists.
#[derive(Clone, Debug, Default)]
pub(super) struct Losses {
    clicked: Vec<f64>,
    skipped: Vec<f64>,
}

impl PairWeights {
    /// The weights of pairs before anything is learned about them.
    pub(super) fn begin(
        bias: &PositionBias,
        data: &Dataset,
    ) -> Result<PairWeights, ObjectiveError> {
        let mut weights =
            PairWeights { bias: bias.clone(), clicked: Vec::new(), skipped: Vec::new() };
        if *bias == PositionBias::Ignored {
            return Ok(weights);
        }
        let last = *data.positions().iter().max().ok_or(ObjectiveError::NoPositions)?;
        let n_positions = usize::from(last) + 1;
        weights.skipped = vec![1.0; n_positions];
        weights.clicked = match bias {
            PositionBias::Known(propensities) => {
                let is_one = |it: f32| it > 0.0 && it <= 1.0;
                let wrong =
                    |it: &u16| !propensities.get(usize::from(*it)).copied().is_some_and(is_one);
                if let Some(position) = (0..=last).find(wrong) {
                    return Err(ObjectiveError::Propensity { position });
                }
                propensities[..n_positions].iter().map(|&it| f64::from(it)).collect()
            }
            _ => vec![1.0; n_positions],
        };
        Ok(weights)
    }

    /// What a pair weighs.
    pub(super) fn of(&self, clicked: u16, other: u16) -> f64 {
        if self.clicked.is_empty() {
            return 1.0;
        }
        let weight = 1.0 / (self.clicked[usize::from(clicked)] * self.skipped[usize::from(other)]);
        weight.min(WEIGHT_MAX)
    }

    /// Whether losses are to be gathered.
    pub(super) const fn is_learning(&self) -> bool {
        matches!(self.bias, PositionBias::Estimated { .. })
    }

    /// Where to gather the losses of some lists.
    pub(super) fn losses(&self) -> Losses {
        let n_positions = if self.is_learning() { self.clicked.len() } else { 0 };
        Losses { clicked: vec![0.0; n_positions], skipped: vec![0.0; n_positions] }
    }

    /// Counts a pair's loss.
    pub(super) fn count(&self, losses: &mut Losses, clicked: u16, other: u16, loss: f64) {
        let (clicked, other) = (usize::from(clicked), usize::from(other));
        losses.clicked[clicked] += loss / self.skipped[other];
        losses.skipped[other] += loss / self.clicked[clicked];
    }

    /// Learns from the losses of all lists, in their order.
    pub(super) fn learn(&mut self, losses: &[Losses]) {
        let PositionBias::Estimated { exponent } = self.bias else { return };
        let total = |part: fn(&Losses) -> &[f64]| {
            let mut sums = vec![0.0; self.clicked.len()];
            for it in losses {
                sums.iter_mut().zip(part(it)).for_each(|(sum, loss)| *sum += loss);
            }
            relative(sums, exponent)
        };
        let (clicked, skipped) = (total(|it| &it.clicked), total(|it| &it.skipped));
        self.clicked = clicked.unwrap_or_else(|| std::mem::take(&mut self.clicked));
        self.skipped = skipped.unwrap_or_else(|| std::mem::take(&mut self.skipped));
    }

    /// The chance, for each position, that it is looked at, relative to the first.
    pub(super) fn propensities(&self) -> &[f64] {
        &self.clicked
    }
}

/// Sums relative to the first; none if the first is nothing.
fn relative(mut sums: Vec<f64>, exponent: f64) -> Option<Vec<f64>> {
    let first = sums.first().copied().filter(|it| *it > 0.0)?;
    sums.iter_mut().for_each(|it| *it = (*it / first).powf(exponent).max(ESTIMATE_MIN));
    Some(sums)
}
