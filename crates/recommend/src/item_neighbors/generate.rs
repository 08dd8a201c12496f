//! How a shopper is answered.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::num::NonZeroU32;

use domain::ProductIdx;

use super::ItemNeighbors;
use super::model::popular_part;
use crate::interactions::weigh_own;
use crate::scratch::{Marked, Tally};
use crate::{Candidate, CandidateGenerator, Context};

thread_local! {
    /// Reused, so that answering allocates nothing.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

#[derive(Debug, Default)]
struct Scratch {
    /// What the shopper has, with its weight.
    own: Vec<(ProductIdx, f32)>,
    tallies: Marked<Tally>,
}

impl CandidateGenerator for ItemNeighbors {
    fn name(&self) -> &'static str {
        super::NAME
    }

    fn generate(&self, context: &Context<'_>, limit: NonZeroU32, out: &mut Vec<Candidate>) {
        SCRATCH.with_borrow_mut(|Scratch { own, tallies }| {
            let is_known =
                |it: ProductIdx| self.facts.get(it.as_usize()).is_some_and(|it| it.reach > 0.0);
            weigh_own(context, &self.config.weights.asking(), is_known, own);
            tallies.reset(self.facts.len());
            self.tally(own, tallies);
            let start = out.len();
            let n_max = limit.get() as usize;
            self.propose_tallied(tallies, context, out);
            self.propose_popular(tallies, context, n_max, out);
            let order = |it: &Candidate| (Reverse(it.score.to_bits()), it.product);
            let found = &mut out[start..];
            if found.len() > n_max {
                found.select_nth_unstable_by_key(n_max - 1, order);
                out.truncate(start + n_max);
            }
            out[start..].sort_unstable_by_key(order);
        });
    }
}

impl ItemNeighbors {
    /// The shopper's own products, and their neighbors.
    fn tally(&self, own: &[(ProductIdx, f32)], tallies: &mut Marked<Tally>) {
        let weights = &self.config.weights;
        let sum: f32 = own.iter().map(|it| it.1).sum();
        let most = own.iter().map(|it| it.1).fold(0.0, f32::max);
        let scale = sum.powf(weights.spread) * most.powf(1.0 - weights.spread);
        if !(most > 0.0 && scale > 0.0 && scale.is_finite()) {
            return;
        }
        let neighbor_weight = weights.neighbor_weight / scale;
        for &(product, weight) in own {
            let again = self.facts[product.as_usize()].again.powf(weights.repeat_exponent);
            tallies.touch(product.get()).add(weight / most * again, product.get());
            if neighbor_weight > 0.0 {
                for it in self.neighbors_of(product) {
                    let amount = neighbor_weight * weight * it.near;
                    tallies.touch(it.product).add(amount, product.get());
                }
            }
        }
    }

    fn propose_tallied(
        &self,
        tallies: &Marked<Tally>,
        context: &Context<'_>,
        out: &mut Vec<Candidate>,
    ) {
        for (product, tally) in tallies.iter() {
            let product = ProductIdx::new(product);
            let popular = self.popular_part(product);
            let score = tally.score + popular;
            if context.eligible.contains(product) && score > 0.0 && score.is_finite() {
                let evidence = (tally.score > popular).then(|| ProductIdx::new(tally.evidence()));
                out.push(Candidate { product, score, evidence });
            }
        }
    }

    /// The most popular of those that nothing else speaks for: as many as could still be asked for.
    fn propose_popular(
        &self,
        tallies: &Marked<Tally>,
        context: &Context<'_>,
        n_max: usize,
        out: &mut Vec<Candidate>,
    ) {
        let is_open = |it: &u32| {
            tallies.get(*it).is_none() && context.eligible.contains(ProductIdx::new(*it))
        };
        let popular = self.by_reach.iter().filter(|it| is_open(it)).map(|&it| {
            let product = ProductIdx::new(it);
            Candidate { product, score: self.popular_part(product), evidence: None }
        });
        out.extend(popular.take_while(|it| it.score > 0.0).take(n_max));
    }

    fn popular_part(&self, product: ProductIdx) -> f32 {
        popular_part(&self.config, self.facts[product.as_usize()])
    }
}
