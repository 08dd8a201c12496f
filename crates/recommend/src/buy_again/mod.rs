//! What this shopper keeps coming back to: their own products, by how often and how lately.
//!
//! ```text
//! score(p) = (orders(p) + touch_weight · touches(p))^count_exponent · 2^(−age(p) / half_life)
//! ```
//!
//! where the age is that of the last act. Products that were never ordered count by their touches only.
//!
//! [`BuyAgain::most_frequent`] is the plain form, orders counted and nothing faded, and the yardstick of
//! every personal method: where people buy again, few learned models beat it.
//!
//! # Cost
//!
//! There is nothing to learn and nothing to keep. Answering scores the shopper's habits, at most
//! [`HABITS_MAX`](features::habits::HABITS_MAX), in a few microseconds.
//!
//! # Source
//!
//! The yardstick: M. Li, S. Jullien, M. Ariannezhad and M. de Rijke, "A Next Basket Recommendation Reality
//! Check", TOIS 2023 (G-TopFreq and P-TopFreq). That recency helps: M. Ariannezhad et al., "ReCANet: A
//! Repeat Consumption-Aware Neural Network for Next Basket Recommendation in Grocery Shopping", SIGIR
//! 2022.

mod config;
mod generate;
#[cfg(test)]
mod tests;

pub use config::{Config, KNOBS};
pub use generate::BuyAgain;
pub(crate) use generate::age_days;
