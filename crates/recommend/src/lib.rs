//! Proposes products worth ranking: many small models behind one trait.
//!
//! ```text
//! events ──▶ fold ──append──▶ session_neighbors   visits like this one went on to …
//!                 ──append──▶ co_occurrence       often seen, or bought, together with …
//!                 ──counts──▶ features            (popularity reads them)
//!                 ──habits──▶ features            (buy_again reads them)
//! data set ─────────fit─────▶ item_neighbors      what goes with what this shopper has
//!                           ▶ transitions         what follows what they did last
//!                           ▶ als                 what people of this taste like
//!                           ▶ sequence_network    what comes next
//!                           ▶ ease                the same, all products weighed together
//!                           ▶ low_pass            what is left of taste without its noise
//!                           ▶ graph_walk          where short walks end
//!                           ▶ user_neighbors      what shoppers like this one have
//!                           ▶ content             what is like what this shopper has
//!
//! Context ──▶ CandidateGenerator::generate ──▶ [Candidate] ──▶ the ranker
//! visit, past,        one call a generator        product, score,
//! anchors, eligible   no lock, no allocation      the product it rests on
//! ```
//!
//! # Where to start
//!
//! Read [`CandidateGenerator`] and its contract, then [`SessionNeighbors`], which learns as it goes, and
//! [`ItemNeighbors`], which is trained: the others differ from them only in what they remember.
//! [`TRAINED`] names those that are trained, and [`Judged`] is how any of them is judged.
//!
//! # Invariants
//!
//! - Nothing here reads a clock, a file or a random number: the same appends in the same order give
//!   the same state and the same answers, to the bit; and so does the same data set, on any number of
//!   threads.
//! - A live model learns by appending, bounds what it keeps by named limits, and is never rebuilt to
//!   take in one more event. A trained one is fitted in one go, in time and memory that grow with the
//!   data and no faster, and is then what it is.
//! - A model and its snapshot are one: what is restored answers, and goes on learning, as if it had
//!   never been away. Equal states have equal bytes.
//!
//! # What does not live here
//!
//! What may be shown at all (stock, market, consent, rules) is decided by `rank` and arrives as
//! [`Eligible`] bits. How much one visitor may influence is decided by `features` before anything is
//! appended. Which data a model is fitted on, and whether it is good enough to decide, is `app`'s.
//! Blending and ranking come after.

pub mod als;
pub mod buy_again;
pub mod co_occurrence;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
pub mod content;
mod context;
pub mod ease;
mod generator;
pub mod graph_walk;
mod interactions;
pub mod item_neighbors;
mod judged;
mod knobs;
mod links;
mod lists;
pub mod low_pass;
pub mod popularity;
pub mod ranker;
mod scratch;
mod sequence;
pub mod sequence_network;
pub mod session_neighbors;
mod trained;
pub mod transitions;
pub mod user_neighbors;

pub use als::Als;
pub use buy_again::BuyAgain;
pub use co_occurrence::CoOccurrence;
pub use content::Content;
pub use context::{Context, Eligible, SessionIdx, Touch};
pub use ease::Ease;
pub use evaluate::{Knob, Step};
pub use features::{CategoryIdx, MarketIdx, SnapshotError};
pub use generator::{Candidate, CandidateGenerator};
pub use graph_walk::GraphWalk;
pub use item_neighbors::ItemNeighbors;
pub use judged::{Judged, VisitFrom, with_context};
pub use low_pass::LowPass;
pub use ranker::Ranker;
pub use sequence_network::SequenceNetwork;
pub use session_neighbors::SessionNeighbors;
pub use trained::{
    Decode, Fit, FitError, Lesson, MEMORY_BYTES, TRAINED, TrainedGenerator, TrainedKind,
};
pub use transitions::Transitions;
pub use user_neighbors::UserNeighbors;
