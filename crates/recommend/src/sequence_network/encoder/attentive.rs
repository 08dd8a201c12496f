//! Blocks of causal attention and bending, each of which adds to what goes through.
//!
//! Source: W.-C. Kang and J. McAuley, "Self-Attentive Sequential Recommendation", ICDM 2018 (SASRec), with
//! norms before the layers and positions counted back.

use rand_chacha::ChaCha8Rng;

use super::super::config::Shape;
use super::super::layers::{Attended, Attention, Dropout, Linear, Mask, Norm, Normed};
use super::super::packed::Packed;

/// How many times wider a block is inside, where it bends.
const WIDENING: usize = 2;

/// The blocks, and a norm behind the last.
#[derive(Clone, Debug)]
pub(super) struct Attentive {
    blocks: Vec<Block>,
    norm: Norm,
}

/// `u = x + attention(norm(x))·W + b`, and `y = u + max(0, norm(u)·V + c)·W' + b'`.
#[derive(Clone, Debug)]
struct Block {
    before_looking: Norm,
    looking: Linear,
    attention: Attention,
    found: Linear,
    before_bending: Norm,
    widen: Linear,
    narrow: Linear,
}

/// What going backward needs.
#[derive(Debug)]
pub(super) struct Kept {
    blocks: Vec<BlockKept>,
    normed: Normed,
}

#[derive(Debug)]
struct BlockKept {
    level: Vec<f32>,
    normed: Normed,
    qkv: Vec<f32>,
    attended: Attended,
    found: Vec<f32>,
    found_mask: Mask,
    bending: Vec<f32>,
    bending_normed: Normed,
    wide: Vec<f32>,
    mask: Mask,
}

impl Attentive {
    pub(super) fn new(shape: Shape, n_numbers: &mut usize) -> Attentive {
        let blocks = (0..shape.n_blocks).map(|_| Block::new(shape, n_numbers)).collect();
        Attentive { blocks, norm: Norm::new(usize::from(shape.width), n_numbers) }
    }

    pub(super) fn begin(&self, numbers: &mut [f32], rng: &mut ChaCha8Rng) {
        self.blocks.iter().for_each(|it| it.begin(numbers, rng));
        self.norm.begin(numbers);
    }

    pub(super) fn forward(
        &self,
        numbers: &[f32],
        packed: &Packed,
        x: &[f32],
        dropout: &mut Dropout,
    ) -> (Vec<f32>, Kept) {
        let mut x = x.to_vec();
        let blocks =
            self.blocks.iter().map(|it| it.forward(numbers, packed, &mut x, dropout)).collect();
        let (y, normed) = self.norm.forward(numbers, &x);
        (y, Kept { blocks, normed })
    }

    pub(super) fn backward(
        &self,
        numbers: &[f32],
        packed: &Packed,
        kept: &Kept,
        dy: &[f32],
        slopes: &mut [f32],
    ) -> Vec<f32> {
        let mut dx = self.norm.backward(numbers, &kept.normed, dy, slopes);
        for (block, kept) in self.blocks.iter().zip(&kept.blocks).rev() {
            block.backward(numbers, packed, kept, &mut dx, slopes);
        }
        dx
    }

    /// The looks of the last block.
    pub(super) fn last_shares(&self, kept: &Kept, n_acts: usize) -> Vec<f32> {
        match (self.blocks.last(), kept.blocks.last()) {
            (Some(block), Some(kept)) => block.attention.last_shares(&kept.attended, n_acts),
            _ => vec![0.0; n_acts],
        }
    }
}

impl Block {
    fn new(shape: Shape, n_numbers: &mut usize) -> Block {
        let width = usize::from(shape.width);
        Block {
            before_looking: Norm::new(width, n_numbers),
            looking: Linear::new(width, 3 * width, n_numbers),
            attention: Attention::new(width, usize::from(shape.n_heads), n_numbers),
            found: Linear::new(width, width, n_numbers),
            before_bending: Norm::new(width, n_numbers),
            widen: Linear::new(width, WIDENING * width, n_numbers),
            narrow: Linear::new(WIDENING * width, width, n_numbers),
        }
    }

    fn begin(&self, numbers: &mut [f32], rng: &mut ChaCha8Rng) {
        self.before_looking.begin(numbers);
        self.before_bending.begin(numbers);
        for it in [&self.looking, &self.found, &self.widen, &self.narrow] {
            it.begin(numbers, rng);
        }
    }

    fn forward(
        &self,
        numbers: &[f32],
        packed: &Packed,
        x: &mut [f32],
        dropout: &mut Dropout,
    ) -> BlockKept {
        let (level, normed) = self.before_looking.forward(numbers, x);
        let qkv = self.looking.forward(numbers, &level);
        let (found, attended) = self.attention.forward(numbers, packed, &qkv);
        let mut more = self.found.forward(numbers, &found);
        let found_mask = dropout.apply(&mut more);
        add(x, &more);
        let (bending, bending_normed) = self.before_bending.forward(numbers, x);
        let mut wide = self.widen.forward(numbers, &bending);
        wide.iter_mut().for_each(|it| *it = it.max(0.0));
        let mut more = self.narrow.forward(numbers, &wide);
        let mask = dropout.apply(&mut more);
        add(x, &more);
        BlockKept {
            level,
            normed,
            qkv,
            attended,
            found,
            found_mask,
            bending,
            bending_normed,
            wide,
            mask,
        }
    }

    /// `dx` goes from how the loss changes with what came out to how it changes with what went in.
    fn backward(
        &self,
        numbers: &[f32],
        packed: &Packed,
        kept: &BlockKept,
        dx: &mut [f32],
        slopes: &mut [f32],
    ) {
        let mut d_more = dx.to_vec();
        kept.mask.back(&mut d_more);
        let mut d_wide = self.narrow.backward(numbers, &kept.wide, &d_more, slopes);
        let is_bent = kept.wide.iter().map(|it| *it <= 0.0);
        d_wide.iter_mut().zip(is_bent).filter(|it| it.1).for_each(|(it, _)| *it = 0.0);
        let d_bending = self.widen.backward(numbers, &kept.bending, &d_wide, slopes);
        add(dx, &self.before_bending.backward(numbers, &kept.bending_normed, &d_bending, slopes));

        let mut d_more = dx.to_vec();
        kept.found_mask.back(&mut d_more);
        let d_found = self.found.backward(numbers, &kept.found, &d_more, slopes);
        let d_qkv = self.attention.backward(packed, (&kept.qkv, &kept.attended), &d_found, slopes);
        let d_level = self.looking.backward(numbers, &kept.level, &d_qkv, slopes);
        add(dx, &self.before_looking.backward(numbers, &kept.normed, &d_level, slopes));
    }
}

fn add(to: &mut [f32], more: &[f32]) {
    to.iter_mut().zip(more).for_each(|(sum, it)| *sum += it);
}
