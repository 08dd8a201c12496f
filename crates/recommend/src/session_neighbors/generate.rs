//! How a visit is answered: neighbors first, then what they went on to.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::num::NonZeroU32;

use super::SessionNeighbors;
use crate::scratch::{Best, Marked, Tally};
use crate::{Candidate, CandidateGenerator, Context, Touch};

thread_local! {
    /// Reused, so that answering allocates nothing.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

#[derive(Debug, Default)]
struct Scratch {
    /// What an item of the visit weighs, by product.
    visit: Marked<f32>,
    /// The weight of what a session shares with the visit, by slot.
    shared: Marked<f32>,
    neighbors: Vec<Neighbor>,
    tallies: Marked<Tally>,
    best: Best,
}

/// A session that answers, as one word: the bits of its similarity, then its slot. Positive floats
/// are in the order of their bits, so the more similar is greater, and of two alike the newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Neighbor(u64);

impl Neighbor {
    #[inline]
    fn new(similarity: f32, slot: u32) -> Neighbor {
        Neighbor(u64::from(similarity.to_bits()) << 32 | u64::from(slot))
    }

    #[inline]
    fn similarity(self) -> f32 {
        f32::from_bits((self.0 >> 32) as u32)
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
    fn slot(self) -> u32 {
        self.0 as u32
    }
}

impl CandidateGenerator for SessionNeighbors {
    fn name(&self) -> &'static str {
        "session_neighbors"
    }

    fn generate(&self, context: &Context<'_>, limit: NonZeroU32, out: &mut Vec<Candidate>) {
        SCRATCH.with_borrow_mut(|scratch| {
            self.weigh_sessions(context, scratch);
            self.choose_neighbors(scratch);
            self.tally_neighbors(scratch);
            self.tally_visit(context.visit, scratch);
            let unpopularity =
                |product: u32| self.tables.unpopularity(self.products[product as usize].n_sessions);
            let Scratch { tallies, best, .. } = scratch;
            best.append(tallies, unpopularity, (context.eligible, limit), out);
        });
    }
}

impl SessionNeighbors {
    /// Sums, for every session found through an item of the visit, the weights of what it shares.
    fn weigh_sessions(&self, context: &Context<'_>, scratch: &mut Scratch) {
        let Scratch { visit, shared, .. } = scratch;
        visit.reset(self.products.len());
        shared.reset(self.sessions.len());
        let own_slot = context.own_session.and_then(|it| self.slot(it.get()));
        let n_sessions = self.sessions.len() as f32;

        for (touch, position_weight) in context.visit.iter().rev().zip(&self.tables.position) {
            let product = touch.product.get();
            let Some(postings) = self.products.get(product as usize) else { continue };
            if postings.n_sessions == 0 || visit.get(product).is_some() {
                continue;
            }
            let idf = (n_sessions / postings.n_sessions as f32).ln_1p();
            let weight = position_weight * idf.powf(self.config.weights.idf_exponent);
            *visit.touch(product) = weight;
            for &session in self.lists.get(postings.newest) {
                *shared.touch(session.wrapping_sub(self.oldest)) += weight;
            }
        }
        if let Some(slot) = own_slot.and_then(|it| u32::try_from(it).ok())
            && let Some(weight) = shared.get_mut(slot)
        {
            *weight = 0.0;
        }
    }

    /// Keeps the most similar of the sessions found.
    fn choose_neighbors(&self, scratch: &mut Scratch) {
        let Scratch { shared, neighbors, .. } = scratch;
        neighbors.clear();
        let n_sessions = self.sessions.len();
        neighbors.extend(shared.iter().map(|(slot, weight)| {
            let at = slot as usize;
            let worth =
                self.tables.session(self.sessions[at].len(), n_sessions - 1 - at, n_sessions);
            Neighbor::new(weight * worth, slot)
        }));
        let n_max = self.config.weights.neighbors as usize;
        if neighbors.len() > n_max {
            neighbors.select_nth_unstable_by_key(n_max - 1, |&it| Reverse(it));
            neighbors.truncate(n_max);
        }
        let exponent = self.config.weights.similarity_exponent;
        for neighbor in neighbors {
            *neighbor = Neighbor::new(neighbor.similarity().powf(exponent), neighbor.slot());
        }
    }

    /// Lets each neighbor propose its items, by their distance to the shared item.
    fn tally_neighbors(&self, scratch: &mut Scratch) {
        let Scratch { visit, neighbors, tallies, .. } = scratch;
        tallies.reset(self.products.len());
        for neighbor in neighbors {
            let similarity = neighbor.similarity();
            let items = self.lists.get(self.sessions[neighbor.slot() as usize]);
            let Some((at, shared)) = heaviest(items, visit) else { continue };
            let mut propose = |product, weight| {
                if weight > 0.0 {
                    tallies.touch(product).add(similarity * weight, shared);
                }
            };
            for (&product, &weight) in items[at + 1..].iter().zip(&self.tables.forward) {
                propose(product, weight);
            }
            for (&product, &weight) in items[..at].iter().rev().zip(&self.tables.back) {
                propose(product, weight);
            }
            propose(shared, self.config.weights.shared_weight);
        }
    }

    /// Weighs the visit's own products apart: people come back to what they looked at.
    fn tally_visit(&self, touches: &[Touch], scratch: &mut Scratch) {
        let weights = &self.config.weights;
        let Scratch { visit, neighbors, tallies, .. } = scratch;
        let total: f32 = neighbors.iter().map(|it| it.similarity()).sum();
        visit.reset(self.products.len());
        let last = touches.last().map(|it| it.product);
        for (n_newer, touch) in touches.iter().rev().enumerate() {
            let product = touch.product.get();
            let is_known = self.products.get(product as usize).is_some_and(|it| it.n_sessions > 0);
            if !is_known {
                continue;
            }
            let is_last = Some(touch.product) == last;
            let factor = if is_last { weights.last_factor } else { weights.earlier_factor };
            let tally = tallies.touch(product);
            if visit.get(product).is_none() {
                visit.touch(product);
                tally.scale(factor);
            }
            let share = weights.own_share * (-(n_newer as f32) / weights.own_decay).exp();
            tally.add(total * share * factor, product);
        }
    }
}

/// The item of a session that weighs most in the visit: where it stands last, and which it is.
fn heaviest(items: &[u32], visit: &Marked<f32>) -> Option<(usize, u32)> {
    let mut heaviest = None;
    let mut weight_max = 0.0;
    for (at, &item) in items.iter().enumerate() {
        if let Some(weight) = visit.get(item)
            && weight >= weight_max
        {
            weight_max = weight;
            heaviest = Some((at, item));
        }
    }
    heaviest
}
