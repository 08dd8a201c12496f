//! Steps against the slope, as large as the slope has been steady.

use linalg::vectors::with_widest;

/// How much of the mean slope is kept from step to step.
const KEPT: f32 = 0.9;
/// The same of its square.
const SQUARE_KEPT: f32 = 0.999;
/// Added to the deviation, so that nothing is divided by 0.
const DEVIATION_MIN: f32 = 1e-8;

/// Mean slopes and mean squares of them, beside the numbers they are of.
///
/// Source: D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Adam {
    pub(super) means: Vec<f32>,
    pub(super) squares: Vec<f32>,
}

/// How far a step goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    rate: f32,
    square_factor: f32,
}

impl Pace {
    /// The pace of step `n_steps`, counted from 1: the means, which began with 0, are scaled up.
    #[expect(clippy::cast_possible_truncation, reason = "seven digits are enough for a rate")]
    pub(super) fn of_step(rate: f32, n_steps: u64) -> Pace {
        let left = |kept: f32| 1.0 - f64::from(kept).powf(n_steps as f64);
        Pace {
            rate: (f64::from(rate) / left(KEPT)) as f32,
            square_factor: left(SQUARE_KEPT).recip() as f32,
        }
    }
}

impl Adam {
    pub(super) fn new(n: usize) -> Adam {
        Adam { means: vec![0.0; n], squares: vec![0.0; n] }
    }

    /// One step of the numbers at `start`, of which there are as many as slopes.
    pub(super) fn step(&mut self, numbers: &mut [f32], start: usize, slopes: &[f32], pace: Pace) {
        let n = slopes.len();
        let numbers = &mut numbers[start..][..n];
        let (means, squares) = (&mut self.means[start..][..n], &mut self.squares[start..][..n]);
        with_widest(
            #[inline(always)]
            || {
                for at in 0..n {
                    let slope = slopes[at];
                    means[at] = KEPT.mul_add(means[at] - slope, slope);
                    squares[at] = SQUARE_KEPT * squares[at] + (1.0 - SQUARE_KEPT) * slope * slope;
                    let deviation = (squares[at] * pace.square_factor).sqrt() + DEVIATION_MIN;
                    numbers[at] -= pace.rate * means[at] / deviation;
                }
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_step_is_as_long_as_the_rate_whatever_the_slope(
            slopes in prop::collection::vec(prop_oneof![-9.0_f32..-0.01, 0.01_f32..9.0], 1..50)
        ) {
            let mut numbers = vec![0.0; slopes.len()];
            Adam::new(slopes.len()).step(&mut numbers, 0, &slopes, Pace::of_step(0.5, 1));
            for (number, slope) in numbers.iter().zip(&slopes) {
                prop_assert!((number + 0.5 * slope.signum()).abs() < 1e-3, "{number} for {slope}");
            }
        }
    }

    #[test]
    fn a_bowl_is_descended() {
        let mut numbers = [3.0, 1.0, -2.0];
        let mut adam = Adam::new(3);
        for n_steps in 1..=500 {
            let slopes = [2.0 * (numbers[1] - 5.0), 8.0 * numbers[2]];
            adam.step(&mut numbers, 1, &slopes, Pace::of_step(0.05, n_steps));
        }
        assert!((numbers[0] - 3.0).abs() < 1e-6, "numbers without a slope stay");
        assert!((numbers[1] - 5.0).abs() < 1e-2 && numbers[2].abs() < 1e-2, "{numbers:?}");
    }
}
