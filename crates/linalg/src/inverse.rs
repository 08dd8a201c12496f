//! The inverse of a symmetric matrix that is positive definite, in the memory of the matrix itself.
//!
//! Every pivot is swept in turn, a block of them at a time:
//!
//! ```text
//! D = A[k,k]⁻¹    E = A[·,k]·D    A[i,j] −= E[i]·A[k,j]    A[·,k] = E    A[k,k] = −D
//! ```
//!
//! and when all of them are, `A` is what `−A⁻¹` was. Only what lies on and below the diagonal is read and
//! written until the end. Takes `n³/2` multiplications, each with an addition, on all threads of the current
//! pool, and memory for two blocks of rows beside the matrix.
//!
//! # Source
//!
//! The sweep operator: J. Goodnight, "A Tutorial on the SWEEP Operator", The American Statistician 1979.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use rayon::prelude::*;

use crate::Dense;
use crate::vectors::{dot_inlined, with_widest};

/// How many pivots are swept at once.
const PIVOTS_AT_ONCE: usize = 256;

/// Why there is no inverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InverseError {
    /// A pivot is not above 0, or no number: the matrix is not positive definite.
    NotPositive,
    /// It was given up.
    Stopped,
}

/// Puts the inverse of `matrix` in its place, of which only the lower half is read.
///
/// `is_stopped` is asked between blocks of pivots.
///
/// # Errors
///
/// [`InverseError`]; the matrix is then neither what it was nor its inverse.
///
/// # Panics
///
/// If the matrix is not square, which is a bug in the caller.
pub fn invert(matrix: &mut Dense, is_stopped: &dyn Fn() -> bool) -> Result<(), InverseError> {
    let n = matrix.n_rows();
    assert_eq!(n, matrix.n_columns(), "only what is square has an inverse");
    let mut column = Dense::zeros(n, PIVOTS_AT_ONCE.min(n));
    for first in (0..n).step_by(PIVOTS_AT_ONCE) {
        if is_stopped() {
            return Err(InverseError::Stopped);
        }
        let n_pivots = PIVOTS_AT_ONCE.min(n - first);
        if n_pivots < column.n_columns() {
            column = Dense::zeros(n, n_pivots);
        }
        sweep_block(matrix, first, &mut column)?;
    }
    for row in 0..n {
        let (above, rest) = matrix.values_mut().split_at_mut(row * n);
        let own = &mut rest[..=row];
        for (other, value) in own.iter_mut().enumerate() {
            *value = -*value;
            if other < row {
                above[other * n + row] = *value;
            }
        }
    }
    Ok(())
}

/// How many bytes [`invert`] takes for a matrix of `n` rows, the matrix among them.
pub fn memory_bytes(n: u64) -> u64 {
    4 * n * (n + 2 * PIVOTS_AT_ONCE as u64)
}

/// Solves `matrix · x = values` for a few unknowns on one thread: `x` takes the place of the values, and the
/// matrix, of which only the lower half is read, becomes its Cholesky factor.
///
/// # Errors
///
/// [`InverseError::NotPositive`]; both are then worthless.
///
/// # Panics
///
/// If there is not a value for each row of a square matrix, which is a bug in the caller.
pub fn solve(matrix: &mut Dense, values: &mut [f32]) -> Result<(), InverseError> {
    let n = matrix.n_rows();
    assert_eq!((n, n), (matrix.n_columns(), values.len()), "a value for each row of a square");
    with_widest(
        #[inline(always)]
        || factorize(matrix, values),
    )?;
    for row in (0..n).rev() {
        let value = values[row] / matrix.row(row)[row];
        values[row] = value;
        for (other, it) in values[..row].iter_mut().zip(matrix.row(row)) {
            *other -= value * it;
        }
    }
    Ok(())
}

/// Puts the Cholesky factor in the matrix's place, and solves it for the values on the way.
#[inline(always)]
fn factorize(matrix: &mut Dense, values: &mut [f32]) -> Result<(), InverseError> {
    let n = matrix.n_rows();
    for row in 0..n {
        let (above, rest) = matrix.values_mut().split_at_mut(row * n);
        let own = &mut rest[..n];
        for (column, other) in above.chunks_exact(n).enumerate() {
            let known = dot_inlined(&own[..column], &other[..column]);
            own[column] = (own[column] - known) / other[column];
        }
        let left = own[row] - dot_inlined(&own[..row], &own[..row]);
        if !(left > 0.0 && left.is_finite()) {
            return Err(InverseError::NotPositive);
        }
        own[row] = left.sqrt();
        values[row] = (values[row] - dot_inlined(&own[..row], &values[..row])) / own[row];
    }
    Ok(())
}

/// Sweeps as many pivots as `column` has columns, from the pivot `first` on.
fn sweep_block(matrix: &mut Dense, first: usize, column: &mut Dense) -> Result<(), InverseError> {
    let (n, n_pivots) = (matrix.n_rows(), column.n_columns());
    let pivots = first..first + n_pivots;
    for row in 0..n {
        let to = column.row_mut(row);
        if row >= pivots.start {
            to.copy_from_slice(&matrix.row(row)[pivots.clone()]);
        } else {
            for (value, pivot) in to.iter_mut().zip(pivots.clone()) {
                *value = matrix.row(pivot)[row];
            }
        }
    }
    let inverse = inverse_of_block(column, first)?;
    let swept = column.times(&inverse);
    let stripes = matrix.values_mut().par_chunks_mut(PIVOTS_AT_ONCE * n).enumerate();
    stripes.for_each(|(stripe, values)| {
        let top = stripe * PIVOTS_AT_ONCE;
        let n_rows = values.len() / n;
        let end = top + n_rows;
        if top != first {
            let to = MatMut::from_row_major_slice_mut(values, n_rows, n).subcols_mut(0, end);
            let (of_rows, others) = (part(&swept, top, n_rows), part(column, 0, end));
            matmul(to, Accum::Add, of_rows, others.transpose(), -1.0, Par::Seq);
        }
        for (row, values) in (top..).zip(values.chunks_exact_mut(n)) {
            if top > first {
                values[pivots.clone()].copy_from_slice(swept.row(row));
            } else if top == first {
                for (other, value) in values[..first].iter_mut().enumerate() {
                    *value = swept.row(other)[row - first];
                }
                for (value, it) in values[pivots.clone()].iter_mut().zip(inverse.row(row - first)) {
                    *value = -it;
                }
            }
        }
    });
    Ok(())
}

fn part(matrix: &Dense, first: usize, n_rows: usize) -> MatRef<'_, f32> {
    matrix.as_faer().subrows(first, n_rows)
}

/// The inverse of the block of pivots in `column`, whose first row stands at `first`: the same sweep,
/// number by number, in twice the precision.
fn inverse_of_block(column: &Dense, first: usize) -> Result<Dense, InverseError> {
    let n = column.n_columns();
    let mut block = vec![0.0_f64; n * n];
    for row in 0..n {
        for (other, &value) in column.row(first + row)[..=row].iter().enumerate() {
            block[row * n + other] = value.into();
            block[other * n + row] = value.into();
        }
    }
    let mut of_pivot = vec![0.0; n];
    for pivot in 0..n {
        let diagonal = block[pivot * n + pivot];
        if !(diagonal > 0.0 && diagonal.is_finite()) {
            return Err(InverseError::NotPositive);
        }
        of_pivot.copy_from_slice(&block[pivot * n..][..n]);
        for (row, values) in block.chunks_exact_mut(n).enumerate() {
            if row == pivot {
                values.iter_mut().for_each(|it| *it /= diagonal);
            } else {
                let factor = of_pivot[row] / diagonal;
                for (value, it) in values.iter_mut().zip(&of_pivot) {
                    *value -= factor * it;
                }
                values[pivot] = factor;
            }
        }
        block[pivot * n + pivot] = -1.0 / diagonal;
    }
    let values = block.into_iter().map(|it| narrowed(-it)).collect();
    Ok(Dense::from_values(n, n, values).expect("a block is square"))
}

#[expect(clippy::cast_possible_truncation, reason = "the matrix has seven digits")]
fn narrowed(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `B·Bᵀ + ridge`, which is positive definite.
    fn positive(n: usize, ridge: f32, values: Vec<f32>) -> Dense {
        let b = Dense::from_values(n, values.len() / n, values).unwrap();
        let mut matrix = b.times_transposed(&b);
        for at in 0..n {
            matrix.row_mut(at)[at] += ridge;
        }
        matrix
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn a_matrix_times_its_inverse_is_one(
            (n, values) in prop_oneof![1..20_usize, 250..262_usize, 500..530_usize]
                .prop_flat_map(|n| (Just(n), prop::collection::vec(-1.0_f32..1.0, n * 3))),
        ) {
            let matrix = positive(n, 0.5, values);
            let mut inverse = matrix.clone();
            // What lies above the diagonal is not looked at.
            for row in 0..n {
                inverse.row_mut(row)[row + 1..].fill(f32::NAN);
            }
            invert(&mut inverse, &|| false).unwrap();
            let product = matrix.times(&inverse);
            for row in 0..n {
                for column in 0..n {
                    let expected = if row == column { 1.0 } else { 0.0 };
                    let found = product.row(row)[column];
                    prop_assert!((found - expected).abs() < 2e-3, "{row} {column} {found}");
                    let turned = inverse.row(column)[row];
                    prop_assert!((inverse.row(row)[column] - turned).abs() <= 0.0);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_solved_gives_the_values_back(
            (n, values) in (1..90_usize)
                .prop_flat_map(|n| (Just(n), prop::collection::vec(-1.0_f32..1.0, n * 4))),
        ) {
            let matrix = positive(n, 0.5, values.clone());
            let mut solved = values[..n].to_vec();
            solve(&mut matrix.clone(), &mut solved).unwrap();
            for (row, value) in values[..n].iter().enumerate() {
                let back: f32 = matrix.row(row).iter().zip(&solved).map(|(a, x)| a * x).sum();
                prop_assert!((back - value).abs() < 2e-3, "{row}: {back} {value}");
            }
        }
    }

    #[test]
    fn any_number_of_threads_gives_the_same() {
        let values = (0..900 * 2_u16).map(|it| f32::from(it).sin()).collect();
        let matrix = positive(900, 1.0, values);
        let on = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            let mut inverse = matrix.clone();
            pool.install(|| invert(&mut inverse, &|| false)).unwrap();
            inverse
        };
        assert_eq!(on(1), on(3));
    }

    #[test]
    fn what_is_not_positive_or_was_given_up_has_no_inverse() {
        let mut singular = Dense::from_values(2, 2, vec![1.0, 1.0, 1.0, 1.0]).unwrap();
        assert_eq!(invert(&mut singular, &|| false), Err(InverseError::NotPositive));
        let mut singular = Dense::from_values(2, 2, vec![1.0, 1.0, 1.0, 1.0]).unwrap();
        assert_eq!(solve(&mut singular, &mut [1.0, 2.0]), Err(InverseError::NotPositive));
        let mut one = Dense::from_values(1, 1, vec![4.0]).unwrap();
        assert_eq!(invert(&mut one, &|| true), Err(InverseError::Stopped));
        invert(&mut one, &|| false).unwrap();
        assert_eq!(one.values(), [0.25]);
        invert(&mut Dense::zeros(0, 0), &|| false).unwrap();
    }
}
