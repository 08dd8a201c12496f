//! One row of a list with all below it, eight at a time.
//!
//! This is where ranking spends its time, so it is written for the compiler to make vector instructions
//! of: no branches, sums in eight lanes that are added up in a fixed order, and an exponential of its own.

/// How many pairs are looked at side by side.
const LANES: usize = 8;
/// What is added to the distance of two scores before pairs are divided by it.
const DISTANCE_MIN: f32 = 0.01;

/// A row that stands above others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) score: f32,
    pub(super) sigma: f32,
    /// Whether all scores of the list are equal.
    pub(super) is_flat: bool,
}

impl Row {
    /// Adds what each pair does to the row below, and gives what they do to this one: the sum of
    /// gradients, to be taken away, that of hessians, and that of gradients without their signs.
    ///
    /// No score is higher than this row's. The `deltas` are negative where the row below has more gain.
    // Within its caller the compiler no longer knows that the slices lie apart, and gives up on vectors.
    #[inline(never)]
    pub(super) fn push(
        self,
        scores: &[f32],
        deltas: &[f32],
        gradients: &mut [f32],
        hessians: &mut [f32],
    ) -> (f32, f32, f32) {
        let mut sums = [[0.0; LANES]; 3];
        let (scores, scores_rest) = scores.as_chunks::<LANES>();
        let (deltas, deltas_rest) = deltas.as_chunks::<LANES>();
        let (gradients, gradients_rest) = gradients.as_chunks_mut::<LANES>();
        let (hessians, hessians_rest) = hessians.as_chunks_mut::<LANES>();
        let out = gradients.iter_mut().zip(hessians);
        for ((scores, deltas), (gradients, hessians)) in scores.iter().zip(deltas).zip(out) {
            for lane in 0..LANES {
                let (gradient, hessian) = self.pair(scores[lane], deltas[lane]);
                gradients[lane] += gradient;
                hessians[lane] += hessian;
                sums[0][lane] += gradient;
                sums[1][lane] += hessian;
                sums[2][lane] += gradient.abs();
            }
        }
        let out = gradients_rest.iter_mut().zip(hessians_rest);
        for ((score, delta), (own_gradient, own_hessian)) in
            scores_rest.iter().zip(deltas_rest).zip(out)
        {
            let (gradient, hessian) = self.pair(*score, *delta);
            *own_gradient += gradient;
            *own_hessian += hessian;
            sums[0][0] += gradient;
            sums[1][0] += hessian;
            sums[2][0] += gradient.abs();
        }
        let [gradient, hessian, moved] = sums.map(|lanes| lanes.iter().sum());
        (gradient, hessian, moved)
    }

    /// What a pair does to the row below: its gradient, negative where it is to rise, and its hessian.
    #[inline]
    fn pair(self, score: f32, delta: f32) -> (f32, f32) {
        let apart = self.score - score;
        let delta = if self.is_flat { delta } else { delta / (DISTANCE_MIN + apart) };
        let e = exp_of_negative(-self.sigma * apart);
        // The chance of the order that the scores have, and below of the one that they should not have.
        let held = 1.0 / (1.0 + e);
        let wrong = if delta > 0.0 { e * held } else { held };
        (self.sigma * delta * wrong, self.sigma * self.sigma * delta.abs() * e * held * held)
    }
}

/// `exp(x)` for `x` of at most 0, within a millionth of itself; `exp(−80)` for all that is less.
///
/// With `n` the whole number next to `x / ln 2`, it is `2^n · exp(x − n·ln 2)`, of which the second factor
/// is a Taylor polynomial around 0, and the first is added to the exponent's bits.
#[inline]
fn exp_of_negative(x: f32) -> f32 {
    /// Added to a small number, its last bit counts ones, so that the sum's last bits are the number.
    const ROUNDER: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -0.000_212_194_44;
    let x = x.max(-80.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUNDER;
    let n = rounded - ROUNDER;
    let rest = x - n * LN_2_HIGH - n * LN_2_LOW;
    let polynomial = [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];
    let near_one = polynomial.iter().fold(0.0, |sum, factor| sum * rest + factor);
    f32::from_bits(near_one.to_bits().wrapping_add(rounded.to_bits() << 23))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_exponential_is_that_of_the_library(x in -80.0_f32..=0.0) {
            let (found, expected) = (f64::from(exp_of_negative(x)), f64::from(x).exp());
            prop_assert!((found / expected - 1.0).abs() < 1e-6, "{found}, expected {expected}");
        }
    }

    #[test]
    fn far_apart_is_next_to_nothing() {
        assert!((exp_of_negative(0.0) - 1.0).abs() <= f32::EPSILON);
        for x in [-81.0, -1e6, f32::NEG_INFINITY] {
            assert!(exp_of_negative(x) < 1e-34 && exp_of_negative(x) > 0.0);
        }
    }
}
