//! In which order sequences are gone through, and how each step's share of them is divided.

use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::packed::Packed;
use super::sequences::Sequences;

/// Into how many parts a step is divided, whatever the number of threads.
pub(super) const PARTS: usize = 4;
/// Among how many steps' sequences those of similar length are brought together.
const STEPS_POOLED: usize = 16;

/// The steps of one time through everything: the windows of each, by their numbers, the longest first.
#[derive(Clone, Debug)]
pub(super) struct Steps {
    windows: Vec<u32>,
    ends: Vec<usize>,
}

impl Steps {
    pub(super) fn new(sequences: &Sequences, batch_acts: usize, rng: &mut ChaCha8Rng) -> Steps {
        let length = |it: u32| sequences.windows[it as usize].n_taught;
        let mut order: Vec<u32> = (0_u32..)
            .zip(&sequences.windows)
            .filter(|it| it.1.n_taught > 0)
            .map(|it| it.0)
            .collect();
        order.shuffle(rng);
        for pool in split_by(&mut order, batch_acts * STEPS_POOLED, length) {
            pool.sort_by_key(|&it| std::cmp::Reverse(length(it)));
        }
        let mut steps: Vec<&mut [u32]> = split_by(&mut order, batch_acts, length);
        steps.iter_mut().for_each(|it| it.sort_by_key(|&it| std::cmp::Reverse(length(it))));
        steps.shuffle(rng);
        let (mut windows, mut ends) = (Vec::new(), Vec::new());
        for step in steps {
            windows.extend_from_slice(step);
            ends.push(windows.len());
        }
        Steps { windows, ends }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The windows of a step.
    pub(super) fn of(&self, step: usize) -> &[u32] {
        let start = step.checked_sub(1).map_or(0, |it| self.ends[it]);
        &self.windows[start..self.ends[step]]
    }
}

/// Splits where so many acts are together.
fn split_by(
    mut windows: &mut [u32],
    n_acts: usize,
    length: impl Fn(u32) -> usize,
) -> Vec<&mut [u32]> {
    let mut parts = Vec::new();
    while !windows.is_empty() {
        let mut sum = 0;
        let mut before = |it: &u32| {
            let is_within = sum < n_acts;
            sum += length(*it);
            is_within
        };
        let n = windows.iter().take_while(|it| before(it)).count();
        let (part, rest) = windows.split_at_mut(n);
        parts.push(part);
        windows = rest;
    }
    parts
}

/// The acts of some windows and what followed each, in the places of `packed`.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) packed: Packed,
    pub(super) inputs: Vec<u32>,
    pub(super) targets: Vec<u32>,
}

impl Batch {
    /// Of each window's acts as many as `n_questions` says; the longest come first.
    pub(super) fn new<'a>(windows: impl Iterator<Item = &'a [u32]> + Clone) -> Batch {
        let lengths: Vec<usize> = windows.clone().map(|it| it.len() - 1).collect();
        let packed = Packed::of_lengths(&lengths);
        let mut inputs = vec![0; packed.n_rows()];
        let mut targets = vec![0; packed.n_rows()];
        for (sequence, acts) in windows.enumerate() {
            for (moment, pair) in acts.windows(2).enumerate() {
                let row = packed.row(sequence, moment);
                (inputs[row], targets[row]) = (pair[0], pair[1]);
            }
        }
        Batch { packed, inputs, targets }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use domain::{ProductIdx, Timestamp};
    use features::{Action, Histories, Interaction};
    use proptest::prelude::*;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    proptest! {
        #[test]
        fn an_epoch_goes_through_every_sequence_once_in_steps_of_the_size_asked_for(
            lengths in prop::collection::vec(0_usize..60, 1..80), batch_acts in 1_usize..200, seed: u64
        ) {
            let mut histories = Histories::new();
            for &length in &lengths {
                histories.push_shopper((0..length as i64).map(|it| {
                    let (product, time) = (ProductIdx::new(3), Timestamp::from_secs(it));
                    Interaction::new(product, Action::Viewed, time, NonZeroU16::MIN)
                }));
            }
            let sequences = Sequences::of(&histories);
            let steps = Steps::new(&sequences, batch_acts, &mut ChaCha8Rng::seed_from_u64(seed));
            let mut seen = Vec::new();
            for step in 0..steps.len() {
                let lengths: Vec<usize> =
                    steps.of(step).iter().map(|&it| sequences.windows[it as usize].n_taught).collect();
                prop_assert!(lengths.is_sorted_by(|a, b| a >= b));
                let n_acts: usize = lengths.iter().sum();
                prop_assert!(n_acts < batch_acts + crate::sequence_network::config::ACTS_MAX);
                seen.extend_from_slice(steps.of(step));
            }
            seen.sort_unstable();
            let all: Vec<u32> = (0_u32..)
                .zip(&sequences.windows)
                .filter(|it| it.1.n_taught > 0)
                .map(|it| it.0)
                .collect();
            prop_assert_eq!(seen, all);
        }
    }

    #[test]
    fn acts_stand_beside_what_followed_them() {
        let windows: [&[u32]; 2] = [&[1, 2, 3], &[4, 5]];
        let batch = Batch::new(windows.into_iter());
        assert_eq!((batch.inputs, batch.targets), (vec![1, 4, 2], vec![2, 5, 3]));
    }
}
