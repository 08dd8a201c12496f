//! Why a rule was refused.

use super::{BOOST_MAX, POSITION_MAX, RULES_MAX, TEXT_BYTES_MAX, VALUES_MAX};
use crate::FilterError;

/// A rule that was refused, while others stand.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("rule `{rule}` was refused")]
pub struct RefusedRule {
    /// The rule's id.
    pub rule: String,
    /// What is wrong with it.
    #[source]
    pub fault: RuleFault,
}

/// What is wrong with a rule.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleFault {
    /// There are too many rules.
    #[error("there are more than {RULES_MAX} rules; remove those that are over")]
    TooMany,
    /// A rule before it has the same id.
    #[error("another rule has this id; give each its own")]
    IdTaken,
    /// A filter was not understood.
    #[error("its filter is not understood")]
    Filter(#[source] FilterError),
    /// A condition lists too many values.
    #[error(
        "{condition} lists {n} values; at most {VALUES_MAX} are allowed, so make several rules"
    )]
    TooManyValues {
        /// The condition.
        condition: &'static str,
        /// How many.
        n: usize,
    },
    /// A text is empty or too long.
    #[error("{condition} has a text of {n_bytes} bytes; write 1 to {TEXT_BYTES_MAX}")]
    Text {
        /// The condition.
        condition: &'static str,
        /// How long it is.
        n_bytes: usize,
    },
    /// The query has no word.
    #[error("the query `{given}` has no word; write one, or leave the query out")]
    NoWord {
        /// What was given.
        given: String,
    },
    /// There is no moment at which it would be in force.
    #[error("it begins when or after it ends; let `from` be before `until`")]
    NeverInForce,
    /// There is no such place.
    #[error("place {given} cannot be pinned; choose 1 to {POSITION_MAX}")]
    Position {
        /// What was given.
        given: usize,
    },
    /// The factor is out of range.
    #[error(
        "{given} is no factor for boosting or burying; choose one above 1 and up to {BOOST_MAX}"
    )]
    Factor {
        /// What was given.
        given: f32,
    },
}
