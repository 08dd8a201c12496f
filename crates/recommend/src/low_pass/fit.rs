//! How a low-pass filter is learned from histories.

use linalg::{Csr, Dense, Svd};
use rayon::prelude::*;

use super::{Config, LowPass};
use crate::interactions::{Sums, powers, shoppers_by_products};
use crate::knobs::counted;
use crate::links::keep_strongest;
use crate::{FitError, Lesson};

/// How many links are looked at at once, before the strongest are kept.
const NUMBERS_AT_ONCE: usize = 1 << 24;

impl LowPass {
    /// Learns from what shoppers did.
    ///
    /// The products' numbers are the histories' own. The result is the same to the bit on any number of
    /// threads of the current pool.
    ///
    /// # Errors
    ///
    /// [`FitError::Stopped`] when the lesson says so, [`FitError::NothingToLearn`] where nobody has anything, and
    /// [`FitError::TooLarge`].
    ///
    /// # Panics
    ///
    /// If `config` lies outside the ranges of its [knobs](super::KNOBS).
    pub fn fit(lesson: &Lesson<'_>, config: &Config) -> Result<LowPass, FitError> {
        if let Some(problem) = config.problem() {
            panic!("a low-pass filter cannot be configured so: {problem} is out of range");
        }
        let weighing = config.teaching();
        let mut rows = shoppers_by_products(lesson.histories, lesson.until, &weighing, |_| ());
        if rows.n_entries() == 0 {
            return Err(FitError::NothingToLearn { reason: "nobody has any product" });
        }
        let (needed, allowed) = (memory_bytes(&rows, config), lesson.memory_bytes_max);
        if needed > allowed {
            return Err(FitError::TooLarge { needed, allowed });
        }
        let sums = Sums::of(&rows);
        let from = powers(&sums.columns, -config.popularity_exponent);
        rows.scale(&powers(&sums.rows, -config.length_exponent), &from);
        let columns = rows.transposed();
        let n_directions = counted(config.directions);
        let svd = Svd::of((&rows, &columns), n_directions, lesson.seed, lesson.is_stopped);
        let svd = svd.ok_or(FitError::Stopped)?;
        let filter = Filter {
            pair_factor: config.pair_weight / svd.strengths[0].powi(2).max(f32::MIN_POSITIVE),
            passed: passed(svd, config.strength_exponent),
            rows,
            columns,
            from,
            to: powers(&sums.columns, config.restore_exponent),
            n_max: counted(config.links_per_product),
        };
        let links = filter.links(lesson.is_stopped).ok_or(FitError::Stopped)?;
        Ok(LowPass { config: *config, links })
    }
}

/// How many bytes fitting takes at most.
fn memory_bytes(rows: &Csr, config: &Config) -> u64 {
    let (n_shoppers, n_products) = (rows.n_rows(), rows.n_columns());
    let links = 8 * n_products as u64 * counted(config.links_per_product) as u64;
    let at_once = 4 * NUMBERS_AT_ONCE.max(n_products) as u64;
    let n_directions = counted(config.directions);
    let svd = Svd::memory_bytes(n_shoppers, n_products, n_directions);
    let passed = 4 * (n_products * n_directions) as u64;
    let by_thread = 12 * n_products as u64 * rayon::current_num_threads() as u64;
    2 * rows.heap_bytes() as u64 + svd.max(passed + links + at_once + by_thread)
}

/// The directions, each as long as what is let through of it.
fn passed(svd: Svd, strength_exponent: f32) -> Dense {
    let Svd { mut right, strengths } = svd;
    let most = strengths[0].max(f32::MIN_POSITIVE);
    let shares: Vec<f32> = strengths.iter().map(|it| (it / most).powf(strength_exponent)).collect();
    for row in 0..right.n_rows() {
        right.row_mut(row).iter_mut().zip(&shares).for_each(|(value, share)| *value *= share);
    }
    right
}

/// All that links are made of.
struct Filter {
    /// A row for each product.
    passed: Dense,
    rows: Csr,
    columns: Csr,
    pair_factor: f32,
    from: Vec<f32>,
    to: Vec<f32>,
    n_max: usize,
}

impl Filter {
    /// The strongest links from each product; nothing when `is_stopped` says so.
    fn links(&self, is_stopped: &dyn Fn() -> bool) -> Option<Csr> {
        let (n_products, n_directions) = (self.passed.n_rows(), self.passed.n_columns());
        let mut links = Csr::new(n_products);
        let n_rows = (NUMBERS_AT_ONCE / n_products).max(1);
        for first in (0..n_products).step_by(n_rows) {
            if is_stopped() {
                return None;
            }
            let some = first..(first + n_rows).min(n_products);
            let values = &self.passed.values()[some.start * n_directions..some.end * n_directions];
            let some_rows = Dense::from_values(some.len(), n_directions, values.to_vec())?;
            let mut strengths = some_rows.times_transposed(&self.passed);
            let of_products = strengths.values_mut().par_chunks_mut(n_products).zip(some);
            let lists: Vec<_> =
                of_products.map(|(row, product)| self.strongest(product, row)).collect();
            lists.into_iter().for_each(|it| links.push_row(it));
        }
        Some(links)
    }

    /// The strongest links from `product`, of which `row` holds what passed.
    fn strongest(&self, product: usize, row: &mut [f32]) -> Vec<(u32, f32)> {
        if self.pair_factor > 0.0 {
            let (shoppers, weights) = self.columns.row(product);
            for (&shopper, own) in shoppers.iter().zip(weights) {
                let (others, weights) = self.rows.row(shopper as usize);
                for (&other, weight) in others.iter().zip(weights) {
                    row[other as usize] += self.pair_factor * own * weight;
                }
            }
        }
        let from = self.from[product];
        let others = (0_u32..).zip(row.iter().zip(&self.to));
        let link = |(other, (passed, to)): (u32, (&f32, &f32))| (other, from * passed * to);
        let mut links: Vec<_> = others.filter(|it| it.0 as usize != product).map(link).collect();
        keep_strongest(&mut links, self.n_max);
        links.shrink_to_fit();
        links
    }
}
