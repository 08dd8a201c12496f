//! What a shopper has seen too often, does not want, has already or was not buying for themselves.
//!
//! ```text
//! exposures, clicks ──▶ Exposures ─┐
//! "not interested"  ──▶ Dislikes  ─┼─▶ Restraint::verdict ──▶ leave it, and why, or show it and how gladly
//! orders, removals  ───────────────┘
//! an order or visit ──▶ Character                          how much it tells of the shopper
//! ```
//!
//! # Rules, in this order
//!
//! 1. What the shopper is not interested in is not shown again.
//! 2. What was taken out of the cart is not shown for [`REMOVED_FOR`].
//! 3. What was bought is not shown, unless it is something that people buy again and it is time for it: see
//!    [`Repeat`].
//! 4. What was shown as often as its [`Limit`] allows, here or everywhere together, without being clicked,
//!    rests for the limit's window; then it comes back little by little.
//! 5. What is like something disliked is shown less gladly, the longer ago the more gladly.
//!
//! # Bounds and cost
//!
//! All that is kept of a shopper is bounded: [`EXPOSURES_MAX`] times 12 bytes and [`DISLIKES_MAX`] times 24. A
//! verdict takes two searches in the one and asks for the likeness to each of the other: 0.1 µs without
//! dislikes, 0.2 µs with ten of them, on one core of the machine of `bench/RESULTS.md`.
//!
//! # What does not live here
//!
//! Keeping the summaries, by shopper and through restarts, is the caller's; so is which of them may be kept at
//! all.

mod character;
mod dislikes;
mod exposures;
#[cfg(test)]
mod tests;

use domain::{Probability, ProductIdx, Span, Timestamp};

pub use character::{Bought, Character};
pub use dislikes::{
    DISLIKE_FACTOR_MIN, DISLIKE_HALF_LIFE, DISLIKES_MAX, Dislike, DislikeKind, Dislikes, Traits,
};
pub use exposures::{EXPOSURES_MAX, Exposure, Exposures, Limit, PlacementIdx};

/// How long something that was taken out of the cart is not shown.
pub const REMOVED_FOR: Span = Span::DAY;
/// From which share of its buyers on a product counts as one that is bought again.
pub const REPEAT_SHARE_MIN: f64 = 0.1;
/// After which part of the usual time between two orders a product is shown again.
pub const DUE_PART: f64 = 0.5;

/// How a product is bought again, by everybody.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Repeat {
    /// The share of its buyers who bought it more than once.
    pub share: Probability,
    /// The usual time between two orders of one shopper.
    pub interval: Span,
}

impl Repeat {
    /// Whether it may be shown to somebody who ordered it last at `last_order`.
    pub fn is_due(&self, last_order: Timestamp, now: Timestamp) -> bool {
        let waited = now.since(last_order).as_secs_f64();
        self.share.get() >= REPEAT_SHARE_MIN && waited >= DUE_PART * self.interval.as_secs_f64()
    }
}

/// What a shopper did with a candidate before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Past {
    /// When it was taken out of the cart last.
    pub removed: Option<Timestamp>,
    /// When it was ordered last.
    pub ordered: Option<Timestamp>,
    /// How everybody buys it again; `None` where that is not known, as if nobody did.
    pub repeat: Option<Repeat>,
}

/// What becomes of a candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// It may be shown.
    Show {
        /// How gladly, from 0 to 1: see [`Valued::gladly`](crate::objectives::Valued::gladly).
        gladly: f32,
    },
    /// It is not shown.
    Leave(Cause),
}

/// Why a candidate is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The shopper said so.
    NotInterested,
    /// It was taken out of the cart a short time ago.
    JustRemoved,
    /// It was bought, and it is not time to buy it again.
    BoughtAlready,
    /// It was shown often, and not clicked.
    ShownOften,
}

impl Cause {
    /// The name in the interface.
    pub const fn name(self) -> &'static str {
        match self {
            Cause::NotInterested => "not_interested",
            Cause::JustRemoved => "just_removed",
            Cause::BoughtAlready => "bought_already",
            Cause::ShownOften => "shown_often",
        }
    }
}

/// All that restrains the lists of one shopper in one placement.
#[derive(Clone, Copy, Debug)]
pub struct Restraint<'a> {
    /// The moment of the request.
    pub now: Timestamp,
    /// The placement.
    pub placement: PlacementIdx,
    /// What was shown.
    pub exposures: &'a Exposures,
    /// How often a product may be shown in this placement.
    pub limit_here: Option<Limit>,
    /// How often in all placements together.
    pub limit_everywhere: Option<Limit>,
    /// What the shopper does not like.
    pub dislikes: &'a Dislikes,
}

impl Restraint<'_> {
    /// What becomes of a candidate that is so like the products `like` is asked for, from 0 to 1.
    pub fn verdict(
        &self,
        product: ProductIdx,
        past: &Past,
        like: impl Fn(ProductIdx) -> f32,
    ) -> Verdict {
        if self.dislikes.excludes(product) {
            return Verdict::Leave(Cause::NotInterested);
        }
        if past.removed.is_some_and(|it| self.now.since(it) < REMOVED_FOR) {
            return Verdict::Leave(Cause::JustRemoved);
        }
        let is_due = |last| past.repeat.is_some_and(|it| it.is_due(last, self.now));
        if past.ordered.is_some_and(|last| !is_due(last)) {
            return Verdict::Leave(Cause::BoughtAlready);
        }
        let rested = |limit: Option<Limit>, placement| {
            let exposure = self.exposures.of(product, placement);
            limit.zip(exposure).map_or(1.0, |(limit, it)| limit.recovered(it, self.now))
        };
        let here = rested(self.limit_here, self.placement);
        let rested = here.min(rested(self.limit_everywhere, PlacementIdx::EVERYWHERE));
        if rested <= 0.0 {
            return Verdict::Leave(Cause::ShownOften);
        }
        Verdict::Show { gladly: rested * self.dislikes.factor(self.now, like) }
    }
}
