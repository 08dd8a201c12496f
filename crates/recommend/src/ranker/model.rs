//! A ranker, and how it orders.

use std::cell::RefCell;
use std::num::NonZeroUsize;

use domain::ProductIdx;

use super::declared::{self, Signals};
use super::linear::Linear;
use super::pool::Pool;
use crate::{Candidate, Context};

/// How many candidates trees look at unless told otherwise: the best of the blend.
pub(super) const RANKED_DEFAULT: NonZeroUsize = NonZeroUsize::new(200).expect("is not zero");
/// The most that they may be told to look at.
pub(super) const RANKED_MAX: NonZeroUsize = NonZeroUsize::new(2_000).expect("is not zero");

/// Orders what several generators propose.
///
/// See the [module](super) for how.
#[derive(Clone, Debug)]
pub struct Ranker {
    pub(super) generators: Vec<String>,
    pub(super) linear: Linear,
    pub(super) trees: Option<trees::Model>,
    pub(super) n_ranked: NonZeroUsize,
}

/// The rankers of a shop: one for each set of generators that some placement draws on.
#[derive(Clone, Debug, Default)]
pub struct Rankers(Vec<Ranker>);

impl Rankers {
    /// These.
    pub const fn of(rankers: Vec<Ranker>) -> Rankers {
        Rankers(rankers)
    }

    /// All of them.
    pub fn all(&self) -> &[Ranker] {
        &self.0
    }

    /// The one that orders the lists of exactly these generators.
    pub fn of_generators<'a>(
        &self,
        generators: impl Iterator<Item = &'a str> + Clone,
    ) -> Option<&Ranker> {
        self.0.iter().find(|it| it.generators.iter().map(String::as_str).eq(generators.clone()))
    }

    /// Bytes of memory held.
    pub fn heap_bytes(&self) -> usize {
        self.0.iter().map(Ranker::heap_bytes).sum()
    }
}

/// A product where the ranker puts it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// The product.
    pub product: ProductIdx,
    /// Its score: comparable within one answer only.
    pub score: f32,
    /// The generator that speaks for it most, by its place among the ranker's.
    pub generator: usize,
}

thread_local! {
    /// Reused, so that ranking allocates next to nothing.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

#[derive(Debug, Default)]
struct Scratch {
    pool: Pool,
    blended: Vec<(f32, usize)>,
    bytes: Vec<u8>,
}

impl Ranker {
    /// A ranker of these generators that has learned nothing: the sum of their reciprocal ranks.
    pub fn untaught(generators: Vec<String>) -> Ranker {
        let linear = Linear::untaught(generators.len());
        Ranker { generators, linear, trees: None, n_ranked: RANKED_DEFAULT }
    }

    /// The generators whose lists it orders, in their order.
    pub fn generators(&self) -> &[String] {
        &self.generators
    }

    /// The names of its features, in their order.
    pub fn features(&self) -> Vec<String> {
        declared::names(&self.generators)
    }

    /// Whether trees order the best of the blend.
    pub const fn has_trees(&self) -> bool {
        self.trees.is_some()
    }

    /// How much each feature helped its trees, in the order of [`features`](Ranker::features); nothing
    /// without trees.
    pub fn gains(&self) -> &[f64] {
        self.trees.as_ref().map_or(&[], trees::Model::gains)
    }

    /// Bytes of memory held.
    pub fn heap_bytes(&self) -> usize {
        self.linear.weights.capacity() * size_of::<f32>()
            + self.trees.as_ref().map_or(0, trees::Model::heap_bytes)
    }

    /// Appends the `n_max` best of what the generators propose to `out`, the best first, ties by ascending
    /// product. `lists` are those of [`generators`](Ranker::generators), in their order.
    ///
    /// Takes some 2 µs a candidate, and 1 µs more for those that trees look at.
    pub fn rank(
        &self,
        lists: &[impl AsRef<[Candidate]>],
        context: &Context<'_>,
        signals: &dyn Signals,
        n_max: usize,
        out: &mut Vec<Ranked>,
    ) {
        SCRATCH.with_borrow_mut(|Scratch { pool, blended, bytes }| {
            pool.fill(lists, context, signals);
            self.blend(pool, blended);
            if let Some(trees) = &self.trees {
                let n_ranked = blended.len().min(self.n_ranked.get());
                bytes.clear();
                blended[..n_ranked].iter().for_each(|it| trees.bins().bin(pool.row(it.1), bytes));
                // What trees do not look at stays behind what they do.
                let below = blended.get(n_ranked).map_or(0.0, |it| it.0);
                let scores = trees.scores_binned(bytes);
                let least = scores.iter().copied().fold(f32::INFINITY, f32::min);
                for (it, score) in blended.iter_mut().zip(scores) {
                    it.0 = score;
                }
                blended[n_ranked..].iter_mut().for_each(|it| it.0 = least + (it.0 - below) - 1.0);
                in_order(pool, &mut blended[..n_ranked]);
            }
            out.extend(blended.iter().take(n_max).map(|&(score, row)| Ranked {
                product: pool.products()[row],
                score,
                generator: self.linear.most_telling(pool.row(row)),
            }));
        });
    }

    /// The rows of a pool with their blended scores, the best first.
    pub(super) fn blend(&self, pool: &Pool, out: &mut Vec<(f32, usize)>) {
        out.clear();
        out.extend(pool.rows().enumerate().map(|(row, it)| (self.linear.score(it), row)));
        in_order(pool, out);
    }
}

fn in_order(pool: &Pool, scored: &mut [(f32, usize)]) {
    let products = pool.products();
    scored.sort_unstable_by(|a, b| {
        b.0.total_cmp(&a.0).then_with(|| products[a.1].cmp(&products[b.1]))
    });
}
