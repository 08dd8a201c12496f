//! Models are asked, explained, written and read.

use proptest::prelude::*;

use super::*;
use crate::bins::FeatureKind;
use crate::config::Config;
use crate::dataset::Dataset;
use crate::objective::Squared;
use crate::training::Training;

const FEATURES: usize = 3;

/// A model of two numbers and a category, learned from rows made of `seed`.
fn learned(seed: u32) -> (Model, Vec<[f32; FEATURES]>) {
    let mixed = |row: u32, by: u32| (row.wrapping_add(seed).wrapping_mul(by) >> 7) % 97;
    let row = |it: u32| {
        let a = mixed(it, 2_654_435_761) as f32;
        let b = mixed(it, 40_503_777) as f32;
        [if a > 90.0 { f32::NAN } else { a }, b, (mixed(it, 97_531) % 7) as f32]
    };
    let values: Vec<[f32; FEATURES]> = (0..300).map(row).collect();
    let label = |it: &[f32; FEATURES]| {
        it[0].max(20.0) + if (it[2] % 3.0 - 1.0).abs() < 0.5 { it[1] } else { -it[1] }
    };
    let kinds = [FeatureKind::Number, FeatureKind::Number, FeatureKind::Category];
    let bins = Bins::of_sample(&kinds, values.as_flattened()).unwrap();
    let mut rows = Vec::new();
    bins.bin(values.as_flattened(), &mut rows);
    let data = Dataset::new(&bins, rows, values.iter().map(label).collect()).unwrap();
    let config = Config { n_trees: 12, ..Config::default() };
    (Training::new(&bins, &data, &config).run(&mut Squared).unwrap().model, values)
}

fn encoded(model: &Model) -> Vec<u8> {
    let mut bytes = Vec::new();
    model.encode(&mut bytes);
    bytes
}

/// Asks a model everything, which must not panic.
fn ask(model: &Model) {
    let n_features = model.bins().n_features();
    for byte in [0, 1, 7, 254, 255] {
        let row = vec![byte; n_features];
        model.score_binned(&row);
        model.scores_binned(&row.repeat(11));
        model.contributions(&row);
    }
    model.score(&vec![0.5; n_features]);
}

proptest! {
    #[test]
    fn a_row_has_one_score_alone_among_others_and_as_values(seed in 0..40_u32, n in 0..40_usize) {
        let (model, values) = learned(seed);
        let mut rows = Vec::new();
        model.bins().bin(values[..n].as_flattened(), &mut rows);
        let alone: Vec<f32> =
            rows.chunks_exact(FEATURES).map(|it| model.score_binned(it)).collect();
        prop_assert_eq!(&model.scores_binned(&rows), &alone);
        prop_assert_eq!(&model.par_scores_binned(&rows), &alone);
        let as_values: Vec<f32> = values[..n].iter().map(|it| model.score(it)).collect();
        prop_assert_eq!(as_values, alone);
    }

    #[test]
    fn contributions_and_what_is_unexplained_add_up_to_the_score(seed in 0..40_u32) {
        let (model, values) = learned(seed);
        for values in &values {
            let mut row = Vec::new();
            model.bins().bin(values, &mut row);
            let contributions = model.contributions(&row);
            let sum: f32 = contributions.iter().map(|it| it.amount).sum();
            prop_assert!((model.unexplained() + sum - model.score(values)).abs() < 1e-2);
            prop_assert!(contributions.is_sorted_by(|a, b| a.amount.abs() >= b.amount.abs()));
        }
    }

    #[test]
    fn a_model_is_read_as_it_was_written(seed in 0..40_u32) {
        let (model, _) = learned(seed);
        prop_assert_eq!(Model::decode(&encoded(&model)).unwrap(), model);
    }

    #[test]
    fn damaged_bytes_are_refused_or_another_model(
        at in any::<prop::sample::Index>(), bit in 0..8_u8, cut in any::<prop::sample::Index>(),
    ) {
        let bytes = encoded(&learned(1).0);
        let mut flipped = bytes.clone();
        flipped[at.index(bytes.len())] ^= 1 << bit;
        if let Ok(model) = Model::decode(&flipped) {
            ask(&model);
        }
        prop_assert!(Model::decode(&bytes[..cut.index(bytes.len())]).is_err());
    }

    #[test]
    fn no_bytes_make_reading_panic(bytes: Vec<u8>) {
        if let Ok(model) = Model::decode(&bytes) {
            ask(&model);
        }
    }
}

#[test]
fn what_a_feature_adds_is_counted_for_it() {
    // One tree of one split by the first feature: all of the score is the first feature's.
    let values = [[0.0, 5.0], [1.0, 5.0]];
    let bins = Bins::of_sample(&[FeatureKind::Number; 2], values.as_flattened()).unwrap();
    let mut rows = Vec::new();
    bins.bin(values.as_flattened(), &mut rows);
    let data = Dataset::new(&bins, rows.repeat(20), [-3.0, 3.0].repeat(20)).unwrap();
    let config = Config { n_trees: 1, learning_rate: 1.0, ..Config::default() };
    let model = Training::new(&bins, &data, &config).run(&mut Squared).unwrap().model;
    let expected = [Contribution { feature: 0, amount: 3.0 }];
    assert_eq!(model.contributions(&rows[2..]), expected);
    assert!(model.gains()[0] > 0.0 && model.gains()[1] <= 0.0, "{:?}", model.gains());
}

#[test]
fn a_newer_format_is_refused_with_its_remedy() {
    let mut bytes = encoded(&learned(1).0);
    // The list's first entry is the format.
    assert_eq!(bytes[1], 1);
    bytes[1] = 2;
    let error = Model::decode(&bytes).unwrap_err().to_string();
    assert!(error.contains("format 2") && error.contains("train anew"), "{error}");
}
