//! Boosted trees over binned features: the one way in which this product learns from tables.
//!
//! ```text
//! sample ──▶ Bins ──▶ rows of bytes ─┐
//! labels, weights, lists, positions ─┴▶ Dataset ──▶ Training::run(Objective) ──▶ Model
//!                                                                                  │
//! values of a candidate ──▶ Bins::bin ──▶ bytes ──▶ scores_binned, contributions ◀─┘
//! ```
//!
//! # Where to start
//!
//! Read [`Bins`], [`Dataset`] and [`Training`], then [`Objective`] for what can be learned. How a tree
//! grows is in `grow`.
//!
//! # Invariants
//!
//! - The same data, configuration and seed give the same model, to the bit, on any number of threads:
//!   gradients are summed as whole numbers, exactly (`sums`).
//! - A row is asked as the bytes that it is learned from; values pass through the model's own bins.
//! - A decoded model cannot make asking panic or go round in circles.
//!
//! # What does not live here
//!
//! What features mean is the caller's. Which rows may teach, and whether a model is good enough to serve,
//! are `app`'s.

mod bins;
mod config;
mod dataset;
mod grow;
mod metric;
mod model;
mod objective;
mod ranking;
mod sums;
mod training;

pub use bins::{BINS_MAX, Bins, BinsError, FEATURES_MAX, FeatureKind};
pub use config::{Config, Growth, LEAVES_MAX, Monotone, Sampling, TREES_MAX};
pub use dataset::{Dataset, DatasetError, POSITIONS_MAX, ROWS_MAX};
pub use metric::Metric;
pub use model::{Contribution, Model, SnapshotError};
pub use objective::{
    Gradient, LambdaRank, Logistic, Objective, ObjectiveError, PositionBias, Squared, gain_of_grade,
};
pub use training::{Ended, SUMS_BYTES_MAX, Trained, Training, TrainingError};
