//! Blends of small rankings, and what holds of any.

use std::collections::BTreeSet;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

fn proposals(products: &[u32]) -> Vec<Scored> {
    let scored = |product| Scored { product: ProductIdx::new(product), score: 1.0, evidence: None };
    products.iter().copied().map(scored).collect()
}

/// Blends rankings of a weight and products, best first, and compares the table of the blend.
#[track_caller]
fn check(rankings: &[(f32, &[u32])], n_max: usize, expect: Expect) {
    let candidates: Vec<Vec<Scored>> = rankings.iter().map(|it| proposals(it.1)).collect();
    let rankings: Vec<Ranking<'_>> = rankings
        .iter()
        .zip(&candidates)
        .map(|((weight, _), candidates)| Ranking { weight: *weight, candidates })
        .collect();
    let table: String = blend(&rankings, n_max)
        .iter()
        .map(|it| format!("{} {:.5} from {}\n", it.product.get(), it.score, it.ranking))
        .collect();
    expect.assert_eq(&table);
}

#[test]
fn what_several_agree_on_comes_before_what_one_likes_best() {
    check(
        &[(1.0, &[1, 5, 2]), (1.0, &[7, 5])],
        10,
        expect![[r#"
            5 0.03226 from 0
            1 0.01639 from 0
            7 0.01639 from 1
            2 0.01587 from 0
        "#]],
    );
}

#[test]
fn the_ranking_that_adds_most_gives_the_reason() {
    check(
        &[(0.5, &[1, 2]), (1.0, &[2, 1])],
        10,
        expect![[r#"
            2 0.02446 from 1
            1 0.02433 from 1
        "#]],
    );
}

#[test]
fn a_ranking_without_a_usable_weight_is_passed_over() {
    for weight in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        check(
            &[(weight, &[1]), (1.0, &[2])],
            10,
            expect![[r#"
            2 0.01639 from 1
        "#]],
        );
    }
}

#[test]
fn a_product_counts_once_in_each_ranking() {
    check(
        &[(1.0, &[3, 3, 4])],
        10,
        expect![[r#"
        3 0.01639 from 0
        4 0.01587 from 0
    "#]],
    );
}

#[test]
fn the_evidence_is_that_of_the_ranking_that_adds_most() {
    let proposal = |evidence| Scored {
        product: ProductIdx::new(9),
        score: 1.0,
        evidence: Some(ProductIdx::new(evidence)),
    };
    let (weak, strong) = ([proposal(1)], [proposal(2)]);
    let rankings =
        [Ranking { weight: 0.3, candidates: &weak }, Ranking { weight: 0.7, candidates: &strong }];

    assert_eq!(blend(&rankings, 1)[0].evidence, Some(ProductIdx::new(2)));
}

fn any_rankings() -> impl Strategy<Value = Vec<(f32, Vec<u32>)>> {
    let products = Just((0_u32..40).collect::<Vec<u32>>()).prop_shuffle();
    let products = (products, 0_usize..40).prop_map(|(mut products, n)| {
        products.truncate(n);
        products
    });
    proptest::collection::vec((0.1_f32..2.0, products), 0..4)
}

proptest! {
    #[test]
    fn a_blend_is_the_plain_formula_in_order(rankings in any_rankings(), n_max in 0_usize..50) {
        let candidates: Vec<Vec<Scored>> = rankings.iter().map(|it| proposals(&it.1)).collect();
        let given: Vec<Ranking<'_>> = rankings
            .iter()
            .zip(&candidates)
            .map(|((weight, _), candidates)| Ranking { weight: *weight, candidates })
            .collect();

        let blended = blend(&given, n_max);

        let named: BTreeSet<u32> = rankings.iter().flat_map(|it| it.1.iter().copied()).collect();
        prop_assert_eq!(blended.len(), n_max.min(named.len()));
        for it in &blended {
            let ranks = rankings.iter().filter_map(|(weight, products)| {
                let rank = products.iter().position(|product| *product == it.product.get())? + 1;
                Some(weight / (RANK_OFFSET + u16::try_from(rank).map(f32::from).ok()?))
            });
            prop_assert!((it.score - ranks.sum::<f32>()).abs() < 1e-6);
        }
        let in_order = |a: &Blended, b: &Blended| {
            a.score > b.score || (a.score.total_cmp(&b.score).is_eq() && a.product < b.product)
        };
        prop_assert!(blended.windows(2).all(|it| in_order(&it[0], &it[1])));
        prop_assert_eq!(&blend(&given, 100)[..blended.len()], &blended[..]);
    }
}
