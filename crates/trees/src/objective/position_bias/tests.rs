//! Shoppers who look at fewer products the further down they stand, and what is learned from their clicks.

use std::num::NonZeroU16;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::PositionBias;
use crate::bins::{Bins, FeatureKind};
use crate::config::{Config, Growth};
use crate::dataset::Dataset;
use crate::metric::Metric;
use crate::objective::{LambdaRank, gain_of_grade};
use crate::training::{Trained, Training};

const FEATURES: usize = 4;
const LIST: usize = 10;
/// How much of the order in which products were shown was chance: the first feature is 0 to 1.
const CHANCE: f32 = 0.5;

/// The chance that a position is looked at.
fn propensity(position: usize) -> f32 {
    1.0 / (position + 1) as f32
}

/// Products in lists, in the order in which they were shown, with their true grades and who clicked.
#[derive(Default)]
struct Shown {
    values: Vec<f32>,
    grades: Vec<u8>,
    clicks: Vec<f32>,
    positions: Vec<u16>,
}

/// Lists that were ordered by the first feature and chance. It says less of the grade than the others do.
fn shown(n_lists: usize, seed: u64) -> Shown {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut out = Shown::default();
    for _ in 0..n_lists {
        let mut list: Vec<(f32, [f32; FEATURES])> = (0..LIST)
            .map(|_| (rng.random::<f32>(), rng.random::<[f32; FEATURES]>()))
            .map(|(chance, it)| (it[0] + CHANCE * chance, it))
            .collect();
        list.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (position, (_, it)) in (0_u16..).zip(&list) {
            let worth = 0.2 * it[0] + it[1] + it[2] * it[3];
            let grade = [0.7, 0.95, 1.2, 1.5].iter().map(|least| u8::from(worth > *least)).sum();
            let likes = 0.1 + 0.9 * gain_of_grade(grade) / gain_of_grade(4);
            let chance = propensity(position.into()) * likes;
            out.values.extend(it);
            out.grades.push(grade);
            out.clicks.push(f32::from(u8::from(rng.random::<f32>() < chance)));
            out.positions.push(position);
        }
    }
    out
}

fn lists(bins: &Bins, shown: &Shown, labels: Vec<f32>) -> Dataset {
    let mut rows = Vec::new();
    bins.bin(&shown.values, &mut rows);
    let sizes = vec![10; labels.len() / LIST];
    let data = Dataset::new(bins, rows, labels).unwrap().with_groups(&sizes).unwrap();
    data.with_positions(shown.positions.clone()).unwrap()
}

/// The true nDCG of lists ranked by what was learned from clicks, and the propensities.
fn learned(bias: PositionBias) -> (f64, Vec<f64>) {
    let (train, test) = (shown(4_000, 1), shown(1_000, 2));
    let bins = Bins::of_sample(&[FeatureKind::Number; FEATURES], &train.values).unwrap();
    let data = lists(&bins, &train, train.clicks.clone());
    let gains = test.grades.iter().map(|it| gain_of_grade(*it)).collect();
    let truth = lists(&bins, &test, gains);
    let growth = Growth { n_leaves: 15, ..Growth::default() };
    let config = Config { n_trees: 60, growth, ..Config::default() };
    let mut objective = LambdaRank::new(NonZeroU16::new(10).unwrap(), 1.0).correcting(bias);
    let Trained { model, .. } = Training::new(&bins, &data, &config).run(&mut objective).unwrap();
    let ndcg = Metric::Ndcg(NonZeroU16::new(5).unwrap());
    let found = ndcg.of(&truth, &model.scores_binned(truth.rows()));
    (found, objective.propensities().to_vec())
}

#[test]
fn corrected_for_positions_clicks_teach_what_shoppers_like() {
    let truth: Vec<f32> = (0..LIST).map(propensity).collect();
    let (ignored, _) = learned(PositionBias::Ignored);
    let (known, _) = learned(PositionBias::Known(truth.clone()));
    let (estimated, estimates) = learned(PositionBias::Estimated { exponent: 1.0 });
    assert!(known > ignored + 0.05, "{known} with known propensities, {ignored} without");
    assert!(estimated > ignored + 0.05, "{estimated} with estimates, {ignored} without");
    for (estimate, truth) in estimates.iter().zip(truth) {
        assert!((estimate - f64::from(truth)).abs() < 0.1, "{estimates:?}");
    }
}
