//! Numbers: half the squared distance from the label.

use rayon::prelude::*;

use super::{AT_ONCE, Gradient, Objective, ObjectiveError, mean_label, narrowed};
use crate::dataset::Dataset;

/// Half the squared distance of score and label, by weight.
#[derive(Clone, Copy, Debug, Default)]
pub struct Squared;

impl Objective for Squared {
    fn begin(&mut self, data: &Dataset) -> Result<f32, ObjectiveError> {
        Ok(narrowed(mean_label(data)))
    }

    fn gradients(&mut self, data: &Dataset, scores: &[f32], out: &mut [Gradient]) {
        let rows = out.par_iter_mut().with_min_len(AT_ONCE).enumerate();
        rows.zip(scores).zip(data.labels()).for_each(|(((row, out), score), label)| {
            let hessian = data.weight(row);
            *out = Gradient { gradient: hessian * (score - label), hessian };
        });
    }
}
