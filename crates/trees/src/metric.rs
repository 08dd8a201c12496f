//! How good scores are, on rows that were not learned from.

#[cfg(test)]
mod tests;

use std::num::NonZeroU16;

use rayon::prelude::*;

use crate::dataset::Dataset;
use crate::ranking::{best_gain, discounts, order};

/// A measure of scores against labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// The root of the mean squared distance; less is better.
    Rmse,
    /// The mean log loss of scores that are log odds; less is better.
    LogLoss,
    /// The mean nDCG of each list's first so many places, with labels as gains; more is better.
    ///
    /// Rows with equal scores stay in their order. A list without any gain is left out.
    Ndcg(NonZeroU16),
}

impl Metric {
    /// How good the scores are; rows count by their weight, lists alike.
    ///
    /// # Panics
    ///
    /// If there is no score for every row.
    pub fn of(self, data: &Dataset, scores: &[f32]) -> f64 {
        assert_eq!(scores.len(), data.n_rows(), "a score for every row");
        match self {
            Metric::Rmse => {
                weighted_mean(data, scores, |score, label| (score - label).powi(2)).sqrt()
            }
            Metric::LogLoss => weighted_mean(data, scores, |score, label| {
                score.max(0.0) - score * label + (-score.abs()).exp().ln_1p()
            }),
            Metric::Ndcg(k) => ndcg(data, scores, usize::from(k.get())),
        }
    }

    /// Whether one value is better than another.
    pub fn is_better(self, one: f64, other: f64) -> bool {
        match self {
            Metric::Rmse | Metric::LogLoss => one < other,
            Metric::Ndcg(_) => one > other,
        }
    }
}

fn weighted_mean(data: &Dataset, scores: &[f32], loss: impl Fn(f64, f64) -> f64) -> f64 {
    let (mut sum, mut total) = (0.0, 0.0);
    for (row, (&score, &label)) in scores.iter().zip(data.labels()).enumerate() {
        let weight = f64::from(data.weight(row));
        sum += weight * loss(f64::from(score), f64::from(label));
        total += weight;
    }
    if total > 0.0 { sum / total } else { 0.0 }
}

fn ndcg(data: &Dataset, scores: &[f32], k: usize) -> f64 {
    let discounts = discounts(data);
    let of_group = |group: usize| {
        let rows = data.group(group);
        let labels = &data.labels()[rows.clone()];
        let best = best_gain(labels, k, &discounts);
        let mut sorted = Vec::new();
        order(&scores[rows], &mut Vec::new(), &mut sorted);
        let gains = sorted.iter().take(k).zip(&discounts);
        let gain: f64 = gains
            .map(|(&at, discount)| f64::from(labels[at as usize]) * f64::from(*discount))
            .sum();
        (best > 0.0).then(|| gain / best)
    };
    let groups: Vec<Option<f64>> = (0..data.n_groups()).into_par_iter().map(of_group).collect();
    let found: Vec<f64> = groups.into_iter().flatten().collect();
    if found.is_empty() { 0.0 } else { found.iter().sum::<f64>() / found.len() as f64 }
}
