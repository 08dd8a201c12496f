//! Curves that bend numbers one by one, in arithmetic that vectors can do.
//!
//! To be used within [`with_widest`](crate::vectors::with_widest). They are the same on every machine that
//! multiplies and adds in one step, and differ from the true curve in the seventh digit.

/// Below this the exponential is taken for 0, above its opposite for the largest that is told apart.
const EXPONENT_MAX: f32 = 87.0;

/// e to the power of `x`.
///
/// Halves and doubles take care of whole powers of two, a polynomial of the rest.
///
/// Source: the constants of S. Moshier's Cephes library, `expf`.
#[inline(always)]
pub fn exp_inlined(x: f32) -> f32 {
    let x = x.clamp(-EXPONENT_MAX, EXPONENT_MAX);
    // Adding and taking away 1.5 · 2²³ rounds to a whole number, which then stands in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    let shifted = x.mul_add(std::f32::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    let rest = n.mul_add(2.121_944_4e-4, n.mul_add(-0.693_359_4, x));
    let mut sum = 1.987_569_1e-4_f32;
    for factor in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        sum = sum.mul_add(rest, factor);
    }
    let part = sum.mul_add(rest * rest, rest) + 1.0;
    let doublings = shifted.to_bits().wrapping_sub(ROUND.to_bits());
    part * f32::from_bits(doublings.wrapping_add(127) << 23)
}

/// 1 / (1 + e^−x), between 0 and 1.
#[inline(always)]
pub fn sigmoid_inlined(x: f32) -> f32 {
    1.0 / (1.0 + exp_inlined(-x))
}

/// The hyperbolic tangent, between −1 and 1.
#[inline(always)]
pub fn tanh_inlined(x: f32) -> f32 {
    1.0 - 2.0 / (1.0 + exp_inlined(2.0 * x))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn curves_are_the_true_ones_to_six_digits(x in -80.0_f32..80.0) {
            let close = |it: f32, truth: f64| (f64::from(it) - truth).abs() <= 1e-6 * truth.abs() + 2e-7;
            let exact = f64::from(x);
            let exp = exp_inlined(x);
            prop_assert!((f64::from(exp) / exact.exp() - 1.0).abs() < 1e-6, "{exp}");
            prop_assert!(close(sigmoid_inlined(x), 1.0 / (1.0 + (-exact).exp())));
            prop_assert!(close(tanh_inlined(x), exact.tanh()));
        }
    }

    #[test]
    fn far_out_curves_stay_finite() {
        assert!(exp_inlined(-1e30) < 1e-37);
        assert!(exp_inlined(f32::INFINITY).is_finite());
        assert!((tanh_inlined(1e30) - 1.0).abs() < 1e-6);
        assert!(sigmoid_inlined(-1e30) < 1e-37);
    }
}
