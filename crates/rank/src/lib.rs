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
//! # Where to start
//!
//! Read [`CatalogueIndex::eligible`]: nothing is ever shown that is not in its answer. Then
//! [`Filter::parse`] for the language of `docs/filters.md`, [`blend`] and [`Slate`].
//!
//! # Invariants
//!
//! - Nothing here reads a clock, a file or a random number; equal scores are ordered by ascending
//!   [`ProductIdx`](domain::ProductIdx).
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
