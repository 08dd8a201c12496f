//! A blend of generators: weights of their standard scores and ranks.
//!
//! ```text
//! score(p) = Σ weight[f] · feature[f](p)         over the first features of each generator
//! chance(p) = e^score(p) / Σ e^score(q)          over the candidates q of a request
//! ```
//!
//! Fitted so that what shoppers went on to has the greatest chance (the conditional logit of D. McFadden,
//! "Conditional Logit Analysis of Qualitative Choice Behavior", 1974), by Adam (D. Kingma and J. Ba, ICLR
//! 2015) over the examples in a shuffled order.

use linalg::vectors::dot;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::declared::{LINEAR_PER_GENERATOR, PER_GENERATOR};

/// How often each example is looked at.
const N_ROUNDS: usize = 6;
/// How many examples make a step.
const EXAMPLES_A_STEP: usize = 32;
/// The first steps' length; it falls to a tenth of it.
const RATE: f32 = 0.05;
/// How strongly weights are drawn to nothing.
const PULL: f32 = 1e-4;
const FIRST_MOMENT: f32 = 0.9;
const SECOND_MOMENT: f32 = 0.999;

/// The weights.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Linear {
    pub(super) weights: Vec<f32>,
}

/// A request with a known answer, as the blend sees it.
#[derive(Clone, Debug, Default)]
pub(super) struct Choice {
    /// The inputs of one candidate after the other.
    pub(super) inputs: Vec<f32>,
    /// The rows that were chosen: at least one.
    pub(super) chosen: Vec<u32>,
}

/// Appends what the blend reads of a row of features.
pub(super) fn inputs(row: &[f32], n_generators: usize, out: &mut Vec<f32>) {
    let of_generators = &row[..n_generators * PER_GENERATOR];
    for it in of_generators.chunks_exact(PER_GENERATOR) {
        out.extend_from_slice(&it[..LINEAR_PER_GENERATOR]);
    }
}

/// How many inputs there are.
pub(super) const fn n_inputs(n_generators: usize) -> usize {
    n_generators * LINEAR_PER_GENERATOR
}

impl Linear {
    /// The same weight for every generator's rank: what is used before anything is learned.
    pub(super) fn untaught(n_generators: usize) -> Linear {
        let mut weights = vec![0.0; n_inputs(n_generators)];
        weights.iter_mut().skip(2).step_by(LINEAR_PER_GENERATOR).for_each(|it| *it = 1.0);
        Linear { weights }
    }

    /// Fits the weights to what was chosen.
    pub(super) fn fit(n_generators: usize, choices: &[Choice], seed: u64) -> Linear {
        let mut descent = Descent::from(Linear::untaught(n_generators));
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut order: Vec<usize> = (0..choices.len()).collect();
        let n_steps = N_ROUNDS * choices.len().div_ceil(EXAMPLES_A_STEP);
        let mut step = 0_usize;
        for _ in 0..N_ROUNDS {
            for at in (1..order.len()).rev() {
                order.swap(at, rng.random_range(0..=at));
            }
            for some in order.chunks(EXAMPLES_A_STEP) {
                let done = step as f32 / n_steps as f32;
                descent.step(some.iter().map(|&it| &choices[it]), RATE * (1.0 - 0.9 * done));
                step += 1;
            }
        }
        descent.linear
    }

    /// The score of a row of features.
    pub(super) fn score(&self, row: &[f32]) -> f32 {
        let of_generators = row.chunks_exact(PER_GENERATOR);
        let weights = self.weights.chunks_exact(LINEAR_PER_GENERATOR);
        weights.zip(of_generators).map(|(weights, it)| part(weights, it)).sum()
    }

    /// The generator that adds most to the score of a row above what one that it does not name would get.
    pub(super) fn most_telling(&self, row: &[f32]) -> usize {
        let of_generators = row.chunks_exact(PER_GENERATOR);
        let weights = self.weights.chunks_exact(LINEAR_PER_GENERATOR);
        let parts = weights.zip(of_generators).enumerate().filter(|(_, (_, it))| it[2] > 0.0);
        let best = parts.map(|(at, (weights, it))| (at, part(weights, it)));
        best.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map_or(0, |(at, _)| at)
    }
}

fn part(weights: &[f32], of_generator: &[f32]) -> f32 {
    weights.iter().zip(of_generator).map(|(weight, it)| weight * it).sum()
}

/// Adam on its way.
struct Descent {
    linear: Linear,
    gradient: Vec<f32>,
    moments: Vec<[f32; 2]>,
    /// What is left of the moments' beginning at zero.
    begun: [f32; 2],
    chances: Vec<f32>,
}

impl From<Linear> for Descent {
    fn from(linear: Linear) -> Descent {
        let n = linear.weights.len();
        let (gradient, moments) = (vec![0.0; n], vec![[0.0; 2]; n]);
        Descent { linear, gradient, moments, begun: [1.0; 2], chances: Vec::new() }
    }
}

impl Descent {
    fn step<'a>(&mut self, choices: impl Iterator<Item = &'a Choice>, rate: f32) {
        self.gradient.fill(0.0);
        let mut n = 0.0;
        for choice in choices {
            self.learn(choice);
            n += 1.0;
        }
        self.begun = [self.begun[0] * FIRST_MOMENT, self.begun[1] * SECOND_MOMENT];
        let weights = self.linear.weights.iter_mut();
        for ((weight, gradient), [first, second]) in
            weights.zip(&self.gradient).zip(&mut self.moments)
        {
            let gradient = gradient / n - PULL * *weight;
            *first = FIRST_MOMENT * *first + (1.0 - FIRST_MOMENT) * gradient;
            *second = SECOND_MOMENT * *second + (1.0 - SECOND_MOMENT) * gradient * gradient;
            let [first, second] = [*first / (1.0 - self.begun[0]), *second / (1.0 - self.begun[1])];
            *weight += rate * first / (second.sqrt() + 1e-8);
        }
    }

    /// Adds how the logarithm of the chosen ones' chances grows.
    fn learn(&mut self, choice: &Choice) {
        let n_inputs = self.linear.weights.len();
        let rows = || choice.inputs.chunks_exact(n_inputs);
        self.chances.clear();
        self.chances.extend(rows().map(|it| dot(it, &self.linear.weights)));
        let most = self.chances.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        self.chances.iter_mut().for_each(|it| *it = (*it - most).exp());
        let sum: f32 = self.chances.iter().sum();
        for (row, chance) in rows().zip(&self.chances) {
            linalg::vectors::add_scaled(&mut self.gradient, -chance / sum, row);
        }
        let share = 1.0 / choice.chosen.len() as f32;
        for &it in &choice.chosen {
            let row = &choice.inputs[it as usize * n_inputs..][..n_inputs];
            linalg::vectors::add_scaled(&mut self.gradient, share, row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two generators: the first one's order is what is chosen, the second's is noise.
    fn choices(n: u32) -> Vec<Choice> {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let one = |_| {
            let mut inputs = Vec::new();
            let mut best = (0, f32::NEG_INFINITY);
            for row in 0..20 {
                let score: f32 = rng.random_range(-2.0..2.0);
                if score > best.1 {
                    best = (row, score);
                }
                inputs.extend([score, score, 0.0]);
                inputs.extend([rng.random_range(-2.0..2.0), rng.random_range(-2.0..2.0), 0.0]);
            }
            Choice { inputs, chosen: vec![best.0] }
        };
        (0..n).map(one).collect()
    }

    #[test]
    fn the_generator_that_is_right_gets_the_weight() {
        let weights = Linear::fit(2, &choices(500), 1).weights;
        assert!(weights[0] + weights[1] > 2.0, "{weights:?}");
        assert!(weights[3].abs() + weights[4].abs() < 0.6, "{weights:?}");
    }

    #[test]
    fn the_same_seed_gives_the_same_weights() {
        let choices = choices(50);
        assert_eq!(Linear::fit(2, &choices, 3), Linear::fit(2, &choices, 3));
        assert_eq!(Linear::fit(2, &[], 3), Linear::untaught(2));
    }

    #[test]
    fn a_score_is_the_weighted_sum_of_what_the_blend_reads() {
        let linear = Linear { weights: vec![1.0, 0.0, 2.0, 0.5, 0.0, 0.0] };
        let row = [1.0, 9.0, 3.0, f32::NAN, 9.0, 9.0, 4.0, 9.0, 0.0, f32::NAN, f32::NAN, 9.0];
        assert!((linear.score(&row) - 9.0).abs() < 1e-6);
        assert_eq!(linear.most_telling(&row), 0);
        let mut read = Vec::new();
        inputs(&row, 2, &mut read);
        assert_eq!(read, [1.0, 9.0, 3.0, 4.0, 9.0, 0.0]);
    }
}
