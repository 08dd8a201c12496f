//! A memory carried from act to act, and a look back over it.
//!
//! Source: J. Li and others, "Neural Attentive Session-based Recommendation", CIKM 2017 (NARM), with the
//! attention of [`Attention`] in place of theirs.

use rand_chacha::ChaCha8Rng;

use super::super::config::Shape;
use super::super::layers::{Attended, Attention, Dropout, Gru, Linear, Mask, Recalled};
use super::super::packed::Packed;

/// `y = (h, c)·W + b`: `h` is the memory after an act, `c` what looking back over all memories gives.
#[derive(Clone, Debug)]
pub(super) struct Recurrent {
    width: usize,
    gru: Gru,
    looking: Linear,
    attention: Attention,
    out: Linear,
}

/// What going backward needs.
#[derive(Debug)]
pub(super) struct Kept {
    memory: Vec<f32>,
    recalled: Recalled,
    qkv: Vec<f32>,
    attended: Attended,
    joined: Vec<f32>,
    mask: Mask,
}

impl Recurrent {
    pub(super) fn new(shape: Shape, n_numbers: &mut usize) -> Recurrent {
        let width = usize::from(shape.width);
        Recurrent {
            width,
            gru: Gru::new(width, n_numbers),
            looking: Linear::new(width, 3 * width, n_numbers),
            attention: Attention::new(width, usize::from(shape.n_heads), n_numbers),
            out: Linear::new(2 * width, width, n_numbers),
        }
    }

    pub(super) fn begin(&self, numbers: &mut [f32], rng: &mut ChaCha8Rng) {
        self.gru.begin(numbers, rng);
        self.looking.begin(numbers, rng);
        self.out.begin(numbers, rng);
    }

    pub(super) fn forward(
        &self,
        numbers: &[f32],
        packed: &Packed,
        x: &[f32],
        dropout: &mut Dropout,
    ) -> (Vec<f32>, Kept) {
        let (memory, recalled) = self.gru.forward(numbers, packed, x);
        let qkv = self.looking.forward(numbers, &memory);
        let (found, attended) = self.attention.forward(numbers, packed, &qkv);
        let mut joined = Vec::with_capacity(2 * memory.len());
        for (h, c) in memory.chunks_exact(self.width).zip(found.chunks_exact(self.width)) {
            joined.extend_from_slice(h);
            joined.extend_from_slice(c);
        }
        let mask = dropout.apply(&mut joined);
        let y = self.out.forward(numbers, &joined);
        (y, Kept { memory, recalled, qkv, attended, joined, mask })
    }

    pub(super) fn backward(
        &self,
        numbers: &[f32],
        packed: &Packed,
        (x, kept): (&[f32], &Kept),
        dy: &[f32],
        slopes: &mut [f32],
    ) -> Vec<f32> {
        let mut d_joined = self.out.backward(numbers, &kept.joined, dy, slopes);
        kept.mask.back(&mut d_joined);
        let (mut dh, mut dc) = (Vec::with_capacity(dy.len()), Vec::with_capacity(dy.len()));
        for row in d_joined.chunks_exact(2 * self.width) {
            let (h, c) = row.split_at(self.width);
            dh.extend_from_slice(h);
            dc.extend_from_slice(c);
        }
        let d_qkv = self.attention.backward(packed, (&kept.qkv, &kept.attended), &dc, slopes);
        self.looking.learn(&kept.memory, &d_qkv, slopes);
        self.looking.add_back(&mut dh, numbers, &d_qkv);
        self.gru.backward(numbers, packed, (x, &kept.memory, &kept.recalled), dh, slopes)
    }

    pub(super) fn last_shares(&self, kept: &Kept, n_acts: usize) -> Vec<f32> {
        self.attention.last_shares(&kept.attended, n_acts)
    }
}
