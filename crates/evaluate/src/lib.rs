//! Judges lists of products by what shoppers then did, and searches parameters by that judgement.
//!
//! ```text
//! histories ──▶ split ──▶ Case  past │ truth ──┐
//!                                              ├─▶ judge ──▶ Judgement ──▶ Summary, difference
//!               Method::rank(case) ──▶ list ───┘                           with intervals
//!
//! knobs ──▶ search ──▶ values ──▶ fit, judge on an earlier window ──▶ worth ──▶ search
//! ```
//!
//! # Where to start
//!
//! Read [`Case`] and [`Method`], then [`judge`]. [`measures`] has the formulas.
//!
//! # Invariants
//!
//! - **Full ranking.** A method ranks all products; nothing is sampled. Sampled negatives order methods
//!   wrongly (W. Krichene and S. Rendle, "On Sampled Metrics for Item Recommendation", KDD 2020).
//! - **No look ahead.** A case's past ends before its truth begins, in the order in which things happened.
//! - **No mean alone.** What is reported of a measure is an [`Estimate`]: a mean with an interval over
//!   shoppers, who are resampled whole.
//! - Same cases, methods and seed, same figures, to the bit, on any number of threads.
//!
//! # What does not live here
//!
//! What a history is made of is for `features` to say: everything here works on any kind of act, through
//! a [`Reading`]. Where data comes from, which of it may be used, and how a report looks are `app`'s.

mod case;
mod group;
mod interval;
mod judgement;
pub mod measures;
mod method;
pub mod search;
pub mod split;
mod spread;

pub use case::{Case, Reading};
pub use group::{Group, HistoryLength};
pub use interval::{Bootstrap, Estimate};
pub use judgement::{Judgement, Summary};
pub use measures::Measure;
pub use method::{Method, Protocol, Seen, judge};
pub use search::{Knob, Step};
pub use spread::{Reach, Spread};
