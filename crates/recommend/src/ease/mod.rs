//! How much each product tells of each other one when all are weighed together.
//!
//! ```text
//! Histories ──▶ shoppers × products ──▶ all products at once   ─┐
//!                                   └─▶ each from its tellers   ├─▶ strongest links ──▶ Ease
//! Context::past, visit ─────────────────────────────────────────┴──────────────────────▶ generate
//! ```
//!
//! A neighborhood counts each pair by itself, so that ten volumes of one series are ten reasons for an
//! eleventh. Here each product is told from all others by a regression, in which what two of them both say is
//! said once, and what speaks against a product counts as well.
//!
//! # The formula
//!
//! With `w` a habit's weight in fitting (how often, faded by its age), `|u|` the sum of a shopper's weights
//! and `|p|` that of a product's,
//!
//! ```text
//! x(u,p)    = w(u,p) · |u|^−length_exponent · |p|^−popularity_exponent
//! s(p)      = Σ x(u,p)² over shoppers
//! P         = (Xᵀ·X + diag(ridge · mean s + dropout · s))⁻¹
//! link(q,p) = −P(q,p) / P(p,p) · |q|^−popularity_exponent · |p|^restore_exponent
//! score(p)  = Σ w(q) · link(q,p) over the shopper's own products
//! ```
//!
//! No product tells of itself. The `links_per_product` strongest links that lead away from each are kept: at 500
//! nothing that can be measured is lost on the set of films `ml-1m`, at 200 seven in a thousand of its recall.
//!
//! # Bounds and cost
//!
//! With `n` the number of products or that of shoppers, whichever is smaller, and `m` the other, the inverse
//! takes `4·n²` bytes and `n³/2` multiplications; with fewer shoppers it is theirs, `(1 + Z·Zᵀ)⁻¹` for
//! `Z = X·diag(…)^−½`, from which the same links follow exactly.
//!
//! Where that takes more memory than the lesson allows, each product is told by the same regression from its
//! `tellers_per_product` strongest alone, those `q` with the greatest `(xᵀx)(q,p)² / (s(q) + penalty(q))`. That
//! takes the time of a small regression a product and memory that grows with the number of habits and links.
//!
//! # Source
//!
//! H. Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019; the dropout: H. Steck,
//! "Autoencoders that don't overfit towards the Identity", NeurIPS 2020. From few tellers: X. Ning and
//! G. Karypis, "SLIM: Sparse Linear Methods for Top-N Recommender Systems", ICDM 2011 (fsSLIM).
//!
//! # What does not live here
//!
//! What a shopper buys again, and what is popular: other generators say so.

mod config;
mod exact;
mod fit;
mod near;
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
    fit: |lesson, values| match Ease::fit(lesson, &Config::from_values(values)) {
        Ok(model) => Ok(Box::new(model)),
        Err(error) => Err(error),
    },
    decode: |bytes, today| match Ease::decode(bytes, today) {
        Ok(model) => Ok(Box::new(model)),
        Err(error) => Err(error),
    },
};

const NAME: &str = "ease";

/// How much each product tells of others.
///
/// See the [module](self) for how it is made and what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Ease {
    config: Config,
    /// From each product, by number, to others.
    links: Csr,
}

impl Ease {
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

impl CandidateGenerator for Ease {
    fn name(&self) -> &'static str {
        NAME
    }

    fn generate(&self, context: &Context<'_>, limit: NonZeroU32, out: &mut Vec<Candidate>) {
        follow(&self.links, &self.config.asking(), context, limit, out);
    }
}

impl TrainedGenerator for Ease {
    fn encode(&self, out: &mut Vec<u8>) {
        self.encode(out);
    }

    fn heap_bytes(&self) -> usize {
        self.heap_bytes()
    }
}
