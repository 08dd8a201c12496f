//! Calibrated lists against the plain formula, and what is promised of any.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::relevance::greatest_first;

fn focus(value: f64) -> Focus {
    Focus::new(value).unwrap()
}

#[test]
fn ten_films_keep_both_interests() {
    // Of thirty candidates the first twenty are of war.
    let categories: Vec<Vec<u32>> = (0..30).map(|it| vec![u32::from(it >= 20)]).collect();
    let scores: Vec<f32> = (0..30_u8).map(|it| 1.0 - f32::from(it) / 100.0).collect();
    let own = Mix::new([(0, 7.0), (1, 3.0)]);
    let count_love = |focus: Focus| {
        let list = calibrate(&scores, &own, focus, 10, |it| &categories[it]);
        list.iter().filter(|it| **it >= 20).count()
    };
    assert_eq!(count_love(focus(1.0)), 0);
    assert_eq!(count_love(focus(0.01)), 3);
    assert!(divergence(&own, (13..23).map(|it| categories[it].as_slice())) < 1e-9);
}

#[test]
fn a_mix_adds_up_and_keeps_the_greatest() {
    let mix = Mix::new([(3, 1.0), (1, 2.0), (3, 1.0), (9, -4.0), (7, f32::NAN)]);
    assert_eq!(mix.shares().collect::<Vec<_>>(), [(1, 0.5), (3, 0.5)]);
    assert!((mix.weight(3) - 2.0).abs() < 1e-12 && mix.weight(9).abs() < 1e-12);

    let many = Mix::new((0..100).map(|it| (it, it as f32)));
    assert_eq!(many.shares().len(), CATEGORIES_MAX);
    assert_eq!(many.shares().next().map(|it| it.0), Some(36));
}

fn any_categories() -> impl Strategy<Value = Vec<Vec<u32>>> {
    let some = prop::collection::btree_set(0..6_u32, 0..4);
    prop::collection::vec(some.prop_map(|it| it.into_iter().collect()), 1..12)
}

fn any_mix() -> impl Strategy<Value = Mix> {
    prop::collection::vec((0..6_u32, 0.1..9.0_f32), 0..8).prop_map(Mix::new)
}

proptest! {
    #[test]
    fn each_place_goes_to_what_is_worth_most_by_the_plain_formula(
        categories in any_categories(), own in any_mix(), part in 0.0..1.0_f64,
        scores in prop::collection::vec(-2.0..2.0_f32, 12),
    ) {
        let scores = &scores[..categories.len()];
        let n = scores.len();
        let order = calibrate(scores, &own, focus(part), n, |it| &categories[it]);
        let relevance = scaled(scores);
        for (place, chosen) in order.iter().enumerate() {
            let worth = |it: usize| {
                let with = order[..place].iter().chain([&it]);
                let divergence = divergence(&own, with.map(|it| categories[*it].as_slice()));
                part * relevance[it] - (1.0 - part) * divergence
            };
            for waiting in &order[place..] {
                prop_assert!(worth(*chosen) >= worth(*waiting) - 1e-9);
            }
        }
        let distinct: BTreeSet<usize> = order.iter().copied().collect();
        prop_assert_eq!(distinct.len(), n);
    }

    #[test]
    fn relevance_alone_and_a_stranger_give_the_plain_order(
        categories in any_categories(), own in any_mix(), part in 0.1..1.0_f64, n in 0..14_usize,
        scores in prop::collection::vec(-2_i8..2, 12),
    ) {
        let scores: Vec<f32> =
            scores[..categories.len()].iter().map(|it| f32::from(*it)).collect();
        let mut plain = greatest_first(&scaled(&scores));
        plain.truncate(n);
        prop_assert_eq!(&calibrate(&scores, &own, focus(1.0), n, |it| &categories[it]), &plain);
        let nobody = Mix::default();
        prop_assert_eq!(&calibrate(&scores, &nobody, focus(part), n, |it| &categories[it]), &plain);
    }

    #[test]
    fn a_divergence_is_never_below_zero_and_zero_for_the_own_mix(
        categories in any_categories(), own in any_mix(),
    ) {
        prop_assert!(divergence(&own, categories.iter().map(Vec::as_slice)) > -1e-9);
        let acts = categories.iter().flat_map(|it| {
            it.iter().map(|&category| (category, 1.0 / it.len() as f32))
        });
        let (own, all_known) = (Mix::new(acts), categories.iter().all(|it| !it.is_empty()));
        if all_known {
            prop_assert!(divergence(&own, categories.iter().map(Vec::as_slice)).abs() < 1e-6);
        }
    }
}
