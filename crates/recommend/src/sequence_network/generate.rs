//! How a shopper is answered.

use std::cell::RefCell;
use std::num::NonZeroU32;

use domain::ProductIdx;
use linalg::vectors::dot;

use super::SequenceNetwork;
use super::config::ACTS_MAX;
use super::layers::Dropout;
use super::model::UNKNOWN;
use super::packed::Packed;
use super::step::inputs;
use super::unit::set_unit;
use crate::{Candidate, CandidateGenerator, Context};

thread_local! {
    /// Reused from answer to answer.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

#[derive(Debug, Default)]
struct Scratch {
    /// The acts that are known, as places among the products known, oldest first.
    acts: Vec<u32>,
    /// The best so far, by score and place.
    best: Vec<(f32, u32)>,
}

impl CandidateGenerator for SequenceNetwork {
    fn name(&self) -> &'static str {
        super::NAME
    }

    fn generate(&self, context: &Context<'_>, limit: NonZeroU32, out: &mut Vec<Candidate>) {
        SCRATCH.with_borrow_mut(|Scratch { acts, best }| {
            self.take_acts(context, acts);
            if acts.is_empty() {
                return;
            }
            let (sought, shares) = self.encode_acts(acts);
            let eligible = context.eligible;
            let is_open =
                |place: u32| eligible.contains(ProductIdx::new(self.products[place as usize]));
            let n_max = limit.get() as usize;
            self.coarse.find((&sought, &self.directions), is_open, n_max, best);
            out.extend(best.iter().map(|&(score, place)| Candidate {
                product: ProductIdx::new(self.products[place as usize]),
                score: self.scale * score,
                evidence: self.evidence(place, acts, &shares),
            }));
        });
    }
}

impl SequenceNetwork {
    /// The last acts with products that are known: the past that the visit does not repeat, the visit, and
    /// the product on the page unless the visit ends with it.
    fn take_acts(&self, context: &Context<'_>, acts: &mut Vec<u32>) {
        acts.clear();
        let is_of_visit = |it| context.visit.iter().any(|touch| touch.product == it);
        let mut past: Vec<_> = context
            .past
            .iter()
            .filter(|it| it.n_touches() > 0 || it.orders().is_some())
            .filter(|it| !is_of_visit(it.product()))
            .map(|it| (it.last(), it.product()))
            .collect();
        past.sort_unstable();
        let shown = context.anchors.first().copied();
        let shown = shown.filter(|&it| context.visit.last().is_none_or(|last| last.product != it));
        let visit = context.visit.iter().map(|it| it.product);
        let all = past.into_iter().map(|it| it.1).chain(visit).chain(shown);
        let place = |it: ProductIdx| self.places.get(it.as_usize()).copied();
        acts.extend(all.filter_map(place).filter(|&it| it != UNKNOWN));
        acts.drain(..acts.len().saturating_sub(ACTS_MAX));
    }

    /// The direction of what may come next, and how much of it rests on each act.
    fn encode_acts(&self, acts: &[u32]) -> (Vec<f32>, Vec<f32>) {
        let width = usize::from(self.shape.width);
        let packed = Packed::of_lengths(&[acts.len()]);
        let x = inputs(&self.directions, width, acts);
        let mut none = Dropout::none();
        let (out, kept) = self.encoder.forward(&self.numbers, &packed, x, &mut none);
        let mut sought = vec![0.0; width];
        set_unit(&mut sought, &out[(acts.len() - 1) * width..]);
        (sought, self.encoder.last_shares(&kept, acts.len()))
    }

    /// The act that was looked at most and is most like what is proposed.
    fn evidence(&self, place: u32, acts: &[u32], shares: &[f32]) -> Option<ProductIdx> {
        let direction = self.direction(place);
        let likeness = |it: u32| dot(direction, self.direction(it));
        let parts = acts.iter().zip(shares).map(|(&it, share)| (share * likeness(it), it));
        let (part, act) = parts.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
        (part > 0.0).then(|| ProductIdx::new(self.products[act as usize]))
    }
}
