//! Simulated shoppers: people with hidden tastes and plans, drawn from a seed.
//!
//! ```text
//! Taste ──▶ liking of a product ─┐
//! Mission ──▶ kinds wanted ──────┼──▶ Visit: what somebody does, step by step
//! dice (seeded) ─────────────────┘
//! ```
//!
//! Start with [`taste::Taste::liking`]: it is the truth that a recommender can only guess at, and
//! nothing but behaviour ever leaves this module.

pub(crate) mod attention;
pub(crate) mod mission;
pub(crate) mod taste;
pub(crate) mod visit;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use crate::shoppers::taste::Taste;

/// A person who comes to the shop now and then.
#[derive(Debug)]
pub(crate) struct Shopper {
    /// The anonymous id that their browser keeps.
    pub(crate) visitor: String,
    /// What they like, which nobody else knows.
    pub(crate) taste: Taste,
}

/// Everybody who comes to the shop.
#[derive(Debug)]
pub struct Population {
    shoppers: Vec<Shopper>,
}

impl Population {
    /// Draws `n_shoppers` people from a seed; the same seed gives the same people.
    ///
    /// # Panics
    ///
    /// If `n_shoppers` is zero: a shop without shoppers cannot be simulated.
    pub fn generate(seed: u64, n_shoppers: usize) -> Population {
        assert!(n_shoppers > 0, "a population needs at least one shopper");
        let mut rng = ChaCha12Rng::seed_from_u64(seed ^ 0x5107_7e25);
        let shoppers = (0..n_shoppers)
            .map(|number| Shopper {
                visitor: format!("sim-{seed}-{number}"),
                taste: Taste::draw(&mut rng),
            })
            .collect();
        Population { shoppers }
    }

    /// Somebody, the early ones more often than the late ones: some people come every week.
    pub(crate) fn anybody(&self, rng: &mut ChaCha12Rng) -> &Shopper {
        let all = self.shoppers.len();
        let one = rng.random_range(0..all);
        &self.shoppers[one.min(rng.random_range(0..all))]
    }
}

#[cfg(test)]
mod tests;
