//! Shoppers like this one: what those have who have much of what this one has.
//!
//! ```text
//! own products ──▶ their shoppers ──▶ the most alike ──▶ what these have
//! ```
//!
//! Who is alike is found when somebody asks, from what they have by then; so a new shopper is answered from the
//! second product on.
//!
//! # The formula
//!
//! With `w` a habit's weight (how often, faded by its age) and `|p|` the sum of a product's weights over
//! shoppers,
//!
//! ```text
//! x(u,p)   = w(u,p) · |p|^−popularity_exponent                                     in fitting
//! alike(u) = Σ own(q)·|q|^−popularity_exponent · x(u,q) / (|u|^(2·length_exponent) + shrinkage)
//!            with |u|² = Σ x(u,q)², 1 in the mean
//! score(p) = Σ alike(u)^sharpness · w(u,p) · |p|^restore_exponent over the most alike / Σ alike(u)^sharpness
//! ```
//!
//! with `own` the weights of the shopper who asks. A length exponent of a half without shrinkage is the cosine.
//!
//! # Whose evidence
//!
//! A candidate rests on that product of the shopper's own which they share with those who have the candidate,
//! and never on another person: neighbors have no name here, only what they have.
//!
//! # Bounds and cost
//!
//! The model takes 8 bytes for each habit of those who have two products or more, and as much again for the
//! shoppers of each product, of whom at most `shoppers_per_product` are kept: those to whom the product matters
//! most, and of equals such as a hash of their number picks, lest the first ones speak for all. Answering takes
//! the shoppers of each of the own products, then what the neighbors have: with fifty products, 1,000 shoppers a
//! product and 200 neighbors of fifty products some 60,000 additions, about half a millisecond of one core.
//!
//! # Source
//!
//! J. Herlocker, J. Konstan, A. Borchers and J. Riedl, "An Algorithmic Framework for Performing Collaborative
//! Filtering", SIGIR 1999; the asymmetric norm and the sharpness: F. Aiolli, "Efficient Top-N Recommendation for
//! Very Large Scale Binary Rated Datasets", RecSys 2013.
//!
//! # What does not live here
//!
//! Who may be learned from: that is decided before it becomes [`Histories`](features::Histories). Nobody can be
//! taken out of a model that was fitted; it is fitted anew without them.

mod config;
mod fit;
mod generate;
mod snapshot;
#[cfg(test)]
mod tests;

use linalg::Csr;

use crate::{TrainedGenerator, TrainedKind};

pub use config::{Config, KNOBS};

/// The kind, for whoever trains.
pub(crate) const TRAINED: TrainedKind = TrainedKind {
    name: NAME,
    knobs: &KNOBS,
    fit: |lesson, values| match UserNeighbors::fit(lesson, &Config::from_values(values)) {
        Ok(model) => Ok(Box::new(model)),
        Err(error) => Err(error),
    },
    decode: |bytes, today| match UserNeighbors::decode(bytes, today) {
        Ok(model) => Ok(Box::new(model)),
        Err(error) => Err(error),
    },
};

const NAME: &str = "user_neighbors";

/// What shoppers have, to be asked who is alike.
///
/// See the [module](self) for how it is made and what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct UserNeighbors {
    config: Config,
    /// What each shopper has: `w`.
    rows: Csr,
    /// By product: how alike it makes some of its shoppers to one who has it.
    columns: Csr,
    /// By product: what it counts as a candidate, 0 where nobody has it.
    to: Vec<f32>,
}

impl UserNeighbors {
    /// How it is configured.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// How many shoppers it knows.
    pub fn n_shoppers(&self) -> usize {
        self.rows.n_rows()
    }

    /// Bytes of memory held.
    pub fn heap_bytes(&self) -> usize {
        self.rows.heap_bytes() + self.columns.heap_bytes() + self.to.capacity() * size_of::<f32>()
    }
}

impl TrainedGenerator for UserNeighbors {
    fn encode(&self, out: &mut Vec<u8>) {
        self.encode(out);
    }

    fn heap_bytes(&self) -> usize {
        self.heap_bytes()
    }
}
