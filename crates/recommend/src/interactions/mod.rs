//! What shoppers have, weighed: the matrix that trained generators learn from, and the row of it that the one
//! who asks stands for.
//!
//! ```text
//! Histories ──▶ habits ──▶ shoppers × products ──▶ whatever is fitted
//! Context ───▶ past and visit ──▶ own products ──▶ whatever answers
//! ```
//!
//! Of a habit with product `q`, `count(q)` is its orders and `touch_weight` for each other act, and it weighs
//!
//! ```text
//! w(q) = count(q)^count_exponent · 2^(−age / half_life)
//! ```
//!
//! with the days since the last act as its age.
//!
//! # Bounds and cost
//!
//! No more is looked at than the habits of each shopper, at most
//! [`HABITS_MAX`](features::habits::HABITS_MAX). A matrix takes 8 bytes a habit, and as much again turned about.

mod bm25;
mod own;
#[cfg(test)]
mod tests;

use domain::Timestamp;
use features::{Habit, Histories, habits_of};
use linalg::Csr;
use rayon::prelude::*;

use crate::buy_again::age_days;

pub(crate) use bm25::Bm25;
pub(crate) use own::weigh_own;

/// How many shoppers' habits are folded at once.
const SHOPPERS_AT_ONCE: usize = 4_096;

/// How a habit is weighed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Weighing {
    pub(crate) half_life_days: f32,
    pub(crate) count_exponent: f32,
    pub(crate) touch_weight: f32,
}

impl Weighing {
    /// What a habit weighs at `now`: 0 or more.
    pub(crate) fn weight(&self, habit: &Habit, now: Timestamp) -> f32 {
        let count = self.count(habit);
        let halvings = age_days(habit.last(), now) / self.half_life_days;
        if count > 0.0 { count.powf(self.count_exponent) * (-halvings).exp2() } else { 0.0 }
    }

    /// What a touch weighs now.
    fn touched_once(&self) -> f32 {
        if self.touch_weight > 0.0 { self.touch_weight.powf(self.count_exponent) } else { 0.0 }
    }

    /// What a habit counts before it fades.
    fn count(&self, habit: &Habit) -> f32 {
        let n_orders = habit.orders().map_or(0.0, |it| f32::from(it.n));
        n_orders + self.touch_weight * f32::from(habit.n_touches())
    }
}

/// How a configuration weighs the shopper who asks and, with two numbers of their own, those who teach.
macro_rules! weighs_habits {
    ($Config:ident) => {
        impl $Config {
            /// How a shopper who asks is weighed.
            pub(super) const fn asking(&self) -> $crate::interactions::Weighing {
                $crate::interactions::Weighing {
                    half_life_days: self.half_life_days,
                    count_exponent: self.count_exponent,
                    touch_weight: self.touch_weight,
                }
            }

            /// How shoppers are weighed in fitting.
            pub(super) const fn teaching(&self) -> $crate::interactions::Weighing {
                $crate::interactions::Weighing {
                    half_life_days: self.fit_half_life_days,
                    count_exponent: self.fit_count_exponent,
                    touch_weight: self.touch_weight,
                }
            }
        }
    };
}

pub(crate) use weighs_habits;

/// Shoppers × products as they stood at `until`; `each` is told every shopper's habits on the way.
pub(crate) fn shoppers_by_products(
    histories: &Histories,
    until: Timestamp,
    weighing: &Weighing,
    mut each: impl FnMut(&[Habit]),
) -> Csr {
    let mut matrix = Csr::new(histories.n_products());
    let shoppers: Vec<usize> = (0..histories.n_shoppers()).collect();
    for some in shoppers.chunks(SHOPPERS_AT_ONCE) {
        let folded: Vec<Vec<Habit>> =
            some.par_iter().map(|&it| habits_of(histories.of(it))).collect();
        for habits in &folded {
            each(habits);
            let weighed = habits.iter().map(|it| (it.product().get(), weighing.weight(it, until)));
            matrix.push_row(weighed.filter(|&(_, weight)| weight > 0.0 && weight.is_finite()));
        }
    }
    matrix
}

/// What was weighed away, by row and by column.
#[derive(Clone, Debug)]
pub(crate) struct Sums {
    /// What each shopper has, together.
    pub(crate) rows: Vec<f32>,
    /// What all shoppers have of each product.
    pub(crate) columns: Vec<f32>,
}

impl Sums {
    pub(crate) fn of(matrix: &Csr) -> Sums {
        let mut columns = vec![0.0_f64; matrix.n_columns()];
        let mut rows = Vec::with_capacity(matrix.n_rows());
        for (products, weights) in matrix.rows() {
            let mut sum = 0.0_f64;
            for (&product, &weight) in products.iter().zip(weights) {
                columns[product as usize] += f64::from(weight);
                sum += f64::from(weight);
            }
            rows.push(narrowed(sum));
        }
        Sums { rows, columns: columns.into_iter().map(narrowed).collect() }
    }
}

/// `sum^exponent` for each sum; 0 where there is nothing to weigh.
pub(crate) fn powers(sums: &[f32], exponent: f32) -> Vec<f32> {
    sums.iter().map(|&it| if it > 0.0 { it.powf(exponent) } else { 0.0 }).collect()
}

/// A sum of many, in the precision in which it is kept.
#[expect(clippy::cast_possible_truncation, reason = "seven digits are enough to rank by")]
pub(crate) fn narrowed(value: f64) -> f32 {
    value as f32
}
