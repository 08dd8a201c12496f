//! One row of numbers with another.
//!
//! Each call picks the widest vectors of the processor it runs on. That takes a nanosecond or two: for
//! short rows in a hot loop, put the whole loop in [`with_widest`] instead and use plain iterators there;
//! or, where sums are to be fast as well, which compilers may not reorder, make it a [`WithSimd`] for
//! [`widest`] and use the functions here that take the vectors they compute with.

use pulp::Arch;
pub use pulp::{Simd, WithSimd};

/// How many partial sums a long sum is kept in, so that none waits for another.
const LANES: usize = 32;

/// Runs `work` compiled for the widest vectors of this processor.
///
/// Only what is inlined into `work` gains by it.
#[inline]
pub fn with_widest<R>(work: impl FnOnce() -> R) -> R {
    struct Once<F>(F);
    impl<R, F: FnOnce() -> R> WithSimd for Once<F> {
        type Output = R;

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> R {
            (self.0)()
        }
    }
    Arch::new().dispatch(Once(work))
}

/// Does `work` with the widest vectors of this processor.
#[inline]
pub fn widest<W: WithSimd>(work: W) -> W::Output {
    Arch::new().dispatch(work)
}

/// The sum of the products of two rows; what is longer in one of them is left out.
#[inline]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    struct Dot<'a>(&'a [f32], &'a [f32]);
    impl WithSimd for Dot<'_> {
        type Output = f32;

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> f32 {
            dot_with(simd, self.0, self.1)
        }
    }
    widest(Dot(a, b))
}

/// [`dot`] with these vectors.
#[inline(always)]
pub fn dot_with<S: Simd>(simd: S, a: &[f32], b: &[f32]) -> f32 {
    let n = a.len().min(b.len());
    let (a, a_rest) = S::as_simd_f32s(&a[..n]);
    let (b, b_rest) = S::as_simd_f32s(&b[..n]);
    let ((a, a_last), (b, b_last)) = (a.as_chunks::<4>(), b.as_chunks::<4>());
    let mut sums = [simd.splat_f32s(0.0); 4];
    for (a, b) in a.iter().zip(b) {
        for at in 0..4 {
            sums[at] = simd.mul_add_f32s(a[at], b[at], sums[at]);
        }
    }
    for (a, b) in a_last.iter().zip(b_last) {
        sums[0] = simd.mul_add_f32s(*a, *b, sums[0]);
    }
    let (a, b) = (simd.partial_load_f32s(a_rest), simd.partial_load_f32s(b_rest));
    sums[1] = simd.mul_add_f32s(a, b, sums[1]);
    let halves = [simd.add_f32s(sums[0], sums[1]), simd.add_f32s(sums[2], sums[3])];
    simd.reduce_sum_f32s(simd.add_f32s(halves[0], halves[1]))
}

/// The products of four rows with `x`, none of them shorter, with these vectors.
///
/// A number of `x` is read once for all of them, and no row's sum waits for another's.
#[inline(always)]
pub fn dots_with<S: Simd>(simd: S, rows: [&[f32]; 4], x: &[f32]) -> [f32; 4] {
    let (blocks, rest) = S::as_simd_f32s(x);
    let (a, a_rest) = S::as_simd_f32s(&rows[0][..x.len()]);
    let (b, b_rest) = S::as_simd_f32s(&rows[1][..x.len()]);
    let (c, c_rest) = S::as_simd_f32s(&rows[2][..x.len()]);
    let (d, d_rest) = S::as_simd_f32s(&rows[3][..x.len()]);
    // Closures given to methods of arrays would not be compiled for the widest vectors.
    let rest = simd.partial_load_f32s(rest);
    let mut sum_a = simd.mul_f32s(simd.partial_load_f32s(a_rest), rest);
    let mut sum_b = simd.mul_f32s(simd.partial_load_f32s(b_rest), rest);
    let mut sum_c = simd.mul_f32s(simd.partial_load_f32s(c_rest), rest);
    let mut sum_d = simd.mul_f32s(simd.partial_load_f32s(d_rest), rest);
    for ((((x, a), b), c), d) in blocks.iter().zip(a).zip(b).zip(c).zip(d) {
        sum_a = simd.mul_add_f32s(*a, *x, sum_a);
        sum_b = simd.mul_add_f32s(*b, *x, sum_b);
        sum_c = simd.mul_add_f32s(*c, *x, sum_c);
        sum_d = simd.mul_add_f32s(*d, *x, sum_d);
    }
    [
        simd.reduce_sum_f32s(sum_a),
        simd.reduce_sum_f32s(sum_b),
        simd.reduce_sum_f32s(sum_c),
        simd.reduce_sum_f32s(sum_d),
    ]
}

/// Adds four rows to `to`, none of them shorter, each times its factor, with these vectors.
#[inline(always)]
pub fn add_rows_with<S: Simd>(simd: S, to: &mut [f32], factors: [f32; 4], rows: [&[f32]; 4]) {
    let n = to.len();
    let (blocks, rest) = S::as_mut_simd_f32s(to);
    let (a, a_rest) = S::as_simd_f32s(&rows[0][..n]);
    let (b, b_rest) = S::as_simd_f32s(&rows[1][..n]);
    let (c, c_rest) = S::as_simd_f32s(&rows[2][..n]);
    let (d, d_rest) = S::as_simd_f32s(&rows[3][..n]);
    let by_a = simd.splat_f32s(factors[0]);
    let by_b = simd.splat_f32s(factors[1]);
    let by_c = simd.splat_f32s(factors[2]);
    let by_d = simd.splat_f32s(factors[3]);
    for ((((to, a), b), c), d) in blocks.iter_mut().zip(a).zip(b).zip(c).zip(d) {
        let ab = simd.mul_add_f32s(*a, by_a, simd.mul_f32s(*b, by_b));
        let cd = simd.mul_add_f32s(*c, by_c, simd.mul_f32s(*d, by_d));
        *to = simd.add_f32s(*to, simd.add_f32s(ab, cd));
    }
    for (at, to) in rest.iter_mut().enumerate() {
        let ab = a_rest[at].mul_add(factors[0], b_rest[at] * factors[1]);
        let cd = c_rest[at].mul_add(factors[2], d_rest[at] * factors[3]);
        *to += ab + cd;
    }
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
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            sums[lane] += sums[lane + width];
        }
        width /= 2;
    }
    sums[0] + rest
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

    /// Four rows' products with `x`, which then has the rows added so many times.
    struct Four<'a> {
        rows: [&'a [f32]; 4],
        x: &'a mut [f32],
    }

    impl WithSimd for Four<'_> {
        type Output = [f32; 4];

        fn with_simd<S: Simd>(self, simd: S) -> [f32; 4] {
            let dots = dots_with(simd, self.rows, self.x);
            add_rows_with(simd, self.x, dots, self.rows);
            dots
        }
    }

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
            let mut at_once = x.clone();
            let dots = widest(Four { rows, x: &mut at_once });
            let mut one_by_one = x.clone();
            for (dot_of_four, row) in dots.into_iter().zip(rows) {
                prop_assert!((dot_of_four - dot(row, &x)).abs() < 1e-4);
                add_scaled(&mut one_by_one, dot_of_four, row);
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
