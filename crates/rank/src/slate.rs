//! A slate being filled, rung by rung, until it is full or nothing is left to show.
//!
//! ```text
//! rung 0  the placement's own generators, blended     ─┐
//! rung 1  what is popular                              ├─▶ Slate ──▶ [Pick]
//! last    whatever is for sale, in catalogue order    ─┘
//! ```
//!
//! The set of what may still be shown shrinks with every pick, so that a lower rung can neither repeat
//! a product nor waste its proposals on one: it is given [`Slate::remaining`] as its eligible products.

use domain::ProductIdx;

use crate::{Blended, ProductSet};

/// A product on a slate, and the rung from which it came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pick {
    /// The product, its score, and why.
    pub blended: Blended,
    /// The rung, counted from 0.
    pub rung: usize,
}

/// A slate being filled.
#[derive(Clone, Debug)]
pub struct Slate {
    remaining: ProductSet,
    picks: Vec<Pick>,
    count: usize,
    n_rungs: usize,
}

impl Slate {
    /// An empty slate for `count` of the `eligible` products.
    pub fn new(eligible: ProductSet, count: usize) -> Slate {
        Slate { remaining: eligible, picks: Vec::with_capacity(count.min(1024)), count, n_rungs: 0 }
    }

    /// Fills places from the next rung, in its order, and returns how many.
    ///
    /// What is not eligible or is on the slate already is passed over.
    pub fn fill(&mut self, rung: impl IntoIterator<Item = Blended>) -> usize {
        let before = self.picks.len();
        for blended in rung {
            if self.is_full() {
                break;
            }
            if self.remaining.remove(blended.product) {
                self.picks.push(Pick { blended, rung: self.n_rungs });
            }
        }
        self.n_rungs += 1;
        self.picks.len() - before
    }

    /// Fills the places that are left with whatever may be shown, by ascending product and with a
    /// score of zero: the last rung, after which a place is empty only when nothing is left.
    pub fn fill_with_anything(&mut self) -> usize {
        let anything = |product| Blended { product, score: 0.0, ranking: 0, evidence: None };
        let products: Vec<ProductIdx> = self.remaining.iter().take(self.n_missing()).collect();
        self.fill(products.into_iter().map(anything))
    }

    /// How many places are empty.
    pub fn n_missing(&self) -> usize {
        self.count - self.picks.len()
    }

    /// Whether no place is empty.
    pub fn is_full(&self) -> bool {
        self.n_missing() == 0
    }

    /// What may be shown and is not on the slate yet.
    pub fn remaining(&self) -> &ProductSet {
        &self.remaining
    }

    /// The slate, first to last.
    pub fn into_picks(self) -> Vec<Pick> {
        self.picks
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn blended(product: u32) -> Blended {
        Blended { product: ProductIdx::new(product), score: 1.0, ranking: 0, evidence: None }
    }

    fn slate(eligible: impl IntoIterator<Item = u32>, count: usize) -> Slate {
        Slate::new(eligible.into_iter().map(ProductIdx::new).collect(), count)
    }

    /// Fills from rungs and compares products with their rungs, as in `7/0 3/1`.
    #[track_caller]
    fn check(mut slate: Slate, rungs: &[&[u32]], expected: &str) {
        for rung in rungs {
            slate.fill(rung.iter().copied().map(blended));
        }
        slate.fill_with_anything();
        let picks: Vec<String> = slate
            .into_picks()
            .iter()
            .map(|it| format!("{}/{}", it.blended.product.get(), it.rung))
            .collect();
        assert_eq!(picks.join(" "), expected);
    }

    #[test]
    fn a_lower_rung_fills_what_the_higher_ones_left() {
        check(slate(0..10, 4), &[&[7, 3], &[3, 5, 9]], "7/0 3/0 5/1 9/1");
    }

    #[test]
    fn whatever_is_for_sale_comes_last() {
        check(slate([2, 4, 6], 4), &[&[6]], "6/0 2/1 4/1");
    }

    #[test]
    fn the_ineligible_is_never_shown() {
        check(slate([1], 3), &[&[0, 1, 2], &[99]], "1/0");
        check(slate([], 3), &[&[0, 1]], "");
    }

    proptest! {
        #[test]
        fn no_place_is_empty_while_anything_can_be_shown(
            eligible in proptest::collection::btree_set(0_u32..80, 0..40),
            rungs in proptest::collection::vec(proptest::collection::vec(0_u32..100, 0..30), 0..4),
            count in 0_usize..30,
        ) {
            let mut slate = slate(eligible.iter().copied(), count);
            for rung in rungs {
                slate.fill(rung.into_iter().map(blended));
            }
            slate.fill_with_anything();
            let picks = slate.into_picks();
            let shown: BTreeSet<u32> = picks.iter().map(|it| it.blended.product.get()).collect();

            prop_assert_eq!(picks.len(), count.min(eligible.len()));
            prop_assert_eq!(shown.len(), picks.len());
            prop_assert!(shown.is_subset(&eligible));
            prop_assert!(picks.is_sorted_by_key(|it| it.rung));
        }
    }
}
