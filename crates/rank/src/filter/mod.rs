//! The filter language: what may be shown, as text that a merchandiser writes.
//!
//! ```text
//! price < 50 AND (category = "Outdoor > Tents" OR brand IN ("Acme", "Bolt"))
//!
//! text ──lexer──▶ tokens ──parser──▶ Node, checked ──CatalogueIndex──▶ ProductSet
//! ```
//!
//! `docs/filters.md` describes the language for those who write it. The grammar:
//!
//! ```text
//! filter     = any
//! any        = all { "OR" all }
//! all        = one { "AND" one }
//! one        = "NOT" one | "(" any ")" | "in_stock" | comparison
//! comparison = field operator value | field "IN" "(" value { "," value } ")"
//! field      = "price" | "stock" | "category" | "brand" | "id" | "attributes" "." ( name | text )
//! operator   = "=" | "!=" | "<" | "<=" | ">" | ">="
//! value      = number | text
//! ```
//!
//! # Invariants
//!
//! - A comparison is true or false of every product, never unknown: `NOT x` is true exactly where
//!   `x` is false, and `x != y` is `NOT x = y`.
//! - No text makes the parser panic, recurse without end or take more than a bounded time: see
//!   [`BYTES_MAX`], [`DEPTH_MAX`] and [`COMPARISONS_MAX`].
//! - What a filter displays is, within the limits, parsed to the same filter.
//!
//! # What does not live here
//!
//! Finding the products: that is [`CatalogueIndex::eligible`](crate::CatalogueIndex::eligible).

mod decimal;
mod error;
mod lexer;
mod node;
mod parser;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

pub use error::FilterError;
pub(crate) use node::{Node, Term, Test, category_key};

/// The longest filter, in bytes of UTF-8.
pub const BYTES_MAX: usize = 4096;
/// The deepest nesting of parentheses and `NOT`.
pub const DEPTH_MAX: usize = 16;
/// The most comparisons; each value of an `IN` list counts as one.
pub const COMPARISONS_MAX: usize = 64;

/// A filter that was understood: what may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter(Node);

impl Filter {
    /// Reads a filter, checking that every field exists and is compared with a value of its kind.
    ///
    /// # Errors
    ///
    /// [`FilterError`] naming the column, what stands there and what to write instead.
    pub fn parse(text: &str) -> Result<Filter, FilterError> {
        parser::parse(text).map(Filter)
    }

    pub(crate) fn root(&self) -> &Node {
        &self.0
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Filter, FilterError> {
        Filter::parse(text)
    }
}

/// The filter with the fewest parentheses that mean the same.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
