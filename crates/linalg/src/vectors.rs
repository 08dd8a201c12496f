//! One row of numbers with another.
//!
//! Each call picks the widest vectors of the processor it runs on. That takes a nanosecond or two: for
//! short rows in a hot loop, put the whole loop in [`with_widest`] instead and use plain iterators there.

use pulp::{Arch, WithSimd};

/// How many partial sums a long sum is kept in, so that none waits for another.
const LANES: usize = 32;
/// The same where four sums are kept at once.
const SHORT_LANES: usize = 16;

/// Runs `work` compiled for the widest vectors of this processor.
///
/// Only what is inlined into `work` gains by it.
#[inline]
pub fn with_widest<R>(work: impl FnOnce() -> R) -> R {
    struct Once<F>(F);
    impl<R, F: FnOnce() -> R> WithSimd for Once<F> {
        type Output = R;

        #[inline(always)]
        fn with_simd<S: pulp::Simd>(self, _: S) -> R {
            (self.0)()
        }
    }
    Arch::new().dispatch(Once(work))
}

/// The sum of the products of two rows; what is longer in one of them is left out.
#[inline]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    with_widest(
        #[inline(always)]
        || dot_inlined(a, b),
    )
}

/// [`dot`], to be used within [`with_widest`].
#[inline(always)]
pub fn dot_inlined(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; LANES];
    let (a_blocks, a_rest) = a.as_chunks::<LANES>();
    let (b_blocks, b_rest) = b.as_chunks::<LANES>();
    for (x, y) in a_blocks.iter().zip(b_blocks) {
        for lane in 0..LANES {
            sums[lane] = x[lane].mul_add(y[lane], sums[lane]);
        }
    }
    let n_blocks = a_blocks.len().min(b_blocks.len()) * LANES;
    let (a_rest, b_rest) = match a_blocks.len() == b_blocks.len() {
        true => (a_rest, b_rest),
        false => (&a[n_blocks..], &b[n_blocks..]),
    };
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    sum_of(sums) + rest
}

/// The sum of some numbers, of which there are a power of two.
#[inline(always)]
fn sum_of<const N: usize>(mut sums: [f32; N]) -> f32 {
    let mut width = N / 2;
    while width > 0 {
        for lane in 0..width {
            sums[lane] += sums[lane + width];
        }
        width /= 2;
    }
    sums[0]
}

/// The products of four rows with `x`, none of them shorter, to be used within [`with_widest`].
///
/// One row's sum waits less for the other's than in four calls of [`dot_inlined`].
#[inline(always)]
pub fn dots_inlined(rows: [&[f32]; 4], x: &[f32]) -> [f32; 4] {
    let (blocks, rest) = x.as_chunks::<SHORT_LANES>();
    let n_whole = x.len() - rest.len();
    let of_rows = rows.map(|it| &it.as_chunks::<SHORT_LANES>().0[..blocks.len()]);
    let mut sums = [[0.0_f32; SHORT_LANES]; 4];
    for (at, x) in blocks.iter().enumerate() {
        for (sums, row) in sums.iter_mut().zip(of_rows) {
            for lane in 0..SHORT_LANES {
                sums[lane] = row[at][lane].mul_add(x[lane], sums[lane]);
            }
        }
    }
    let rests = rows.map(|it| it[n_whole..].iter().zip(rest).map(|(y, x)| y * x).sum::<f32>());
    std::array::from_fn(|it| sum_of(sums[it]) + rests[it])
}

/// Adds four rows to `to`, none of them shorter, each times its factor, to be used within [`with_widest`].
#[inline(always)]
pub fn add_rows_inlined(to: &mut [f32], factors: [f32; 4], rows: [&[f32]; 4]) {
    let n = to.len();
    let [a, b, c, d] = rows.map(|it| &it[..n]);
    for at in 0..n {
        let ab = a[at].mul_add(factors[0], b[at] * factors[1]);
        let cd = c[at].mul_add(factors[2], d[at] * factors[3]);
        to[at] += ab + cd;
    }
}

/// Adds `factor` times `row` to `to`.
#[inline]
pub fn add_scaled(to: &mut [f32], factor: f32, row: &[f32]) {
    with_widest(
        #[inline(always)]
        || add_scaled_inlined(to, factor, row),
    );
}

/// [`add_scaled`], to be used within [`with_widest`].
#[inline(always)]
pub fn add_scaled_inlined(to: &mut [f32], factor: f32, row: &[f32]) {
    for (sum, it) in to.iter_mut().zip(row) {
        *sum = it.mul_add(factor, *sum);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_product_of_rows_is_the_plain_sum(
            a in prop::collection::vec(-1.0_f32..1.0, 0..200),
            b in prop::collection::vec(-1.0_f32..1.0, 0..200),
        ) {
            let plain: f64 =
                a.iter().zip(&b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum();
            prop_assert!((f64::from(dot(&a, &b)) - plain).abs() < 1e-4);
        }

        #[test]
        fn four_rows_at_once_are_four_rows(
            rows in prop::collection::vec(-1.0_f32..1.0, 4 * 70),
            x in prop::collection::vec(-1.0_f32..1.0, 0..70),
        ) {
            let rows: [&[f32]; 4] = std::array::from_fn(|it| &rows[it * 70..][..70]);
            let dots = dots_inlined(rows, &x);
            for (dot_of_four, row) in dots.into_iter().zip(rows) {
                prop_assert!((dot_of_four - dot(row, &x)).abs() < 1e-4);
            }
            let (mut at_once, mut one_by_one) = (x.clone(), x);
            add_rows_inlined(&mut at_once, dots, rows);
            for (factor, row) in dots.into_iter().zip(rows) {
                add_scaled(&mut one_by_one, factor, row);
            }
            for (a, b) in at_once.iter().zip(&one_by_one) {
                prop_assert!((a - b).abs() < 1e-3, "{a} instead of {b}");
            }
        }

        #[test]
        fn a_scaled_row_is_added_number_by_number(
            a in prop::collection::vec(-1.0_f32..1.0, 70),
            b in prop::collection::vec(-1.0_f32..1.0, 70),
            factor in -2.0_f32..2.0,
        ) {
            let mut sum = a.clone();
            add_scaled(&mut sum, factor, &b);
            for ((sum, a), b) in sum.iter().zip(&a).zip(&b) {
                prop_assert!((sum - (a + factor * b)).abs() < 1e-6);
            }
        }
    }
}
