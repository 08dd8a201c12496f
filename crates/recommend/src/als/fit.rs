//! How products' vectors are learned from histories.

use domain::Timestamp;
use features::{Habit, Histories, habits_of};
use linalg::{Csr, Dense};
use rayon::prelude::*;

use super::factorization::{Diverged, Factorization};
use super::{Als, Config, Weights};
use crate::buy_again::age_days;
use crate::{FitError, Lesson};

/// How many shoppers' habits are folded at once.
const SHOPPERS_AT_ONCE: usize = 4_096;

impl Als {
    /// Learns from what shoppers did.
    ///
    /// The products' numbers are the histories' own. The result is the same to the bit on any number of
    /// threads of the current pool.
    ///
    /// # Errors
    ///
    /// [`FitError`]: when the lesson says to stop, where nobody did anything, where it takes more memory than
    /// the lesson allows, or where the vectors' numbers leave all bounds.
    ///
    /// # Panics
    ///
    /// If `config` lies outside the ranges its fields state.
    pub fn fit(lesson: &Lesson<'_>, config: &Config) -> Result<Als, FitError> {
        if let Some(problem) = config.problem() {
            panic!("alternating least squares cannot be configured so: {problem}");
        }
        let n_products = lesson.histories.n_products();
        let (needed, allowed) = (bytes_needed(lesson.histories, config), lesson.memory_bytes_max);
        if needed > allowed {
            return Err(FitError::TooLarge { needed, allowed });
        }
        let matrix = matrix(lesson.histories, n_products, lesson.until, &config.weights);
        let products = known(&matrix);
        if matrix.n_entries() == 0 {
            return Err(FitError::NothingToLearn { reason: "nobody has anything" });
        }
        let n_factors = usize::from(config.limits.factors);
        let mut vectors = Factorization::new(matrix, n_factors, config.objective(), lesson.seed);
        for _ in 0..config.limits.sweeps {
            if (lesson.is_stopped)() {
                return Err(FitError::Stopped);
            }
            vectors.sweep(config.solver())?;
        }
        let (vectors, stretch) = vectors.into_columns()?;
        let n_learned = u32::try_from(products.len()).expect("products are numbered by a u32");
        let vectors = only(&vectors, &products);
        Ok(Als::of_parts(*config, (stretch, n_learned), (&vectors, &products), n_products))
    }
}

impl From<Diverged> for FitError {
    fn from(_: Diverged) -> FitError {
        FitError::NothingToLearn { reason: "the vectors' numbers left all bounds" }
    }
}

/// How many bytes fitting takes beside the histories.
fn bytes_needed(histories: &Histories, config: &Config) -> u64 {
    let (n_shoppers, n_products) = (histories.n_shoppers() as u64, histories.n_products() as u64);
    let n_factors = u64::from(config.limits.factors);
    // The matrix both ways, the vectors of both sides, and those of the products twice more for the model.
    histories.n_interactions() as u64 * 16
        + (n_shoppers + n_products) * (8 + 4 * n_factors)
        + n_products * (80 + 8 * n_factors)
}

/// Shoppers × products: what each weighs, as it stood at `until`.
fn matrix(histories: &Histories, n_products: usize, until: Timestamp, weights: &Weights) -> Csr {
    let mut matrix = Csr::new(n_products);
    let shoppers: Vec<usize> = (0..histories.n_shoppers()).collect();
    for some in shoppers.chunks(SHOPPERS_AT_ONCE) {
        let folded: Vec<Vec<Habit>> =
            some.par_iter().map(|&it| habits_of(histories.of(it))).collect();
        for habits in &folded {
            let weighed = habits.iter().map(|it| (it.product().get(), weight(it, until, weights)));
            matrix.push_row(weighed.filter(|(_, weight)| *weight > 0.0));
        }
    }
    matrix
}

/// What a habit weighs at `now`.
pub(super) fn weight(habit: &Habit, now: Timestamp, weights: &Weights) -> f32 {
    let n_orders = habit.orders().map_or(0.0, |it| f32::from(it.n));
    let count = n_orders + weights.touch_weight * f32::from(habit.n_touches());
    let halvings = age_days(habit.last(), now) / weights.half_life_days;
    if count > 0.0 { count.powf(weights.count_exponent) * (-halvings).exp2() } else { 0.0 }
}

/// The products that anybody has.
fn known(matrix: &Csr) -> Vec<u32> {
    let mut products = matrix.columns().to_vec();
    products.sort_unstable();
    products.dedup();
    products
}

/// Some of the rows.
fn only(rows: &Dense, wanted: &[u32]) -> Dense {
    let mut some = Dense::zeros(wanted.len(), rows.n_columns());
    for (to, &from) in wanted.iter().enumerate() {
        some.row_mut(to).copy_from_slice(rows.row(from as usize));
    }
    some
}
