//! Least squares for one row of unknowns at a time, where most of the matrix is a diagonal.
//!
//! ```text
//! (diagonal + Σ weight[j]·row[j]·row[j]ᵀ) x = Σ (weight[j] + pull_beside)·row[j]
//! ```
//!
//! That is what alternating least squares solves for each shopper and each product, once the rows of the
//! other side have been turned into their own [directions](crate::spectrum). A product with the matrix
//! then takes two multiplications for each number of the rows it names, whatever the number of columns,
//! and the diagonal's inverse is a good guess at that of the whole.
//!
//! [`by_gradients`] goes a few steps of conjugate gradients from where `x` stands, which is the way for
//! any length; [`by_blocks`] solves some columns at a time exactly while the others stay.
//!
//! # Source
//!
//! G. Takács, I. Pilászy and D. Tikk, "Applications of the Conjugate Gradient Method for Implicit Feedback
//! Collaborative Filtering", RecSys 2011. S. Rendle, W. Krichene, L. Zhang and Y. Koren, "iALS++: Speeding
//! up Matrix Factorization with Subspace Optimization", 2021.

use std::ops::Range;

use crate::Dense;
use crate::few_equations::solve_inlined;
use crate::vectors::{
    Simd, WithSimd, add_rows_with, add_scaled_inlined, dot_with, dots_with, widest,
};

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
    /// That of the diagonal.
    inverse: Vec<f32>,
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
/// Each step takes two multiplications for each number of the rows named, and two more beforehand.
///
/// # Panics
///
/// If the diagonal, the rows and `x` are not of one length.
pub fn by_gradients(it: Equations<'_>, steps: Steps, x: &mut [f32], scratch: &mut Scratch) {
    it.check(x);
    widest(Gradients { it, steps, x, scratch });
}

struct Gradients<'a> {
    it: Equations<'a>,
    steps: Steps,
    x: &'a mut [f32],
    scratch: &'a mut Scratch,
}

impl WithSimd for Gradients<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Gradients {
            it,
            steps,
            x,
            scratch: Scratch { residual, direction, product, inverse, .. },
        } = self;
        let n = x.len();
        for vector in [&mut *residual, &mut *direction, &mut *product, &mut *inverse] {
            vector.resize(n, 0.0);
        }
        for (inverse, diagonal) in inverse.iter_mut().zip(it.diagonal) {
            *inverse = diagonal.recip();
        }
        for ((residual, x), diagonal) in residual.iter_mut().zip(&*x).zip(it.diagonal) {
            *residual = -x * diagonal;
        }
        it.add_rows(simd, x, residual, |weight, dot| it.pull(weight, dot));
        multiply(direction, residual, inverse);
        let mut left = dot_with(simd, residual, direction);
        let enough = left * steps.enough * steps.enough;
        for _ in 0..steps.max {
            if left <= enough || left <= f32::MIN_POSITIVE {
                break;
            }
            multiply(product, direction, it.diagonal);
            it.add_rows(simd, direction, product, |weight, dot| weight * dot);
            let curvature = dot_with(simd, direction, product);
            let length = left / curvature;
            if !(curvature > 0.0 && length.is_finite()) {
                break;
            }
            add_scaled_inlined(x, length, direction);
            add_scaled_inlined(residual, -length, product);
            multiply(product, residual, inverse);
            let left_before = left;
            left = dot_with(simd, residual, product);
            let kept = left / left_before;
            for (direction, it) in direction.iter_mut().zip(&*product) {
                *direction = direction.mul_add(kept, *it);
            }
        }
    }
}

/// Solves for `x` exactly in some columns at a time, in their order, while the others stay.
///
/// For blocks of `length` columns, and as many as there are in all: takes half as many multiplications as
/// rows named times columns times `length`, beside a sixth of columns times the square of `length`.
///
/// # Panics
///
/// If `length` is 0, or the diagonal, the rows and `x` are not of one length.
pub fn by_blocks(it: Equations<'_>, length: usize, x: &mut [f32], scratch: &mut Scratch) {
    it.check(x);
    widest(Blocks { it, length, x, scratch });
}

struct Blocks<'a> {
    it: Equations<'a>,
    length: usize,
    x: &'a mut [f32],
    scratch: &'a mut Scratch,
}

impl WithSimd for Blocks<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Blocks { it, length, x, scratch: Scratch { residual: change, dots, block, .. } } = self;
        dots.clear();
        dots.extend(it.named.iter().map(|&row| dot_with(simd, it.rows.row(row as usize), x)));
        for first in (0..x.len()).step_by(length) {
            let columns = first..x.len().min(first + length);
            let n = columns.len();
            block.clear();
            block.resize(n * n, 0.0);
            change.resize(n, 0.0);
            for (at, column) in columns.clone().enumerate() {
                block[at * n + at] = it.diagonal[column];
                change[at] = -it.diagonal[column] * x[column];
            }
            it.add_block(simd, &columns, dots, (block, change));
            if !solve_inlined(n, block, change) {
                continue;
            }
            add_scaled_inlined(&mut x[columns.clone()], 1.0, change);
            for (dot, &row) in dots.iter_mut().zip(it.named) {
                *dot += dot_with(simd, &it.rows.row(row as usize)[columns.clone()], change);
            }
        }
    }
}

impl Equations<'_> {
    fn check(&self, x: &[f32]) {
        let lengths = [self.diagonal.len(), self.rows.n_columns()];
        assert_eq!(lengths, [x.len(); 2], "all are of one length");
    }

    /// How strongly a row of this weight, whose product with `x` is `dot`, still pulls.
    #[inline(always)]
    fn pull(&self, weight: f32, dot: f32) -> f32 {
        weight * (1.0 - dot) + self.pull_beside
    }

    /// Adds to `sum` each row times what `factor` makes of its weight and its product with `x`.
    #[inline(always)]
    fn add_rows<S: Simd>(
        &self,
        simd: S,
        x: &[f32],
        sum: &mut [f32],
        factor: impl Fn(f32, f32) -> f32,
    ) {
        let (fours, rest) = self.named.as_chunks::<4>();
        let (weights, weights_rest) = self.weights.as_chunks::<4>();
        let row = |it: u32| self.rows.row(it as usize);
        for (&[a, b, c, d], weights) in fours.iter().zip(weights) {
            let rows = [row(a), row(b), row(c), row(d)];
            let [a, b, c, d] = dots_with(simd, rows, x);
            let factors = [
                factor(weights[0], a),
                factor(weights[1], b),
                factor(weights[2], c),
                factor(weights[3], d),
            ];
            add_rows_with(simd, sum, factors, rows);
        }
        for (&it, &weight) in rest.iter().zip(weights_rest) {
            add_scaled_inlined(sum, factor(weight, dot_with(simd, row(it), x)), row(it));
        }
    }

    /// Adds to a block's matrix, of which only the upper half is kept, and to its right side, what these
    /// columns of the rows ask, whose products with `x` are `dots`.
    #[inline(always)]
    fn add_block<S: Simd>(
        &self,
        simd: S,
        columns: &Range<usize>,
        dots: &[f32],
        (block, side): (&mut [f32], &mut [f32]),
    ) {
        let n = columns.len();
        let (fours, rest) = self.named.as_chunks::<4>();
        for (at, &[a, b, c, d]) in fours.iter().enumerate() {
            let row = |it: u32| &self.rows.row(it as usize)[columns.clone()];
            let rows = [row(a), row(b), row(c), row(d)];
            let (weights, dots) = (&self.weights[at * 4..][..4], &dots[at * 4..][..4]);
            let pulls = [
                self.pull(weights[0], dots[0]),
                self.pull(weights[1], dots[1]),
                self.pull(weights[2], dots[2]),
                self.pull(weights[3], dots[3]),
            ];
            add_rows_with(simd, side, pulls, rows);
            for (column, upper) in block.chunks_exact_mut(n).enumerate() {
                let [a, b, c, d] = rows;
                let rows = [&a[column..], &b[column..], &c[column..], &d[column..]];
                let factors = [
                    weights[0] * a[column],
                    weights[1] * b[column],
                    weights[2] * c[column],
                    weights[3] * d[column],
                ];
                add_rows_with(simd, &mut upper[column..], factors, rows);
            }
        }
        let n_before = fours.len() * 4;
        for (at, &row) in rest.iter().enumerate() {
            let row = &self.rows.row(row as usize)[columns.clone()];
            let weight = self.weights[n_before + at];
            add_scaled_inlined(side, self.pull(weight, dots[n_before + at]), row);
            for (column, upper) in block.chunks_exact_mut(n).enumerate() {
                add_scaled_inlined(&mut upper[column..], weight * row[column], &row[column..]);
            }
        }
    }
}

/// Makes each number of `to` the product of those of `a` and `b`.
#[inline(always)]
fn multiply(to: &mut [f32], a: &[f32], b: &[f32]) {
    for ((to, a), b) in to.iter_mut().zip(a).zip(b) {
        *to = a * b;
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
