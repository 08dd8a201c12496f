//! Lists whose products are not all alike.
//!
//! ```text
//! scores, likeness of two ──┬─ marginal ─────▶ the next is good, and like none that stands already
//!                           └─ determinantal ▶ the next is good, and nothing that those together are
//!                                     │
//!                                     ▼
//!                     numbers of the candidates for the first n places
//! ```
//!
//! # The formulas
//!
//! `rel` are the scores, the list's least being 0 and its greatest 1; `like(i, j)` is 1 for a product and
//! itself; `focus`, from 0 to 1, is how much relevance counts. Each place goes to the waiting candidate
//! with the greatest
//!
//! ```text
//! marginal        focus · rel(i) − (1 − focus) · max like(i, j) over placed j
//! determinantal   focus · rel(i) + (1 − focus) · ln( det like(placed + i) / det like(placed) )
//! ```
//!
//! where the determinant is that of the matrix of likenesses: the squared volume that the products span,
//! which is 1 if they have nothing in common and 0 if one of them adds nothing to the others. So the first
//! asks for the one nearest product, the second for all of them together. With a focus of 1, or where no
//! two are alike, both give the plain order.
//!
//! For the second the matrix must be one of inner products, as those of [`jaccard`], of [`UnitVectors`] and
//! of weighted means of these are.
//!
//! # Bounds and cost
//!
//! For `n` places and `m` candidates both ask for `n·m` likenesses; the second also takes `n²·m/2` steps and
//! `4·n·m` bytes. 20 of 300 candidates, alike by vectors of 64 numbers, take 0.1 ms on one core of the
//! machine of `bench/RESULTS.md`.
//!
//! # Source
//!
//! J. Carbonell and J. Goldstein, "The Use of MMR, Diversity-Based Reranking for Reordering Documents and
//! Producing Summaries", SIGIR 1998. L. Chen, G. Zhang and E. Zhou, "Fast Greedy MAP Inference for
//! Determinantal Point Process to Improve Recommendation Diversity", NeurIPS 2018; the scores stand outside
//! their matrix here, which is the same and cannot overflow.
//!
//! # What does not live here
//!
//! Where likeness comes from: categories, texts or who bought what. A list that should follow the
//! shopper's own mix is for [`calibration`](crate::calibration).

mod likeness;
#[cfg(test)]
mod tests;

pub use likeness::{UnitVectors, jaccard};

use crate::relevance::{greedy, scaled};

/// What is left of a product that adds nothing to those placed: so it comes last, and not never.
const REST_MIN: f32 = 1e-6;

/// How much relevance counts against diversity: 1 for relevance alone.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Focus(f64);

impl Focus {
    /// Wraps `value`, or returns `None` unless `0 <= value <= 1`.
    pub fn new(value: f64) -> Option<Focus> {
        (0.0..=1.0).contains(&value).then_some(Focus(value))
    }

    /// The value.
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// Fills `n` places by maximal marginal relevance, and returns the numbers of the candidates placed.
///
/// `like` is asked for two different candidates; from 0 to 1, or from −1 for opposites.
pub fn marginal(
    scores: &[f32],
    focus: Focus,
    n: usize,
    like: impl Fn(usize, usize) -> f32,
) -> Vec<usize> {
    let relevance = scaled(scores);
    // The likeness to the nearest that is placed; nothing counts before the first.
    let mut nearest = vec![f64::NEG_INFINITY; scores.len()];
    let worth = |nearest: &Vec<f64>, it: usize| {
        let nearest = if nearest[it].is_finite() { nearest[it] } else { 0.0 };
        focus.0 * relevance[it] - (1.0 - focus.0) * nearest
    };
    greedy(scores.len(), n, &mut nearest, worth, |nearest, placed| {
        for (it, nearest) in nearest.iter_mut().enumerate().filter(|it| it.0 != placed) {
            *nearest = nearest.max(f64::from(like(it, placed)));
        }
    })
}

/// Fills `n` places by greedy inference of a determinantal point process, and returns the numbers of the
/// candidates placed.
///
/// `like` is asked for two different candidates, and is such that the matrix is one of inner products of
/// vectors of length 1.
pub fn determinantal(
    scores: &[f32],
    focus: Focus,
    n: usize,
    like: impl Fn(usize, usize) -> f32,
) -> Vec<usize> {
    let relevance = scaled(scores);
    let mut factor = Cholesky { rows: Vec::new(), rest: vec![1.0; scores.len()] };
    let worth = |factor: &Cholesky, it: usize| {
        let rest = factor.rest[it].max(REST_MIN);
        focus.0 * relevance[it] + (1.0 - focus.0) * f64::from(rest).ln()
    };
    greedy(scores.len(), n, &mut factor, worth, |factor, placed| factor.add(placed, &like))
}

/// The rows of the Cholesky factor for those placed, and what is left of every candidate beside them.
struct Cholesky {
    rows: Vec<Vec<f32>>,
    /// The squared length of what is left, once what those placed have in common with it is taken out.
    rest: Vec<f32>,
}

impl Cholesky {
    fn add(&mut self, placed: usize, like: impl Fn(usize, usize) -> f32) {
        let rest = self.rest[placed];
        // It adds nothing to the others, so nothing more is taken out of anyone.
        if rest < REST_MIN {
            return;
        }
        let others =
            (0..self.rest.len()).map(|it| if it == placed { 1.0 } else { like(it, placed) });
        let mut row: Vec<f32> = others.collect();
        for earlier in &self.rows {
            let share = earlier[placed];
            row.iter_mut().zip(earlier).for_each(|(it, earlier)| *it -= share * earlier);
        }
        let scale = rest.sqrt().recip();
        for (it, rest) in row.iter_mut().zip(&mut self.rest) {
            *it *= scale;
            *rest -= *it * *it;
        }
        self.rows.push(row);
    }
}
