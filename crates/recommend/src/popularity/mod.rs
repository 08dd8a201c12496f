//! What everybody likes, and what is rising: the generators that answer when nothing else can.
//!
//! ```text
//! Counts ─┬─ the page's category ──▶ tier 3 ┐
//!         ├─ the shopper's market ─▶ tier 2 ├─▶ candidates, each product in the highest tier that
//!         ├─ over everything ──────▶ tier 1 │   has it, never none while anything is eligible
//! eligible ─ never touched ────────▶ tier 0 ┘
//! ```
//!
//! [`Popular`] orders each tier by the slow count; [`Trending`] puts before them, tier by tier, what
//! is done more these days than usually, by [`Cell::lift`](features::Cell::lift).
//!
//! # Scores
//!
//! The whole part is the tier. Within it, a product half as popular as the tier's first stands at
//! 1/2, one a quarter as popular at 1/3, and so on: `1 / (1 + halvings behind the first)`. A rising
//! product stands at `1 − 1 / lift` in a tier above.
//!
//! # Cost
//!
//! A copy of the eligible bits (12 kB for 100,000 products), then a walk down the leaders that
//! [`Counts`] keeps in order: 4 µs for 300 popular candidates, 25 µs for trending ones, whose lifts
//! are computed. A category or market looks at all its products, at most 2,048, in 25 µs. Where so
//! little is eligible that the leaders do not suffice, the eligible products themselves are looked
//! at: 90 µs when one in sixteen of 100,000 is. Nothing is rebuilt, ever.
//!
//! # What does not live here
//!
//! Counting, fading and the caps on what one visitor can add: `features`. The generators borrow its
//! counts for as long as they answer.

mod slate;
#[cfg(test)]
mod tests;
mod tiers;

use std::num::NonZeroU32;

use features::{Counts, CountsConfig, Histories, Tally};
use slate::with_slate;

use crate::{Candidate, CandidateGenerator, Context};

/// The most popular products: in the page's category, in the shopper's market, over everything.
#[derive(Clone, Copy, Debug)]
pub struct Popular<'a> {
    counts: &'a Counts,
}

impl<'a> Popular<'a> {
    /// Reads `counts`.
    pub const fn new(counts: &'a Counts) -> Popular<'a> {
        Popular { counts }
    }
}

/// Counts a data set as a running shop counts what happens, categories and markets apart.
///
/// It is what [`Popular`] is judged by: what this generator would have proposed then.
pub fn counts_of(histories: &Histories) -> Counts {
    let mut counts = Counts::new(CountsConfig::default());
    for it in histories.iter().flatten() {
        counts.record(Tally {
            product: it.product(),
            categories: &[],
            market: None,
            weight: it.action().weight(),
            time: it.time(),
        });
    }
    counts
}

impl CandidateGenerator for Popular<'_> {
    fn name(&self) -> &'static str {
        "popular"
    }

    fn generate(&self, context: &Context<'_>, limit: NonZeroU32, out: &mut Vec<Candidate>) {
        with_slate(self.counts, context.eligible, limit, out, |slate| {
            tiers::popular(self.counts, context, slate);
            slate.fill();
        });
    }
}

/// The products with which more is done these days than usually; after them, the popular ones.
#[derive(Clone, Copy, Debug)]
pub struct Trending<'a> {
    counts: &'a Counts,
}

impl<'a> Trending<'a> {
    /// Reads `counts`.
    pub const fn new(counts: &'a Counts) -> Trending<'a> {
        Trending { counts }
    }
}

impl CandidateGenerator for Trending<'_> {
    fn name(&self) -> &'static str {
        "trending"
    }

    fn generate(&self, context: &Context<'_>, limit: NonZeroU32, out: &mut Vec<Candidate>) {
        with_slate(self.counts, context.eligible, limit, out, |slate| {
            tiers::trending(self.counts, context, slate);
            tiers::popular(self.counts, context, slate);
            slate.fill();
        });
    }
}
