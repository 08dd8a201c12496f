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
            tallies.reset(self.followers.n_columns());
            for (steps, product) in acts.iter().rev().enumerate() {
                if product.as_usize() >= self.followers.n_rows() {
                    continue;
                }
                let (followers, near) = self.followers.row(product.as_usize());
                let weight = (-(steps as f32) / weights.history_distance).exp();
                for (&follower, near) in followers.iter().zip(near) {
                    tallies.touch(follower).add(weight * near, product.get());
                }
                let nearest = near.iter().copied().fold(0.0, f32::max);
                if nearest > 0.0 {
                    let own = weights.own_weight * weight * nearest;
                    tallies.touch(product.get()).add(own, product.get());
                }
            }
            best.append(tallies, |_| 1.0, (context.eligible, limit), out);
        });
    }
}
