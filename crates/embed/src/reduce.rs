//! The main directions of sparse rows: a truncated singular value decomposition.
//!
//! # The method
//!
//! From vectors drawn at random, the matrix and its transpose are applied by turns, and what comes out is made
//! orthonormal each time: what stretches most grows fastest. A few more vectors than wanted are carried along,
//! so that the last of the wanted ones settle as well.
//!
//! # Source
//!
//! N. Halko, P. Martinsson and J. Tropp, "Finding Structure with Randomness", SIAM Review 2011, algorithm 4.4.

use linalg::spectrum::{directions, gram, turn};
use linalg::vectors::{add_scaled_inlined, with_widest};
use linalg::{Csr, Dense};
use rand::{RngExt as _, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// How many vectors are carried beside those wanted.
const N_BESIDE: usize = 16;
/// How many times the matrix is applied.
const N_TURNS: usize = 5;
/// How many rows a thread makes before it takes more.
const ROWS_AT_ONCE: usize = 256;
/// What stretches less than this share of the most is noise of single precision.
const NOISE: f32 = 1e-10;

/// At most `n` orthonormal directions in which the rows of `matrix` stretch most, as columns, the furthest
/// first: a row for each of the matrix's columns.
///
/// There are fewer where the matrix has fewer rows or columns; directions in which nothing stretches are zero.
/// Takes `22 · n` multiplications an entry, and memory of `4 · n` bytes for each row and column.
pub fn main_directions(matrix: &Csr, n: usize, seed: u64) -> Dense {
    let n_most = matrix.n_rows().min(matrix.n_columns());
    let (n, width) = (n.min(n_most), (n + N_BESIDE).min(n_most));
    if n == 0 {
        return Dense::zeros(matrix.n_columns(), 0);
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let drawn = (0..matrix.n_columns() * width).map(|_| rng.random::<f32>() - 0.5).collect();
    let turned = matrix.transposed();
    let mut columns =
        Dense::from_values(matrix.n_columns(), width, drawn).expect("there are as many as drawn");
    for _ in 0..N_TURNS {
        let mut rows = product(matrix, &columns);
        make_orthonormal(&mut rows);
        columns = product(&turned, &rows);
        make_orthonormal(&mut columns);
    }
    // Within the space that was found, the directions themselves.
    let rows = product(matrix, &columns);
    if let Some((_, within)) = directions(&gram(&rows)) {
        turn(&mut columns, &within);
    }
    first_columns(&columns, n)
}

/// Each row's sum of the rows of `by`, weighed by its entries, on all threads of the current pool.
///
/// # Panics
///
/// If `by` has fewer rows than the matrix has columns.
pub fn product(matrix: &Csr, by: &Dense) -> Dense {
    let width = by.n_columns();
    let mut to = Dense::zeros(matrix.n_rows(), width);
    let blocks = to.values_mut().par_chunks_mut((ROWS_AT_ONCE * width).max(1)).enumerate();
    blocks.for_each(|(block, values)| {
        with_widest(
            #[inline(always)]
            || {
                for (at, sum) in values.chunks_exact_mut(width).enumerate() {
                    let (columns, weights) = matrix.row(block * ROWS_AT_ONCE + at);
                    for (&column, &weight) in columns.iter().zip(weights) {
                        add_scaled_inlined(sum, weight, by.row(column as usize));
                    }
                }
            },
        );
    });
    to
}

/// Makes the columns orthonormal; those that the others hold already become zero.
fn make_orthonormal(rows: &mut Dense) {
    // The second time repairs what single precision lost the first time.
    for _ in 0..2 {
        let Some((stretch, mut within)) = directions(&gram(rows)) else { return };
        let least = NOISE * stretch.first().copied().unwrap_or_default();
        for row in 0..within.n_rows() {
            for (it, stretch) in within.row_mut(row).iter_mut().zip(&stretch) {
                *it = if *stretch > least { *it / stretch.sqrt() } else { 0.0 };
            }
        }
        turn(rows, &within);
    }
}

fn first_columns(rows: &Dense, n: usize) -> Dense {
    let mut first = Dense::zeros(rows.n_rows(), n);
    for row in 0..rows.n_rows() {
        first.row_mut(row).copy_from_slice(&rows.row(row)[..n]);
    }
    first
}

#[cfg(test)]
mod tests {
    use linalg::vectors::dot;
    use proptest::prelude::*;

    use super::*;

    fn any_matrix() -> impl Strategy<Value = Csr> {
        let row = prop::collection::btree_map(0_u32..15, -2.0_f32..2.0, 0..10);
        prop::collection::vec(row, 1..30).prop_map(|rows| {
            let mut matrix = Csr::new(15);
            rows.into_iter().for_each(|row| matrix.push_row(row));
            matrix
        })
    }

    fn dense(matrix: &Csr) -> Dense {
        let mut dense = Dense::zeros(matrix.n_rows(), matrix.n_columns());
        for (at, (columns, values)) in matrix.rows().enumerate() {
            for (&column, &value) in columns.iter().zip(values) {
                dense.row_mut(at)[column as usize] = value;
            }
        }
        dense
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_kept_stretches_as_far_as_anything_of_its_width_can(matrix in any_matrix(), n in 1_usize..6) {
            let found = main_directions(&matrix, n, 3);
            let kept = product(&matrix, &found);
            let squares: f32 = kept.values().iter().map(|it| it * it).sum();
            let (stretch, _) = directions(&gram(&dense(&matrix))).unwrap();
            let most: f32 = stretch.iter().take(found.n_columns()).sum();
            prop_assert!((squares - most).abs() <= 1e-3 * most + 1e-4, "{squares} instead of {most}");
        }

        #[test]
        fn directions_are_orthonormal_or_zero(matrix in any_matrix(), n in 1_usize..20) {
            let found = gram(&main_directions(&matrix, n, 3));
            for (row, column) in (0..found.n_rows()).flat_map(|it| (0..=it).map(move |at| (it, at))) {
                let it = found.row(row)[column];
                let is_right = if row == column { (it - 1.0).abs() < 1e-3 || it < 1e-3 } else { it.abs() < 1e-3 };
                prop_assert!(is_right, "{it} at {row}, {column}");
            }
        }

        #[test]
        fn sparse_rows_are_multiplied_as_dense_ones(matrix in any_matrix(), seed: u64) {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let by = (0..15 * 4).map(|_| rng.random::<f32>()).collect();
            let by = Dense::from_values(15, 4, by).unwrap();
            let (found, plain) = (product(&matrix, &by), dense(&matrix).times(&by));
            for (a, b) in found.values().iter().zip(plain.values()) {
                prop_assert!((a - b).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn nothing_has_no_directions() {
        assert_eq!(main_directions(&Csr::new(3), 2, 1).n_columns(), 0);
        let mut one = Csr::new(3);
        one.push_row([(1, 5.0)]);
        let found = main_directions(&one, 9, 1);
        assert_eq!((found.n_rows(), found.n_columns()), (3, 1));
        assert!((dot(found.row(1), found.row(1)) - 1.0).abs() < 1e-5);
    }
}
