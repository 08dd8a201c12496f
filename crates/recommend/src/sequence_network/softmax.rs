//! The loss: how surprising what came next was, among all products or a draw of them.
//!
//! With the direction `o` looked in and the direction `e` of a product, both of length 1, the products
//! compete with `scale·o·e`. Of the products drawn, each of which was drawn with the chance `share`, each
//! stands for `1/share` of its kind:
//!
//! ```text
//! loss = log(exp(z(target)) + Σ over those drawn, without the target, of exp(z) / share) − z(target)
//! ```
//!
//! Where everything is drawn, that is the softmax over all products.
//!
//! # Source
//!
//! Directions: P. Gupta and others, "NISER: Normalized Item and Session Representations to Handle
//! Popularity Bias", 2019. Draws: Y. Bengio and J.-S. Senécal, "Adaptive Importance Sampling to Accelerate
//! Training of a Neural Probabilistic Language Model", IEEE TNN 2008.

use linalg::blocks::{Block, add_product, set_product};
use linalg::curves::exp_inlined;
use linalg::vectors::{add_scaled_inlined, dot_inlined, with_widest};

use super::unit::{set_unit, unit_back};

/// What competes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rivals<'a> {
    /// Directions of the products of a step, of length 1; those drawn are the first.
    pub(super) directions: &'a [f32],
    pub(super) width: usize,
    /// The logarithm of the chance with which each of the drawn was drawn.
    pub(super) log_shares: &'a [f32],
    pub(super) scale: f32,
}

impl Rivals<'_> {
    /// The loss, summed over rows and multiplied by `weight`.
    ///
    /// `out` has a row for each row of `targets`, which are places among the directions; it becomes how the
    /// loss changes with it. What it changes with the directions is added to `slopes`.
    pub(super) fn loss(
        &self,
        out: &mut [f32],
        targets: &[u32],
        weight: f32,
        slopes: &mut [f32],
        logits: &mut Vec<f32>,
    ) -> f64 {
        let (width, n_drawn) = (self.width, self.log_shares.len());
        let mut units = vec![0.0; out.len()];
        let lengths: Vec<f32> = units
            .chunks_exact_mut(width)
            .zip(out.chunks_exact(width))
            .map(|(unit, row)| set_unit(unit, row))
            .collect();
        let drawn = Block::of_rows(&self.directions[..n_drawn * width], width);
        logits.resize(targets.len() * n_drawn, 0.0);
        set_product(logits, Block::of_rows(&units, width), drawn.turned());
        let mut loss = 0.0;
        let mut to_targets = Vec::with_capacity(targets.len());
        let rows = units.chunks_exact(width).zip(logits.chunks_exact_mut(n_drawn.max(1)));
        for ((unit, logits), &target) in rows.zip(targets) {
            let (row_loss, to_target) = self.compete(unit, logits, target, weight);
            loss += row_loss;
            to_targets.push(to_target);
        }
        set_product(out, Block::of_rows(logits, n_drawn), drawn);
        let to_drawn = &mut slopes[..n_drawn * width];
        let turned = Block::of_rows(logits, n_drawn).turned();
        add_product(to_drawn, turned, Block::of_rows(&units, width));
        for (at, (&target, to_target)) in targets.iter().zip(to_targets).enumerate() {
            let place = target as usize * width..(target as usize + 1) * width;
            let unit = &units[at * width..][..width];
            let back = &mut out[at * width..][..width];
            with_widest(
                #[inline(always)]
                || {
                    add_scaled_inlined(back, to_target, &self.directions[place.clone()]);
                    add_scaled_inlined(&mut slopes[place], to_target, unit);
                },
            );
            unit_back(back, unit, lengths[at]);
        }
        loss * f64::from(weight)
    }

    /// One row's loss, and how it changes with the target's cosine; `logits` goes from cosines to how it
    /// changes with each.
    fn compete(&self, unit: &[f32], logits: &mut [f32], target: u32, weight: f32) -> (f64, f32) {
        let scale = self.scale;
        with_widest(
            #[inline(always)]
            || {
                let direction = &self.directions[target as usize * self.width..][..self.width];
                let own = scale * dot_inlined(unit, direction);
                for (it, log_share) in logits.iter_mut().zip(self.log_shares) {
                    *it = it.mul_add(scale, -log_share);
                }
                if let Some(it) = logits.get_mut(target as usize) {
                    *it = f32::NEG_INFINITY;
                }
                let most = largest(logits).max(own);
                let mut sums = [0.0_f32; 32];
                let (blocks, rest) = logits.as_chunks_mut::<32>();
                for block in blocks {
                    for lane in 0..32 {
                        block[lane] = exp_inlined(block[lane] - most);
                        sums[lane] += block[lane];
                    }
                }
                for (sum, it) in sums.iter_mut().zip(rest) {
                    *it = exp_inlined(*it - most);
                    *sum += *it;
                }
                let own_part = exp_inlined(own - most);
                let sum = sums.iter().sum::<f32>() + own_part;
                let factor = scale * weight / sum;
                logits.iter_mut().for_each(|it| *it *= factor);
                if let Some(it) = logits.get_mut(target as usize) {
                    *it = 0.0;
                }
                let loss = f64::from(sum.ln()) + f64::from(most - own);
                (loss, own_part * factor - scale * weight)
            },
        )
    }
}

#[inline(always)]
fn largest(values: &[f32]) -> f32 {
    let mut most = [f32::NEG_INFINITY; 32];
    let (blocks, rest) = values.as_chunks::<32>();
    for block in blocks {
        for lane in 0..32 {
            most[lane] = most[lane].max(block[lane]);
        }
    }
    rest.iter().chain(&most).copied().fold(f32::NEG_INFINITY, f32::max)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::super::layers::tests::{check_slopes, random};
    use super::*;

    const WIDTH: usize = 5;
    const SCALE: f32 = 3.0;

    /// The formula, number by number.
    fn plain(out: &[f32], directions: &[f32], log_shares: &[f32], targets: &[u32]) -> f64 {
        let cosine = |row: &[f32], product: usize| -> f64 {
            let direction = &directions[product * WIDTH..][..WIDTH];
            let product: f64 =
                row.iter().zip(direction).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            product / row.iter().map(|it| f64::from(*it).powi(2)).sum::<f64>().sqrt()
        };
        let rows = out.chunks_exact(WIDTH).zip(targets);
        let losses = rows.map(|(row, &target)| {
            let z = |product: usize| f64::from(SCALE) * cosine(row, product);
            let own = z(target as usize);
            let others: f64 = (0..log_shares.len())
                .filter(|it| *it != target as usize)
                .map(|it| (z(it) - f64::from(log_shares[it])).exp())
                .sum();
            (own.exp() + others).ln() - own
        });
        losses.sum()
    }

    fn units(rows: &[f32]) -> Vec<f32> {
        let mut units = vec![0.0; rows.len()];
        units.chunks_exact_mut(WIDTH).zip(rows.chunks_exact(WIDTH)).for_each(|(unit, row)| {
            set_unit(unit, row);
        });
        units
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn the_loss_is_the_plain_formula_and_changes_as_told(
            seed: u64, n_drawn in 1_usize..70, targets in prop::collection::vec(0_u32..75, 1..8)
        ) {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let directions = units(&random(75 * WIDTH, &mut rng));
            let log_shares: Vec<f32> = random(n_drawn, &mut rng).iter().map(|it| it - 1.0).collect();
            let out: Vec<f32> = random(targets.len() * WIDTH, &mut rng);
            let rivals =
                Rivals { directions: &directions, width: WIDTH, log_shares: &log_shares, scale: SCALE };
            let (mut d_out, mut slopes) = (out.clone(), vec![0.0; directions.len()]);
            let loss = rivals.loss(&mut d_out, &targets, 1.0, &mut slopes, &mut Vec::new());
            let expected = plain(&out, &directions, &log_shares, &targets);
            prop_assert!((loss - expected).abs() < 1e-4 * (1.0 + expected), "{loss} for {expected}");
            let of_directions = |it: &[f32]| plain(&out, it, &log_shares, &targets);
            check_slopes(&directions, &slopes, of_directions);
            // Short rows turn fast.
            if out.chunks_exact(WIDTH).all(|it| it.iter().map(|it| it * it).sum::<f32>() > 0.5) {
                check_slopes(&out, &d_out, |it| plain(it, &directions, &log_shares, &targets));
            }
        }
    }
}
