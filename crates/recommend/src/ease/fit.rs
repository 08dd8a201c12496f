//! How a linear model is learned from histories.

use linalg::Csr;

use super::{Config, Ease, exact, near};
use crate::interactions::{Sums, narrowed, powers, shoppers_by_products};
use crate::{FitError, Lesson};

/// What is known of everybody before any link is made.
#[derive(Debug)]
pub(super) struct Regression {
    /// What shoppers have: `X`.
    pub(super) rows: Csr,
    /// The same by product.
    pub(super) columns: Csr,
    /// Each product's own weight: the diagonal of `Xᵀ·X`.
    pub(super) squares: Vec<f32>,
    /// What is added to it.
    pub(super) penalties: Vec<f32>,
    /// What the links from each product are multiplied by.
    pub(super) from: Vec<f32>,
    /// What the links to each product are multiplied by.
    pub(super) to: Vec<f32>,
}

impl Regression {
    pub(super) fn of(lesson: &Lesson<'_>, config: &Config) -> Regression {
        let mut rows =
            shoppers_by_products(lesson.histories, lesson.until, &config.teaching(), |_| ());
        let sums = Sums::of(&rows);
        let from = powers(&sums.columns, -config.popularity_exponent);
        rows.scale(&powers(&sums.rows, -config.length_exponent), &from);
        let columns = rows.transposed();
        let square = |(_, weights): (&[u32], &[f32])| {
            narrowed(weights.iter().map(|&it| f64::from(it) * f64::from(it)).sum())
        };
        let squares: Vec<f32> = columns.rows().map(square).collect();
        let n_had = squares.iter().filter(|it| **it > 0.0).count();
        let mean = squares.iter().map(|&it| f64::from(it)).sum::<f64>() / n_had.max(1) as f64;
        let ridge = (config.ridge * narrowed(mean)).max(f32::MIN_POSITIVE);
        let penalties = squares.iter().map(|it| ridge + config.dropout * it).collect();
        let to = powers(&sums.columns, config.restore_exponent);
        Regression { rows, columns, squares, penalties, from, to }
    }

    /// The bytes of both matrices.
    fn heap_bytes(&self) -> u64 {
        (self.rows.heap_bytes() + self.columns.heap_bytes()) as u64
    }

    /// How many products there are.
    pub(super) fn n_products(&self) -> usize {
        self.rows.n_columns()
    }
}

impl Ease {
    /// Learns from what shoppers did.
    ///
    /// The products' numbers are the histories' own. The result is the same to the bit on any number of
    /// threads of the current pool.
    ///
    /// # Errors
    ///
    /// [`FitError::Stopped`] when the lesson says so, [`FitError::NothingToLearn`] where nobody has anything, and
    /// [`FitError::TooLarge`] where even the few tellers of each product take more memory than allowed.
    ///
    /// # Panics
    ///
    /// If `config` lies outside the ranges of its [knobs](super::KNOBS).
    pub fn fit(lesson: &Lesson<'_>, config: &Config) -> Result<Ease, FitError> {
        if let Some(problem) = config.problem() {
            panic!("a linear model cannot be configured so: {problem} is out of range");
        }
        let regression = Regression::of(lesson, config);
        if regression.rows.n_entries() == 0 {
            return Err(FitError::NothingToLearn { reason: "nobody has any product" });
        }
        if (lesson.is_stopped)() {
            return Err(FitError::Stopped);
        }
        let allowed = lesson.memory_bytes_max;
        let held = regression.heap_bytes();
        let links = if held + exact::memory_bytes(&regression, config) <= allowed {
            exact::links(&regression, config, lesson.is_stopped)?
        } else {
            let needed = held + near::memory_bytes(&regression, config);
            if needed > allowed {
                return Err(FitError::TooLarge { needed, allowed });
            }
            near::links(&regression, config, lesson.is_stopped)?
        };
        Ok(Ease { config: *config, links })
    }
}
