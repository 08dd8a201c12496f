//! Texts as vectors: those that speak of the same point the same way.
//!
//! ```text
//! texts ──▶ pieces ──▶ texts × pieces, weighed ──▶ main directions ──▶ LearnedWords
//!           words, and                                                     │
//!           runs of three letters                                  text ──▶ Encoder::encode ──▶ unit vectors
//! ```
//!
//! # Where to start
//!
//! Read [`Encoder`], then [`LearnedWords`], which needs nothing but the texts themselves. [`main_directions`]
//! serves whoever has sparse rows of another kind.
//!
//! # Invariants
//!
//! - Nothing here reads a clock, a file or a random number: the same texts and the same seed give the same
//!   vectors, to the bit, on any number of threads of the current pool.
//! - Every vector is of length one, or all zero where a text holds nothing that is known.
//!
//! # What does not live here
//!
//! What is done with the vectors: `recommend` proposes what is like what a shopper has.

mod encoder;
mod learned;
mod pieces;
mod reduce;

pub use encoder::{Encoder, to_unit_rows};
pub use learned::{Config, LearnedWords};
pub use reduce::{main_directions, product};
