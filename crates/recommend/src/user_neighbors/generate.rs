//! How a shopper is answered.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::num::NonZeroU32;

use domain::ProductIdx;

use super::UserNeighbors;
use crate::interactions::weigh_own;
use crate::knobs::counted;
use crate::scratch::{Best, Marked, Tally};
use crate::{Candidate, CandidateGenerator, Context};

thread_local! {
    /// Reused, so that answering allocates nothing.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

#[derive(Debug, Default)]
struct Scratch {
    own: Vec<(ProductIdx, f32)>,
    /// By shopper: how alike, and by which of the own products most.
    alike: Marked<Tally>,
    /// How alike the neighbors are, as bits, and who they are.
    neighbors: Vec<(u32, Reverse<u32>)>,
    tallies: Marked<Tally>,
    best: Best,
}

impl CandidateGenerator for UserNeighbors {
    fn name(&self) -> &'static str {
        super::NAME
    }

    fn generate(&self, context: &Context<'_>, limit: NonZeroU32, out: &mut Vec<Candidate>) {
        SCRATCH.with_borrow_mut(|Scratch { own, alike, neighbors, tallies, best }| {
            let is_known = |it: ProductIdx| self.to.get(it.as_usize()).is_some_and(|it| *it > 0.0);
            weigh_own(context, &self.config.asking(), is_known, own);
            self.find_neighbors(own, alike, neighbors);
            self.ask_neighbors(neighbors, alike, tallies);
            let to = |product: u32| self.to[product as usize];
            best.append(tallies, to, (context.eligible, limit), out);
        });
    }
}

impl UserNeighbors {
    /// The shoppers most alike to one who has `own`.
    fn find_neighbors(
        &self,
        own: &[(ProductIdx, f32)],
        alike: &mut Marked<Tally>,
        neighbors: &mut Vec<(u32, Reverse<u32>)>,
    ) {
        alike.reset(self.rows.n_rows());
        for &(product, weight) in own {
            let (shoppers, likenesses) = self.columns.row(product.as_usize());
            for (&shopper, likeness) in shoppers.iter().zip(likenesses) {
                alike.touch(shopper).add(weight * likeness, product.get());
            }
        }
        neighbors.clear();
        let found = alike.iter().filter(|(_, it)| it.score > 0.0 && it.score.is_finite());
        // The bits of positive floats are in the order of the floats.
        neighbors.extend(found.map(|(shopper, it)| (it.score.to_bits(), Reverse(shopper))));
        let n_max = counted(self.config.neighbors);
        if neighbors.len() > n_max {
            neighbors.select_nth_unstable_by_key(n_max, |&it| Reverse(it));
            neighbors.truncate(n_max);
        }
        // Sums come out the same whatever was asked before.
        neighbors.sort_unstable_by_key(|&it| Reverse(it));
    }

    /// What the neighbors have, each as far as it is alike.
    fn ask_neighbors(
        &self,
        neighbors: &[(u32, Reverse<u32>)],
        alike: &Marked<Tally>,
        tallies: &mut Marked<Tally>,
    ) {
        tallies.reset(self.to.len());
        // The most alike counts 1, so that no power leaves what a number can hold.
        let most = neighbors.first().map_or(1.0, |it| f32::from_bits(it.0));
        let say = |bits: u32| (f32::from_bits(bits) / most).powf(self.config.sharpness);
        let all: f32 = neighbors.iter().map(|it| say(it.0)).sum();
        for &(bits, Reverse(shopper)) in neighbors {
            let Some(evidence) = alike.get(shopper).map(|it| it.evidence()) else { continue };
            let factor = say(bits) / all;
            let (products, weights) = self.rows.row(shopper as usize);
            for (&product, weight) in products.iter().zip(weights) {
                tallies.touch(product).add(factor * weight, evidence);
            }
        }
    }
}
