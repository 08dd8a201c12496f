//! The strongest directions of a sparse matrix, by a randomized method.
//!
//! Of `A ≈ U·Σ·Vᵀ` the columns of `V` and the numbers `Σ` are found: a random subspace is sent through
//! `Aᵀ·A` again and again, each time made orthonormal, and turned at the end to where `Aᵀ·A` is diagonal.
//!
//! With `k` directions, [`SPARE`] of them to spare, a pass takes `2·k` multiplications an entry and
//! `2·k²` a column, and memory is `k` numbers for each row and two times `k` for each column.
//!
//! # Source
//!
//! N. Halko, P. Martinsson and J. Tropp, "Finding Structure with Randomness: Probabilistic Algorithms for
//! Constructing Approximate Matrix Decompositions", SIAM Review 2011.

use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, Par};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rayon::prelude::*;

use crate::vectors::{add_scaled_inlined, with_widest};
use crate::{Csr, Dense};

/// How many directions more than asked for are followed, so that the last asked for are found well.
pub const SPARE: usize = 16;
/// How often the subspace is sent through.
const N_PASSES: usize = 8;
/// What is left of a direction below this share of the strongest is mostly rounding.
const SHARE_MIN: f64 = 1e-6;

/// The strongest directions of a matrix among its columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Svd {
    /// A row for each column of the matrix, with a number for each direction: `V`.
    pub right: Dense,
    /// How strong each direction is, descending: the singular values `Σ`.
    pub strengths: Vec<f32>,
}

impl Svd {
    /// The `n_directions` strongest of `matrix`, or all of them where there are fewer; `transposed` is the same
    /// matrix turned about. Nothing where `is_stopped`, asked between passes, says so.
    ///
    /// # Panics
    ///
    /// If the two matrices do not belong together, which is a bug in the caller.
    pub fn of(
        (matrix, transposed): (&Csr, &Csr),
        n_directions: usize,
        seed: u64,
        is_stopped: &dyn Fn() -> bool,
    ) -> Option<Svd> {
        let (n_rows, n_columns) = (matrix.n_rows(), matrix.n_columns());
        assert_eq!((n_rows, n_columns), (transposed.n_columns(), transposed.n_rows()));
        let n_most = n_rows.min(n_columns);
        let mut basis = random(n_columns, n_most.min(n_directions + SPARE), seed);
        for _ in 0..N_PASSES {
            orthonormalize(&mut basis);
            if is_stopped() {
                return None;
            }
            basis = times(transposed, &times(matrix, &basis));
        }
        // Once for what the last pass left alike, once more for the error of that.
        orthonormalize(&mut basis);
        orthonormalize(&mut basis);
        let (turn, squares) = eigen(&gram(&times(matrix, &basis)));
        let n_kept = squares.len().min(n_directions);
        let right = turned(&basis, &turn, n_kept);
        let strengths = squares[..n_kept].iter().map(|it| narrowed(it.max(0.0).sqrt())).collect();
        Some(Svd { right, strengths })
    }

    /// How many bytes [`of`](Svd::of) takes beside the matrices.
    pub fn memory_bytes(n_rows: usize, n_columns: usize, n_directions: usize) -> u64 {
        let k = n_directions + SPARE;
        (k * (n_rows + 2 * n_columns) * size_of::<f32>() + 4 * k * k * size_of::<f64>()) as u64
    }
}

/// Numbers between −1 and 1, each row's from a stream of its own.
fn random(n_rows: usize, n_columns: usize, seed: u64) -> Dense {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let values = (0..n_rows * n_columns).map(|_| rng.random_range(-1.0..1.0)).collect();
    Dense::from_values(n_rows, n_columns, values).expect("as many as there are places")
}

/// A sparse matrix times a dense one.
fn times(matrix: &Csr, other: &Dense) -> Dense {
    let mut product = Dense::zeros(matrix.n_rows(), other.n_columns());
    let n_columns = other.n_columns();
    if n_columns > 0 {
        let rows = product.values_mut().par_chunks_mut(n_columns).enumerate();
        rows.for_each(|(row, to)| {
            with_widest(
                #[inline(always)]
                || {
                    let (columns, values) = matrix.row(row);
                    for (&column, &value) in columns.iter().zip(values) {
                        add_scaled_inlined(to, value, other.row(column as usize));
                    }
                },
            );
        });
    }
    product
}

/// Makes the columns orthonormal, up to an error of how alike they were.
fn orthonormalize(basis: &mut Dense) {
    equalize(basis);
    let (turn, squares) = eigen(&gram(basis));
    let least = squares.first().map_or(0.0, |most| most * SHARE_MIN);
    // What was lost in rounding stays small: the next pass may find it again.
    let factor = |square: f64| if least > 0.0 { square.max(least).sqrt().recip() } else { 0.0 };
    let factors: Vec<f64> = squares.into_iter().map(factor).collect();
    let scaled = Mat::from_fn(turn.nrows(), turn.ncols(), |i, j| turn[(i, j)] * factors[j]);
    *basis = turned(basis, &scaled, basis.n_columns());
}

/// Makes all columns that are not 0 of one length, so that the weak are told from rounding.
fn equalize(basis: &mut Dense) {
    let mut squares = vec![0.0_f64; basis.n_columns()];
    for row in 0..basis.n_rows() {
        for (square, &value) in squares.iter_mut().zip(basis.row(row)) {
            *square += f64::from(value) * f64::from(value);
        }
    }
    let factor = |&it: &f64| if it > 0.0 { narrowed(it.sqrt().recip()) } else { 0.0 };
    let factors: Vec<f32> = squares.iter().map(factor).collect();
    for row in 0..basis.n_rows() {
        basis.row_mut(row).iter_mut().zip(&factors).for_each(|(value, it)| *value *= it);
    }
}

/// `Mᵀ·M`: the products of all columns with each other.
fn gram(matrix: &Dense) -> Mat<f64> {
    /// How many columns are multiplied at a time: one thread's work.
    const COLUMNS_AT_ONCE: usize = 64;
    let k = matrix.n_columns();
    let firsts: Vec<usize> = (0..k).step_by(COLUMNS_AT_ONCE).collect();
    let strips = firsts.into_par_iter().map(|first| {
        let n = COLUMNS_AT_ONCE.min(k - first);
        let mut strip = Mat::<f32>::zeros(k, n);
        let (all, some) = (matrix.as_faer().transpose(), matrix.as_faer().subcols(first, n));
        matmul(strip.as_mut(), Accum::Replace, all, some, 1.0, Par::Seq);
        (first, strip)
    });
    let mut gram = Mat::zeros(k, k);
    for (first, strip) in strips.collect::<Vec<_>>() {
        for (column, j) in (first..).zip(0..strip.ncols()) {
            for i in 0..k {
                gram[(i, column)] = f64::from(strip[(i, j)]);
            }
        }
    }
    gram
}

/// The eigenvectors, as columns, and the eigenvalues of a symmetric matrix, the greatest first.
fn eigen(matrix: &Mat<f64>) -> (Mat<f64>, Vec<f64>) {
    let n = matrix.nrows();
    if n == 0 {
        return (Mat::zeros(0, 0), Vec::new());
    }
    let (mut values, mut vectors) = (Diag::zeros(n), Mat::zeros(n, n));
    let scratch =
        self_adjoint_evd_scratch::<f64>(n, ComputeEigenvectors::Yes, Par::Seq, Default::default());
    self_adjoint_evd(
        matrix.as_ref(),
        values.as_mut(),
        Some(vectors.as_mut()),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )
    .expect("a symmetric matrix of finite numbers has eigenvalues");
    // They come in ascending order.
    let descending = Mat::from_fn(n, n, |i, j| vectors[(i, n - 1 - j)]);
    (descending, values.column_vector().iter().rev().copied().collect())
}

/// `basis` times the first columns of `turn`.
fn turned(basis: &Dense, turn: &Mat<f64>, n_columns: usize) -> Dense {
    let values = (0..turn.nrows()).flat_map(|i| (0..n_columns).map(move |j| (i, j)));
    let values = values.map(|at| narrowed(turn[at])).collect();
    let turn = Dense::from_values(turn.nrows(), n_columns, values);
    basis.times(&turn.expect("as many as there are places"))
}

#[expect(clippy::cast_possible_truncation, reason = "the matrix has seven digits")]
fn narrowed(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sparse(rows: &[Vec<f32>]) -> Csr {
        let mut matrix = Csr::new(rows.first().map_or(0, Vec::len));
        for row in rows {
            let entries = (0..).zip(row.iter().copied());
            matrix.push_row(entries.filter(|&(_, value)| value != 0.0));
        }
        matrix
    }

    fn svd(matrix: &Csr, n_directions: usize) -> Svd {
        Svd::of((matrix, &matrix.transposed()), n_directions, 1, &|| false).unwrap()
    }

    fn any_rows() -> impl Strategy<Value = Vec<Vec<f32>>> {
        let value = prop_oneof![Just(0.0_f32), -1.0_f32..1.0];
        (1..9_usize).prop_flat_map(move |n| {
            prop::collection::vec(prop::collection::vec(value.clone(), n), 1..12)
        })
    }

    proptest! {
        /// `|A·v| = σ` for each direction, no two directions are alike, and all of them together are all of `A`.
        #[test]
        fn all_directions_together_are_the_matrix(rows in any_rows()) {
            let matrix = sparse(&rows);
            let Svd { right, strengths } = svd(&matrix, 99);
            prop_assert!(strengths.is_sorted_by(|a, b| a >= b));
            let image = times(&matrix, &right);
            for (i, row) in rows.iter().enumerate() {
                for (j, value) in row.iter().enumerate() {
                    let back: f32 =
                        image.row(i).iter().zip(right.row(j)).map(|(x, y)| x * y).sum();
                    prop_assert!((back - value).abs() < 1e-3, "{i} {j}: {back} {value}");
                }
            }
            for (direction, strength) in strengths.iter().enumerate() {
                let length =
                    (0..rows.len()).map(|i| image.row(i)[direction].powi(2)).sum::<f32>().sqrt();
                prop_assert!((length - strength).abs() < 1e-3, "{length} {strength}");
            }
        }
    }

    #[test]
    fn the_strongest_of_a_diagonal_are_its_greatest_numbers() {
        let n = 200_u32;
        let mut matrix = Csr::new(n as usize);
        for row in 0..n {
            matrix.push_row([(row, 0.97_f32.powf(row as f32) * 5.0)]);
        }
        let found = svd(&matrix, 8);
        assert_eq!((found.right.n_rows(), found.right.n_columns()), (200, 8));
        for (at, strength) in found.strengths.iter().enumerate() {
            assert!((strength - 0.97_f32.powf(at as f32) * 5.0).abs() < 1e-3, "{at}: {strength}");
            assert!(found.right.row(at)[at].abs() > 0.99, "{at}");
        }
    }

    #[test]
    fn any_number_of_threads_finds_the_same() {
        let rows: Vec<Vec<f32>> = (0..300_u16)
            .map(|i| (0..150_u16).map(|j| f32::from(i * 7 + j * j % 31).sin().max(0.0)).collect())
            .collect();
        let matrix = sparse(&rows);
        let on = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            pool.install(|| svd(&matrix, 10))
        };
        assert_eq!(on(1), on(3));
    }

    #[test]
    fn nothing_has_no_directions_and_work_can_be_given_up() {
        let empty = svd(&Csr::new(4), 3);
        assert_eq!((empty.right.n_rows(), empty.strengths.len()), (4, 0));
        let zeros = svd(&sparse(&[vec![0.0; 3], vec![0.0; 3]]), 3);
        assert_eq!(zeros.strengths, [0.0, 0.0]);
        let matrix = sparse(&[vec![1.0]]);
        assert_eq!(Svd::of((&matrix, &matrix), 1, 1, &|| true), None);
    }
}
