//! How a shopper is answered.

use std::cell::RefCell;
use std::num::NonZeroU32;

use domain::ProductIdx;

use super::fit::whole;
use super::{NAME, Transitions};
use crate::scratch::{Best, Marked, Tally};
use crate::sequence::last_acts;
use crate::{Candidate, CandidateGenerator, Context};

thread_local! {
    /// Reused, so that answering allocates next to nothing.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

#[derive(Debug, Default)]
struct Scratch {
    acts: Vec<ProductIdx>,
    tallies: Marked<Tally>,
    best: Best,
}

impl CandidateGenerator for Transitions {
    fn name(&self) -> &'static str {
        NAME
    }

    fn generate(&self, context: &Context<'_>, limit: NonZeroU32, out: &mut Vec<Candidate>) {
        SCRATCH.with_borrow_mut(|Scratch { acts, tallies, best }| {
            let weights = &self.config.weights;
            last_acts(context, whole(weights.history_max), acts);
            tallies.reset(self.followers.n_products());
            for (steps, product) in acts.iter().rev().enumerate() {
                let followers = self.followers.of_product(*product);
                let weight = (-(steps as f32) / weights.history_distance).exp();
                for it in followers {
                    tallies.touch(it.product).add(weight * it.near, product.get());
                }
                if let Some(nearest) = followers.first() {
                    let own = weights.own_weight * weight * nearest.near;
                    tallies.touch(product.get()).add(own, product.get());
                }
            }
            best.append(tallies, |_| 1.0, (context.eligible, limit), out);
        });
    }
}
