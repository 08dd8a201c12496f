//! Reused working memory, so that answering allocates and clears nothing.
//!
//! A [`Marked`] is a dense array whose entries are forgotten all at once by moving to the next
//! epoch; an entry written in an earlier epoch reads as absent. Each thread has its own.

use std::cmp::Reverse;
use std::num::NonZeroU32;

use domain::ProductIdx;

use crate::{Candidate, Eligible};

/// A dense array of `T` that is emptied in O(1) and remembers what was touched, in order.
#[derive(Debug, Default)]
pub(crate) struct Marked<T> {
    epoch: u32,
    entries: Vec<(u32, T)>,
    touched: Vec<u32>,
}

impl<T: Copy + Default> Marked<T> {
    /// Forgets everything and makes room for indices below `len`.
    pub(crate) fn reset(&mut self, len: usize) {
        self.touched.clear();
        self.epoch = self.epoch.wrapping_add(1);
        if self.epoch == 0 {
            // Four billion answers later an old mark would look new.
            self.entries.fill((0, T::default()));
            self.epoch = 1;
        }
        if self.entries.len() < len {
            self.entries.resize(len, (0, T::default()));
        }
    }

    /// The entry at `index`, the default one at its first touch.
    #[inline]
    pub(crate) fn touch(&mut self, index: u32) -> &mut T {
        let (mark, entry) = &mut self.entries[index as usize];
        if *mark != self.epoch {
            *mark = self.epoch;
            *entry = T::default();
            self.touched.push(index);
        }
        entry
    }

    /// The entry at `index`, unless it was not touched.
    #[inline]
    pub(crate) fn get(&self, index: u32) -> Option<T> {
        let (mark, entry) = self.entries[index as usize];
        (mark == self.epoch).then_some(entry)
    }

    /// The entry at `index`, to be changed, unless it was not touched.
    pub(crate) fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        let (mark, entry) = &mut self.entries[index as usize];
        (*mark == self.epoch).then_some(entry)
    }

    /// What was touched, with its index, in the order of first touches.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, T)> {
        self.touched.iter().map(|&index| (index, self.entries[index as usize].1))
    }
}

/// A score that is being summed, and the product that most of it rests on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) score: f32,
    /// How far `evidence` is ahead of all other evidence together.
    lead: f32,
    evidence: u32,
}

impl Tally {
    /// Adds `amount`, which rests on the product `evidence`.
    ///
    /// Keeps the weighted majority: whichever product gave more than half of the score is found
    /// exactly, and otherwise one that gave much (R. Boyer and J. Moore, "MJRTY: a fast majority
    /// vote algorithm", 1981). What speaks against it is no evidence.
    #[inline]
    pub(crate) fn add(&mut self, amount: f32, evidence: u32) {
        self.score += amount;
        if amount <= 0.0 {
            return;
        }
        if self.evidence == evidence {
            self.lead += amount;
        } else {
            self.lead -= amount;
            if self.lead < 0.0 {
                self.lead = -self.lead;
                self.evidence = evidence;
            }
        }
    }

    /// The product that most of it rests on.
    pub(crate) const fn evidence(&self) -> u32 {
        self.evidence
    }

    /// Multiplies what was added so far.
    pub(crate) fn scale(&mut self, factor: f32) {
        self.score *= factor;
        self.lead *= factor;
    }
}

/// The best of `tallies`, in the order that the contract of generators asks for.
#[derive(Debug, Default)]
pub(crate) struct Best {
    keys: Vec<(u32, Reverse<u32>)>,
}

impl Best {
    /// Appends the `limit` best eligible products to `out`, each score multiplied by `factor`.
    pub(crate) fn append(
        &mut self,
        tallies: &Marked<Tally>,
        factor: impl Fn(u32) -> f32,
        (eligible, limit): (Eligible<'_>, NonZeroU32),
        out: &mut Vec<Candidate>,
    ) {
        let limit = limit.get() as usize;
        self.keys.clear();
        for (product, tally) in tallies.iter() {
            if !eligible.contains(ProductIdx::new(product)) {
                continue;
            }
            let score = tally.score * factor(product);
            if score > 0.0 && score.is_finite() {
                // The bits of positive floats are in the order of the floats.
                self.keys.push((score.to_bits(), Reverse(product)));
            }
        }
        if self.keys.len() > limit {
            self.keys.select_nth_unstable_by_key(limit - 1, |&key| Reverse(key));
            self.keys.truncate(limit);
        }
        self.keys.sort_unstable_by_key(|&key| Reverse(key));
        out.extend(self.keys.iter().map(|&(bits, Reverse(product))| Candidate {
            product: ProductIdx::new(product),
            score: f32::from_bits(bits),
            evidence: Some(ProductIdx::new(tallies.entries[product as usize].1.evidence)),
        }));
    }
}
