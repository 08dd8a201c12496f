//! Lists: products with a larger gain are to stand above those with a smaller one.
//!
//! For every two rows of a list with different gains, of which at least one stands among the first
//! `truncation` places by score, with `s` the score of the one with the larger gain less that of the other,
//!
//! ```text
//! ΔnDCG  = |gain − gain'| · |1/log2(2 + place) − 1/log2(2 + place')| / best gain of the list
//! δ      = ΔnDCG · weight of the pair / (0.01 + |s|)
//! λ      = σ·δ / (1 + exp(σ·s))              pushes the one up and the other down
//! h      = σ²·δ · p·(1 − p),  p = 1 / (1 + exp(σ·s))
//! ```
//!
//! and all of a list's are multiplied by `log2(1 + Σ) / Σ` with `Σ` twice the sum of its λ, so that long
//! lists and lists that are far off do not drown the others. The division by `0.01 + |s|` is left out
//! where all scores are equal.
//!
//! Takes O(truncation · length) a list. What a pair weighs is in `position_bias`.
//!
//! # Source
//!
//! C. Burges, "From RankNet to LambdaRank to LambdaMART: An Overview", MSR-TR-2010-82. The two
//! normalizations and the truncation are those of LightGBM.

use std::num::NonZeroU16;

use rayon::prelude::*;

use super::pairs::Row;
use super::position_bias::PairWeights;
use super::{Gradient, Objective, ObjectiveError, PositionBias, narrowed};
use crate::dataset::Dataset;
use crate::ranking::{best_gain, discounts, order};

/// How many lists are looked at in one piece, so that sums do not depend on threads.
const LISTS_AT_ONCE: usize = 128;

/// The usual gain of a grade from 0 (bad) up: `2^grade − 1`.
pub fn gain_of_grade(grade: u8) -> f32 {
    2_f32.powi(grade.into()) - 1.0
}

/// Ranks lists by nDCG, with labels as gains.
#[derive(Clone, Debug)]
pub struct LambdaRank {
    truncation: usize,
    sigma: f32,
    bias: PositionBias,
    discounts: Vec<f32>,
    /// By list: one over the best gain; 0 where there is none.
    per_best_gain: Vec<f32>,
    pairs: Option<PairWeights>,
}

/// A list in the order of its scores, for one thread to work on.
#[derive(Default)]
struct Sorted {
    keys: Vec<u64>,
    order: Vec<u32>,
    scores: Vec<f32>,
    gains: Vec<f32>,
    /// Empty if pairs all weigh alike.
    positions: Vec<u16>,
    /// Of one row with each below it: the weighed ΔnDCG, negative where the one below has more gain.
    deltas: Vec<f32>,
    gradients: Vec<f32>,
    hessians: Vec<f32>,
}

impl LambdaRank {
    /// Ranks the first `truncation` places (30 is usual), with scores told apart by the steepness `sigma`
    /// (1 is usual).
    ///
    /// # Panics
    ///
    /// If `sigma` is not above 0.
    pub fn new(truncation: NonZeroU16, sigma: f32) -> LambdaRank {
        assert!(sigma > 0.0 && sigma.is_finite(), "sigma must be above 0, got {sigma}");
        LambdaRank {
            truncation: usize::from(truncation.get()),
            sigma,
            bias: PositionBias::Ignored,
            discounts: Vec::new(),
            per_best_gain: Vec::new(),
            pairs: None,
        }
    }

    /// Makes up for the positions in which products were shown.
    ///
    /// # Panics
    ///
    /// If an exponent is not above 0 and up to 1.
    pub fn correcting(mut self, bias: PositionBias) -> LambdaRank {
        if let PositionBias::Estimated { exponent } = bias {
            assert!(exponent > 0.0 && exponent <= 1.0, "exponents are up to 1, got {exponent}");
        }
        self.bias = bias;
        self
    }

    /// The chance, for each position, that it is looked at, relative to the first, as given or estimated
    /// by now; empty where positions are ignored, and before training.
    pub fn propensities(&self) -> &[f64] {
        self.pairs.as_ref().map_or(&[], PairWeights::propensities)
    }

    /// Finds the gradients and hessians of one list, in its order by score.
    fn look_at(
        &self,
        per_best_gain: f32,
        pairs: &PairWeights,
        list: &mut Sorted,
        losses: &mut [f64],
    ) {
        let n = list.scores.len();
        for numbers in [&mut list.deltas, &mut list.gradients, &mut list.hessians] {
            numbers.clear();
            numbers.resize(n, 0.0);
        }
        let is_flat = list.scores.first() == list.scores.last();
        let mut sum = 0.0;
        for above in 0..n.min(self.truncation) {
            let below = above + 1..n;
            let (gain, discount) = (list.gains[above], self.discounts[above]);
            let others = list.gains[below.clone()].iter().zip(&self.discounts[below.clone()]);
            for (delta, (other_gain, other)) in list.deltas[below.clone()].iter_mut().zip(others) {
                *delta = (gain - other_gain) * (discount - other) * per_best_gain;
            }
            if !list.positions.is_empty() {
                self.weigh(above, pairs, list, losses);
            }
            let row = Row { score: list.scores[above], sigma: self.sigma, is_flat };
            let (gradient, hessian, moved) = row.push(
                &list.scores[below.clone()],
                &list.deltas[below.clone()],
                &mut list.gradients[below.clone()],
                &mut list.hessians[below],
            );
            list.gradients[above] -= gradient;
            list.hessians[above] += hessian;
            sum += 2.0 * moved;
        }
        if sum > 0.0 {
            let factor = (1.0 + sum).log2() / sum;
            let all = list.gradients.iter_mut().chain(&mut list.hessians);
            all.for_each(|it| *it *= factor);
        }
    }

    /// Weighs the pairs of one row with those below by the positions of both.
    fn weigh(&self, above: usize, pairs: &PairWeights, list: &mut Sorted, losses: &mut [f64]) {
        let Sorted { scores, positions, deltas, .. } = list;
        let pairs_of_row = deltas.iter_mut().enumerate().skip(above + 1);
        for (below, delta) in pairs_of_row.filter(|(_, delta)| delta.abs() > 0.0) {
            let (clicked, other) = if *delta > 0.0 { (above, below) } else { (below, above) };
            let position = positions[clicked];
            if let Some(sum) = losses.get_mut(usize::from(position)) {
                let behind = self.sigma * (scores[other] - scores[clicked]);
                let loss = behind.max(0.0) + (-behind.abs()).exp().ln_1p();
                *sum += f64::from(delta.abs() * loss);
            }
            *delta *= narrowed(pairs.of(position));
        }
    }
}

impl Objective for LambdaRank {
    fn begin(&mut self, data: &Dataset) -> Result<f32, ObjectiveError> {
        if data.n_groups() == 0 {
            return Err(ObjectiveError::NoGroups);
        }
        let expected = "gains of 0 or more";
        if let Some(row) = data.labels().iter().position(|it| *it < 0.0) {
            return Err(ObjectiveError::Label { row, value: data.labels()[row], expected });
        }
        self.pairs = Some(PairWeights::begin(&self.bias, data)?);
        self.discounts = discounts(data);
        let per_best_gain = data.groups().map(|rows| {
            let best = best_gain(&data.labels()[rows], self.truncation, &self.discounts);
            if best > 0.0 { narrowed(1.0 / best) } else { 0.0 }
        });
        self.per_best_gain = per_best_gain.collect();
        Ok(0.0)
    }

    fn gradients(&mut self, data: &Dataset, scores: &[f32], out: &mut [Gradient]) {
        let mut pairs = self.pairs.take().expect("an objective begins before it is asked");
        let mut rest = out;
        let mut pieces = Vec::with_capacity(data.n_groups().div_ceil(LISTS_AT_ONCE));
        for first in (0..data.n_groups()).step_by(LISTS_AT_ONCE) {
            let lists = first..(first + LISTS_AT_ONCE).min(data.n_groups());
            let rows = data.group(lists.start).start..data.group(lists.end - 1).end;
            let piece = rest.split_off_mut(..rows.len()).expect("groups cover all rows");
            pieces.push((lists, rows.start, piece));
        }
        let losses = pieces.into_par_iter().map_init(Sorted::default, |sorted, piece| {
            let (lists, start, out) = piece;
            let mut losses = pairs.losses();
            for list in lists {
                let rows = data.group(list);
                sorted.sort(data, rows.clone(), scores, self.bias != PositionBias::Ignored);
                self.look_at(self.per_best_gain[list], &pairs, sorted, &mut losses);
                let found = sorted.gradients.iter().zip(&sorted.hessians);
                for (&at, (gradient, hessian)) in sorted.order.iter().zip(found) {
                    let row = rows.start + at as usize;
                    let weight = data.weight(row);
                    out[row - start] =
                        Gradient { gradient: gradient * weight, hessian: hessian * weight };
                }
            }
            losses
        });
        let losses: Vec<Vec<f64>> = losses.collect();
        pairs.learn(&losses);
        self.pairs = Some(pairs);
    }
}

impl Sorted {
    /// Puts the rows of a list in the order of their scores.
    fn sort(
        &mut self,
        data: &Dataset,
        rows: std::ops::Range<usize>,
        scores: &[f32],
        with_positions: bool,
    ) {
        let (scores, labels) = (&scores[rows.clone()], &data.labels()[rows.clone()]);
        order(scores, &mut self.keys, &mut self.order);
        let order = || self.order.iter().map(|it| *it as usize);
        self.scores.clear();
        self.scores.extend(order().map(|it| scores[it]));
        self.gains.clear();
        self.gains.extend(order().map(|it| labels[it]));
        self.positions.clear();
        if with_positions {
            let positions = &data.positions()[rows];
            self.positions.extend(order().map(|it| positions[it]));
        }
    }
}
