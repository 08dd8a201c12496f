//! Decisions on the wire: what may be asked, what is answered, and reasons in words.
//!
//! # Where to start
//!
//! [`DecisionForm`] is the question, [`DecisionView`] the answer, [`ExplainedView`] what is known of a
//! decision afterwards.

mod explained;
mod request;
mod view;
mod wording;

#[cfg(test)]
mod tests;

pub use explained::{ExplainedView, OutcomeView};
pub use request::{COUNT_DEFAULT, COUNT_MAX, ContextForm, DEADLINE_MS_MAX, DecisionForm};
pub use view::{DecisionView, ReasonView, ShownView};
pub use wording::{Language, Wording};
