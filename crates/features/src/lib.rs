//! Folds events into the live state that decisions are made from.
//!
//! ```text
//! event ──▶ Influence::admit ──▶ Weight ──▶ Counts::record     what everybody likes, decaying
//!       │                          └──────▶ the indexes of `recommend`
//!       ├──▶ Visits::touch ──▶ VisitEffect                     what one shopper is doing now
//!       └──▶ Habits::note                                      what one shopper comes back to
//! ```
//!
//! # Where to start
//!
//! Read [`Counts`]: the smallest fold. [`Influence`] stands before everything that is shared among
//! shoppers; [`Visits`] is what is known of each now, [`Habits`] what is known of each over months.
//! [`Histories`] is the same as data: what models are fitted on, with the catalogue's [`ProductFacts`] beside.
//!
//! # Invariants
//!
//! - Nothing here reads a clock, a file or a random number. The same calls in the same order give the
//!   same state, to the bit and on every machine: see [`decay`] for how the arithmetic keeps that.
//! - Times given to a fold are event times that the caller has already held to the log's: none lies
//!   after the moment at which the log received the event.
//! - Every table is bounded by a named limit.
//! - Equal state encodes to equal bytes, and a decoded state goes on exactly as the encoded one would
//!   have: see [`snapshot`].
//!
//! # What does not live here
//!
//! Which events may be used at all is for `consent` to say. Lists of products to show are made from
//! this state by `recommend`. Storing snapshots is an adapter's duty.

mod action;
pub mod counts;
pub mod decay;
pub mod habits;
mod histories;
pub mod influence;
pub mod product_facts;
mod scope;
mod seconds;
mod slots;
pub mod snapshot;
pub mod visits;

pub use action::{Action, Weight};
pub use counts::{Cell, Counts, CountsConfig, Leaders, Overall, Scope, Tally, Window};
pub use decay::{HalfLife, LogCount};
pub use habits::{Habit, Habits, Orders, habits_of};
pub use histories::{Histories, Interaction};
pub use influence::{AddressRange, Influence, InfluenceLimits};
pub use product_facts::{ProductFact, ProductFacts, TraitKind};
pub use scope::{CategoryIdx, MarketIdx};
pub use snapshot::SnapshotError;
pub use visits::{
    Repeat, ShownDecision, ShownMatch, Touch, VisitChange, VisitEffect, VisitOrdinal, Visitor,
    Visits,
};
