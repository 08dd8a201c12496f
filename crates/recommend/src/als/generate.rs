//! How a shopper is answered: their vector is made anew, and the products that it meets most are found.

use std::cell::RefCell;
use std::num::NonZeroU32;

use domain::ProductIdx;
use linalg::normal_equations::{Equations, Scratch as SolverScratch, Steps, by_gradients};
use linalg::top_k::Best;

use super::Als;
use super::evidence::Shares;
use super::fit::weight;
use crate::{Candidate, CandidateGenerator, Context};

/// How near to the solution a shopper's vector is brought, and in how many steps at most.
const STEPS: Steps = Steps { max: 32, enough: 1e-4 };

thread_local! {
    /// Reused, so that answering allocates nothing.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

#[derive(Debug, Default)]
struct Scratch {
    own: Own,
    diagonal: Vec<f32>,
    vector: Vec<f32>,
    solver: SolverScratch,
    best: Best,
    shares: Shares,
}

/// What a shopper has: where its vectors stand, and what each weighs.
#[derive(Debug, Default)]
pub(super) struct Own {
    pub(super) places: Vec<u32>,
    pub(super) weights: Vec<f32>,
}

impl CandidateGenerator for Als {
    fn name(&self) -> &'static str {
        super::NAME
    }

    fn generate(&self, context: &Context<'_>, limit: NonZeroU32, out: &mut Vec<Candidate>) {
        SCRATCH.with_borrow_mut(|scratch| {
            self.fold_in(context, scratch);
            let Scratch { own, diagonal, vector, best, shares, .. } = scratch;
            if own.places.is_empty() {
                return;
            }
            best.reset(limit.get() as usize);
            let is_eligible = |product| context.eligible.contains(ProductIdx::new(product));
            self.shelf.best(vector, is_eligible, best);
            shares.divide(self.shelf.rows(), own, diagonal);
            out.extend(best.finish().iter().map(|it| {
                let product = ProductIdx::new(it.id);
                let vector = self.shelf.rows().row(self.places[product.as_usize()] as usize);
                let evidence =
                    shares.greatest(vector).map(|place| self.shelf.ids()[place as usize]);
                Candidate { product, score: it.score, evidence: evidence.map(ProductIdx::new) }
            }));
        });
    }
}

impl Als {
    /// The vector of a shopper whom nobody has seen before, as it would have been learned.
    fn fold_in(&self, context: &Context<'_>, scratch: &mut Scratch) {
        let Scratch { own, diagonal, vector, solver, .. } = scratch;
        self.weigh_own(context, own);
        let objective = self.config.objective();
        self.beside().diagonal(&objective, &own.weights, diagonal);
        vector.clear();
        vector.resize(self.stretch.len(), 0.0);
        let equations = Equations {
            diagonal,
            rows: self.shelf.rows(),
            named: &own.places,
            weights: &own.weights,
            pull_beside: objective.pull_beside,
        };
        by_gradients(equations, STEPS, vector, solver);
    }

    /// What the shopper has and what it weighs; products that are not known here are skipped.
    fn weigh_own(&self, context: &Context<'_>, own: &mut Own) {
        let Own { places, weights } = own;
        places.clear();
        weights.clear();
        let config = &self.config.weights;
        for habit in context.past {
            let weight = weight(habit, context.now, config);
            if let Some(place) = self.place(habit.product()).filter(|_| weight > 0.0) {
                places.push(place);
                weights.push(weight);
            }
        }
        if config.touch_weight <= 0.0 {
            return;
        }
        let touched_once = config.touch_weight.powf(config.count_exponent);
        for touch in context.visit {
            let Some(place) = self.place(touch.product) else { continue };
            let is_past = |it: &u32| *it == place;
            if !places.iter().any(is_past) {
                places.push(place);
                weights.push(touched_once);
            }
        }
    }
}
