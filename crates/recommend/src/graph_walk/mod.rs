//! Where short walks from the shopper's own products end: over to shoppers who have them, on to what else they
//! have.
//!
//! ```text
//! product ──▶ one of its shoppers ──▶ one of that shopper's products
//! ```
//!
//! # The formula
//!
//! With `w` a habit's weight in fitting (how often, faded by its age), `|u|` the sum of a shopper's weights
//! and `|p|` that of a product's,
//!
//! ```text
//! link(q,p) = Σ (w(u,q)/|q|)^step_exponent · (w(u,p)/|u|)^step_exponent over shoppers / |p|^popularity_exponent
//! score(p)  = Σ w(q) · link(q,p) over the shopper's own products
//! ```
//!
//! No walk counts that ends where it began. The `links_per_product` strongest links from each product are kept.
//!
//! # Bounds and cost
//!
//! A shopper adds at most [`HABITS_MAX`](features::habits::HABITS_MAX)² pairs, so that time grows with the number
//! of interactions and no faster. Memory is 24 bytes a habit, 8 a link, and 8 a product for each thread.
//!
//! # Source
//!
//! C. Cooper, S. Lee, T. Radzik and Y. Siantos, "Random Walks in Recommender Systems: Exact Computation and
//! Simulations", WWW 2014 companion (P3α); B. Paudel, F. Christoffel, C. Newell and A. Bernstein, "Updatable,
//! Accurate, Diverse, and Scalable Recommendations for Interactive Applications", TiiS 2017 (RP3β).

mod config;
mod fit;
mod snapshot;
#[cfg(test)]
mod tests;

use std::num::NonZeroU32;

use linalg::Csr;

use crate::links::follow;
use crate::{Candidate, CandidateGenerator, Context, TrainedGenerator, TrainedKind};

pub use config::{Config, KNOBS};

/// The kind, for whoever trains.
pub(crate) const TRAINED: TrainedKind = TrainedKind {
    name: NAME,
    knobs: &KNOBS,
    fit: |lesson, values| match GraphWalk::fit(lesson, &Config::from_values(values)) {
        Ok(model) => Ok(Box::new(model)),
        Err(error) => Err(error),
    },
    decode: |bytes, today| match GraphWalk::decode(bytes, today) {
        Ok(model) => Ok(Box::new(model)),
        Err(error) => Err(error),
    },
};

const NAME: &str = "graph_walk";

/// Where short walks from each product end.
///
/// See the [module](self) for how it is made and what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphWalk {
    config: Config,
    /// From each product, by number, to others.
    links: Csr,
}

impl GraphWalk {
    /// How it is configured.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// How many links it knows, over all products.
    pub fn n_links(&self) -> usize {
        self.links.n_entries()
    }

    /// Bytes of memory held.
    pub fn heap_bytes(&self) -> usize {
        self.links.heap_bytes()
    }
}

impl CandidateGenerator for GraphWalk {
    fn name(&self) -> &'static str {
        NAME
    }

    fn generate(&self, context: &Context<'_>, limit: NonZeroU32, out: &mut Vec<Candidate>) {
        follow(&self.links, &self.config.asking(), context, limit, out);
    }
}

impl TrainedGenerator for GraphWalk {
    fn encode(&self, out: &mut Vec<u8>) {
        self.encode(out);
    }

    fn heap_bytes(&self) -> usize {
        self.heap_bytes()
    }
}
