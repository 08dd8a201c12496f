//! How a shopper is answered: the nearest to the mean of what they have.

use std::cell::RefCell;
use std::num::NonZeroU32;

use domain::ProductIdx;
use linalg::top_k::Best;
use linalg::vectors::{add_scaled, dot};

use super::{Content, Weights};
use crate::buy_again::age_days;
use crate::{Candidate, CandidateGenerator, Context};

/// Of how many of a shopper's products it is looked at what each adds: of the weightiest.
const WITNESSES_MAX: usize = 32;

thread_local! {
    /// Reused, so that answering allocates nothing.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

#[derive(Debug, Default)]
struct Scratch {
    own: Vec<Own>,
    mean: Vec<f32>,
    /// What the shopper has, ascending, with the anchors.
    had: Vec<u32>,
    best: Best,
}

/// A product that a shopper has or looks at, and what it weighs.
#[derive(Clone, Copy, Debug)]
struct Own {
    product: ProductIdx,
    weight: f32,
}

impl CandidateGenerator for Content {
    fn name(&self) -> &'static str {
        super::NAME
    }

    fn generate(&self, context: &Context<'_>, limit: NonZeroU32, out: &mut Vec<Candidate>) {
        SCRATCH.with_borrow_mut(|Scratch { own, mean, had, best }| {
            self.weigh_own(context, own);
            self.weigh_anchors(context, own);
            had.clear();
            had.extend(own.iter().map(|it| it.product.get()));
            had.sort_unstable();
            if !self.mean(own, mean) {
                return;
            }
            best.reset(limit.get() as usize);
            let is_wanted = |product: u32| {
                context.eligible.contains(ProductIdx::new(product))
                    && had.binary_search(&product).is_err()
            };
            self.shelf.best(mean, is_wanted, best);
            keep_weightiest(own);
            out.extend(best.finish().iter().map(|it| {
                let product = ProductIdx::new(it.id);
                Candidate { product, score: it.score, evidence: self.evidence(product, own) }
            }));
        });
    }
}

impl Content {
    /// What the shopper has and what it weighs; products that are not known here are skipped.
    fn weigh_own(&self, context: &Context<'_>, own: &mut Vec<Own>) {
        own.clear();
        let weights = &self.config.weights;
        for habit in context.past {
            let count = count(habit, weights);
            let halvings = age_days(habit.last(), context.now) / weights.half_life_days;
            let weight = count.powf(weights.count_exponent) * (-halvings).exp2();
            if count > 0.0 && weight > 0.0 && self.place(habit.product()).is_some() {
                own.push(Own { product: habit.product(), weight });
            }
        }
        if weights.touch_weight <= 0.0 {
            return;
        }
        let weight = weights.touch_weight.powf(weights.count_exponent);
        for touch in context.visit.iter().filter(|it| self.place(it.product).is_some()) {
            if own.iter().all(|it| it.product != touch.product) {
                own.push(Own { product: touch.product, weight });
            }
        }
    }

    /// Adds the anchors, which weigh together as much as all else.
    fn weigh_anchors(&self, context: &Context<'_>, own: &mut Vec<Own>) {
        let anchors = || context.anchors.iter().filter(|it| self.place(**it).is_some());
        let sum: f32 = own.iter().map(|it| it.weight).sum();
        let weight = if sum > 0.0 { sum } else { 1.0 } / anchors().count().max(1) as f32;
        for &product in anchors() {
            match own.iter_mut().find(|it| it.product == product) {
                Some(it) => it.weight += weight,
                None => own.push(Own { product, weight }),
            }
        }
    }

    /// The weighed mean of the products' vectors; false where there is none.
    fn mean(&self, own: &[Own], mean: &mut Vec<f32>) -> bool {
        mean.clear();
        mean.resize(self.shelf.rows().n_columns(), 0.0);
        let sum: f32 = own.iter().map(|it| it.weight).sum();
        if !(sum > 0.0 && sum.is_finite()) {
            return false;
        }
        for it in own {
            if let Some(vector) = self.vector(it.product) {
                add_scaled(mean, it.weight / sum, vector);
            }
        }
        true
    }

    /// The product that adds most to the score of another, if any adds.
    fn evidence(&self, product: ProductIdx, own: &[Own]) -> Option<ProductIdx> {
        let vector = self.vector(product)?;
        let added =
            |it: &Own| Some((it.weight * dot(self.vector(it.product)?, vector), it.product));
        let positive = own.iter().filter_map(added).filter(|it| it.0 > 0.0);
        positive.reduce(|most, it| if it.0 > most.0 { it } else { most }).map(|it| it.1)
    }
}

/// What a habit counts before it fades.
fn count(habit: &features::Habit, weights: &Weights) -> f32 {
    let n_orders = habit.orders().map_or(0.0, |it| f32::from(it.n));
    n_orders + weights.touch_weight * f32::from(habit.n_touches())
}

fn keep_weightiest(own: &mut Vec<Own>) {
    if own.len() > WITNESSES_MAX {
        let heavier =
            |a: &Own, b: &Own| b.weight.total_cmp(&a.weight).then(a.product.cmp(&b.product));
        own.select_nth_unstable_by(WITNESSES_MAX - 1, heavier);
        own.truncate(WITNESSES_MAX);
        own.sort_unstable_by_key(|it| it.product);
    }
}
