//! From a sequence of acts to what may come next: one direction for each act and those before it.

mod attentive;
mod recurrent;
#[cfg(test)]
mod tests;

use rand_chacha::ChaCha8Rng;

use self::attentive::Attentive;
use self::recurrent::Recurrent;
use super::config::{Encoding, Shape};
use super::layers::{Dropout, Mask};
use super::packed::Packed;

/// An encoder, without its numbers.
#[derive(Clone, Debug)]
pub(super) struct Encoder {
    kind: Kind,
    n_numbers: usize,
}

#[derive(Clone, Debug)]
enum Kind {
    Recurrent(Recurrent),
    Attentive(Attentive),
}

/// What going backward needs.
#[derive(Debug)]
pub(super) struct Kept {
    input: Vec<f32>,
    mask: Mask,
    kind: KindKept,
}

#[derive(Debug)]
enum KindKept {
    Recurrent(recurrent::Kept),
    Attentive(attentive::Kept),
}

impl Encoder {
    pub(super) fn new(shape: Shape) -> Encoder {
        let mut n_numbers = 0;
        let kind = match shape.encoding {
            Encoding::Recurrent => Kind::Recurrent(Recurrent::new(shape, &mut n_numbers)),
            Encoding::Attentive => Kind::Attentive(Attentive::new(shape, &mut n_numbers)),
        };
        Encoder { kind, n_numbers }
    }

    /// How many numbers it learns.
    pub(super) fn n_numbers(&self) -> usize {
        self.n_numbers
    }

    /// The numbers that learning begins with.
    pub(super) fn begin(&self, rng: &mut ChaCha8Rng) -> Vec<f32> {
        let mut numbers = vec![0.0; self.n_numbers];
        match &self.kind {
            Kind::Recurrent(it) => it.begin(&mut numbers, rng),
            Kind::Attentive(it) => it.begin(&mut numbers, rng),
        }
        numbers
    }

    /// For each act, where what follows it and those before it is looked for.
    ///
    /// `x` has a row for each act, in the places of `packed`.
    pub(super) fn forward(
        &self,
        numbers: &[f32],
        packed: &Packed,
        mut x: Vec<f32>,
        dropout: &mut Dropout,
    ) -> (Vec<f32>, Kept) {
        let mask = dropout.apply(&mut x);
        let (y, kind) = match &self.kind {
            Kind::Recurrent(it) => {
                let (y, kept) = it.forward(numbers, packed, &x, dropout);
                (y, KindKept::Recurrent(kept))
            }
            Kind::Attentive(it) => {
                let (y, kept) = it.forward(numbers, packed, &x, dropout);
                (y, KindKept::Attentive(kept))
            }
        };
        (y, Kept { input: x, mask, kind })
    }

    /// How the loss changes with `x`, of how it changes with what came out.
    pub(super) fn backward(
        &self,
        numbers: &[f32],
        packed: &Packed,
        kept: &Kept,
        dy: &[f32],
        slopes: &mut [f32],
    ) -> Vec<f32> {
        let mut dx = match (&self.kind, &kept.kind) {
            (Kind::Recurrent(it), KindKept::Recurrent(kept_in)) => {
                it.backward(numbers, packed, (&kept.input, kept_in), dy, slopes)
            }
            (Kind::Attentive(it), KindKept::Attentive(kept_in)) => {
                it.backward(numbers, packed, kept_in, dy, slopes)
            }
            _ => unreachable!("an encoder goes back over what it kept itself"),
        };
        kept.mask.back(&mut dx);
        dx
    }

    /// How much of what came out for the last act of a single sequence rests on each of its acts.
    pub(super) fn last_shares(&self, kept: &Kept, n_acts: usize) -> Vec<f32> {
        match (&self.kind, &kept.kind) {
            (Kind::Recurrent(it), KindKept::Recurrent(kept)) => it.last_shares(kept, n_acts),
            (Kind::Attentive(it), KindKept::Attentive(kept)) => it.last_shares(kept, n_acts),
            _ => unreachable!("an encoder reads what it kept itself"),
        }
    }
}
