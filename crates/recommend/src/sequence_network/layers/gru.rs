//! A memory that is carried from act to act.

use linalg::curves::{sigmoid_inlined, tanh_inlined};
use linalg::vectors::with_widest;
use rand_chacha::ChaCha8Rng;

use super::super::packed::Packed;
use super::Linear;

/// Gated recurrent units: what is remembered, `h`, is renewed by each act `x` as far as the gates let it.
///
/// ```text
/// r, z = sigmoid(x·W + b + h·U + c)
/// n    = tanh(x·W + b + r ∘ (h·U + c))
/// h'   = (1 − z) ∘ n + z ∘ h
/// ```
///
/// Source: K. Cho and others, "Learning Phrase Representations using RNN Encoder-Decoder", EMNLP 2014.
#[derive(Clone, Debug)]
pub(in super::super) struct Gru {
    width: usize,
    from_act: Linear,
    from_memory: Linear,
}

/// What going backward needs.
#[derive(Debug)]
pub(in super::super) struct Recalled {
    /// Row by row `r`, `z` and `n`.
    gates: Vec<f32>,
    /// Row by row what the memory says to `n`, before `r` lets it.
    recalled: Vec<f32>,
}

impl Gru {
    pub(in super::super) fn new(width: usize, n_numbers: &mut usize) -> Gru {
        let from_act = Linear::new(width, 3 * width, n_numbers);
        let from_memory = Linear::new(width, 3 * width, n_numbers);
        Gru { width, from_act, from_memory }
    }

    pub(in super::super) fn begin(&self, numbers: &mut [f32], rng: &mut ChaCha8Rng) {
        self.from_act.begin(numbers, rng);
        self.from_memory.begin(numbers, rng);
    }

    /// The memory after each act.
    pub(in super::super) fn forward(
        &self,
        numbers: &[f32],
        packed: &Packed,
        x: &[f32],
    ) -> (Vec<f32>, Recalled) {
        let width = self.width;
        let mut gates = self.from_act.forward(numbers, x);
        let mut kept = vec![0.0; x.len()];
        let mut memory = vec![0.0; x.len()];
        let mut said = Vec::new();
        for moment in 0..packed.n_moments() {
            let rows = packed.rows_at(moment);
            said.clear();
            rows.clone().for_each(|_| said.extend_from_slice(self.from_memory.offsets(numbers)));
            let (before, now) = memory.split_at_mut(rows.start * width);
            if moment > 0 {
                let before =
                    &before[packed.rows_at(moment - 1).start * width..][..rows.len() * width];
                self.from_memory.add_to(&mut said, numbers, before);
            }
            let before_at = (moment > 0).then(|| packed.rows_at(moment - 1).start * width);
            with_widest(
                #[inline(always)]
                || {
                    for at in 0..rows.len() {
                        let row = rows.start + at;
                        let past = before_at.map(|it| &before[it + at * width..][..width]);
                        step(
                            &mut gates[3 * row * width..][..3 * width],
                            &said[3 * at * width..][..3 * width],
                            past,
                            &mut now[at * width..][..width],
                        );
                        kept[row * width..][..width]
                            .copy_from_slice(&said[(3 * at + 2) * width..][..width]);
                    }
                },
            );
        }
        (memory, Recalled { gates, recalled: kept })
    }

    pub(in super::super) fn backward(
        &self,
        numbers: &[f32],
        packed: &Packed,
        (x, memory, kept): (&[f32], &[f32], &Recalled),
        mut dh: Vec<f32>,
        slopes: &mut [f32],
    ) -> Vec<f32> {
        let width = self.width;
        let mut to_act = vec![0.0; 3 * x.len()];
        let mut to_memory = Vec::new();
        let mut dx = vec![0.0; x.len()];
        let nothing = vec![0.0; width];
        for moment in (0..packed.n_moments()).rev() {
            let rows = packed.rows_at(moment);
            to_memory.clear();
            to_memory.resize(3 * rows.len() * width, 0.0);
            let before_start = if moment > 0 { packed.rows_at(moment - 1).start } else { 0 };
            let (dh_before, dh_now) = dh.split_at_mut(rows.start * width);
            for at in 0..rows.len() {
                let row = rows.start + at;
                let before = (before_start + at) * width..(before_start + at + 1) * width;
                let past = if moment > 0 { &memory[before.clone()] } else { &nothing };
                let dh_now = &mut dh_now[at * width..][..width];
                step_back(
                    (&kept.gates[3 * row * width..][..3 * width], &kept.recalled[row * width..]),
                    past,
                    dh_now,
                    &mut to_act[3 * row * width..][..3 * width],
                    &mut to_memory[3 * at * width..][..3 * width],
                );
                if moment > 0 {
                    let dh_before = &mut dh_before[before];
                    dh_before.iter_mut().zip(&*dh_now).for_each(|(sum, it)| *sum += it);
                }
            }
            if moment > 0 {
                let before = before_start * width..(before_start + rows.len()) * width;
                self.from_memory.add_back(&mut dh_before[before.clone()], numbers, &to_memory);
                self.from_memory.learn(&memory[before], &to_memory, slopes);
            } else {
                self.from_memory.learn(&vec![0.0; rows.len() * width], &to_memory, slopes);
            }
        }
        self.from_act.learn(x, &to_act, slopes);
        self.from_act.add_back(&mut dx, numbers, &to_act);
        dx
    }
}

/// Renews one memory. `gates` holds what the act says and will hold `r`, `z` and `n`.
#[inline(always)]
fn step(gates: &mut [f32], said: &[f32], past: Option<&[f32]>, now: &mut [f32]) {
    let width = now.len();
    let (r, rest) = gates.split_at_mut(width);
    let (z, n) = rest.split_at_mut(width);
    let (said_r, rest) = said.split_at(width);
    let (said_z, said_n) = rest.split_at(width);
    let (z, n) = (&mut z[..width], &mut n[..width]);
    let (said_z, said_n) = (&said_z[..width], &said_n[..width]);
    for at in 0..width {
        r[at] = sigmoid_inlined(r[at] + said_r[at]);
        z[at] = sigmoid_inlined(z[at] + said_z[at]);
        n[at] = tanh_inlined(n[at] + r[at] * said_n[at]);
        now[at] = (1.0 - z[at]) * n[at];
    }
    if let Some(past) = past {
        let past = &past[..width];
        for at in 0..width {
            now[at] += z[at] * past[at];
        }
    }
}

/// How the loss changes with what act and memory say; `dh` becomes how it changes with the memory before.
fn step_back(
    (gates, recalled): (&[f32], &[f32]),
    past: &[f32],
    dh: &mut [f32],
    to_act: &mut [f32],
    to_memory: &mut [f32],
) {
    let width = dh.len();
    let (r, rest) = gates.split_at(width);
    let (z, n) = rest.split_at(width);
    let (z, n, recalled, past) = (&z[..width], &n[..width], &recalled[..width], &past[..width]);
    let (act_r, rest) = to_act.split_at_mut(width);
    let (act_z, act_n) = rest.split_at_mut(width);
    let (act_z, act_n) = (&mut act_z[..width], &mut act_n[..width]);
    for at in 0..width {
        let d = dh[at];
        act_n[at] = d * (1.0 - z[at]) * (1.0 - n[at] * n[at]);
        act_z[at] = d * (past[at] - n[at]) * z[at] * (1.0 - z[at]);
        act_r[at] = act_n[at] * recalled[at] * r[at] * (1.0 - r[at]);
        dh[at] = d * z[at];
    }
    to_memory[..width].copy_from_slice(act_r);
    to_memory[width..2 * width].copy_from_slice(act_z);
    for (at, it) in to_memory[2 * width..].iter_mut().enumerate() {
        *it = act_n[at] * r[at];
    }
}
