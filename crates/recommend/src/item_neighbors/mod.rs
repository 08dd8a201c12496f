//! What goes with what this shopper has: the first model that is trained, on what everybody did.
//!
//! ```text
//! Histories ──▶ habits ──▶ shoppers × products ──▶ the nearest products of each ─┐
//!                                              ├─▶ how often each is had again  ├─▶ ItemNeighbors
//!                                              └─▶ how many have each by now    ┘       │
//! Context::past ────────────────────────────────────────────────────────────────▶ generate
//! ```
//!
//! # The formula
//!
//! Of a shopper's habit with product `q`, `count(q)` is its orders and `touch_weight` for each other act,
//! `age(q)` the days since the last act, and `fade(age, h)` is `2^(−age/h)`. In fitting, with `n` products
//! in the shopper's past, the shopper's row of the matrix holds
//!
//! ```text
//! x(q)      = count(q)^fit_count_exponent · fade(age(q), fit_half_life_days) · n^−length_exponent
//!             weighed as texts before the length, where saturation, length_share or idf_exponent are above 0
//! near(q,p) = Σ x(q)·x(p) over shoppers / (|q|^balance · |p|^(1−balance) + shrinkage)
//!             with |q| = Σ x(q)² over shoppers; a balance of a half is the cosine
//! again(p)  = the share of p's shoppers who had it more than once, shrunk to and divided by that of all
//! reach(p)  = Σ fade(age(p), popularity_half_life_days) over shoppers, divided by the largest
//! ```
//!
//! and a shopper is answered with
//!
//! ```text
//! w(q)     = count(q)^count_exponent · fade(age(q), half_life_days)
//! score(p) = w(p) / max w · again(p)^repeat_exponent                       their own, again
//!            + neighbor_weight · Σ w(q)·near(q,p) / ((Σ w)^spread · (max w)^(1−spread))
//!            + popularity_weight · reach(p)
//! ```
//!
//! So the shopper's own products, their neighbors and what is popular compete on one scale, and how much
//! each of them is worth is searched, not guessed: see [`KNOBS`]. Products of the visit that are not in the
//! past count as touched once, now. Nobody in particular is answered with what is popular.
//!
//! # Bounds and cost
//!
//! Fitting looks at no more than the habits of each shopper, so a shopper adds at most
//! [`HABITS_MAX`](features::habits::HABITS_MAX)² products of pairs, and time and memory grow with the
//! number of interactions and no faster. Memory beside the histories: 16 bytes a habit, and 4 bytes a
//! product for each thread. It runs on the threads of the current pool, and comes out the same to the bit
//! on any number of them.
//!
//! The model takes 8 bytes a neighbor, at most
//! [`neighbors_per_product`](Limits::neighbors_per_product) a product, and 16 beside. Answering walks the
//! neighbors of each habit, most of the time waiting for memory: some 100 to 200 µs of one core for fifty
//! habits spread over 100,000 products.
//!
//! Fitting takes 1.5 s of one core for a million acts and 14 s for ten million, of fifty each by shoppers
//! of 100,000 products.
//!
//! # Source
//!
//! Item-based neighborhoods: M. Deshpande and G. Karypis, "Item-Based Top-N Recommendation Algorithms",
//! TOIS 2004. Repetition with recency beside a neighborhood: H. Hu, X. He, J. Gao and Z. Zhang, "Modeling
//! Personalized Item Frequency Information for Next-basket Recommendation", SIGIR 2020 (TIFU-KNN). An
//! asymmetric norm: F. Aiolli, "Efficient Top-N Recommendation for Very Large Scale Binary Rated
//! Datasets", RecSys 2013. The weights of texts: BM25, as `interactions` has it.
//!
//! # What does not live here
//!
//! Which acts may teach is decided before they become [`Histories`](features::Histories). The artifact
//! around the bytes, its checksum and its names of products are `app`'s.

mod config;
mod fit;
mod generate;
mod model;
mod snapshot;
#[cfg(test)]
mod tests;

pub use config::{Config, KNOBS, Limits, Weights};
pub use model::ItemNeighbors;

use crate::{TrainedGenerator, TrainedKind};

/// The kind, for whoever trains.
pub(crate) const TRAINED: TrainedKind = TrainedKind {
    name: NAME,
    knobs: &KNOBS,
    fit: |lesson, values| match ItemNeighbors::fit(lesson, &Config::from_values(values)) {
        Ok(model) => Ok(Box::new(model)),
        Err(error) => Err(error),
    },
    decode: |bytes, today| match ItemNeighbors::decode(bytes, today) {
        Ok(model) => Ok(Box::new(model)),
        Err(error) => Err(error),
    },
};

const NAME: &str = "item_neighbors";

impl TrainedGenerator for ItemNeighbors {
    fn encode(&self, out: &mut Vec<u8>) {
        self.encode(out);
    }

    fn heap_bytes(&self) -> usize {
        self.heap_bytes()
    }
}
