//! What is learned, against plain formulas, and what bounds it.

use proptest::prelude::*;

use super::*;
use crate::config::{Growth, LEAVES_MAX, Sampling};
use crate::objective::{LambdaRank, Logistic, Squared};

const FEATURES: usize = 3;

/// Rows of two numbers (some missing) and a category, with labels.
#[derive(Clone, Debug)]
struct Table {
    values: Vec<[f32; FEATURES]>,
    labels: Vec<f32>,
}

fn any_table(rows: std::ops::Range<usize>) -> impl Strategy<Value = Table> {
    let number = prop_oneof![6 => (0..12_u8).prop_map(f32::from), 1 => Just(f32::NAN)];
    let row = (number.clone(), number, 0..5_u8, -8..8_i8);
    prop::collection::vec(row, rows).prop_map(|rows| Table {
        values: rows.iter().map(|it| [it.0, it.1, f32::from(it.2)]).collect(),
        labels: rows.iter().map(|it| f32::from(it.3)).collect(),
    })
}

/// Many rows whose label follows their features, with chance.
fn learnable(n_rows: usize, seed: u64) -> Table {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut table = Table { values: Vec::new(), labels: Vec::new() };
    for _ in 0..n_rows {
        let [a, b, noise]: [f32; 3] = rng.random();
        let category = rng.random_range(0..6_u8);
        let category_worth = [0.3, -0.8, 0.9, -0.2, 0.0, 0.5][usize::from(category)];
        table.values.push([if a < 0.05 { f32::NAN } else { a }, b, f32::from(category)]);
        table.labels.push((6.0 * a).sin() + 2.0 * a * b + category_worth + 0.2 * noise);
    }
    table
}

impl Table {
    fn bins(&self) -> Bins {
        let kinds = [FeatureKind::Number, FeatureKind::Number, FeatureKind::Category];
        Bins::of_sample(&kinds, self.values.as_flattened()).unwrap()
    }

    fn dataset(&self, bins: &Bins) -> Dataset {
        let mut rows = Vec::new();
        bins.bin(self.values.as_flattened(), &mut rows);
        Dataset::new(bins, rows, self.labels.clone()).unwrap()
    }

    /// With gains from 0 to 3, in lists of ten.
    fn lists(&self, bins: &Bins) -> Dataset {
        let mut table = self.clone();
        table.labels.iter_mut().for_each(|it| *it = it.round().clamp(0.0, 3.0));
        table.dataset(bins).with_groups(&vec![10; self.labels.len() / 10]).unwrap()
    }
}

/// A configuration that changes nothing about the plain formula.
fn plain(n_trees: usize, n_leaves: u16) -> Config {
    let growth = Growth {
        n_leaves,
        rows_per_leaf: 1,
        hessian_per_leaf: 0.0,
        category_lambda: 0.0,
        category_smoothing: 0.0,
        ..Growth::default()
    };
    Config { n_trees, learning_rate: 1.0, growth, ..Config::default() }
}

fn train(bins: &Bins, data: &Dataset, config: &Config) -> Model {
    Training::new(bins, data, config).run(&mut Squared).unwrap().model
}

/// The gain of the best of all ways to divide the rows by one feature, found by trying them all.
fn best_gain(table: &Table, lambda: f64, rows_per_leaf: usize) -> f64 {
    let mean =
        table.labels.iter().map(|it| f64::from(*it)).sum::<f64>() / table.labels.len() as f64;
    let worth = |of: &dyn Fn(usize) -> bool| {
        let rows: Vec<usize> = (0..table.labels.len()).filter(|it| of(*it)).collect();
        let gradient: f64 = rows.iter().map(|it| mean - f64::from(table.labels[*it])).sum();
        (rows.len() >= rows_per_leaf).then(|| gradient.powi(2) / (rows.len() as f64 + lambda))
    };
    let whole = worth(&|_| true).unwrap();
    let mut best: f64 = 0.0;
    let mut consider = |is_left: &dyn Fn(usize) -> bool| {
        if let Some((left, right)) = worth(is_left).zip(worth(&|row| !is_left(row))) {
            best = best.max(left + right - whole);
        }
    };
    for last in 0..12_u8 {
        for feature in 0..2 {
            let value = |row: usize| table.values[row][feature];
            consider(&|row| value(row) <= f32::from(last));
            consider(&|row| value(row).is_nan() || value(row) <= f32::from(last));
        }
    }
    consider(&|row| table.values[row][0].is_nan());
    consider(&|row| table.values[row][1].is_nan());
    for set in 0..32_u8 {
        let holds = |it: u8| set >> it & 1 == 1;
        consider(&|row| {
            (0..5).any(|it| holds(it) && (table.values[row][2] - f32::from(it)).abs() < 0.5)
        });
    }
    best
}

proptest! {
    #[test]
    fn the_split_that_is_found_is_the_best_there_is(
        table in any_table(4..40), lambda in 0..3_u8, rows_per_leaf in 1..4_u32,
    ) {
        let bins = table.bins();
        let mut config = plain(1, 2);
        config.growth.lambda = lambda.into();
        config.growth.rows_per_leaf = rows_per_leaf;
        let model = train(&bins, &table.dataset(&bins), &config);
        let best = best_gain(&table, lambda.into(), rows_per_leaf as usize);
        let found: f64 = model.gains().iter().sum();
        prop_assert!((found - best).abs() <= 1e-5 * (1.0 + best), "{found}, but {best} is there");
    }

    #[test]
    fn a_tree_without_limits_gives_every_row_its_label(mut table in any_table(1..60)) {
        for (label, row) in table.labels.iter_mut().zip(&table.values) {
            *label = if row[0].is_nan() { 100.0 } else { 7.0 * row[0] };
        }
        let bins = table.bins();
        let model = train(&bins, &table.dataset(&bins), &plain(1, LEAVES_MAX));
        for (row, label) in table.values.iter().zip(&table.labels) {
            prop_assert!((model.score(row) - label).abs() < 1e-3);
        }
    }

    #[test]
    fn every_tree_lowers_the_squared_loss(table in any_table(30..80), n_leaves in 2..9_u16) {
        let bins = table.bins();
        let data = table.dataset(&bins);
        let config = Config { learning_rate: 0.3, ..plain(12, n_leaves) };
        let model = train(&bins, &data, &config);
        let mut scores = vec![model.start(); data.n_rows()];
        let mut losses = vec![Metric::Rmse.of(&data, &scores)];
        for tree in model.trees() {
            add_scores(tree, &data, &mut scores);
            losses.push(Metric::Rmse.of(&data, &scores));
        }
        prop_assert!(losses.is_sorted_by(|a, b| a + 1e-6 >= *b), "{losses:?}");
    }

    #[test]
    fn monotone_features_are_monotone(seed: u64, at in prop::array::uniform3(0.0_f32..1.0)) {
        let table = learnable(400, seed);
        let bins = table.bins();
        let monotone = vec![Monotone::Falling, Monotone::Rising];
        let config = Config { n_trees: 10, monotone, ..plain(10, 16) };
        let model = train(&bins, &table.dataset(&bins), &config);
        let steps = || (0..50_u8).map(|it| f32::from(it) / 50.0);
        let along_a: Vec<f32> = steps().map(|it| model.score(&[it, at[1], 2.0])).collect();
        let along_b: Vec<f32> = steps().map(|it| model.score(&[at[0], it, 3.0])).collect();
        prop_assert!(along_a.is_sorted_by(|a, b| a >= b), "{along_a:?}");
        prop_assert!(along_b.is_sorted(), "{along_b:?}");
    }
}

/// Trains on a pool of so many threads.
fn on_threads(n_threads: usize, objective: &mut (dyn Objective + Send), config: &Config) -> Model {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
    let table = learnable(40_000, 1);
    let bins = table.bins();
    let data = table.lists(&bins);
    pool.install(|| Training::new(&bins, &data, config).run(objective).unwrap().model)
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let sampling = Sampling { rows: 0.8, features: 0.7, seed: 3 };
    let config = Config { n_trees: 5, sampling, ..Config::default() };
    let ranked = |n| on_threads(n, &mut LambdaRank::new(10.try_into().unwrap(), 1.0), &config);
    assert_eq!(ranked(1), ranked(3));
    let all = Config { n_trees: 5, ..Config::default() };
    assert_eq!(on_threads(1, &mut Squared, &all), on_threads(4, &mut Squared, &all));
}

#[test]
fn going_on_is_the_same_as_not_having_stopped() {
    let table = learnable(500, 2);
    let bins = table.bins();
    let data = table.lists(&bins);
    let sampling = Sampling { rows: 0.7, features: 0.7, seed: 5 };
    let config = |n_trees| Config { n_trees, sampling, ..Config::default() };
    let rank = || LambdaRank::new(10.try_into().unwrap(), 1.0);
    let whole = Training::new(&bins, &data, &config(20)).run(&mut rank()).unwrap().model;
    let half = Training::new(&bins, &data, &config(10)).run(&mut rank()).unwrap().model;
    let rest = config(10);
    let rest = Training::new(&bins, &data, &rest).going_on_from(&half);
    assert_eq!(rest.run(&mut rank()).unwrap().model, whole);
}

#[test]
fn what_is_learned_holds_for_rows_not_seen() {
    let (table, other) = (learnable(4_000, 3), learnable(1_000, 4));
    let bins = table.bins();
    let (data, held_out) = (table.dataset(&bins), other.dataset(&bins));
    let model = train(&bins, &data, &Config::default());
    let rmse = Metric::Rmse.of(&held_out, &model.scores_binned(held_out.rows()));
    // Chance alone has a standard deviation of 0.2 / √12 = 0.058; the labels' own is 0.9.
    assert!(rmse < 0.1, "{rmse}");
}

#[test]
fn training_ends_where_validation_does_not_get_better_and_keeps_the_best() {
    let mut table = learnable(300, 5);
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    table.labels.iter_mut().for_each(|it| *it += 3.0 * rng.random::<f32>());
    let bins = table.bins();
    let (data, held_out) = (table.dataset(&bins), learnable(300, 7).dataset(&bins));
    let config = Config { n_trees: 400, ..Config::default() };
    let patience = NonZeroUsize::new(10).unwrap();
    let training = Training::new(&bins, &data, &config);
    let Trained { model, progress, ended } =
        training.validated_by(&held_out, Metric::Rmse, patience).run(&mut Squared).unwrap();
    assert_eq!(ended, Ended::NoBetter);
    assert_eq!(progress.len(), model.n_trees() + patience.get());
    let best = Metric::Rmse.of(&held_out, &model.scores_binned(held_out.rows()));
    let least = progress.iter().copied().fold(f64::INFINITY, f64::min);
    assert!((best - least).abs() < 1e-12, "{best} is not the best of {progress:?}");
}

#[test]
fn a_stopped_training_gives_what_it_has() {
    let table = learnable(300, 8);
    let bins = table.bins();
    let data = table.dataset(&bins);
    let n_asked = std::cell::Cell::new(0);
    let is_stopped = || {
        n_asked.set(n_asked.get() + 1);
        n_asked.get() > 3
    };
    let config = Config::default();
    let stopped =
        Training::new(&bins, &data, &config).unless(&is_stopped).run(&mut Squared).unwrap();
    assert_eq!(stopped.ended, Ended::Stopped);
    assert_eq!(stopped.model, train(&bins, &data, &Config { n_trees: 3, ..config.clone() }));
}

#[test]
fn labels_without_differences_need_no_trees() {
    let mut table = learnable(100, 9);
    table.labels.fill(2.5);
    let bins = table.bins();
    let data = table.dataset(&bins);
    let config = Config::default();
    let trained = Training::new(&bins, &data, &config).run(&mut Squared).unwrap();
    assert_eq!((trained.ended, trained.model.n_trees()), (Ended::NothingLeft, 0));
    assert!((trained.model.score(&[0.0; FEATURES]) - 2.5).abs() < 1e-6);
}

#[test]
fn chances_come_out_as_they_are() {
    let mut table = learnable(4_000, 10);
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    for (label, row) in table.labels.iter_mut().zip(&table.values) {
        let chance = if row[1] > 0.5 { 0.8 } else { 0.1 };
        *label = f32::from(u8::from(rng.random::<f32>() < chance));
    }
    let bins = table.bins();
    let data = table.dataset(&bins);
    let growth = Growth { n_leaves: 2, ..Growth::default() };
    let config = Config { growth, ..Config::default() };
    let model = Training::new(&bins, &data, &config).run(&mut Logistic).unwrap().model;
    let chance = |b: f32| 1.0 / (1.0 + (-model.score(&[0.5, b, 0.0])).exp());
    assert!((chance(0.9) - 0.8).abs() < 0.05, "{}", chance(0.9));
    assert!((chance(0.1) - 0.1).abs() < 0.05, "{}", chance(0.1));
}

#[test]
fn what_does_not_go_together_is_refused() {
    let table = learnable(100, 12);
    let bins = table.bins();
    let data = table.dataset(&bins);
    let refusal = |config: &Config, earlier: Option<&Model>| {
        let training = Training::new(&bins, &data, config);
        let training = Training { earlier, ..training };
        training.run(&mut Squared).unwrap_err().to_string()
    };
    let config = Config::default();
    let steep = Config { learning_rate: 1.5, ..config.clone() };
    assert!(refusal(&steep, None).contains("learning rate"));
    let monotone = vec![Monotone::Open, Monotone::Open, Monotone::Rising];
    assert!(refusal(&Config { monotone, ..config.clone() }, None).contains("only numbers"));
    let others = learnable(50, 13);
    let other_bins = others.bins();
    let foreign = train(&other_bins, &others.dataset(&other_bins), &config);
    assert!(refusal(&config, Some(&foreign)).contains("other bins"));
    let ndcg = Metric::Ndcg(std::num::NonZeroU16::MIN);
    let validated =
        Training::new(&bins, &data, &config).validated_by(&data, ndcg, NonZeroUsize::MIN);
    let error = validated.run(&mut Squared).unwrap_err().to_string();
    assert!(error.contains("lists"), "{error}");
    let lists = Training::new(&bins, &data, &config);
    let error = lists.run(&mut LambdaRank::new(10.try_into().unwrap(), 1.0)).unwrap_err();
    assert_eq!(error, TrainingError::Objective(ObjectiveError::NoGroups));
    let labels = [f32::MAX, -f32::MAX].repeat(50);
    let huge = Table { labels, ..table.clone() };
    let weights = vec![f32::MAX; 100];
    let huge = huge.dataset(&bins).with_weights(weights).unwrap();
    let error = Training::new(&bins, &huge, &config).run(&mut Squared).unwrap_err();
    assert_eq!(error, TrainingError::Diverged { tree: 0 });
}
