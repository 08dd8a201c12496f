//! Consent: what a shopper's data may be used for, decided in one place.
//!
//! ```text
//! Sec-GPC, the event's own answers ─▶ Signals ─┐
//! what the shopper answered before ─▶ Answers ─┼─▶ at_intake ─▶ Purposes ─▶ on the event, for good
//! what the shop declared ──────────▶ Purposes ─┘       │            │
//!                                                 keeping ▼            ├─▶ at_use  ─▶ Permission
//!                                             Linked, Unlinked         └─▶ at_exit ─▶ Permission
//! ```
//!
//! # Where to start
//!
//! Read [`at_intake`], the first of the three gates, then [`Use`] and [`Exit`], which are the permission
//! table. `docs/consent.md` says the same to the shop's people; its table is [`table_markdown`].
//!
//! # Invariants
//!
//! - No other crate compares purposes to find out whether something is allowed: it asks a gate.
//! - Running the shop needs no permission, and nobody can withhold it.
//! - A no is a no wherever it was said, until the shopper takes it back.
//!
//! # What does not live here
//!
//! The words themselves ([`domain::Purpose`]), where answers are stored, and what a shop does for a
//! shopper whose data it may not use: that is for `app`.

mod answers;
mod gates;
mod signals;
mod table;

pub use answers::{Answer, Answers};
pub use gates::{Keeping, Permission, at_exit, at_intake, at_use, keeping, still_allowed};
pub use signals::{GlobalPrivacyControl, Signals};
pub use table::{Exit, Use, table_markdown};
