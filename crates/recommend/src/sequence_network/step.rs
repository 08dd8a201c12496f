//! One step of learning: from the acts of a batch to how the loss changes with every number.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rayon::prelude::*;

use super::batches::{Batch, PARTS};
use super::config::Learning;
use super::encoder::Encoder;
use super::layers::Dropout;
use super::softmax::Rivals;
use super::unit::{set_unit, unit_back};

/// What a step works with, kept from step to step.
#[derive(Debug, Default)]
pub(super) struct Bench {
    /// By product: its place in this step, [`NOWHERE`] for most.
    places: Vec<u32>,
    /// The products of this step; those drawn are the first.
    pub(super) products: Vec<u32>,
    pub(super) log_shares: Vec<f32>,
    directions: Vec<f32>,
    lengths: Vec<f32>,
    parts: Vec<Part>,
    /// How the loss changes with the rows of the products of this step.
    pub(super) row_slopes: Vec<f32>,
    /// How it changes with the numbers of the encoder.
    pub(super) slopes: Vec<f32>,
}

/// What one part of a step works with.
#[derive(Debug, Default)]
struct Part {
    row_slopes: Vec<f32>,
    slopes: Vec<f32>,
    logits: Vec<f32>,
    loss: f64,
}

/// What is learned, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Net<'a> {
    pub(super) encoder: &'a Encoder,
    pub(super) numbers: &'a [f32],
    /// A row for each product.
    pub(super) rows: &'a [f32],
    pub(super) width: usize,
    pub(super) learning: &'a Learning,
}

const NOWHERE: u32 = u32::MAX;

impl Bench {
    /// The mean loss of `batches`, which are the parts of a step; `products` and `log_shares` hold what was
    /// drawn. Afterwards the slopes are set.
    pub(super) fn step(
        &mut self,
        net: &Net<'_>,
        batches: &mut [Batch],
        seeds: [u64; PARTS],
    ) -> f64 {
        self.gather(net, batches);
        let n_acts: usize = batches.iter().map(|it| it.targets.len()).sum();
        let weight = 1.0 / n_acts.max(1) as f32;
        self.parts.resize_with(batches.len(), Part::default);
        let rivals = Rivals {
            directions: &self.directions,
            width: net.width,
            log_shares: &self.log_shares,
            scale: net.learning.scale,
        };
        let jobs = self.parts.par_iter_mut().zip(&*batches).zip(seeds);
        jobs.for_each(|((part, batch), seed)| part.step(net, &rivals, batch, weight, seed));
        self.add_up(net.width);
        self.parts.iter().map(|it| it.loss).sum()
    }

    /// Finds a place for each product of the step, and its direction; batches hold places from here on.
    fn gather(&mut self, net: &Net<'_>, batches: &mut [Batch]) {
        let width = net.width;
        self.places.resize(net.rows.len() / width, NOWHERE);
        for (place, &it) in (0_u32..).zip(&self.products) {
            self.places[it as usize] = place;
        }
        for it in batches.iter_mut().flat_map(|it| it.inputs.iter_mut().chain(&mut it.targets)) {
            let place = &mut self.places[*it as usize];
            if *place == NOWHERE {
                *place =
                    u32::try_from(self.products.len()).expect("products are numbered by a u32");
                self.products.push(*it);
            }
            *it = *place;
        }
        self.directions.resize(self.products.len() * width, 0.0);
        self.lengths.clear();
        for (unit, &it) in self.directions.chunks_exact_mut(width).zip(&self.products) {
            self.places[it as usize] = NOWHERE;
            self.lengths.push(set_unit(unit, &net.rows[it as usize * width..][..width]));
        }
    }

    /// Adds the parts in their order.
    fn add_up(&mut self, width: usize) {
        let Some((first, others)) = self.parts.split_first_mut() else { return };
        std::mem::swap(&mut self.row_slopes, &mut first.row_slopes);
        std::mem::swap(&mut self.slopes, &mut first.slopes);
        for part in others {
            self.row_slopes.iter_mut().zip(&part.row_slopes).for_each(|(sum, it)| *sum += it);
            self.slopes.iter_mut().zip(&part.slopes).for_each(|(sum, it)| *sum += it);
        }
        let units = self.directions.chunks_exact(width);
        let rows = self.row_slopes.chunks_exact_mut(width).zip(units).zip(&self.lengths);
        rows.for_each(|((slopes, unit), &length)| unit_back(slopes, unit, length));
    }
}

impl Part {
    fn step(&mut self, net: &Net<'_>, rivals: &Rivals<'_>, batch: &Batch, weight: f32, seed: u64) {
        let width = net.width;
        set_zeros(&mut self.row_slopes, rivals.directions.len());
        set_zeros(&mut self.slopes, net.numbers.len());
        let x = inputs(rivals.directions, width, &batch.inputs);
        let mut dropout = Dropout::new(net.learning.dropout, ChaCha8Rng::seed_from_u64(seed));
        let (mut out, kept) = net.encoder.forward(net.numbers, &batch.packed, x, &mut dropout);
        let slopes = &mut self.row_slopes;
        self.loss = rivals.loss(&mut out, &batch.targets, weight, slopes, &mut self.logits);
        let dx = net.encoder.backward(net.numbers, &batch.packed, &kept, &out, &mut self.slopes);
        let gain = input_gain(width);
        for (dx, &place) in dx.chunks_exact(width).zip(&batch.inputs) {
            let slopes = &mut self.row_slopes[place as usize * width..][..width];
            slopes.iter_mut().zip(dx).for_each(|(sum, it)| *sum += gain * it);
        }
    }
}

/// What an encoder is given for products: their directions, made as long as makes their numbers 1 on average.
pub(super) fn inputs(directions: &[f32], width: usize, products: &[u32]) -> Vec<f32> {
    let gain = input_gain(width);
    let rows = products.iter().flat_map(|&it| &directions[it as usize * width..][..width]);
    rows.map(|it| gain * it).collect()
}

fn input_gain(width: usize) -> f32 {
    (width as f32).sqrt()
}

fn set_zeros(values: &mut Vec<f32>, n: usize) {
    values.clear();
    values.resize(n, 0.0);
}
