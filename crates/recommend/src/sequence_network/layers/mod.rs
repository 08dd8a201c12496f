//! The layers that encoders are put together from, each forward and backward.
//!
//! All learned numbers of an encoder stand in one flat slice; a layer knows its place there. Going forward
//! it returns what comes out and what going backward will need; going backward it takes how the loss
//! changes with what came out, adds how it changes with the layer's own numbers to `slopes`, and returns
//! how it changes with what went in.

mod attention;
mod dropout;
mod gru;
mod linear;
mod norm;
#[cfg(test)]
pub(super) mod tests;

pub(super) use attention::{Attended, Attention};
pub(super) use dropout::{Dropout, Mask};
pub(super) use gru::{Gru, Recalled};
pub(super) use linear::Linear;
pub(super) use norm::{Norm, Normed};

/// The next `n` places among the learned numbers.
fn take(n_numbers: &mut usize, n: usize) -> std::ops::Range<usize> {
    let start = *n_numbers;
    *n_numbers += n;
    start..*n_numbers
}
