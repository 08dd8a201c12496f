//! Candidates being gathered tier by tier, and the eligible products that are none yet.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::num::NonZeroU32;

use domain::ProductIdx;
use features::Counts;

use crate::{Candidate, Eligible};

thread_local! {
    /// Reused, so that answering allocates nothing.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

#[derive(Debug, Default)]
struct Scratch {
    remaining: Remaining,
    scored: Scored,
}

/// The products that are eligible and not yet candidates: a bit for each.
#[derive(Debug, Default)]
pub(super) struct Remaining {
    words: Vec<u64>,
}

impl Remaining {
    pub(super) fn contains(&self, product: ProductIdx) -> bool {
        Eligible::Only(&self.words).contains(product)
    }

    /// The products, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = ProductIdx> {
        self.words.iter().zip(0_u32..).flat_map(|(&word, at)| {
            let rests = std::iter::successors(Some(word), |rest| Some(rest & rest.wrapping_sub(1)));
            let bits = rests.take_while(|&rest| rest != 0).map(u64::trailing_zeros);
            bits.map(move |bit| ProductIdx::new(at * 64 + bit))
        })
    }

    fn remove(&mut self, product: ProductIdx) {
        self.words[product.as_usize() / 64] &= !(1 << (product.get() % 64));
    }
}

/// Products with scores, of which the best are wanted.
#[derive(Debug, Default)]
pub(super) struct Scored {
    /// The bits of positive floats are in the order of the floats, so a larger key is a better one.
    keys: Vec<(u32, Reverse<u32>)>,
}

impl Scored {
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn clear(&mut self) {
        self.keys.clear();
    }

    /// Adds a product, whose score must be positive.
    pub(super) fn push(&mut self, product: ProductIdx, score: f32) {
        self.keys.push((score.to_bits(), Reverse(product.get())));
    }

    /// The score added last.
    pub(super) fn last_score(&self) -> Option<f32> {
        self.keys.last().map(|&(bits, _)| f32::from_bits(bits))
    }

    /// Keeps the `n` best, in no order; among equals, those with lower numbers.
    pub(super) fn keep_best(&mut self, n: usize) {
        if n > 0 && self.keys.len() > n {
            self.keys.select_nth_unstable_by_key(n - 1, |&key| Reverse(key));
        }
        self.keys.truncate(n);
    }

    /// Gives each product another score, or none and drops it.
    pub(super) fn rescore(&mut self, score: impl Fn(ProductIdx) -> Option<f32>) {
        self.keys.retain_mut(|(bits, Reverse(product))| {
            let score = score(ProductIdx::new(*product));
            *bits = score.unwrap_or_default().to_bits();
            score.is_some()
        });
    }
}

/// Candidates being gathered.
#[derive(Debug)]
pub(super) struct Slate<'a> {
    scratch: &'a mut Scratch,
    out: &'a mut Vec<Candidate>,
    n_wanted: usize,
}

/// Gathers at most `limit` candidates into `out`, from the eligible products.
///
/// Where everything is eligible, that is every product with a number up to the highest counted one.
pub(super) fn with_slate(
    counts: &Counts,
    eligible: Eligible<'_>,
    limit: NonZeroU32,
    out: &mut Vec<Candidate>,
    gather: impl FnOnce(&mut Slate<'_>),
) {
    SCRATCH.with_borrow_mut(|scratch| {
        let words = &mut scratch.remaining.words;
        words.clear();
        match eligible {
            Eligible::Only(eligible) => words.extend_from_slice(eligible),
            Eligible::Everything => {
                let n = counts.overall().cells().len();
                words.resize(n / 64, u64::MAX);
                words.push((1 << (n % 64)) - 1);
            }
        }
        gather(&mut Slate { scratch, out, n_wanted: limit.get() as usize });
    });
}

impl Slate<'_> {
    /// Appends the best of what `gather` scores, by falling score, then by ascending product.
    ///
    /// `gather` is told how many are wanted and what remains; it is not asked when enough are there.
    pub(super) fn append(&mut self, gather: impl FnOnce(usize, &Remaining, &mut Scored)) {
        if self.n_wanted == 0 {
            return;
        }
        let Scratch { remaining, scored } = &mut *self.scratch;
        scored.clear();
        gather(self.n_wanted, remaining, scored);
        scored.keep_best(self.n_wanted);
        scored.keys.sort_unstable_by_key(|&key| Reverse(key));
        self.n_wanted -= scored.len();
        for &(bits, Reverse(product)) in &scored.keys {
            let (product, score) = (ProductIdx::new(product), f32::from_bits(bits));
            remaining.remove(product);
            self.out.push(Candidate { product, score, evidence: None });
        }
    }

    /// Appends what remains by ascending product, with a score of zero.
    pub(super) fn fill(&mut self) {
        let filling = self.scratch.remaining.iter().take(self.n_wanted);
        self.out.extend(filling.map(|product| Candidate { product, score: 0.0, evidence: None }));
    }
}
