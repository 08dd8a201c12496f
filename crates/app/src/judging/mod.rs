//! Judging: how well the generators foretell what shoppers do, and the search of their parameters.
//!
//! ```text
//! a shop's history, behind the gate of consent ─┐                ┌▶ evaluate ──▶ EvaluationReport
//!                                               ├─▶ JudgedData ──┤
//! plain files with a published split ───────────┘                └▶ without the test ─▶ tune ──▶ TunedParams, a file
//! ```
//!
//! # Where to start
//!
//! Read [`Material`], which is what is learned from and what is asked, then [`evaluate()`].
//!
//! # Invariants
//!
//! - Every product is ranked for every case; the two baselines stand beside every method.
//! - Judging and searching read the same data, so that what was searched can be judged: what the caps let
//!   through, and who is drawn for want of memory, is decided once, on all of it.
//! - A search of parameters never gets hold of what is held out for the test: that is dropped before the
//!   search begins.
//! - The same data, options and seed give the same report, to the bit.
//!
//! # What does not live here
//!
//! The measures and their intervals: `evaluate`. Opening files and printing tables: the command line.

mod budget;
mod cases;
mod checksum;
mod judge;
mod material;
mod methods;
mod params;
pub mod plain;
mod ranked;
mod report;
mod shop;
#[cfg(test)]
mod tests;
mod tune;

pub use evaluate::Seen;

pub use budget::Budget;
pub use checksum::data_checksum;
pub use judge::{EvaluateError, EvaluateOptions, K_MAX, evaluate};
pub use material::{AskedActs, JudgedData, Material, NoActs, Split};
pub use methods::{Fitted, MOST_FREQUENT, POPULAR, judged};
pub(crate) use methods::{Learned, fit as fit_method, most_frequent};
pub use params::{ParamsError, TunedParams};
pub use plain::{PlainError, PlainFile};
pub use ranked::{Part, RankedError, RankedJudging, RankedMeasures};
pub use report::{
    Comparison, DataFacts, EvaluationReport, Interval, LeftOutFact, MethodReport, REPORT_FORMAT,
    ResultReport, SplitFacts,
};
pub use tune::{Beginning, TuneError, TuneOptions, TuneProgress, tune};
