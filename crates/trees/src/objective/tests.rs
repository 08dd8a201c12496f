//! Gradients against plain formulas.

use proptest::prelude::*;

use super::*;
use crate::bins::{Bins, FeatureKind};

/// Rows with such labels, whose features say nothing.
fn rows(labels: &[f32]) -> Dataset {
    let bins = Bins::of_sample(&[FeatureKind::Number], &[0.0]).unwrap();
    Dataset::new(&bins, vec![1; labels.len()], labels.to_vec()).unwrap()
}

fn gradients(objective: &mut dyn Objective, data: &Dataset, scores: &[f32]) -> Vec<Gradient> {
    let mut out = vec![Gradient::default(); scores.len()];
    objective.begin(data).unwrap();
    objective.gradients(data, scores, &mut out);
    out
}

/// The module's formula as it stands, over all pairs.
fn plain_lambdas(gains: &[f64], scores: &[f64], truncation: usize, sigma: f64) -> Vec<(f64, f64)> {
    let n = gains.len();
    let place = |row: usize| {
        (0..n)
            .filter(|&it| scores[it] > scores[row] || (scores[it] >= scores[row] && it < row))
            .count()
    };
    let discount = |row: usize| 1.0 / (place(row) as f64 + 2.0).log2();
    let mut sorted = gains.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let best: f64 = (0..n.min(truncation)).map(|it| sorted[it] / (it as f64 + 2.0).log2()).sum();
    let is_flat = scores.iter().all(|it| (it - scores[0]).abs() <= 0.0);
    let (mut out, mut sum) = (vec![(0.0, 0.0); n], 0.0);
    for high in 0..n {
        for low in 0..n {
            if gains[high] <= gains[low] || place(high).min(place(low)) >= truncation {
                continue;
            }
            let s = scores[high] - scores[low];
            let ndcg = (gains[high] - gains[low]) * (discount(high) - discount(low)).abs() / best;
            let delta = if is_flat { ndcg } else { ndcg / (0.01 + s.abs()) };
            let p = 1.0 / (1.0 + (sigma * s).exp());
            let hessian = sigma * sigma * delta * p * (1.0 - p);
            out[high] = (out[high].0 - sigma * delta * p, out[high].1 + hessian);
            out[low] = (out[low].0 + sigma * delta * p, out[low].1 + hessian);
            sum += 2.0 * sigma * delta * p;
        }
    }
    let factor = if sum > 0.0 { (1.0 + sum).log2() / sum } else { 1.0 };
    out.iter().map(|it| (it.0 * factor, it.1 * factor)).collect()
}

proptest! {
    #[test]
    fn lambdas_are_those_of_the_plain_formula(
        lists in prop::collection::vec(
            prop::collection::vec((0..4_u8, -20..20_i8), 1..30), 1..5),
        truncation in 1..40_u16, sigma in 0.5_f32..2.0,
    ) {
        let all = lists.concat();
        let gains: Vec<f32> = all.iter().map(|it| gain_of_grade(it.0)).collect();
        let scores: Vec<f32> = all.iter().map(|it| f32::from(it.1) / 5.0).collect();
        let sizes: Vec<u32> = lists.iter().map(|it| u32::try_from(it.len()).unwrap()).collect();
        let data = rows(&gains).with_groups(&sizes).unwrap();
        let mut objective = LambdaRank::new(truncation.try_into().unwrap(), sigma);
        let found = gradients(&mut objective, &data, &scores);
        let wide = |it: &[f32]| it.iter().map(|it| f64::from(*it)).collect::<Vec<f64>>();
        for list in data.groups() {
            let (gains, scores) = (wide(&gains[list.clone()]), wide(&scores[list.clone()]));
            let expected = plain_lambdas(&gains, &scores, truncation.into(), sigma.into());
            for (found, (gradient, hessian)) in found[list].iter().zip(expected) {
                prop_assert!((f64::from(found.gradient) - gradient).abs() < 1e-4);
                prop_assert!((f64::from(found.hessian) - hessian).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn gradients_are_the_slopes_of_their_loss(label in 0.0_f32..1.0, score in -4.0_f32..4.0) {
        let data = rows(&[label]).with_weights(vec![2.0]).unwrap();
        let (y, s) = (f64::from(label), f64::from(score));
        let squared = |s: f64| (s - y).powi(2);
        let logistic = |s: f64| 2.0 * ((1.0 + s.exp()).ln() - s * y);
        let losses: [&dyn Fn(f64) -> f64; 2] = [&squared, &logistic];
        let objectives: [&mut dyn Objective; 2] = [&mut Squared, &mut Logistic];
        for (objective, loss) in objectives.into_iter().zip(losses) {
            let found = gradients(objective, &data, &[score])[0];
            let (e, at) = (1e-3, loss(s));
            let slope = (loss(s + e) - loss(s - e)) / (2.0 * e);
            let bend = (loss(s + e) - 2.0 * at + loss(s - e)) / (e * e);
            prop_assert!((f64::from(found.gradient) - slope).abs() < 1e-3);
            prop_assert!((f64::from(found.hessian) - bend).abs() < 1e-3);
        }
    }
}

#[test]
fn scores_start_where_the_loss_is_least() {
    let data = rows(&[1.0, 0.0, 0.0, 0.0]);
    assert!((Squared.begin(&data).unwrap() - 0.25).abs() < 1e-6);
    assert!((Logistic.begin(&data).unwrap() - (1.0_f32 / 3.0).ln()).abs() < 1e-6);
    let wrong = Logistic.begin(&rows(&[0.5, 2.0])).unwrap_err();
    assert!(matches!(wrong, ObjectiveError::Label { row: 1, .. }), "{wrong}");
}

#[test]
fn known_propensities_weigh_pairs_by_the_position_of_the_click() {
    let data = rows(&[1.0, 0.0]).with_groups(&[2]).unwrap().with_positions(vec![1, 0]).unwrap();
    let lambda = |bias: PositionBias| {
        let mut objective = LambdaRank::new(10.try_into().unwrap(), 1.0).correcting(bias);
        // The list's own normalization is undone: it is log2(1 + Σ) / Σ with Σ twice this.
        2_f32.powf(2.0 * gradients(&mut objective, &data, &[0.0, 0.0])[1].gradient) - 1.0
    };
    let ratio = lambda(PositionBias::Known(vec![1.0, 0.25])) / lambda(PositionBias::Ignored);
    assert!((ratio - 4.0).abs() < 1e-4, "{ratio}");
}

#[test]
fn positions_without_a_propensity_are_refused() {
    let data = rows(&[1.0, 0.0]).with_groups(&[2]).unwrap();
    let refusal = |data: &Dataset, bias| {
        let mut objective = LambdaRank::new(10.try_into().unwrap(), 1.0).correcting(bias);
        objective.begin(data).unwrap_err()
    };
    let known = || PositionBias::Known(vec![1.0, 0.0]);
    assert_eq!(refusal(&data, known()), ObjectiveError::NoPositions);
    let data = data.with_positions(vec![0, 1]).unwrap();
    assert_eq!(refusal(&data, known()), ObjectiveError::Propensity { position: 1 });
}
