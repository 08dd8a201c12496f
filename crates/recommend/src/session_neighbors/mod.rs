//! Visits like this one: what did they go on to?
//!
//! ```text
//! visit  a b c ──▶ sessions of c, b, a ──▶ the most similar ──▶ their items, by the
//!                  (newest postings)       (neighbors)          distance to what is shared
//! ```
//!
//! # The formula
//!
//! With `i` the items of the visit, `r` how many of them are newer, `j` a session, `n` the number of
//! kept sessions, `n(i)` of those that hold `i`, and `exp(-x/scale)` written `fade(x, scale)`:
//!
//! ```text
//! weight(i)      = fade(r(i), position_decay) · ln(1 + n/n(i))^idf_exponent
//! similarity(j)  = (Σ weight(i) over shared i · length(j)^-length_exponent
//!                   · exp(-age_decay · share of sessions newer than j))^similarity_exponent
//! score(p)       = n(p)^-popularity_exponent · own(p) · (Σ similarity(j) · near(p, s) over neighbors j
//!                   + Σ own_share · fade(r, own_decay) · Σ similarity(j)  over p's places in the visit)
//! near(p, s)     = fade(items between, distance_forward)               if p follows s in j
//!                = fade(items between, distance_back) · back_weight    if p precedes s
//!                = shared_weight                                       if p is s
//! ```
//!
//! where `s` is the heaviest item that `j` shares, and `own(p)` is `last_factor` or `earlier_factor`
//! for products of the visit, 1 for all others. Age is a rank, not a time: what fades a session is
//! other sessions, so that a quiet night makes nobody older and every shop has the same scale.
//!
//! # Learning
//!
//! A session is appended touch by touch while the visit goes on, and counts for everybody else from
//! its first. Bulk building is nothing but appending. Beyond the [`Limits`] the oldest is forgotten,
//! without a trace.
//!
//! # Cost
//!
//! Memory: two words a click, the product in its session and the session in its product's postings,
//! each list with a handle of eight bytes and at most a third of it unused; the benchmark `sessions`
//! states the bytes. Appending takes about a microsecond. Answering reads at most `last_items` ·
//! `sessions_per_product` postings, in a row, with one write each into a dense array, and then the
//! items of `neighbors` sessions. It allocates nothing: each thread keeps 8 bytes a session and 24 a
//! product as working memory.
//!
//! # Source
//!
//! Neighbors through the newest postings: B. Kersbergen, O. Sprangers, S. Schelter, "Serenade:
//! Low-Latency Session-Based Recommendation in e-Commerce at Scale", SIGMOD 2022 (VMIS-kNN). The
//! weights: D. Garg et al., "Sequence and Time Aware Neighborhood for Session-based Recommendations",
//! SIGIR 2019 (STAN), and M. Ludewig et al., "Empirical analysis of session-based recommendation
//! algorithms", UMUAI 2020 (VSTAN). The visit's own products are our addition.

mod config;
mod generate;
mod knobs;
mod model;
mod snapshot;
mod tables;
#[cfg(test)]
mod tests;

pub use config::{Config, ITEMS_PER_SESSION_MAX, LAST_ITEMS_MAX, Limits, Weights};
pub use knobs::KNOBS;
pub use model::SessionNeighbors;
