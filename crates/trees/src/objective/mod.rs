//! What trees are to make small: each objective is a file here.

mod lambda_rank;
mod logistic;
mod pairs;
mod position_bias;
mod squared;
#[cfg(test)]
mod tests;

pub use lambda_rank::{LambdaRank, gain_of_grade};
pub use logistic::Logistic;
pub use position_bias::PositionBias;
pub use squared::Squared;

use crate::dataset::Dataset;

/// How many rows or lists are looked at in one piece, so that sums do not depend on threads.
pub(crate) const AT_ONCE: usize = 4_096;

/// How the loss of one row changes with its score.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Gradient {
    /// The loss's first derivative.
    pub gradient: f32,
    /// Its second derivative, at least 0.
    pub hessian: f32,
}

/// Why an objective cannot learn from a data set.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ObjectiveError {
    /// The rows stand in no lists.
    #[error("ranking needs to know which rows stand in one list; give the data set its groups")]
    NoGroups,
    /// The rows have no positions.
    #[error("positions of the rows are needed to correct for them; give them to the data set")]
    NoPositions,
    /// There is no propensity for a position, or it is none.
    #[error("no propensity above 0 and up to 1 is given for position {position}")]
    Propensity {
        /// Which position.
        position: u16,
    },
    /// A label is none for this objective.
    #[error("the label of row {row} is {value}, but this objective takes {expected}")]
    Label {
        /// Which row.
        row: usize,
        /// What it is.
        value: f32,
        /// What it should be.
        expected: &'static str,
    },
}

/// What trees are to make small.
///
/// # Contract
///
/// - The same data, scores and earlier calls give the same gradients, on any number of threads.
/// - Hessians are not below 0, and everything is finite for finite scores.
pub trait Objective: Sync {
    /// Prepares for a data set, and says from which score its rows start.
    ///
    /// # Errors
    ///
    /// [`ObjectiveError`] if the data set does not hold what is needed.
    fn begin(&mut self, data: &Dataset) -> Result<f32, ObjectiveError>;

    /// Writes the gradient of every row at its score to `out`; called once for each tree.
    fn gradients(&mut self, data: &Dataset, scores: &[f32], out: &mut [Gradient]);
}

/// The mean label, by weight.
fn mean_label(data: &Dataset) -> f64 {
    let (mut sum, mut total) = (0.0, 0.0);
    for (row, &label) in data.labels().iter().enumerate() {
        let weight = f64::from(data.weight(row));
        sum += weight * f64::from(label);
        total += weight;
    }
    if total > 0.0 { sum / total } else { 0.0 }
}

/// A number in the precision in which scores are kept.
#[expect(clippy::cast_possible_truncation, reason = "scores are kept with seven digits")]
fn narrowed(value: f64) -> f32 {
    value as f32
}
