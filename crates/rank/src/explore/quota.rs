//! Places for new products, spent fairly.
//!
//! What nobody has seen yet no model proposes. So every new product has a budget of exposures, and those
//! that were shown least come first:
//!
//! ```text
//! new products, exposures of each ──▶ below the budget ──▶ fewest first, ties by seed ──▶ Spent
//! ```
//!
//! As long as every new product may be shown everywhere, their exposures so never differ by more than one; and
//! none gets more than its budget, whatever happens. After that it has to live by what was learned of it.
//!
//! Takes O(n log n) for n new products: 1,000 take 0.2 ms on one core of the machine of `bench/RESULTS.md`.
//!
//! # What does not live here
//!
//! What counts as new, and counting exposures: the caller's. Who is shown a new product, too: [`Spent`] are
//! proposed to everybody alike.

use domain::{ProductIdx, Propensity};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// How often a new product is shown at most for being new, unless told otherwise: enough to tell one click in
/// a hundred from three.
pub const BUDGET: u32 = 500;
/// How many places of one slate go to new products at most.
pub const PLACES_MAX: usize = 4;

/// A new product, and how often it was shown for being new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewProduct {
    /// The product.
    pub product: ProductIdx,
    /// How often.
    pub n_exposures: u32,
}

/// A new product that gets a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spent {
    /// The product.
    pub product: ProductIdx,
    /// The chance with which it gets one, over all seeds; 1 where no other has been shown as rarely.
    pub propensity: Propensity,
}

/// Chooses the new products that get one of `n` places, those shown least first.
///
/// `new` holds each product once, in any order: the same products and seed give the same answer.
pub fn spend(new: &[NewProduct], budget: u32, n: usize, seed: u64) -> Vec<Spent> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut lot = |product: ProductIdx| {
        // A stream of its own for each product: who else is new changes nobody's lot.
        rng.set_stream(product.get().into());
        rng.set_word_pos(0);
        rng.next_u64()
    };
    let below = new.iter().filter(|it| it.n_exposures < budget);
    let mut waiting: Vec<(u32, u64, ProductIdx)> =
        below.map(|it| (it.n_exposures, lot(it.product), it.product)).collect();
    waiting.sort_unstable();
    let n = n.min(PLACES_MAX).min(waiting.len());
    let Some(&(most, ..)) = waiting[..n].last() else { return Vec::new() };

    // Those with fewer exposures than the last to get a place get one for certain.
    let n_certain = waiting.partition_point(|it| it.0 < most);
    let n_tied = waiting.partition_point(|it| it.0 <= most) - n_certain;
    let of_tied = Propensity::new((n - n_certain) as f64 / n_tied as f64);
    let of_tied = of_tied.expect("at least one of the tied gets a place, and no more than all");
    let propensity = |n_exposures| if n_exposures < most { Propensity::CERTAIN } else { of_tied };
    let spent = |&(n_exposures, _, product): &(u32, u64, ProductIdx)| Spent {
        product,
        propensity: propensity(n_exposures),
    };
    waiting[..n].iter().map(spent).collect()
}
