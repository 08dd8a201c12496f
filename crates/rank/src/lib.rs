//! What may be shown, and in which order.
//!
//! ```text
//! products ──upsert, patch, delete──▶ CatalogueIndex
//! filter text ──parse──▶ Filter ──────────┤ eligible
//! market, products to leave out ──────────┤
//!                                         ▼
//!                                    ProductSet ──▶ generators ──▶ Ranking, one a generator
//!                                         │                           │ blend
//!                                         ▼                           ▼
//!                                       Slate ◀──fill, rung by rung── Blended
//! ```
//!
//! Between the blend and the slate a list can be steered, in this order; each step can be left out:
//!
//! ```text
//! restraint ──▶ what the shopper has, has seen enough of or does not like is left out or shown less gladly
//! objectives ─▶ relevance against margin, stock, novelty, …
//! rules ──────▶ included, excluded, boosted, buried ─▶ diversity or calibration ─▶ pinned
//! explore ────▶ drawn anew in the places that are not pinned, with propensities
//! ```
//!
//! # Where to start
//!
//! Read [`CatalogueIndex::eligible`]: nothing is ever shown that is not in its answer. Then
//! [`Filter::parse`] for the language of `docs/filters.md`, [`blend`] and [`Slate`]. Engines that re-rank take
//! scores and answer with the numbers of candidates, so that what else is known of these stays the caller's:
//! [`diversity`] is the smallest.
//!
//! # Invariants
//!
//! - Nothing here reads a clock or a file, and what is random comes from the caller's seed; equal scores are
//!   ordered by ascending [`ProductIdx`](domain::ProductIdx) in a blend, and stay in their order afterwards.
//! - The index answers as if every product were looked at one by one: a test compares the two.
//! - A slate holds no product twice and none that is not eligible, whatever it is offered.
//!
//! # What does not live here
//!
//! Which products are worth proposing is for `recommend` to say; whether a shopper's data may be used
//! for it, for `consent`; which filters apply, for `app`.

mod blend;
pub mod calibration;
mod catalogue_index;
pub mod diversity;
pub mod explore;
pub mod filter;
pub mod objectives;
mod product_set;
mod relevance;
pub mod restraint;
pub mod rules;
mod slate;

pub use blend::{Blended, RANK_OFFSET, Ranking, Scored, blend};
pub use catalogue_index::CatalogueIndex;
pub use filter::{Filter, FilterError};
pub use product_set::ProductSet;
pub use slate::{Pick, Slate};

#[cfg(test)]
mod tests;
