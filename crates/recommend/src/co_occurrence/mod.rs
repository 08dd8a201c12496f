//! Products found together: seen in one visit, or bought in one order.
//!
//! ```text
//! order  a b c ──▶ n(a) n(b) n(c) ──┐
//!                  n(a,b) n(a,c) …  ├─▶ cosine or lift, shrunk ──▶ what goes with the anchors
//! visit  … a, then b ──▶ the same ──┘
//! ```
//!
//! One type serves both relations; [`Config::also_viewed`] and [`Config::bought_together`] differ in
//! numbers only. Anchors are the products on the page or in the cart or, on a page without any, the
//! visit's own; the first counts whole, the second half, the third a third, and none of them is
//! proposed itself.
//!
//! # What is bounded
//!
//! A product keeps [`neighbors_per_product`](Config::neighbors_per_product) others. When another
//! comes, the least frequent gives up its place, and the newcomer starts at one above its count,
//! marked as inherited (the space-saving algorithm). So a count is known from both sides: what was
//! found often is certain to be there, and what is scored is what is certain, which a newcomer has
//! to earn first. Nothing fades: what is no longer sold is not eligible, and what is bought anew
//! gains on what was.
//!
//! # Cost
//!
//! Memory: 12 bytes a product and 12 for each neighbor kept, a third of it unused at most. Learning a
//! pair walks two lists of neighbors: some hundred nanoseconds when they are full. Answering walks one
//! list an anchor.
//!
//! # Source
//!
//! A. Metwally, D. Agrawal, A. El Abbadi, "Efficient Computation of Frequent and Top-k Elements in
//! Data Streams", ICDT 2005. Shrinking by adding to observed and expected counts: W. DuMouchel,
//! "Bayesian Data Mining in Large Frequency Tables", The American Statistician 1999, whose gamma prior
//! is here centred on independence.
//!
//! # What does not live here
//!
//! Who may influence the counts, and how much: the caller appends what `features` admits.

mod config;
mod generate;
mod model;
mod snapshot;
#[cfg(test)]
mod tests;

pub use config::{Affinity, Config, Relation};
pub use model::CoOccurrence;
