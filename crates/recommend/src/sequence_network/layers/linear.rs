//! A matrix and an offset.

use std::ops::Range;

use linalg::blocks::{Block, add_product, set_product};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// `y = x·W + b`.
#[derive(Clone, Debug)]
pub(in super::super) struct Linear {
    n_in: usize,
    n_out: usize,
    weights: Range<usize>,
    offsets: Range<usize>,
}

impl Linear {
    pub(in super::super) fn new(n_in: usize, n_out: usize, n_numbers: &mut usize) -> Linear {
        let weights = super::take(n_numbers, n_in * n_out);
        let offsets = super::take(n_numbers, n_out);
        Linear { n_in, n_out, weights, offsets }
    }

    /// Even draws up to 1/√n each way.
    pub(in super::super) fn begin(&self, numbers: &mut [f32], rng: &mut ChaCha8Rng) {
        let most = (self.n_in as f32).sqrt().recip();
        numbers[self.weights.clone()].fill_with(|| rng.random_range(-most..most));
    }

    pub(in super::super) fn forward(&self, numbers: &[f32], x: &[f32]) -> Vec<f32> {
        let mut y = vec![0.0; x.len() / self.n_in * self.n_out];
        for row in y.chunks_exact_mut(self.n_out) {
            row.copy_from_slice(&numbers[self.offsets.clone()]);
        }
        self.add_to(&mut y, numbers, x);
        y
    }

    /// Adds `x·W` to `y`, in which the offsets are already.
    pub(in super::super) fn add_to(&self, y: &mut [f32], numbers: &[f32], x: &[f32]) {
        let weights = Block::of_rows(&numbers[self.weights.clone()], self.n_out);
        add_product(y, Block::of_rows(x, self.n_in), weights);
    }

    pub(in super::super) fn offsets<'a>(&self, numbers: &'a [f32]) -> &'a [f32] {
        &numbers[self.offsets.clone()]
    }

    pub(in super::super) fn backward(
        &self,
        numbers: &[f32],
        x: &[f32],
        dy: &[f32],
        slopes: &mut [f32],
    ) -> Vec<f32> {
        self.learn(x, dy, slopes);
        let mut dx = vec![0.0; x.len()];
        let weights = Block::of_rows(&numbers[self.weights.clone()], self.n_out);
        set_product(&mut dx, Block::of_rows(dy, self.n_out), weights.turned());
        dx
    }

    /// The part of going backward that is the layer's own.
    pub(in super::super) fn learn(&self, x: &[f32], dy: &[f32], slopes: &mut [f32]) {
        let x = Block::of_rows(x, self.n_in).turned();
        add_product(&mut slopes[self.weights.clone()], x, Block::of_rows(dy, self.n_out));
        let offsets = &mut slopes[self.offsets.clone()];
        for row in dy.chunks_exact(self.n_out) {
            offsets.iter_mut().zip(row).for_each(|(sum, it)| *sum += it);
        }
    }

    /// The part that goes on to what went in: adds `dy·Wᵀ` to `dx`.
    pub(in super::super) fn add_back(&self, dx: &mut [f32], numbers: &[f32], dy: &[f32]) {
        let weights = Block::of_rows(&numbers[self.weights.clone()], self.n_out);
        add_product(dx, Block::of_rows(dy, self.n_out), weights.turned());
    }
}
