//! Gradients as whole numbers, whose sums come out the same in any order.
//!
//! Before a tree is grown, the gradients and hessians of its rows are multiplied by powers of two and
//! rounded, such that no sum of them can overflow. From then on everything is added and subtracted
//! without error: on any number of threads, and when one leaf's sums are taken from its parent's.
//!
//! ```text
//! word 0   gradient, 64 bits, signed; those of all rows add up to 2^61 at most, without their signs
//! word 1   hessian, 40 bits; those of all rows add up to 2^39 at most │ number of rows, 24 bits
//! ```
//!
//! What rounding takes is far below the precision of an `f32` for gradients, and for hessians a millionth
//! of the mean with a million rows.

use std::ops::{AddAssign, Sub, SubAssign};

use rayon::prelude::*;

use crate::objective::Gradient;

/// The bits in which rows are counted, below the hessian in the second word.
const COUNT_BITS: u32 = 24;
/// What all gradients add up to at most, as a power of two.
const GRADIENT_BITS: i32 = 61;
/// What all hessians add up to at most, as a power of two.
const HESSIAN_BITS: i32 = 39;
/// How many rows are summed at once; sums of floats must not depend on the number of threads.
const ROWS_AT_ONCE: usize = 16_384;

/// Gradient, hessian and number of some rows, exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell([u64; 2]);

/// What a [`Cell`] stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sums {
    pub(crate) gradient: f64,
    pub(crate) hessian: f64,
    pub(crate) n_rows: u32,
}

/// What gradients and hessians are multiplied by: powers of two, whose inverse is exact.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    gradient: f64,
    hessian: f64,
    per_gradient: f64,
    per_hessian: f64,
}

impl Cell {
    pub(crate) const ZERO: Cell = Cell([0; 2]);

    pub(crate) const fn n_rows(self) -> u32 {
        #[expect(clippy::cast_possible_truncation, reason = "these are the bits of the count")]
        let low = self.0[1] as u32;
        low & ((1 << COUNT_BITS) - 1)
    }
}

impl AddAssign for Cell {
    fn add_assign(&mut self, other: Cell) {
        self.0[0] = self.0[0].wrapping_add(other.0[0]);
        self.0[1] = self.0[1].wrapping_add(other.0[1]);
    }
}

impl SubAssign for Cell {
    fn sub_assign(&mut self, other: Cell) {
        self.0[0] = self.0[0].wrapping_sub(other.0[0]);
        self.0[1] = self.0[1].wrapping_sub(other.0[1]);
    }
}

impl Sub for Cell {
    type Output = Cell;

    fn sub(mut self, other: Cell) -> Cell {
        self -= other;
        self
    }
}

impl Scale {
    /// The scale for rows with these gradients; none if they are too large for any, or no numbers.
    pub(crate) fn of(gradients: &[Gradient]) -> Option<Scale> {
        let sums: Vec<(f64, f64)> = gradients.par_chunks(ROWS_AT_ONCE).map(absolute_sums).collect();
        let of_all = |part: fn(&(f64, f64)) -> f64| sums.iter().map(part).sum::<f64>();
        let gradient = power_below(GRADIENT_BITS, of_all(|it| it.0))?;
        let hessian = power_below(HESSIAN_BITS, of_all(|it| it.1))?;
        let (per_gradient, per_hessian) = (1.0 / gradient, 1.0 / hessian);
        Some(Scale { gradient, hessian, per_gradient, per_hessian })
    }

    /// One row.
    pub(crate) fn cell(self, it: Gradient) -> Cell {
        #[expect(clippy::cast_possible_truncation, reason = "the scale sees to it that it fits")]
        let gradient = (f64::from(it.gradient) * self.gradient).round_ties_even() as i64;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the scale sees to it that it fits; no hessian is below 0"
        )]
        let hessian = (f64::from(it.hessian) * self.hessian).round_ties_even() as u64;
        Cell([gradient.cast_unsigned(), hessian << COUNT_BITS | 1])
    }

    /// What a cell stands for.
    pub(crate) fn sums(self, cell: Cell) -> Sums {
        Sums {
            gradient: cell.0[0].cast_signed() as f64 * self.per_gradient,
            hessian: (cell.0[1] >> COUNT_BITS) as f64 * self.per_hessian,
            n_rows: cell.n_rows(),
        }
    }
}

fn absolute_sums(gradients: &[Gradient]) -> (f64, f64) {
    gradients.iter().fold((0.0, 0.0), |(gradient, hessian), it| {
        (gradient + f64::from(it.gradient.abs()), hessian + f64::from(it.hessian))
    })
}

/// The largest power of two that brings `total` to `2^bits` at most, give or take one.
fn power_below(bits: i32, total: f64) -> Option<f64> {
    if !total.is_finite() {
        return None;
    }
    if total <= 0.0 {
        return Some(1.0);
    }
    #[expect(clippy::cast_possible_truncation, reason = "exponents of an f64 are four digits")]
    let exponent = total.log2().ceil() as i32;
    Some(2_f64.powi(bits - exponent))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_gradients() -> impl Strategy<Value = Vec<Gradient>> {
        let one = (-1e3_f32..1e3, 0.0_f32..1e3, -30..30_i32).prop_map(|(gradient, hessian, e)| {
            Gradient { gradient: gradient * 2_f32.powi(e), hessian: hessian * 2_f32.powi(-e) }
        });
        prop::collection::vec(one, 1..200)
    }

    proptest! {
        #[test]
        fn sums_are_those_of_floats_and_differences_are_exact(
            gradients in any_gradients(), split in 0..200_usize,
        ) {
            let scale = Scale::of(&gradients).unwrap();
            let split = split.min(gradients.len());
            let cell = |rows: &[Gradient]| {
                let mut sum = Cell::ZERO;
                rows.iter().for_each(|it| sum += scale.cell(*it));
                sum
            };
            let all = cell(&gradients);
            prop_assert_eq!(all - cell(&gradients[..split]), cell(&gradients[split..]));

            let (absolute, hessian) = absolute_sums(&gradients);
            let gradient: f64 = gradients.iter().map(|it| f64::from(it.gradient)).sum();
            let sums = scale.sums(all);
            prop_assert_eq!(sums.n_rows as usize, gradients.len());
            prop_assert!((sums.gradient - gradient).abs() <= 1e-12 * absolute);
            prop_assert!((sums.hessian - hessian).abs() <= 1e-9 * hessian);
        }
    }

    #[test]
    fn gradients_that_are_no_numbers_have_no_scale() {
        let row = |gradient, hessian| [Gradient { gradient, hessian }];
        assert!(Scale::of(&row(f32::NAN, 1.0)).is_none());
        assert!(Scale::of(&row(1.0, f32::INFINITY)).is_none());
        let nothing = Scale::of(&row(0.0, 0.0)).unwrap();
        assert_eq!(nothing.sums(nothing.cell(row(0.0, 0.0)[0])).n_rows, 1);
    }
}
