//! Lists with the shopper's own mix of categories.
//!
//! A shopper who buys seven films of war and three of love is best served, one by one, with ten films of
//! war. A calibrated list keeps both interests.
//!
//! # The formula
//!
//! `p(g)` is the share of category `g` in what the shopper did, `q(g)` that in the list, where a product of
//! `k` categories counts for 1/k of a product in each. Each place goes to the candidate with the greatest
//!
//! ```text
//! focus · rel(i) − (1 − focus) · ( KL(placed + i) − KL(placed) )
//! KL(list) = Σ p(g) · ln( p(g) / ((1 − SMOOTHING)·q(g) + SMOOTHING·p(g)) )
//! ```
//!
//! with `rel` and [`Focus`] as in [`diversity`](crate::diversity). The divergence is 0 where the list has the
//! shopper's mix; smoothing keeps it finite where a category is missing. As places are filled one by one,
//! every beginning of the list is calibrated too. With a focus of 1, and for a shopper of whom nothing is
//! known, it gives the plain order.
//!
//! # Bounds and cost
//!
//! A mix has at most [`CATEGORIES_MAX`] categories. `n` of `m` candidates take O(n·m) looks at a candidate's
//! categories: 20 of 300 take 0.1 ms on one core of the machine of `bench/RESULTS.md`.
//!
//! # Source
//!
//! H. Steck, "Calibrated Recommendations", RecSys 2018. There the sum over the list is weighed against its
//! divergence; what a candidate adds to both is the same greedy choice.
//!
//! # What does not live here
//!
//! How what the shopper did is weighed, and how finely categories are told apart, is the caller's.

#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;

use crate::diversity::Focus;
use crate::relevance::{greedy, scaled};

/// How many categories of a mix are kept: those with the greatest weights.
pub const CATEGORIES_MAX: usize = 64;
/// The part of the shopper's own mix that is put under that of a list: the value of the paper.
pub const SMOOTHING: f64 = 0.01;

/// How what a shopper did is spread over categories.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mix {
    /// Categories, ascending, with their weights.
    weights: Vec<(u32, f64)>,
    total: f64,
}

impl Mix {
    /// Adds up weights by category, such as acts. Those that are not finite and positive are passed over.
    pub fn new(weights: impl IntoIterator<Item = (u32, f32)>) -> Mix {
        let usable = weights.into_iter().filter(|it| it.1.is_finite() && it.1 > 0.0);
        let mut weights: Vec<(u32, f64)> = usable.map(|it| (it.0, f64::from(it.1))).collect();
        weights.sort_by_key(|it| it.0);
        weights.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            kept.1 += if is_same { next.1 } else { 0.0 };
            is_same
        });
        weights.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        weights.truncate(CATEGORIES_MAX);
        weights.sort_by_key(|it| it.0);
        let total = weights.iter().map(|it| it.1).sum();
        Mix { weights, total }
    }

    /// The sum of all weights.
    pub const fn total(&self) -> f64 {
        self.total
    }

    /// The weight of a category; 0 where the mix has none of it.
    pub fn weight(&self, category: u32) -> f64 {
        let found = self.weights.binary_search_by_key(&category, |it| it.0);
        found.map_or(0.0, |at| self.weights[at].1)
    }

    /// Categories, ascending, with their shares, which add up to 1.
    pub fn shares(&self) -> impl ExactSizeIterator<Item = (u32, f64)> + '_ {
        self.weights.iter().map(|&(category, weight)| (category, weight / self.total))
    }
}

/// Fills `n` places so that the list has the shopper's mix as far as that is worth it, and returns the
/// numbers of the candidates placed.
///
/// `categories` are those of a candidate, each once.
pub fn calibrate<'a>(
    scores: &[f32],
    own: &Mix,
    focus: Focus,
    n: usize,
    categories: impl Fn(usize) -> &'a [u32],
) -> Vec<usize> {
    let relevance = scaled(scores);
    let places: FxHashMap<u32, usize> = own.shares().map(|it| it.0).zip(0..).collect();
    let own_places = |it: usize| {
        let categories = categories(it);
        let part = (categories.len().max(1) as f64).recip();
        let found: Vec<usize> =
            categories.iter().filter_map(|category| places.get(category).copied()).collect();
        (part, found)
    };
    let of_candidates: Vec<(f64, Vec<usize>)> = (0..scores.len()).map(own_places).collect();

    let mut list = List::of_nobody(own);
    list.expect_next();
    let worth = |list: &List, it: usize| {
        let (part, places) = &of_candidates[it];
        focus.get() * relevance[it] - (1.0 - focus.get()) * list.change(*part, places)
    };
    greedy(scores.len(), n, &mut list, worth, |list, placed| {
        let (part, places) = &of_candidates[placed];
        places.iter().for_each(|&place| list.counts[place] += part);
        list.expect_next();
    })
}

/// How far a list is from the shopper's mix: 0 where it has it, more the farther it is.
///
/// `listed` are the categories of each product, each once.
pub fn divergence<'a>(own: &Mix, listed: impl IntoIterator<Item = &'a [u32]>) -> f64 {
    let (mut counts, mut n) = (FxHashMap::<u32, f64>::default(), 0.0);
    for categories in listed {
        n += 1.0;
        for &category in categories {
            *counts.entry(category).or_default() += 1.0 / categories.len() as f64;
        }
    }
    let term = |(category, share)| {
        term(share, counts.get(&category).copied().unwrap_or_default() / f64::max(n, 1.0))
    };
    own.shares().map(term).sum()
}

/// What a category adds to the divergence: the shopper's share against that of the list.
fn term(own: f64, listed: f64) -> f64 {
    own * (own / ((1.0 - SMOOTHING) * listed + SMOOTHING * own)).ln()
}

/// What was placed so far, by the places of the shopper's categories.
struct List {
    own: Vec<f64>,
    counts: Vec<f64>,
    n: f64,
    /// What each category adds to the divergence once one more is placed that is not of it.
    terms: Vec<f64>,
}

impl List {
    fn of_nobody(own: &Mix) -> List {
        let own: Vec<f64> = own.shares().map(|it| it.1).collect();
        List { counts: vec![0.0; own.len()], terms: vec![0.0; own.len()], n: 0.0, own }
    }

    /// Makes ready for one more product.
    fn expect_next(&mut self) {
        self.n += 1.0;
        let counts = self.own.iter().zip(&self.counts);
        for (kept, (own, count)) in self.terms.iter_mut().zip(counts) {
            *kept = term(*own, count / self.n);
        }
    }

    /// How much less (or more) the divergence is with a product of these categories than with one of none:
    /// what sets candidates for the next place apart.
    fn change(&self, part: f64, places: &[usize]) -> f64 {
        let change = |&place: &usize| {
            term(self.own[place], (self.counts[place] + part) / self.n) - self.terms[place]
        };
        places.iter().map(change).sum()
    }
}
