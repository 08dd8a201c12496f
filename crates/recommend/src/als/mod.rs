//! Tastes as vectors: what is liked by people who like the same, though they share no product.
//!
//! ```text
//! Histories ──▶ habits ──▶ shoppers × products ──▶ vectors of both sides, by turns
//!                                                          │ those of the products stay
//! Context::past, visit ──▶ a shopper's vector, anew ◀──────┤
//!                               │                          │
//!                               └──▶ the products that it meets most, and which of the past adds most
//! ```
//!
//! # The formula
//!
//! A habit with a product weighs `w = count^count_exponent · 2^(−age/half_life_days)`, where `count` is its
//! orders and `touch_weight` for each other act, and `age` the days since the last act. Vectors `x` of
//! shoppers and `y` of products are sought that make this least:
//!
//! ```text
//! Σ over habits w·(1 − x·y)² + unobserved · Σ over all pairs (x·y)²
//!   + regularization · Σ over vectors v of both sides (their habits' Σ w + unobserved · n others)^nu · |v|²
//! ```
//!
//! By turns, one side is solved for the other as it stands. Before, both are turned into the directions of
//! the other side, which changes no product of theirs, so that the sum over all pairs is a diagonal: the
//! equations of one vector are then that diagonal and its own few habits, and a few steps of conjugate
//! gradients from the vector of the sweep before take `2 · habits · factors` multiplications each.
//!
//! Shoppers' vectors are not kept. Whoever asks is answered with a vector made from what they have at that
//! moment, by the same equations, so a click counts at once, and a guest is answered like everybody.
//! Products of the visit that are not in the past count as touched once, now. A product's score is its
//! vector's product with the shopper's; scores that are not above zero propose nothing.
//!
//! The evidence is the product of the past that adds most to the score, of the 64 that weigh most.
//!
//! # Bounds and cost
//!
//! Fitting takes 16 bytes a habit, 4 bytes a number of the vectors of both sides, and twice more those of
//! the products; where the lesson allows less, it says so before it begins. It runs on the threads of the
//! current pool, and comes out the same to the bit on any number of them.
//!
//! A sweep of 810,000 habits takes 0.11 s of one core with 64 numbers a vector, and 0.24 s with 128.
//!
//! The model takes 4 bytes a number and 80 beside a product: 34 megabytes for 100,000 of 64 numbers.
//! With 64 numbers, a shopper's vector is made of thirty products in 2 to 3 µs, and the best twenty of
//! 68,509 products of a grocer are found in 42 µs, the best 300 in 170 µs (medians). A small `unobserved`
//! weight makes vectors more alike in length, and then most of them have to be looked at: milliseconds.
//!
//! # Source
//!
//! Y. Hu, Y. Koren and C. Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", ICDM 2008,
//! also of the evidence. The objective: S. Rendle, W. Krichene, L. Zhang and Y. Koren, "Revisiting the
//! Performance of iALS on Item Recommendation Benchmarks", RecSys 2022.
//!
//! # What does not live here
//!
//! The equations, the directions and the search for the greatest products are `linalg`'s. Which acts may
//! teach is decided before they become [`Histories`](features::Histories). The artifact around the bytes,
//! its checksum and its names of products are `app`'s.

mod config;
mod evidence;
mod factorization;
mod fit;
mod generate;
mod model;
mod snapshot;
#[cfg(test)]
mod tests;

pub use config::{Config, KNOBS, Limits, Weights};
pub use factorization::{Diverged, Factorization, Objective, Solver};
pub use model::Als;

use crate::{TrainedGenerator, TrainedKind};

/// The kind, for whoever trains.
pub(crate) const TRAINED: TrainedKind = TrainedKind {
    name: NAME,
    knobs: &KNOBS,
    fit: |lesson, values| match Als::fit(lesson, &Config::from_values(values)) {
        Ok(model) => Ok(Box::new(model)),
        Err(error) => Err(error),
    },
    decode: |bytes, today| match Als::decode(bytes, today) {
        Ok(model) => Ok(Box::new(model)),
        Err(error) => Err(error),
    },
};

const NAME: &str = "als";

impl TrainedGenerator for Als {
    fn encode(&self, out: &mut Vec<u8>) {
        self.encode(out);
    }

    fn heap_bytes(&self) -> usize {
        self.heap_bytes()
    }
}
