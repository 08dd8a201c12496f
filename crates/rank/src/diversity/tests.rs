//! Both ways against a look at every candidate with the plain formula.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::relevance::greatest_first;

fn focus(value: f64) -> Focus {
    Focus::new(value).unwrap()
}

/// Scores, and vectors of more dimensions than there are places, so that no determinant is zero.
fn any_list() -> impl Strategy<Value = (Vec<f32>, UnitVectors)> {
    (1..9_usize).prop_flat_map(|m| {
        let scores = prop::collection::vec(-3.0..3.0_f32, m);
        let vectors = prop::collection::vec(-1.0..1.0_f32, m * 12);
        (scores, vectors.prop_map(|it| UnitVectors::new(12, it)))
    })
}

fn determinant(mut matrix: Vec<Vec<f64>>) -> f64 {
    let mut product = 1.0;
    for at in 0..matrix.len() {
        product *= matrix[at][at];
        let pivot = matrix[at].clone();
        for row in &mut matrix[at + 1..] {
            let share = row[at] / pivot[at];
            row.iter_mut().zip(&pivot).for_each(|(it, pivot)| *it -= share * pivot);
        }
    }
    product
}

fn log_volume(of: &[usize], vectors: &UnitVectors) -> f64 {
    let like = |a: usize, b: usize| if a == b { 1.0 } else { f64::from(vectors.cosine(a, b)) };
    let rows = of.iter().map(|&a| of.iter().map(|&b| like(a, b)).collect()).collect();
    determinant(rows).ln()
}

#[test]
fn copies_of_the_best_make_room_for_something_else() {
    let categories = [vec![1], vec![1], vec![1], vec![2]];
    let like = |a: usize, b: usize| jaccard(&categories[a], &categories[b]);
    let scores = [1.0, 0.9, 0.8, 0.5];
    assert_eq!(marginal(&scores, focus(0.5), 4, like), [0, 3, 1, 2]);
    assert_eq!(determinantal(&scores, focus(0.5), 4, like), [0, 3, 1, 2]);
    assert_eq!(marginal(&scores, focus(1.0), 4, like), [0, 1, 2, 3]);
}

#[test]
fn what_two_products_are_together_counts_for_the_second_way_only() {
    // The third lies between the first two: not much like either, but nothing beside both.
    let vectors = UnitVectors::new(3, vec![1., 0., 0., 0., 1., 0., 1., 1., 0., 0.8, 0., 0.6]);
    let like = |a, b| vectors.cosine(a, b);
    let scores = [1.0, 1.0, 0.5, 0.5];
    assert_eq!(determinantal(&scores, focus(0.1), 3, like), [0, 1, 3]);
    assert_eq!(marginal(&scores, focus(0.1), 3, like), [0, 1, 2]);
}

#[test]
fn likeness_is_what_is_shared_of_all_there_is() {
    assert!((jaccard(&[1, 3, 5], &[3, 5, 8, 9]) - 0.4).abs() < 1e-6);
    assert!(jaccard(&[], &[]).abs() < 1e-6);
    let vectors = UnitVectors::new(9, [vec![1.0; 9], vec![2.0; 9], vec![0.0; 9]].concat());
    assert!((vectors.cosine(0, 1) - 1.0).abs() < 1e-6);
    assert!(vectors.cosine(0, 2).abs() < 1e-6);
}

proptest! {
    #[test]
    fn relevance_alone_gives_the_plain_order(
        scores in prop::collection::vec(-3_i8..3, 0..40), n in 0..50_usize,
    ) {
        let scores: Vec<f32> = scores.into_iter().map(f32::from).collect();
        let mut plain = greatest_first(&scaled(&scores));
        plain.truncate(n);

        // Whatever the likeness, and with any focus where no two are alike.
        prop_assert_eq!(&marginal(&scores, focus(1.0), n, |_, _| 1.0), &plain);
        prop_assert_eq!(&determinantal(&scores, focus(1.0), n, |_, _| 1.0), &plain);
        prop_assert_eq!(&marginal(&scores, focus(0.3), n, |_, _| 0.0), &plain);
        prop_assert_eq!(&determinantal(&scores, focus(0.3), n, |_, _| 0.0), &plain);
    }

    #[test]
    fn each_place_goes_to_the_greatest_marginal_relevance(
        (scores, vectors) in any_list(), part in 0.0..1.0_f64,
    ) {
        let order = marginal(&scores, focus(part), scores.len(), |a, b| vectors.cosine(a, b));
        let relevance = scaled(&scores);
        for (place, chosen) in order.iter().enumerate() {
            let worth = |it: usize| {
                let likes = order[..place].iter().map(|&other| f64::from(vectors.cosine(it, other)));
                let nearest = likes.reduce(f64::max).unwrap_or(0.0);
                part * relevance[it] - (1.0 - part) * nearest
            };
            for waiting in &order[place..] {
                prop_assert!(worth(*chosen) >= worth(*waiting) - 1e-9);
            }
        }
    }

    #[test]
    fn each_place_goes_to_the_greatest_gain_of_volume(
        (scores, vectors) in any_list(), part in 0.0..1.0_f64,
    ) {
        let order = determinantal(&scores, focus(part), scores.len(), |a, b| vectors.cosine(a, b));
        let relevance = scaled(&scores);
        for (place, chosen) in order.iter().enumerate() {
            let worth = |it: usize| {
                let with = [&order[..place], &[it]].concat();
                part * relevance[it] + (1.0 - part) * log_volume(&with, &vectors)
            };
            for waiting in &order[place..] {
                // Single precision decides between near equals.
                prop_assert!(worth(*chosen) >= worth(*waiting) - 2e-3);
            }
        }
    }

    #[test]
    fn places_are_filled_without_repeating_anyone(
        (scores, vectors) in any_list(), part in 0.0..1.0_f64, n in 0..12_usize,
    ) {
        let like = |a: usize, b: usize| vectors.cosine(a, b);
        for order in [
            marginal(&scores, focus(part), n, like),
            determinantal(&scores, focus(part), n, like),
            // Where all are the same, the volume is zero from the second place on.
            determinantal(&scores, focus(part), n, |_, _| 1.0),
        ] {
            prop_assert_eq!(order.len(), n.min(scores.len()));
            let distinct: BTreeSet<usize> = order.iter().copied().collect();
            prop_assert_eq!(distinct.len(), order.len());
            prop_assert!(order.iter().all(|it| *it < scores.len()));
        }
    }
}
