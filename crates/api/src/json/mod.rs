//! Reading JSON without building it: objects as lists of fields whose values stay text until wanted.
//!
//! Tens of thousands of events a second pass here, each with dozens of fields of which few are needed.
//! So an [`Object`] is parsed one level deep: names and the raw texts of values, borrowed from the
//! body. Readers *take* the fields they know; what is left is what nobody knew, and can be sealed as it
//! stands. Numbers stay decimal text, so that no price is ever rounded.
//!
//! Parsing costs one scan of the text a level and one allocation an object; no reader recurses.

mod body;
mod nesting;
mod object;
mod value;

pub use body::read_body;
pub use nesting::{NESTING_MAX, is_nested_too_deeply};
pub(crate) use object::{At, Object};
pub(crate) use value::{refuse, shown, text_of};
