//! Chances: the log loss of labels that are 0, 1 or between.

use rayon::prelude::*;

use super::{AT_ONCE, Gradient, Objective, ObjectiveError, mean_label, narrowed};
use crate::dataset::Dataset;

/// How near 0 or 1 the chance from which scores start may be.
const CHANCE_MIN: f64 = 1e-6;
/// What a hessian is at least, so that rows that are sure are not lost.
const HESSIAN_MIN: f32 = 1e-16;

/// The log loss of `1 / (1 + exp(−score))` as the chance that the label is 1, by weight.
#[derive(Clone, Copy, Debug, Default)]
pub struct Logistic;

impl Objective for Logistic {
    fn begin(&mut self, data: &Dataset) -> Result<f32, ObjectiveError> {
        let expected = "labels from 0 to 1";
        let wrong = |it: &f32| !(0.0..=1.0).contains(it);
        if let Some(row) = data.labels().iter().position(wrong) {
            return Err(ObjectiveError::Label { row, value: data.labels()[row], expected });
        }
        let chance = mean_label(data).clamp(CHANCE_MIN, 1.0 - CHANCE_MIN);
        Ok(narrowed((chance / (1.0 - chance)).ln()))
    }

    fn gradients(&mut self, data: &Dataset, scores: &[f32], out: &mut [Gradient]) {
        let rows = out.par_iter_mut().with_min_len(AT_ONCE).enumerate();
        rows.zip(scores).zip(data.labels()).for_each(|(((row, out), score), label)| {
            let (weight, chance) = (data.weight(row), 1.0 / (1.0 + (-score).exp()));
            let hessian = weight * (chance * (1.0 - chance)).max(HESSIAN_MIN);
            *out = Gradient { gradient: weight * (chance - label), hessian };
        });
    }
}
