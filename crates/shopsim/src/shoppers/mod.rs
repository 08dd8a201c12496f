//! Simulated shoppers: people with hidden tastes, bodies, habits and plans, drawn from a seed.
//!
//! ```text
//! Taste, Body, Habits ──▶ Shopper ─┐
//! Mission, season, belongings ─────┼──▶ Mind ──▶ attention (places) ──▶ purchase, return
//! dice (seeded) ───────────────────┘
//! ```
//!
//! # Where to start
//!
//! [`taste::Taste::liking`] is the truth that a recommender can only guess at, and [`mind::Mind`] what
//! becomes of it at a moment. Nothing but behaviour leaves this module for the server.
//!
//! # What is simplified
//!
//! Nobody learns, tells friends, or compares shops; what is sold is restocked at once; a gift is chosen
//! by the giver's taste.

pub(crate) mod attention;
pub(crate) mod belongings;
pub(crate) mod fit;
pub(crate) mod habits;
pub(crate) mod mind;
pub(crate) mod mission;
pub(crate) mod purchase;
pub(crate) mod season;
pub(crate) mod taste;
pub(crate) mod visit;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use crate::shoppers::fit::Body;
use crate::shoppers::habits::Habits;
use crate::shoppers::taste::Taste;

/// A person who comes to the shop now and then.
#[derive(Debug)]
pub(crate) struct Shopper {
    /// Their number in the population.
    pub(crate) number: usize,
    /// What they like, which nobody else knows.
    pub(crate) taste: Taste,
    /// What fits them.
    pub(crate) body: Body,
    /// How they live with the shop.
    pub(crate) habits: Habits,
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
                number,
                taste: Taste::draw(&mut rng),
                body: Body::draw(&mut rng),
                habits: Habits::draw(seed, number, &mut rng),
            })
            .collect();
        Population { shoppers }
    }

    /// How many people there are.
    pub fn len(&self) -> usize {
        self.shoppers.len()
    }

    /// Whether there is nobody, which never is.
    pub fn is_empty(&self) -> bool {
        self.shoppers.is_empty()
    }

    /// Everybody, by number.
    pub(crate) fn all(&self) -> &[Shopper] {
        &self.shoppers
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
