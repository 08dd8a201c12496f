//! How anchors are answered.

use std::cell::RefCell;
use std::num::NonZeroU32;

use domain::ProductIdx;

use super::model::Neighbor;
use super::{Affinity, CoOccurrence};
use crate::scratch::{Best, Marked, Tally};
use crate::{Candidate, CandidateGenerator, Context};

thread_local! {
    /// Reused, so that answering allocates nothing.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

#[derive(Debug, Default)]
struct Scratch {
    anchors: Vec<u32>,
    tallies: Marked<Tally>,
    best: Best,
}

impl CandidateGenerator for CoOccurrence {
    fn name(&self) -> &'static str {
        self.config.relation.name()
    }

    fn generate(&self, context: &Context<'_>, limit: NonZeroU32, out: &mut Vec<Candidate>) {
        SCRATCH.with_borrow_mut(|Scratch { anchors, tallies, best }| {
            self.choose_anchors(context, anchors);
            tallies.reset(self.products.len());
            for (rank, &anchor) in anchors.iter().enumerate() {
                let weight = 1.0 / (rank + 1) as f32;
                for &neighbor in self.neighbors.get(self.products[anchor as usize].neighbors) {
                    let affinity = self.affinity(anchor, neighbor);
                    if affinity > 0.0 {
                        tallies.touch(neighbor.product).add(weight * affinity, anchor);
                    }
                }
            }
            let factor = |product| if anchors.contains(&product) { 0.0 } else { 1.0 };
            best.append(tallies, factor, (context.eligible, limit), out);
        });
    }
}

impl CoOccurrence {
    /// The anchors that are known here, the most important first; without any anchor on the page, the
    /// visit's own products, the newest first.
    fn choose_anchors(&self, context: &Context<'_>, anchors: &mut Vec<u32>) {
        anchors.clear();
        let n_max = usize::from(self.config.anchors);
        let mut choose = |product: ProductIdx| {
            let is_known = product.as_usize() < self.products.len();
            if is_known && anchors.len() < n_max && !anchors.contains(&product.get()) {
                anchors.push(product.get());
            }
        };
        if context.anchors.is_empty() {
            context.visit.iter().rev().take(n_max).for_each(|it| choose(it.product));
        } else {
            context.anchors.iter().take(n_max).for_each(|&it| choose(it));
        }
    }

    fn affinity(&self, anchor: u32, neighbor: Neighbor) -> f32 {
        let n_groups = |product: u32| self.products[product as usize].n_groups as f32;
        let (n_a, n_b) = (n_groups(anchor), n_groups(neighbor.product));
        let (n, n_ab) = (self.n_groups.max(1) as f32, neighbor.n_together() as f32);
        let s = self.config.shrinkage;
        match self.config.affinity {
            Affinity::Cosine => n_ab / (n_ab + s) * n_ab / (n_a * n_b).sqrt(),
            Affinity::Lift => ((n_ab + s) / (n_a * n_b / n + s)).ln(),
        }
    }
}
