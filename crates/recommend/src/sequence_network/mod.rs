//! What comes next: a network that reads a shopper's acts in their order and looks for what follows.
//!
//! ```text
//! Histories ──▶ sequences ──▶ steps ──▶ encoder ──▶ softmax ──▶ slopes ──▶ Adam ─┐
//!                               ▲          ▲                                     │
//!                               │          └──────── numbers, products' rows ◀───┘
//!                            what is held back judges each time through everything
//!
//! Context::past, visit ──▶ encoder ──▶ a direction ──▶ the nearest products
//! ```
//!
//! # The formula
//!
//! Each product has a row of `width` numbers, of which only the direction counts. Acts are read as the
//! directions of their products; the encoder makes a direction of each act and all those before it, and
//! products are as near to being next as their directions are to it:
//!
//! ```text
//! h(t)     = a memory of acts 1 to t (gated recurrent units), and c(t) a look back over h(1) to h(t);
//!            or what blocks of causal attention make of acts 1 to t
//! o(t)     = (h(t), c(t))·W + b
//! score(p) = scale · o(t)·e(p) / (|o(t)|·|e(p)|)
//! ```
//!
//! What is learned makes the act that really followed the likeliest among all products, or among
//! `n_drawn` of them, for every act of every sequence in one go: minus the logarithm of its share in the
//! softmax, of which the slopes are worked out by hand, layer by layer. The last 7 % of acts, or 4,096, are
//! held back and judge the network each time everything was gone through; the best is kept, and when it
//! gets no better learning ends. See [`KNOBS`] for what is searched.
//!
//! A product rests on the act that was looked at most and is most like it.
//!
//! # Bounds and cost
//!
//! No more than the last fifty acts are read. Going once through everything takes three times
//! `n_drawn · width` multiplications an act and as many again as the encoder has numbers, nine tenths of
//! it in products of matrices; how often that is done is bounded by
//! [`tera_products_max`](Learning::tera_products_max), since engines have no clock. Memory: five times the
//! products' rows, and a step's logits. Nothing is padded. A step is divided into four parts, whatever the
//! number of threads, and what they find is added in their order, so the result is the same to the bit on
//! any number of them.
//!
//! A [`Training`] can be stopped after any step, kept as bytes and gone on with.
//!
//! Answering looks through all eligible products in bytes and multiplies what may be among the best in
//! full: exact, in five bytes a number of each product.
//!
//! # Source
//!
//! B. Hidasi and others, "Session-based Recommendations with Recurrent Neural Networks", ICLR 2016
//! (GRU4Rec); the layers, the loss and the steps name theirs.
//!
//! # What does not live here
//!
//! Which acts may teach is decided before they become [`Histories`](features::Histories). Products already
//! had may be proposed: whoever asks removes what it does not want. The artifact around the bytes, its
//! checksum and its names of products are `app`'s. An accelerator would take the place of `step` and
//! nothing else.

mod adam;
mod batches;
mod config;
mod draws;
mod encoder;
mod generate;
mod held;
mod layers;
mod model;
mod nearest;
mod packed;
mod resume;
mod sequences;
mod snapshot;
mod softmax;
mod step;
#[cfg(test)]
mod tests;
mod training;
mod unit;

pub use config::{Config, Encoding, KNOBS, Learning, Shape};
pub use model::SequenceNetwork;
pub use training::{Epoch, Training};

use crate::{TrainedGenerator, TrainedKind};

/// The kind, for whoever trains.
pub(crate) const TRAINED: TrainedKind = TrainedKind {
    name: NAME,
    knobs: &KNOBS,
    fit: |lesson, values| match SequenceNetwork::fit(lesson, &Config::from_values(values)) {
        Ok(model) => Ok(Box::new(model)),
        Err(error) => Err(error),
    },
    decode: |bytes, today| match SequenceNetwork::decode(bytes, today) {
        Ok(model) => Ok(Box::new(model)),
        Err(error) => Err(error),
    },
};

const NAME: &str = "sequence_network";

impl TrainedGenerator for SequenceNetwork {
    fn encode(&self, out: &mut Vec<u8>) {
        self.encode(out);
    }

    fn heap_bytes(&self) -> usize {
        self.heap_bytes()
    }
}

/// A number in the precision in which networks are kept.
#[expect(clippy::cast_possible_truncation, reason = "seven digits are enough to learn with")]
fn narrowed(value: f64) -> f32 {
    value as f32
}
