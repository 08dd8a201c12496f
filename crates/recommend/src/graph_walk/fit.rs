//! How a walk is learned from histories.

use linalg::Csr;

use super::{Config, GraphWalk};
use crate::interactions::{Sums, powers, shoppers_by_products};
use crate::knobs::counted;
use crate::links::{Shared, keep_strongest, link_all};
use crate::{FitError, Lesson};

impl GraphWalk {
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
    pub fn fit(lesson: &Lesson<'_>, config: &Config) -> Result<GraphWalk, FitError> {
        if let Some(problem) = config.problem() {
            panic!("a graph walk cannot be configured so: {problem} is out of range");
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
        let step = config.step_exponent;
        rows.values_mut().iter_mut().for_each(|it| *it = it.powf(step));
        let columns = rows.transposed();
        // Both steps leave a product or a shopper by one of its ways; the first by those of `q`, in the columns.
        rows.scale(&powers(&sums.rows, -step), &vec![1.0; rows.n_columns()]);
        let from = powers(&sums.columns, -step);
        let to = powers(&sums.columns, -config.popularity_exponent);
        let n_products = rows.n_columns();
        let scratch = || Shared::new(n_products);
        let links = link_all(n_products, lesson.is_stopped, scratch, |product, shared| {
            let mut links = shared.with(product, &columns, &rows);
            for (other, strength) in &mut links {
                *strength *= from[product as usize] * to[*other as usize];
            }
            keep_strongest(&mut links, counted(config.links_per_product));
            links.shrink_to_fit();
            links
        });
        Ok(GraphWalk { config: *config, links: links.ok_or(FitError::Stopped)? })
    }
}

/// How many bytes fitting takes at most.
fn memory_bytes(rows: &Csr, config: &Config) -> u64 {
    let n_products = rows.n_columns() as u64;
    let links = 8 * n_products * counted(config.links_per_product) as u64;
    let by_thread = 12 * n_products * rayon::current_num_threads() as u64;
    2 * rows.heap_bytes() as u64 + links + by_thread
}
