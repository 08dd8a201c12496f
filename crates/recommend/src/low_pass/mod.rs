//! What is left of everybody's taste when only its strongest directions are let through.
//!
//! ```text
//! Histories ──▶ shoppers × products ──▶ strongest directions ─┐
//!                                   └─▶ pairs ────────────────┴─▶ strongest links ──▶ LowPass
//! Context::past, visit ──────────────────────────────────────────────────────────────▶ generate
//! ```
//!
//! Seen as a signal on the graph of shoppers and products, what somebody has is smooth taste and noise. The
//! few directions in which shoppers differ most are the taste; projecting on them is the filter.
//!
//! # The formula
//!
//! With `w` a habit's weight in fitting (how often, faded by its age), `|u|` the sum of a shopper's weights,
//! `|p|` that of a product's, and `σ`, `v` the singular values and right singular vectors of `X`,
//!
//! ```text
//! x(u,p)    = w(u,p) · |u|^−length_exponent · |p|^−popularity_exponent
//! pass(q,p) = Σ (σ/σ₁)^(2·strength_exponent) · v(q)·v(p) over the strongest directions
//! pair(q,p) = Σ x(u,q)·x(u,p) over shoppers / σ₁²
//! link(q,p) = (pass(q,p) + pair_weight · pair(q,p)) · |q|^−popularity_exponent · |p|^restore_exponent
//! score(p)  = Σ w(q) · link(q,p) over the shopper's own products
//! ```
//!
//! With exponents of a half, directions let through alike and a pair weight of 0 it is the ideal low-pass
//! filter, and with a pair weight GF-CF. No product speaks for itself. The `links_per_product` strongest links
//! that lead away from each are kept; of 500 nothing that can be measured is lost on the set of films `ml-1m`.
//!
//! # Bounds and cost
//!
//! With `n` products and `d` directions fitting takes `n²·d` multiplications, beside those of the
//! [decomposition](linalg::svd): most of a minute of one core for 40,000 products and 128 directions. Memory is that of
//! the decomposition, 8 bytes a link, and 64 MB for what is looked at.
//!
//! # Source
//!
//! Y. Shen et al., "How Powerful is Graph Convolution for Recommendation?", CIKM 2021 (GF-CF). Weights by
//! strength and other norms: S. Peng, X. Liu, K. Sugiyama and T. Mine, "How Powerful is Graph Filtering for
//! Recommendation", KDD 2024.

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
    fit: |lesson, values| match LowPass::fit(lesson, &Config::from_values(values)) {
        Ok(model) => Ok(Box::new(model)),
        Err(error) => Err(error),
    },
    decode: |bytes, today| match LowPass::decode(bytes, today) {
        Ok(model) => Ok(Box::new(model)),
        Err(error) => Err(error),
    },
};

const NAME: &str = "low_pass";

/// Where what shoppers have leads when only the strongest directions are let through.
///
/// See the [module](self) for how it is made and what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct LowPass {
    config: Config,
    /// From each product, by number, to others.
    links: Csr,
}

impl LowPass {
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

impl CandidateGenerator for LowPass {
    fn name(&self) -> &'static str {
        NAME
    }

    fn generate(&self, context: &Context<'_>, limit: NonZeroU32, out: &mut Vec<Candidate>) {
        follow(&self.links, &self.config.asking(), context, limit, out);
    }
}

impl TrainedGenerator for LowPass {
    fn encode(&self, out: &mut Vec<u8>) {
        self.encode(out);
    }

    fn heap_bytes(&self) -> usize {
        self.heap_bytes()
    }
}
