//! Why a filter was not understood.

use super::{BYTES_MAX, COMPARISONS_MAX, DEPTH_MAX};

/// Why a filter was not understood. Columns count characters, from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FilterError {
    /// The text is too long.
    #[error("the filter is {n_bytes} bytes long; at most {BYTES_MAX} are read, so shorten it")]
    TooLong {
        /// How long it is.
        n_bytes: usize,
    },
    /// Parentheses and `NOT` are nested too deeply.
    #[error("column {column}: nested more than {DEPTH_MAX} deep; remove parentheses or NOTs")]
    TooDeep {
        /// Where the limit is passed.
        column: usize,
    },
    /// There are too many comparisons.
    #[error(
        "column {column}: more than {COMPARISONS_MAX} comparisons (each value in a list is one); \
         use a wider category or an attribute"
    )]
    TooManyComparisons {
        /// Where the limit is passed.
        column: usize,
    },
    /// A text has no closing quotation mark.
    #[error("column {column}: the text that begins here is not closed; end it with {quote}")]
    OpenText {
        /// Where the text begins.
        column: usize,
        /// The mark that is missing.
        quote: char,
    },
    /// Something else should stand here.
    #[error("column {column}: found {found}; expected {expected}")]
    Unexpected {
        /// Where.
        column: usize,
        /// What stands there.
        found: String,
        /// What could stand there.
        expected: &'static str,
    },
    /// A field of that name does not exist.
    #[error(
        "column {column}: `{given}` is no field; there are price, stock, in_stock, category, brand, \
         id and attributes.NAME"
    )]
    UnknownField {
        /// Where.
        column: usize,
        /// The name given.
        given: String,
    },
    /// The field cannot be compared in that way.
    #[error("column {column}: {field} cannot be compared with {operator}; use {allowed}")]
    Operator {
        /// Where the operator stands.
        column: usize,
        /// The field.
        field: &'static str,
        /// The operator given.
        operator: &'static str,
        /// The operators that it has.
        allowed: &'static str,
    },
    /// The field is compared with a value of another kind.
    #[error("column {column}: found {found}; {field} is compared with {expected}")]
    Value {
        /// Where the value stands.
        column: usize,
        /// The field.
        field: &'static str,
        /// What stands there.
        found: String,
        /// What it is compared with.
        expected: &'static str,
    },
}

impl FilterError {
    /// Where the fault was noticed, in characters from 1.
    pub const fn column(&self) -> usize {
        match self {
            FilterError::TooLong { .. } => 1,
            FilterError::TooDeep { column }
            | FilterError::TooManyComparisons { column }
            | FilterError::OpenText { column, .. }
            | FilterError::Unexpected { column, .. }
            | FilterError::UnknownField { column, .. }
            | FilterError::Operator { column, .. }
            | FilterError::Value { column, .. } => *column,
        }
    }
}
