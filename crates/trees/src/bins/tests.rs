//! Bins keep order, are about equally full, and know what they do not know.

use proptest::prelude::*;

use super::*;

fn bins_of(kind: FeatureKind, sample: &[f32]) -> Bins {
    Bins::of_sample(&[kind], sample).unwrap()
}

fn bin(bins: &Bins, value: f32) -> u8 {
    let mut out = Vec::new();
    bins.bin(&[value], &mut out);
    out[0]
}

/// Values of which some come often, some are missing and some are not finite.
fn any_sample() -> impl Strategy<Value = Vec<f32>> {
    let value = prop_oneof![
        4 => -1e6_f32..1e6,
        3 => (0..5_u8).prop_map(f32::from),
        1 => Just(f32::NAN),
        1 => prop_oneof![Just(f32::INFINITY), Just(f32::NEG_INFINITY), Just(f32::MAX), Just(-0.0)],
    ];
    prop::collection::vec(value, 0..800)
}

proptest! {
    #[test]
    fn bins_keep_the_order_of_numbers(sample in any_sample(), a: f32, b: f32) {
        let bins = bins_of(FeatureKind::Number, &sample);
        prop_assert!((2..=BINS_MAX).contains(&bins.n_bins(0)));
        for (a, b) in sample.iter().zip(sample.iter().skip(1)).chain([(&a, &b)]) {
            let (bin_a, bin_b) = (bin(&bins, *a), bin(&bins, *b));
            prop_assert_eq!(bin_a == 0, a.is_nan());
            prop_assert!(usize::from(bin_a) < bins.n_bins(0));
            if a <= b {
                prop_assert!(bin_a <= bin_b);
            }
        }
    }

    #[test]
    fn few_values_have_a_bin_each(values in prop::collection::btree_set(-1_000..1_000_i16, 1..255)) {
        let sample: Vec<f32> = values.iter().map(|it| f32::from(*it)).collect();
        let bins = bins_of(FeatureKind::Number, &sample);
        let found: Vec<usize> = sample.iter().map(|it| usize::from(bin(&bins, *it))).collect();
        prop_assert_eq!(found, (1..=sample.len()).collect::<Vec<_>>());
    }

    #[test]
    fn the_order_of_the_sample_does_not_matter(mut sample in any_sample()) {
        let bins = bins_of(FeatureKind::Number, &sample);
        sample.reverse();
        prop_assert_eq!(bins_of(FeatureKind::Number, &sample), bins);
    }

    #[test]
    fn known_categories_have_a_bin_each_and_others_none(
        categories in prop::collection::btree_set(0..400_u16, 1..400), other in 400..500_u16,
    ) {
        let sample: Vec<f32> = categories.iter().map(|it| f32::from(*it)).collect();
        let bins = bins_of(FeatureKind::Category, &sample);
        for (at, category) in sample.iter().enumerate() {
            // All are as frequent, so that the smallest are kept.
            let expected = if at < BINS_MAX - 1 { at + 1 } else { 0 };
            prop_assert_eq!(usize::from(bin(&bins, *category)), expected);
        }
        prop_assert_eq!(bin(&bins, f32::from(other)), 0);
        prop_assert_eq!(bin(&bins, f32::NAN), 0);
    }
}

#[test]
fn many_values_fill_their_bins_about_equally() {
    let sample: Vec<f32> = (0..100_000_u32).map(|it| (it as f32).sqrt()).collect();
    let bins = bins_of(FeatureKind::Number, &sample);
    assert_eq!(bins.n_bins(0), BINS_MAX);
    let mut filled = [0_u32; BINS_MAX];
    sample.iter().for_each(|it| filled[usize::from(bin(&bins, *it))] += 1);
    let usual = 100_000 / 255;
    let is_usual = |it: &u32| (usual - 2..=usual + 2).contains(it);
    assert!(filled[1..].iter().all(is_usual), "{filled:?}");
}

#[test]
fn a_value_that_would_fill_a_bin_has_its_own() {
    let mut sample: Vec<f32> = (0..10_000_u16).map(f32::from).collect();
    sample.extend([5_000.0; 5_000]);
    let bins = bins_of(FeatureKind::Number, &sample);
    let heavy = bin(&bins, 5_000.0);
    assert_eq!(bin(&bins, 4_999.0), heavy - 1);
    assert_eq!(bin(&bins, 5_001.0), heavy + 1);
}

#[test]
fn what_makes_no_rows_is_refused() {
    let torn = Bins::of_sample(&[FeatureKind::Number; 2], &[1.0; 3]).unwrap_err();
    assert_eq!(torn, BinsError::Torn { n_values: 3, n_features: 2 });
    assert_eq!(Bins::of_sample(&[], &[]).unwrap_err(), BinsError::Features { n_features: 0 });
}
