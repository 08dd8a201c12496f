//! What is like what this shopper has, by what the catalogue says: also what nobody touched yet.
//!
//! ```text
//! ProductFacts ──▶ traits │ words │ price ─┐
//! Histories ──▶ als ──▶ tastes ────────────┼─▶ a vector for each product ─▶ Content
//!                         └─ foretold ─────┘                                  │
//! Context::past, visit, anchors ──▶ their mean ──▶ the nearest of all ◀───────┘
//! ```
//!
//! # The formula
//!
//! What is said of a product is three parts, each of length one or, where nothing is said, zero:
//!
//! - its traits (categories, brand, attributes), of which one of `df` among `N` products weighs
//!   `ln(1 + (N − df + ½)/(df + ½))`, along their main directions;
//! - its words, as [`LearnedWords`](embed::LearnedWords) reads them;
//! - the place of its price among all prices, spread over the two nearest of five marks.
//!
//! Together, weighed by the roots of 1, `words_weight` and `price_weight`, they are brought to the length of
//! one: the product's content `c`. Of products that `n` shoppers have, a vector of taste `f`, also of length
//! one, is known from [`als`](crate::als); for all others it is foretold from their content, by the ridge
//! regression that makes this least:
//!
//! ```text
//! Σ over products n/(n + taste_prior) · |f − c·M|² + RIDGE · |M|²
//! taste = (n·f + taste_prior·(c·M)) / (n + taste_prior)      then of length one
//! ```
//!
//! A product's vector is its content and the root of `taste_weight` times its taste, turned into the main
//! directions of all of them, cut to `numbers` and brought to the length of one.
//!
//! A habit weighs `count^count_exponent · 2^(−age/half_life_days)`, where `count` is its orders and
//! `touch_weight` for each other act; products of the visit that are not in the past count as touched once,
//! now. Anchors weigh together as much as all of these. What is asked for is the weighed mean of the vectors,
//! and a product's score its vector's product with that mean. Scores that are not above zero propose nothing,
//! and neither do the shopper's own products and the anchors, which are most like themselves. The evidence is
//! the product that adds most to the score, of the 32 that weigh most.
//!
//! # Bounds and cost
//!
//! Fitting takes some 2 KB a product, and what [`als`](crate::als) takes. It runs on the threads of the current
//! pool, and comes out the same to the bit on any number of them. The model takes 4 bytes a number and 80
//! beside a product: 34 megabytes for 100,000 of 64 numbers.
//!
//! # Source
//!
//! Content foretelling vectors of taste: Z. Gantner, L. Drumond, C. Freudenthaler, S. Rendle and L.
//! Schmidt-Thieme, "Learning Attribute-to-Feature Mappings for Cold-Start Recommendations", ICDM 2010.
//!
//! # What does not live here
//!
//! Vectors of words and main directions are `embed`'s, the search for the nearest is `linalg`'s. Which
//! products the catalogue has, and the artifact around the bytes, is `app`'s.

mod config;
mod fit;
mod generate;
mod model;
mod parts;
mod snapshot;
mod taste;
#[cfg(test)]
mod tests;

pub use config::{Config, KNOBS, Weights};
pub use model::Content;

use crate::{TrainedGenerator, TrainedKind};

/// The kind, for whoever trains.
pub(crate) const TRAINED: TrainedKind = TrainedKind {
    name: NAME,
    knobs: &KNOBS,
    fit: |lesson, values| match Content::fit(lesson, &Config::from_values(values)) {
        Ok(model) => Ok(Box::new(model)),
        Err(error) => Err(error),
    },
    decode: |bytes, today| match Content::decode(bytes, today) {
        Ok(model) => Ok(Box::new(model)),
        Err(error) => Err(error),
    },
};

const NAME: &str = "content";

impl TrainedGenerator for Content {
    fn encode(&self, out: &mut Vec<u8>) {
        self.encode(out);
    }

    fn speaks_of_untouched(&self) -> bool {
        true
    }

    fn heap_bytes(&self) -> usize {
        self.heap_bytes()
    }
}
