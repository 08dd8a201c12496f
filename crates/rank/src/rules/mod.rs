//! The merchandiser's rules: what stands where, comes sooner or later, or is not shown, and when.
//!
//! ```text
//! [Rule] ──compile──▶ RuleSet ──in_force──▶ InForce ──apply──▶ Applied ──explain──▶ [Explained]
//!            │                   ▲             ▲                  │                 why each product
//!            ▼                   │             │                  ▼                 stands where it does
//!      [RefusedRule]         Occasion      candidates       the list to show
//! ```
//!
//! # What rules do
//!
//! | effect | what becomes of the list |
//! | --- | --- |
//! | [`Pin`](Effect::Pin) | the product stands in that place, proposed or not |
//! | [`Boost`](Effect::Boost), [`Bury`](Effect::Bury) | scores are multiplied, or divided |
//! | [`Include`](Effect::Include) | nothing else is shown, but for what other such rules and pins admit |
//! | [`Exclude`](Effect::Exclude) | it is not shown |
//!
//! A rule is in force if all that its [`When`] says is so; what it does not speak of does not matter.
//!
//! # When rules conflict
//!
//! The rule of higher priority wins; of equal priority `Exclude` wins over `Include` and `Pin`; then the rule
//! whose id comes first. In detail:
//!
//! - Whether a product is shown is decided by the first rule that excludes, includes or pins it. If there is
//!   none, it is shown unless some rule in force includes others.
//! - Boosts and buries do not conflict: their factors are multiplied, and held between 1/[`FACTOR_MAX`] and
//!   [`FACTOR_MAX`]. A score below zero is divided where others are multiplied, so that a boost always raises.
//! - Of several pins in one place the first has it, and the others stand in the next places that are free. A
//!   product that is pinned several times stands where the first says. A pin below the end stands at the end.
//! - No rule shows what is not eligible: stock, market and visibility come first.
//!
//! The order in which rules are given does not matter.
//!
//! # Bounds and cost
//!
//! Numbers and texts are bounded by the limits below; a rule beyond them is refused by [`RuleSet::compile`]
//! with what to do about it, and the others stand. At most [`IN_FORCE_MAX`] rules act on one list. To find ten
//! among 1,000 takes 6 µs, to apply them to 300 candidates 20 µs, on one core of the machine of
//! `bench/RESULTS.md`.
//!
//! # What does not live here
//!
//! Keeping rules, and who may change them. Which of the shopper's segments may be used: `consent`.

mod apply;
mod compile;
mod fault;
#[cfg(test)]
mod tests;

use domain::{MarketId, PlacementId, ProductId, Timestamp};

pub use apply::{Applied, Explained, Placed, Ranked, Touch, Why};
pub use compile::{InForce, Occasion, RuleSet};
pub use fault::{RefusedRule, RuleFault};

/// How many rules there may be.
pub const RULES_MAX: usize = 2000;
/// How many rules act on one list: those that win over the others.
pub const IN_FORCE_MAX: usize = 64;
/// How many values a condition may list.
pub const VALUES_MAX: usize = 64;
/// The longest text of a condition, in bytes of UTF-8.
pub const TEXT_BYTES_MAX: usize = 256;
/// The last place a product can be pinned to.
pub const POSITION_MAX: usize = 100;
/// By how much a rule may boost or bury.
pub const BOOST_MAX: f32 = 10.0;
/// By how much all rules together may.
pub const FACTOR_MAX: f32 = 100.0;

/// One rule, as a merchandiser writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its id, which explanations name.
    pub id: String,
    /// Which rule wins: the higher.
    pub priority: i32,
    /// When it is in force.
    pub when: When,
    /// What it does.
    pub effect: Effect,
}

/// When a rule is in force: everything that is said must be so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct When {
    /// In one of these placements.
    pub placements: Vec<PlacementId>,
    /// If all of these words stand in the query, in any order.
    pub query: Option<String>,
    /// On the page of this category or of one beneath it, as in filters: `Tents` or `Outdoor > Tents`.
    pub category: Option<String>,
    /// In one of these markets.
    pub markets: Vec<MarketId>,
    /// In one of these regions.
    pub regions: Vec<String>,
    /// For shoppers of one of these segments.
    pub segments: Vec<String>,
    /// Not before this moment.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

/// What a rule does. Products are told by a filter, as `docs/filters.md` describes.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Puts a product in a place.
    Pin {
        /// The product.
        product: ProductId,
        /// The place, counted from 1.
        position: usize,
    },
    /// Raises products.
    Boost {
        /// Which.
        products: String,
        /// By how much their scores are multiplied; above 1, at most [`BOOST_MAX`].
        by: f32,
    },
    /// Lowers products.
    Bury {
        /// Which.
        products: String,
        /// By how much their scores are divided; above 1, at most [`BOOST_MAX`].
        by: f32,
    },
    /// Shows these products only.
    Include {
        /// Which.
        products: String,
    },
    /// Does not show these products.
    Exclude {
        /// Which.
        products: String,
    },
}
