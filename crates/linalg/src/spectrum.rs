//! The directions in which rows of numbers stretch, and how far in each.
//!
//! Rows turned into those directions keep all their products with one another, and their squares are
//! then summed up by a diagonal: what takes a dense matrix before takes one number a column after.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::linalg::matmul::matmul;
use faer::{Accum, Col, Mat, MatMut, MatRef, Par, Spec};
use rayon::prelude::*;

use crate::Dense;

/// How many rows are summed in single precision: one thread's work.
const ROWS_AT_ONCE: usize = 1_024;

/// How many rows are turned at a time.
const ROWS_TURNED_AT_ONCE: usize = 128;

/// Every column's products with every other, `rowsᵀ · rows`, on all threads of the current pool.
///
/// Takes `n_rows · n_columns²` multiplications, and 8 bytes for each two columns a thread.
pub fn gram(rows: &Dense) -> Dense {
    let n_columns = rows.n_columns();
    let n_blocks = rows.n_rows().div_ceil(ROWS_AT_ONCE);
    let mut sum = vec![0.0_f64; n_columns * n_columns];
    // So many blocks at once, added in their order: the sum is the same on any number of threads.
    for first in (0..n_blocks).step_by(BLOCKS_AT_ONCE) {
        let some = first..(first + BLOCKS_AT_ONCE).min(n_blocks);
        let parts: Vec<Dense> =
            some.into_par_iter().map(|block| gram_of_block(rows, block)).collect();
        for part in parts {
            for (sum, it) in sum.iter_mut().zip(part.values()) {
                *sum += f64::from(*it);
            }
        }
    }
    let values = sum.into_iter().map(narrowed).collect();
    Dense::from_values(n_columns, n_columns, values).expect("there are as many as columns squared")
}

/// How many blocks wait to be added.
const BLOCKS_AT_ONCE: usize = 16;

fn gram_of_block(rows: &Dense, block: usize) -> Dense {
    let first = block * ROWS_AT_ONCE;
    let n_rows = ROWS_AT_ONCE.min(rows.n_rows() - first);
    let block = rows.as_faer().subrows(first, n_rows);
    let mut part = Dense::zeros(rows.n_columns(), rows.n_columns());
    matmul(part.as_faer_mut(), Accum::Replace, block.transpose(), block, 1.0, Par::Seq);
    part
}

/// The directions of a symmetric matrix, as columns, and how far it stretches in each: the furthest first.
///
/// Nothing where it holds numbers that are not finite. Takes some ten times `n³` operations of one thread.
pub fn directions(symmetric: &Dense) -> Option<(Vec<f32>, Dense)> {
    let n = symmetric.n_rows();
    let wide = Mat::from_fn(n, n, |i, j| f64::from(symmetric.row(i)[j]));
    let (mut stretch, mut turned) = (Col::<f64>::zeros(n), Mat::<f64>::zeros(n, n));
    let spec = Spec::default();
    let needs = self_adjoint_evd_scratch::<f64>(n, ComputeEigenvectors::Yes, Par::Seq, spec);
    self_adjoint_evd(
        wide.as_ref(),
        stretch.as_mut().as_diagonal_mut(),
        Some(turned.as_mut()),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(needs)),
        spec,
    )
    .ok()?;
    // They come with the furthest last.
    let furthest_first = (0..n).rev().map(|it| narrowed(stretch[it]));
    let stretch: Vec<f32> = furthest_first.collect();
    let mut directions = Dense::zeros(n, n);
    for row in 0..n {
        for (column, to) in directions.row_mut(row).iter_mut().enumerate() {
            *to = narrowed(turned[(row, n - 1 - column)]);
        }
    }
    let is_finite = stretch.iter().chain(directions.values()).all(|it| it.is_finite());
    is_finite.then_some((stretch, directions))
}

/// Multiplies each row by a square matrix, in place, on all threads of the current pool.
///
/// # Panics
///
/// If the matrix is not as wide as the rows are long.
pub fn turn(rows: &mut Dense, by: &Dense) {
    let n_columns = rows.n_columns();
    assert_eq!((by.n_rows(), by.n_columns()), (n_columns, n_columns), "rows keep their length");
    if n_columns == 0 {
        return;
    }
    let blocks = rows.values_mut().par_chunks_mut(ROWS_TURNED_AT_ONCE * n_columns);
    blocks.for_each_init(Vec::new, |before, values| {
        before.clear();
        before.extend_from_slice(values);
        let n_rows = values.len() / n_columns;
        let before = MatRef::from_row_major_slice(before, n_rows, n_columns);
        let after = MatMut::from_row_major_slice_mut(values, n_rows, n_columns);
        matmul(after, Accum::Replace, before, by.as_faer(), 1.0, Par::Seq);
    });
}

#[expect(clippy::cast_possible_truncation, reason = "seven digits are what rows have")]
fn narrowed(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_rows() -> impl Strategy<Value = Dense> {
        (1_usize..40, 1_usize..20).prop_flat_map(|(n, k)| {
            prop::collection::vec(-1.0_f32..1.0, n * k)
                .prop_map(move |it| Dense::from_values(n, k, it).unwrap())
        })
    }

    proptest! {
        #[test]
        fn turned_rows_keep_their_products_and_sum_up_to_a_diagonal(rows in any_rows()) {
            let before = rows.times_transposed(&rows);
            let (stretch, directions) = directions(&gram(&rows)).unwrap();
            let mut turned = rows.clone();
            turn(&mut turned, &directions);
            let after = turned.times_transposed(&turned);
            for (x, y) in before.values().iter().zip(after.values()) {
                prop_assert!((x - y).abs() < 1e-4, "{x} became {y}");
            }
            let squares = gram(&turned);
            for (row, stretch) in stretch.iter().enumerate() {
                for (column, it) in squares.row(row).iter().enumerate() {
                    let expected = if row == column { *stretch } else { 0.0 };
                    prop_assert!((it - expected).abs() < 1e-3, "{it} instead of {expected}");
                }
            }
            prop_assert!(stretch.is_sorted_by(|a, b| a >= b));
        }
    }

    #[test]
    fn long_sums_of_squares_are_the_plain_ones_on_any_number_of_threads() {
        let value = |at: u16| f32::from(at % 97) / 97.0 - 0.5;
        let rows = Dense::from_values(20_000, 2, (0..40_000).map(value).collect()).unwrap();
        let on = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            pool.install(|| gram(&rows))
        };
        let sum = on(1);
        assert_eq!(sum, on(3));
        let plain: f64 =
            (0..20_000).map(|it| f64::from(rows.row(it)[0]) * f64::from(rows.row(it)[1])).sum();
        assert!((f64::from(sum.row(0)[1]) - plain).abs() < 1e-3 * plain.abs().max(1.0));
    }

    #[test]
    fn numbers_that_are_none_have_no_directions() {
        let broken = Dense::from_values(2, 2, vec![1.0, f32::NAN, f32::NAN, 1.0]).unwrap();
        assert!(directions(&broken).is_none());
    }
}
