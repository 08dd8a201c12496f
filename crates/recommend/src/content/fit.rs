//! How products' vectors are made of what the catalogue says and what shoppers did.

use embed::to_unit_rows;
use linalg::Dense;
use linalg::spectrum::{directions, gram, turn};

use super::parts::{self, CONTENT_NUMBERS_MAX, beside};
use super::{Config, Content, taste};
use crate::als::{self, Als};
use crate::{FitError, Lesson};

/// What the pieces of a product's words take while they are learned.
const BYTES_OF_WORDS: u64 = 256 * 8;

impl Content {
    /// Learns from what the catalogue says of products and, for their tastes, from what shoppers did.
    ///
    /// The products' numbers are the lesson's own. The result is the same to the bit on any number of threads
    /// of the current pool.
    ///
    /// # Errors
    ///
    /// [`FitError`]: when the lesson says to stop, where nothing is said of any product, or where it takes more
    /// memory than the lesson allows.
    ///
    /// # Panics
    ///
    /// If `config` lies outside the ranges its fields state.
    pub fn fit(lesson: &Lesson<'_>, config: &Config) -> Result<Content, FitError> {
        if let Some(problem) = config.problem() {
            panic!("content cannot be configured so: {problem}");
        }
        let n_products = lesson.n_products();
        if (0..n_products).all(|it| lesson.products.is_silent(it)) {
            return Err(FitError::NothingToLearn { reason: "nothing is said of any product" });
        }
        let (needed, allowed) = (bytes_needed(n_products), lesson.memory_bytes_max);
        if needed > allowed {
            return Err(FitError::TooLarge { needed, allowed });
        }
        let content = parts::content(lesson.products, &config.weights, n_products, lesson.seed);
        if (lesson.is_stopped)() {
            return Err(FitError::Stopped);
        }
        let tastes = tastes(lesson, config, &content)?;
        let parts = [(&content, 1.0), (&tastes, config.weights.taste)];
        let vectors = shortened(beside(&parts, n_products), config.numbers.into());
        Ok(Content::of_parts(*config, &vectors, 0..))
    }
}

/// A row of taste for each product, of no numbers where taste counts nothing or nobody has any.
fn tastes(lesson: &Lesson<'_>, config: &Config, content: &Dense) -> Result<Dense, FitError> {
    let n_products = content.n_rows();
    if config.weights.taste <= 0.0 {
        return Ok(Dense::zeros(n_products, 0));
    }
    let als = match Als::fit(lesson, &als::Config::default()) {
        Ok(als) => als,
        Err(FitError::NothingToLearn { .. }) => return Ok(Dense::zeros(n_products, 0)),
        Err(error) => return Err(error),
    };
    let n_shoppers = taste::n_shoppers(lesson.histories, n_products);
    Ok(taste::tastes(&als, content, &n_shoppers, config.weights.taste_prior))
}

/// The rows along their `n` main directions, of length one or zero.
fn shortened(mut rows: Dense, n: usize) -> Dense {
    if let Some((_, main)) = directions(&gram(&rows)) {
        turn(&mut rows, &main);
    }
    let n = n.min(rows.n_columns());
    let mut short = Dense::zeros(rows.n_rows(), n);
    for row in 0..rows.n_rows() {
        short.row_mut(row).copy_from_slice(&rows.row(row)[..n]);
    }
    to_unit_rows(&mut short);
    short
}

/// How many bytes fitting takes beside the histories and what the catalogue says, without that of tastes, which
/// is looked at when they are learned.
fn bytes_needed(n_products: usize) -> u64 {
    // Content and tastes, once alone and once side by side, and once more turned.
    let rows =
        3 * 4 * (CONTENT_NUMBERS_MAX as u64 + u64::from(als::Config::default().limits.factors));
    n_products as u64 * (BYTES_OF_WORDS + rows)
}
