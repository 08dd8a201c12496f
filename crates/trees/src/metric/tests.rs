//! Metrics by hand.

use super::*;
use crate::bins::{Bins, FeatureKind};

/// Lists of such sizes with such labels.
fn lists(labels: &[f32], sizes: &[u32]) -> Dataset {
    let bins = Bins::of_sample(&[FeatureKind::Number], &[0.0]).unwrap();
    let rows = vec![1; labels.len()];
    Dataset::new(&bins, rows, labels.to_vec()).unwrap().with_groups(sizes).unwrap()
}

#[track_caller]
fn check(metric: Metric, data: &Dataset, scores: &[f32], expected: f64) {
    let found = metric.of(data, scores);
    assert!((found - expected).abs() < 1e-6, "{found}, expected {expected}");
}

#[test]
fn ndcg_by_hand() {
    let three = Metric::Ndcg(NonZeroU16::new(3).unwrap());
    let second = 1.0 / 3_f64.log2();
    // Gains 3, 1 in the places 2 and 3; the list without gain is left out.
    let data = lists(&[0.0, 3.0, 1.0, 0.0, 0.0], &[3, 2]);
    let expected = (3.0 * second + 0.5) / (3.0 + second);
    check(three, &data, &[0.9, 0.5, 0.1, 1.0, 2.0], expected);
    // Of equal scores the earlier row stands first.
    check(three, &data, &[0.0; 5], expected);
    check(three, &data, &[0.0, 2.0, 1.0, 0.0, 0.0], 1.0);
    let one = Metric::Ndcg(NonZeroU16::MIN);
    check(one, &data, &[0.9, 0.5, 0.1, 1.0, 2.0], 0.0);
}

#[test]
fn losses_by_hand() {
    let data = lists(&[1.0, 0.0], &[2]).with_weights(vec![3.0, 1.0]).unwrap();
    check(Metric::Rmse, &data, &[0.0, 2.0], (7.0_f64 / 4.0).sqrt());
    let at = |score: f64| (1.0 + score.exp()).ln();
    check(Metric::LogLoss, &data, &[0.5, 2.0], (3.0 * at(-0.5) + at(2.0)) / 4.0);
}
