//! How shoppers are laid out to be found.

use std::cmp::Reverse;

use linalg::Csr;
use rayon::prelude::*;

use super::{Config, UserNeighbors};
use crate::interactions::{Sums, narrowed, powers, shoppers_by_products};
use crate::knobs::counted;
use crate::{FitError, Lesson};

/// Who has fewer products says nothing about what goes with what.
const PRODUCTS_MIN: usize = 2;

impl UserNeighbors {
    /// Learns from what shoppers did.
    ///
    /// The products' numbers are the histories' own. The result is the same to the bit on any number of
    /// threads of the current pool.
    ///
    /// # Errors
    ///
    /// [`FitError::Stopped`] when the lesson says so, [`FitError::NothingToLearn`] where nobody has two products,
    /// and [`FitError::TooLarge`].
    ///
    /// # Panics
    ///
    /// If `config` lies outside the ranges of its [knobs](super::KNOBS).
    pub fn fit(lesson: &Lesson<'_>, config: &Config) -> Result<UserNeighbors, FitError> {
        if let Some(problem) = config.problem() {
            panic!("user neighbors cannot be configured so: {problem} is out of range");
        }
        let (needed, allowed) = (memory_bytes(lesson), lesson.memory_bytes_max);
        if needed > allowed {
            return Err(FitError::TooLarge { needed, allowed });
        }
        let weighing = config.teaching();
        let all = shoppers_by_products(lesson.histories, lesson.until, &weighing, |_| ());
        if (lesson.is_stopped)() {
            return Err(FitError::Stopped);
        }
        let mut rows = Csr::new(all.n_columns());
        for (products, weights) in all.rows().filter(|it| it.0.len() >= PRODUCTS_MIN) {
            rows.push_row(products.iter().copied().zip(weights.iter().copied()));
        }
        if rows.n_rows() == 0 {
            return Err(FitError::NothingToLearn { reason: "nobody has two products" });
        }
        Ok(UserNeighbors::of_rows(*config, rows))
    }

    /// Lays out shoppers by what they have.
    pub(super) fn of_rows(config: Config, rows: Csr) -> UserNeighbors {
        let sums = Sums::of(&rows).columns;
        let rarities = powers(&sums, -config.popularity_exponent);
        let mut alike = rows.clone();
        let factors = factors(&rows, &rarities, &config);
        // The shopper who asks has the same rarity in what both have.
        let squares: Vec<f32> = rarities.iter().map(|it| it * it).collect();
        alike.scale(&factors, &squares);
        let by_product = alike.transposed();
        let n_max = counted(config.shoppers_per_product);
        let lists: Vec<Vec<(u32, f32)>> = (0..by_product.n_rows())
            .into_par_iter()
            .map(|product| strongest(by_product.row(product), n_max))
            .collect();
        let mut columns = Csr::new(rows.n_rows());
        lists.into_iter().for_each(|it| columns.push_row(it));
        let to = powers(&sums, config.restore_exponent);
        UserNeighbors { config, rows, columns, to }
    }
}

/// How many bytes fitting takes at most: both matrices, one of them twice.
fn memory_bytes(lesson: &Lesson<'_>) -> u64 {
    let histories = lesson.histories;
    let n_starts = 2 * histories.n_shoppers() + 2 * histories.n_products();
    (32 * histories.n_interactions() + 2 * size_of::<usize>() * n_starts) as u64
}

/// What the likeness to each shopper is multiplied by.
fn factors(rows: &Csr, rarities: &[f32], config: &Config) -> Vec<f32> {
    let square = |(products, weights): (&[u32], &[f32])| {
        let parts = products.iter().zip(weights);
        let parts = parts.map(|(&it, weight)| f64::from(rarities[it as usize] * weight).powi(2));
        parts.sum::<f64>()
    };
    let squares: Vec<f64> = rows.rows().map(square).collect();
    let mean = squares.iter().sum::<f64>() / squares.len().max(1) as f64;
    let norm = |it: &f64| narrowed(it / mean).powf(config.length_exponent) + config.shrinkage;
    squares
        .iter()
        .map(|it| norm(it).recip())
        .map(|it| if it.is_finite() { it } else { 0.0 })
        .collect()
}

/// The shoppers of a product to whom it matters most.
fn strongest((shoppers, weights): (&[u32], &[f32]), n_max: usize) -> Vec<(u32, f32)> {
    let mut list: Vec<(u32, f32)> =
        shoppers.iter().copied().zip(weights.iter().copied()).filter(|it| it.1 > 0.0).collect();
    if list.len() > n_max {
        let order =
            |&(shopper, weight): &(u32, f32)| (Reverse(weight.to_bits()), scattered(shopper));
        list.select_nth_unstable_by_key(n_max, order);
        list.truncate(n_max);
        list.sort_unstable_by_key(|it| it.0);
    }
    list
}

/// Numbers in another order, none twice.
const fn scattered(number: u32) -> u32 {
    let mixed = (number ^ (number >> 16)).wrapping_mul(0x45d9_f3b5);
    (mixed ^ (mixed >> 15)).wrapping_mul(0x45d9_f3b5)
}
