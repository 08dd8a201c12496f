//! What was held back, and how well it is foretold.

use std::cmp::Ordering;

use linalg::blocks::{Block, set_product};
use linalg::vectors::dot;
use rayon::prelude::*;

use super::batches::Batch;
use super::encoder::Encoder;
use super::layers::Dropout;
use super::sequences::{Sequences, Window};
use super::step::inputs;
use super::training::Learned;
use super::unit::set_unit;

/// How many questions are answered at a time.
const QUESTIONS_AT_ONCE: usize = 64;
/// How many products each is compared with at a time.
const PRODUCTS_AT_ONCE: usize = 4_096;
/// How far down an answer counts.
const PLACES: usize = 20;

/// A question that was held back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    window: u32,
    moment: usize,
}

/// The questions held back.
pub(super) fn questions(sequences: &Sequences) -> Vec<Question> {
    let of_window = |(window, it): (u32, &Window)| {
        (it.n_taught..it.n_questions()).map(move |moment| Question { window, moment })
    };
    (0_u32..).zip(&sequences.windows).flat_map(of_window).collect()
}

/// The mean nDCG@20 of the answers: 1/log₂(1 + place) of what came next, 0 beyond the 20th place.
pub(super) fn worth(
    encoder: &Encoder,
    learned: &Learned,
    width: usize,
    (sequences, held): (&Sequences, &[Question]),
) -> f64 {
    let mut directions = vec![0.0; learned.rows.len()];
    for (unit, row) in directions.chunks_exact_mut(width).zip(learned.rows.chunks_exact(width)) {
        set_unit(unit, row);
    }
    let worths: Vec<f64> = held
        .par_chunks(QUESTIONS_AT_ONCE)
        .map(|some| {
            let (sought, targets) = ask(encoder, learned, &directions, (sequences, some));
            places(&sought, &targets, &directions, width).into_iter().map(worth_of).sum()
        })
        .collect();
    worths.iter().sum::<f64>() / held.len().max(1) as f64
}

/// What is sought for each question, and what came next.
fn ask(
    encoder: &Encoder,
    learned: &Learned,
    directions: &[f32],
    (sequences, questions): (&Sequences, &[Question]),
) -> (Vec<f32>, Vec<u32>) {
    let width = directions.len() / sequences.products.len();
    let mut questions = questions.to_vec();
    questions.sort_by_key(|it| std::cmp::Reverse(it.moment));
    let acts = |it: &Question| {
        let window = &sequences.windows[it.window as usize];
        &sequences.acts(window)[..=it.moment + 1]
    };
    let batch = Batch::new(questions.iter().map(acts));
    let x = inputs(directions, width, &batch.inputs);
    let (out, _) = encoder.forward(&learned.numbers, &batch.packed, x, &mut Dropout::none());
    let (mut sought, mut targets) = (Vec::new(), Vec::new());
    for (sequence, question) in questions.iter().enumerate() {
        let row = batch.packed.row(sequence, question.moment);
        sought.extend_from_slice(&out[row * width..][..width]);
        targets.push(batch.targets[row]);
    }
    (sought, targets)
}

/// How many products are as near to what is sought as the target is; all, where numbers are none.
fn places(sought: &[f32], targets: &[u32], directions: &[f32], width: usize) -> Vec<usize> {
    let target = |it: u32| &directions[it as usize * width..][..width];
    let own: Vec<f32> =
        sought.chunks_exact(width).zip(targets).map(|(row, &it)| dot(row, target(it))).collect();
    let mut places = vec![0; targets.len()];
    let mut scores = vec![0.0; targets.len() * PRODUCTS_AT_ONCE];
    for (block, some) in (0_u32..).zip(directions.chunks(PRODUCTS_AT_ONCE * width)) {
        let (first, n_products) = (block as usize * PRODUCTS_AT_ONCE, some.len() / width);
        let scores = &mut scores[..targets.len() * n_products];
        set_product(scores, Block::of_rows(sought, width), Block::of_rows(some, width).turned());
        for (at, scores) in scores.chunks_exact_mut(n_products).enumerate() {
            // The same product of rows may differ in the last digit where it is worked out otherwise.
            let target = (targets[at] as usize).checked_sub(first);
            if let Some(it) = target.and_then(|it| scores.get_mut(it)) {
                *it = f32::NEG_INFINITY;
            }
            let is_before = |it: &&f32| own[at].partial_cmp(*it) != Some(Ordering::Greater);
            places[at] += scores.iter().filter(is_before).count();
        }
    }
    places
}

/// What an answer is worth in which so many products stand before the right one.
fn worth_of(place: usize) -> f64 {
    if place < PLACES { ((place + 2) as f64).log2().recip() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_worth_less_the_further_down_it_stands() {
        let directions: Vec<f32> = (0..9_000_u16).map(f32::from).collect();
        let targets = [8_999, 8_998, 8_980, 8_979, 0];
        let found = places(&[1.0; 5], &targets, &directions, 1);
        assert_eq!(found, [0, 1, 19, 20, 8_999]);
        assert_eq!(places(&[f32::NAN, 0.0], &[3, 3], &directions, 1), [9_000, 8_999]);
        let worths = found.into_iter().map(worth_of).collect::<Vec<f64>>();
        let expected = [1.0, 1.0 / 3.0_f64.log2(), 1.0 / 21.0_f64.log2(), 0.0, 0.0];
        assert!(worths.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{worths:?}");
    }
}
