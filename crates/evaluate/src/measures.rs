//! How good one list is: where in it stand the products that the shopper went on to.
//!
//! With `rel(i)` 1 if the product in place `i` (from 1) belongs to the truth and 0 otherwise, `t` the
//! size of the truth and `k` the length of list that is looked at:
//!
//! ```text
//! hit rate   max rel(i)                                     i ≤ k
//! recall     Σ rel(i) / t
//! precision  Σ rel(i) / k
//! MRR        1 / (the first i with rel(i) = 1), else 0
//! nDCG       Σ rel(i) / log2(i + 1)  /  Σ over i ≤ min(t, k) of 1 / log2(i + 1)
//! MAP        Σ rel(i) · precision at i  /  min(t, k)
//! ```
//!
//! A list shorter than `k` is not filled up: what it does not name, it does not find.
//!
//! # Source
//!
//! nDCG with binary gain: K. Järvelin and J. Kekäläinen, "Cumulated gain-based evaluation of IR
//! techniques", TOIS 2002. Average precision is cut at `k` and normalised by `min(t, k)`, as in the
//! contests of Kaggle and in RecBole. The others: C. Manning, P. Raghavan and H. Schütze, "Introduction
//! to Information Retrieval", 2008, chapter 8.

use domain::ProductIdx;

/// A measure of one list, between 0 and 1; more is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// Whether the list names any product of the truth.
    HitRate,
    /// Which share of the truth the list names.
    Recall,
    /// Which share of the list's places holds a product of the truth.
    Precision,
    /// One over the place of the first product of the truth.
    Mrr,
    /// How near the top the products of the truth stand, against the best order there is.
    Ndcg,
    /// The mean precision at the places of the products of the truth.
    Map,
}

impl Measure {
    /// All, in the order of [`Measured`].
    pub const ALL: [Measure; N_MEASURES] = [
        Measure::HitRate,
        Measure::Recall,
        Measure::Precision,
        Measure::Mrr,
        Measure::Ndcg,
        Measure::Map,
    ];

    /// How it is written in reports, in `snake_case`.
    pub const fn name(self) -> &'static str {
        match self {
            Measure::HitRate => "hit_rate",
            Measure::Recall => "recall",
            Measure::Precision => "precision",
            Measure::Mrr => "mrr",
            Measure::Ndcg => "ndcg",
            Measure::Map => "map",
        }
    }
}

/// How many measures there are.
pub const N_MEASURES: usize = 6;

/// All measures of one list, in the order of [`Measure::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured(pub [f64; N_MEASURES]);

impl Measured {
    /// One of them.
    pub const fn get(&self, measure: Measure) -> f64 {
        self.0[measure as usize]
    }
}

/// Measures the first `k` products of `list`, which names each product once, by `truth`, which is
/// ascending.
///
/// Takes O(k · log t). All measures are 0 where there is no truth or `k` is 0.
pub fn measure(list: &[ProductIdx], truth: &[ProductIdx], k: usize) -> Measured {
    let n_best = truth.len().min(k);
    if n_best == 0 {
        return Measured::default();
    }
    let (mut n_found, mut first, mut gain, mut sum_precision) = (0_u32, None, 0.0, 0.0);
    for (place, product) in list.iter().take(k).enumerate() {
        if truth.binary_search(product).is_ok() {
            n_found += 1;
            first = first.or(Some(place));
            gain += discount(place);
            sum_precision += f64::from(n_found) / (place + 1) as f64;
        }
    }
    let best_gain: f64 = (0..n_best).map(discount).sum();
    let n_found = f64::from(n_found);
    Measured([
        n_found.min(1.0),
        n_found / truth.len() as f64,
        n_found / k as f64,
        first.map_or(0.0, |place| 1.0 / (place + 1) as f64),
        gain / best_gain,
        sum_precision / n_best as f64,
    ])
}

/// What a find counts in a place, from 0.
fn discount(place: usize) -> f64 {
    1.0 / ((place + 2) as f64).log2()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn products(numbers: &[u32]) -> Vec<ProductIdx> {
        numbers.iter().copied().map(ProductIdx::new).collect()
    }

    #[track_caller]
    fn check(list: &[u32], truth: &[u32], k: usize, expected: [f64; N_MEASURES]) {
        let Measured(found) = measure(&products(list), &products(truth), k);
        for ((measure, found), expected) in Measure::ALL.iter().zip(found).zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{measure:?}: {found}, expected {expected}");
        }
    }

    #[test]
    fn the_textbook_list_with_finds_in_places_one_three_and_six() {
        // Average precision of R N R N N R over three relevant: (1/1 + 2/3 + 3/6) / 3.
        let ndcg = (1.0 + 0.5 + 1.0 / 7_f64.log2()) / (1.0 + 1.0 / 3_f64.log2() + 0.5);
        let map = (1.0 + 2.0 / 3.0 + 0.5) / 3.0;
        check(&[1, 9, 2, 8, 7, 3], &[1, 2, 3], 6, [1.0, 1.0, 0.5, 1.0, ndcg, map]);
    }

    #[test]
    fn ndcg_of_järvelin_and_kekäläinen_s_discount_by_hand() {
        // One find in place 2 of a truth of one: (1 / log2 3) / 1 = 0.630929753571.
        check(&[5, 1], &[1], 10, [1.0, 1.0, 0.1, 0.5, 0.630_929_753_571_457_4, 0.5]);
    }

    #[test]
    fn more_truth_than_places_makes_a_full_list_perfect_but_in_recall() {
        check(&[1, 2], &[1, 2, 3, 4], 2, [1.0, 0.5, 1.0, 1.0, 1.0, 1.0]);
    }

    #[test]
    fn what_stands_beyond_k_is_not_seen_and_nothing_found_is_nothing() {
        check(&[9, 8, 1], &[1], 2, [0.0; N_MEASURES]);
        check(&[], &[1], 5, [0.0; N_MEASURES]);
        check(&[1], &[], 5, [0.0; N_MEASURES]);
    }

    fn any_list() -> impl Strategy<Value = Vec<ProductIdx>> {
        Just((0..30).collect::<Vec<u32>>())
            .prop_shuffle()
            .prop_flat_map(|it| (Just(it), 0..30_usize))
            .prop_map(|(list, n)| products(&list[..n]))
    }

    fn any_truth() -> impl Strategy<Value = Vec<ProductIdx>> {
        prop::collection::btree_set(0..40_u32, 1..20)
            .prop_map(|it| it.into_iter().map(ProductIdx::new).collect())
    }

    proptest! {
        #[test]
        fn measures_lie_between_0_and_1_and_agree_with_each_other(
            list in any_list(), truth in any_truth(), k in 1..40_usize,
        ) {
            let measured = measure(&list, &truth, k);
            for it in measured.0 {
                prop_assert!((0.0..=1.0 + 1e-12).contains(&it), "{measured:?}");
            }
            let get = |it| measured.get(it);
            let n_found = get(Measure::Precision) * k as f64;
            prop_assert!((get(Measure::Recall) * truth.len() as f64 - n_found).abs() < 1e-9);
            prop_assert_eq!(get(Measure::HitRate) > 0.0, get(Measure::Mrr) > 0.0);
            prop_assert!(get(Measure::Mrr) <= get(Measure::HitRate));
            prop_assert!(get(Measure::Map) <= get(Measure::Ndcg) + 1e-12);
        }

        #[test]
        fn with_one_truth_the_measures_fall_together(list in any_list(), truth in 0..40_u32) {
            let truth = [ProductIdx::new(truth)];
            let measured = measure(&list, &truth, 20);
            let are_alike = |a, b| (measured.get(a) - measured.get(b)).abs() < 1e-12;
            prop_assert!(are_alike(Measure::HitRate, Measure::Recall));
            prop_assert!(are_alike(Measure::Mrr, Measure::Map));
        }

        #[test]
        fn the_truth_itself_is_the_best_list(truth in any_truth(), k in 1..40_usize) {
            let measured = measure(&truth, &truth, k);
            prop_assert!((measured.get(Measure::Ndcg) - 1.0).abs() < 1e-12);
            prop_assert!((measured.get(Measure::Map) - 1.0).abs() < 1e-12);
        }
    }
}
