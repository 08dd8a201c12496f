//! A few equations solved where they stand: some dozens, for one shopper or one block at a time.
//!
//! Large ones are better left to `faer`; here a call costs nothing beside the arithmetic.

use crate::vectors::{add_scaled_inlined, with_widest};

/// Solves `matrix · x = sides` for a symmetric positive definite matrix, in place.
///
/// `matrix` is `n × n`, row after row, of which the upper half is read and overwritten; `sides` has `n`
/// rows of any length, and holds `x` afterwards. False, with both in an undefined state, where the matrix
/// is not positive definite. Takes `n³/6 + n²·length` multiplications.
///
/// # Panics
///
/// If `matrix` is not `n × n` or `sides` has not `n` rows.
///
/// # Source
///
/// The decomposition of A.-L. Cholesky, by rows, as in G. Golub and C. Van Loan, "Matrix Computations",
/// section 4.2.
pub fn solve(n: usize, matrix: &mut [f32], sides: &mut [f32]) -> bool {
    with_widest(
        #[inline(always)]
        || solve_inlined(n, matrix, sides),
    )
}

/// [`solve`], to be used within [`with_widest`].
#[inline(always)]
pub(crate) fn solve_inlined(n: usize, matrix: &mut [f32], sides: &mut [f32]) -> bool {
    assert!(matrix.len() == n * n && sides.len().is_multiple_of(n.max(1)), "{n} equations");
    let length = sides.len() / n.max(1);
    if length == 0 {
        return true;
    }
    for at in 0..n {
        let (upper, below) = matrix.split_at_mut((at + 1) * n);
        let row = &mut upper[at * n + at..];
        let scale = row[0].sqrt().recip();
        if !(scale > 0.0 && scale.is_finite()) {
            return false;
        }
        row.iter_mut().for_each(|it| *it *= scale);
        let (side, sides_below) = sides[at * length..].split_at_mut(length);
        side.iter_mut().for_each(|it| *it *= scale);
        for next in at + 1..n {
            let factor = -row[next - at];
            add_scaled_inlined(
                &mut below[(next - at - 1) * n..][next..n],
                factor,
                &row[next - at..],
            );
            add_scaled_inlined(
                &mut sides_below[(next - at - 1) * length..][..length],
                factor,
                side,
            );
        }
    }
    for at in (0..n).rev() {
        let row = &matrix[at * n + at..][..n - at];
        let (side, sides_below) = sides[at * length..].split_at_mut(length);
        for (solved, factor) in sides_below.chunks_exact(length).zip(&row[1..]) {
            add_scaled_inlined(side, -factor, solved);
        }
        let scale = row[0].recip();
        side.iter_mut().for_each(|it| *it *= scale);
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Dense;

    proptest! {
        #[test]
        fn what_is_solved_gives_the_sides_again(
            (n, rows, sides) in (1_usize..20, 1_usize..5).prop_flat_map(|(n, length)| {
                let numbers = |n| prop::collection::vec(-1.0_f32..1.0, n);
                (Just(n), numbers(n * n), numbers(n * length))
            })
        ) {
            let rows = Dense::from_values(n, n, rows).unwrap();
            let mut matrix = rows.times_transposed(&rows);
            (0..n).for_each(|it| matrix.row_mut(it)[it] += 1.0);
            let mut solved = sides.clone();
            prop_assert!(solve(n, matrix.clone().values_mut(), &mut solved));
            let length = sides.len() / n;
            let back = matrix.times(&Dense::from_values(n, length, solved).unwrap());
            for (side, back) in sides.iter().zip(back.values()) {
                prop_assert!((side - back).abs() < 1e-3, "{back} instead of {side}");
            }
        }
    }

    #[test]
    fn what_has_no_one_solution_is_refused() {
        assert!(!solve(2, &mut [1.0, 1.0, 1.0, 1.0], &mut [1.0, 2.0]));
        assert!(!solve(1, &mut [f32::NAN], &mut [1.0]));
        assert!(solve(0, &mut [], &mut []));
    }
}
