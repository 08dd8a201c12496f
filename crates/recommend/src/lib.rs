//! Proposes products worth ranking: many small models behind one trait.
//!
//! ```text
//! events ──▶ fold ──append──▶ session_neighbors   visits like this one went on to …
//!                 ──append──▶ co_occurrence       often seen, or bought, together with …
//!                 ──counts──▶ features            (popularity reads them)
//!
//! Context ──▶ CandidateGenerator::generate ──▶ [Candidate] ──▶ the ranker
//! visit, anchors,     one call a generator        product, score,
//! eligible bits       no lock, no allocation      the product it rests on
//! ```
//!
//! # Where to start
//!
//! Read [`CandidateGenerator`] and its contract, then [`SessionNeighbors`]: the others differ from it
//! only in what they remember.
//!
//! # Invariants
//!
//! - Nothing here reads a clock, a file or a random number: the same appends in the same order give
//!   the same state and the same answers, to the bit.
//! - Every model learns by appending, bounds what it keeps by named limits, and is never rebuilt to
//!   take in one more event.
//! - A model and its snapshot are one: what is restored answers, and goes on learning, as if it had
//!   never been away. Equal states have equal bytes.
//!
//! # What does not live here
//!
//! What may be shown at all (stock, market, consent, rules) is decided by `rank` and arrives as
//! [`Eligible`] bits. How much one visitor may influence is decided by `features` before anything is
//! appended. Blending and ranking come after.

pub mod co_occurrence;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod context;
mod generator;
mod lists;
pub mod popularity;
mod scratch;
pub mod session_neighbors;

pub use co_occurrence::CoOccurrence;
pub use context::{Context, Eligible, SessionIdx, Touch};
pub use features::{CategoryIdx, MarketIdx, SnapshotError};
pub use generator::{Candidate, CandidateGenerator};
pub use session_neighbors::SessionNeighbors;
