//! One order out of many lists: a blend that is fitted, and trees that learn to order its best.
//!
//! ```text
//! generators ──▶ lists ──▶ Pool: each product once, a row of features
//!                            │
//!                            ▼ Linear        weights of standard scores and ranks
//!                          the best 200
//!                            │
//!                            ▼ trees         lambdarank over all features, where they proved better
//!                          Ranked: product, score, the generator that speaks for it
//! ```
//!
//! # Where to start
//!
//! Read [`declared`], which declares what is known of a candidate, then [`Ranker::rank`] and
//! [`Ranker::fit`].
//!
//! # Invariants
//!
//! - What trees learn to order is what they are given to order: the best of the same blend, with the same
//!   features. Trained on a sample of them they order badly.
//! - Requests that are held out say whether trees are better than the blend; until they are, it decides.
//! - Same lists, context and signals, same order.
//!
//! # Source
//!
//! Two stages: P. Covington, J. Adams and E. Sargin, "Deep Neural Networks for YouTube Recommendations",
//! RecSys 2016. Lambdarank over trees: C. Burges, "From RankNet to LambdaRank to LambdaMART", 2010.
//!
//! # What does not live here
//!
//! Growing trees: `trees`. Which requests may be learned from: whoever makes the [`Examples`].

pub mod declared;
mod fit;
mod linear;
mod model;
mod pool;
mod snapshot;
#[cfg(test)]
mod tests;

pub use declared::{ProductSignals, Signals};
pub use fit::{Examples, Schooled, Schooling};
pub use model::{Ranked, Ranker, Rankers};
