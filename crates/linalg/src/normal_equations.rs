//! Least squares for one row of unknowns at a time, where most of the matrix is a diagonal.
//!
//! ```text
//! (diagonal + Σ weight[j]·row[j]·row[j]ᵀ) x = Σ pull[j]·row[j]
//! ```
//!
//! That is what alternating least squares solves for each shopper and each product, once the rows of the
//! other side have been turned into their own [directions](crate::spectrum). A product with the matrix
//! then takes two multiplications for each number of the rows it names, whatever the number of columns,
//! and the diagonal is a good guess at the inverse of the whole.
//!
//! [`by_gradients`] goes a few steps of conjugate gradients from where `x` stands, which is the way for
//! any length; [`by_blocks`] solves some columns at a time exactly while the others stay.
//!
//! # Source
//!
//! G. Takács, I. Pilászy and D. Tikk, "Applications of the Conjugate Gradient Method for Implicit Feedback
//! Collaborative Filtering", RecSys 2011. S. Rendle, W. Krichene, L. Zhang and Y. Koren, "iALS++: Speeding
//! up Matrix Factorization with Subspace Optimization", 2021.

use crate::few_equations::solve_inlined;
use crate::vectors::{add_scaled_inlined, dot_inlined, with_widest};
use crate::{Dense, vectors};

/// The equations of one row of unknowns.
///
/// All rows are as long as the diagonal, whose numbers are above 0; weights are 0 or more.
#[derive(Clone, Copy, Debug)]
pub struct Equations<'a> {
    /// What stands on the diagonal beside the rows' squares.
    pub diagonal: &'a [f32],
    /// Where the rows stand.
    pub rows: &'a Dense,
    /// Which rows.
    pub named: &'a [u32],
    /// How much each row's square weighs.
    pub weights: &'a [f32],
    /// What each row pulls beside its weight.
    pub pull_beside: f32,
}

/// Reused working memory.
#[derive(Debug, Default)]
pub struct Scratch {
    residual: Vec<f32>,
    direction: Vec<f32>,
    product: Vec<f32>,
    guess: Vec<f32>,
    /// By row named: its product with `x`.
    dots: Vec<f32>,
    /// A block's matrix, row after row.
    block: Vec<f32>,
}

/// When to stop going on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Steps {
    /// After so many steps.
    pub max: usize,
    /// When what is left to explain is so small beside what was, by its length.
    pub enough: f32,
}

/// Goes from `x` towards the solution by conjugate gradients.
///
/// Each step takes two multiplications for each number of the rows named, and one more beforehand does.
pub fn by_gradients(it: Equations<'_>, steps: Steps, x: &mut [f32], scratch: &mut Scratch) {
    with_widest(
        #[inline(always)]
        || gradients(it, steps, x, scratch),
    );
}

#[inline(always)]
fn gradients(it: Equations<'_>, steps: Steps, x: &mut [f32], scratch: &mut Scratch) {
    let Scratch { residual: r, direction: p, product: q, guess, .. } = scratch;
    it.guess_inverse(guess);
    it.residual(x, r);
    p.clear();
    p.extend(r.iter().zip(&*guess).map(|(r, guess)| r * guess));
    let mut left = dot_inlined(r, p);
    let enough = left * steps.enough * steps.enough;
    for _ in 0..steps.max {
        if left <= enough || left <= f32::MIN_POSITIVE {
            break;
        }
        it.times(p, q);
        let curvature = dot_inlined(p, q);
        let length = left / curvature;
        if !(curvature > 0.0 && length.is_finite()) {
            break;
        }
        add_scaled_inlined(x, length, p);
        add_scaled_inlined(r, -length, q);
        q.clear();
        q.extend(r.iter().zip(&*guess).map(|(r, guess)| r * guess));
        let left_before = left;
        left = dot_inlined(r, q);
        let kept = left / left_before;
        for (p, q) in p.iter_mut().zip(&*q) {
            *p = p.mul_add(kept, *q);
        }
    }
}

/// Solves for `x` exactly in some columns at a time, in their order, while the others stay.
///
/// For blocks of `length` columns and as many as there are in all: takes half as many multiplications as
/// rows named times columns times `length`, beside a third of columns times the square of `length`.
///
/// # Panics
///
/// If `length` is 0.
pub fn by_blocks(it: Equations<'_>, length: usize, x: &mut [f32], scratch: &mut Scratch) {
    with_widest(
        #[inline(always)]
        || blocks(it, length, x, scratch),
    );
}

#[inline(always)]
fn blocks(it: Equations<'_>, length: usize, x: &mut [f32], scratch: &mut Scratch) {
    let Scratch { residual: change, dots, block, .. } = scratch;
    dots.clear();
    dots.extend(it.named.iter().map(|&row| dot_inlined(it.rows.row(row as usize), x)));
    for first in (0..x.len()).step_by(length) {
        let columns = first..x.len().min(first + length);
        let n = columns.len();
        block.clear();
        block.resize(n * n, 0.0);
        change.clear();
        for (at, column) in columns.clone().enumerate() {
            block[at * n + at] = it.diagonal[column];
            change.push(-it.diagonal[column] * x[column]);
        }
        for ((&row, &weight), &dot) in it.named.iter().zip(it.weights).zip(&*dots) {
            let row = &it.rows.row(row as usize)[columns.clone()];
            add_scaled_inlined(change, weight.mul_add(-dot, weight + it.pull_beside), row);
            for (at, &number) in row.iter().enumerate() {
                let upper = &mut block[at * n + at..(at + 1) * n];
                add_scaled_inlined(upper, weight * number, &row[at..]);
            }
        }
        if !solve_inlined(n, block, change) {
            continue;
        }
        add_scaled_inlined(&mut x[columns.clone()], 1.0, change);
        for (dot, &row) in dots.iter_mut().zip(it.named) {
            *dot += dot_inlined(&it.rows.row(row as usize)[columns.clone()], change);
        }
    }
}

impl Equations<'_> {
    /// The inverse of the matrix's own diagonal.
    #[inline(always)]
    fn guess_inverse(&self, guess: &mut Vec<f32>) {
        guess.clear();
        guess.extend_from_slice(self.diagonal);
        for (&row, &weight) in self.named.iter().zip(self.weights) {
            for (sum, it) in guess.iter_mut().zip(self.rows.row(row as usize)) {
                *sum = (it * it).mul_add(weight, *sum);
            }
        }
        for it in guess {
            *it = it.recip();
        }
    }

    /// The right side less the matrix times `x`.
    #[inline(always)]
    fn residual(&self, x: &[f32], residual: &mut Vec<f32>) {
        residual.clear();
        residual.extend(x.iter().zip(self.diagonal).map(|(x, diagonal)| -x * diagonal));
        self.add_rows(x, residual, |weight, dot| weight.mul_add(-dot, weight + self.pull_beside));
    }

    /// The matrix times `x`.
    #[inline(always)]
    fn times(&self, x: &[f32], product: &mut Vec<f32>) {
        product.clear();
        product.extend(x.iter().zip(self.diagonal).map(|(x, diagonal)| x * diagonal));
        self.add_rows(x, product, |weight, dot| weight * dot);
    }

    /// Adds to `sum` each row times what `factor` makes of its weight and its product with `x`.
    #[inline(always)]
    fn add_rows(&self, x: &[f32], sum: &mut [f32], factor: impl Fn(f32, f32) -> f32) {
        let (fours, rest) = self.named.as_chunks::<4>();
        let (weights, weights_rest) = self.weights.as_chunks::<4>();
        for (named, weights) in fours.iter().zip(weights) {
            let rows = named.map(|it| self.rows.row(it as usize));
            let dots = vectors::dots_inlined(rows, x);
            let factors = std::array::from_fn(|it| factor(weights[it], dots[it]));
            vectors::add_rows_inlined(sum, factors, rows);
        }
        for (&named, &weight) in rest.iter().zip(weights_rest) {
            let row = self.rows.row(named as usize);
            add_scaled_inlined(sum, factor(weight, dot_inlined(row, x)), row);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    struct Posed {
        diagonal: Vec<f32>,
        rows: Dense,
        named: Vec<u32>,
        weights: Vec<f32>,
        pull_beside: f32,
        start: Vec<f32>,
    }

    impl Posed {
        fn equations(&self) -> Equations<'_> {
            Equations {
                diagonal: &self.diagonal,
                rows: &self.rows,
                named: &self.named,
                weights: &self.weights,
                pull_beside: self.pull_beside,
            }
        }

        /// The largest number of the right side less the left at `x`, in double precision.
        fn error(&self, x: &[f32]) -> f64 {
            let wide = |it: &[f32]| -> Vec<f64> { it.iter().map(|&it| f64::from(it)).collect() };
            let x = wide(x);
            let mut left: Vec<f64> =
                wide(&self.diagonal).iter().zip(&x).map(|(diagonal, x)| -diagonal * x).collect();
            for (&named, &weight) in self.named.iter().zip(&self.weights) {
                let row = wide(self.rows.row(named as usize));
                let dot: f64 = row.iter().zip(&x).map(|(row, x)| row * x).sum();
                let pull = f64::from(weight) * (1.0 - dot) + f64::from(self.pull_beside);
                left.iter_mut().zip(&row).for_each(|(left, row)| *left += pull * row);
            }
            left.into_iter().fold(0.0, |most, it| most.max(it.abs()))
        }
    }

    fn any_posed() -> impl Strategy<Value = Posed> {
        (1_usize..40, 1_usize..30).prop_flat_map(|(n_columns, n_rows)| {
            let numbers = |n| prop::collection::vec(-1.0_f32..1.0, n);
            (
                prop::collection::vec(0.1_f32..4.0, n_columns),
                numbers(n_columns * n_rows),
                prop::collection::vec((0.0_f32..3.0, any::<bool>()), n_rows),
                0.0_f32..1.0,
                numbers(n_columns),
            )
                .prop_map(move |(diagonal, rows, weighed, pull_beside, start)| {
                    let rows = Dense::from_values(n_rows, n_columns, rows).unwrap();
                    let is_named = (0_u32..).zip(&weighed).filter(|(_, (_, named))| *named);
                    let (named, weights) = is_named.map(|(at, (weight, _))| (at, *weight)).unzip();
                    Posed { diagonal, rows, named, weights, pull_beside, start }
                })
        })
    }

    proptest! {
        #[test]
        fn gradients_end_at_the_solution(posed in any_posed()) {
            let mut x = posed.start.clone();
            let steps = Steps { max: 200, enough: 1e-6 };
            by_gradients(posed.equations(), steps, &mut x, &mut Scratch::default());
            prop_assert!(posed.error(&x) < 2e-3, "{}", posed.error(&x));
        }

        #[test]
        fn a_block_of_all_columns_is_the_solution(posed in any_posed()) {
            let mut x = posed.start.clone();
            by_blocks(posed.equations(), x.len(), &mut x, &mut Scratch::default());
            prop_assert!(posed.error(&x) < 2e-3, "{}", posed.error(&x));
        }

        #[test]
        fn blocks_end_at_the_solution_as_well(posed in any_posed(), length in 1_usize..9) {
            let mut x = posed.start.clone();
            for _ in 0..300 {
                by_blocks(posed.equations(), length, &mut x, &mut Scratch::default());
            }
            prop_assert!(posed.error(&x) < 1e-2, "{}", posed.error(&x));
        }
    }
}
