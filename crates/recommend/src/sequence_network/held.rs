//! What was held back, and how well it is foretold.

use linalg::blocks::{Block, set_product};
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
            let mut some = some.to_vec();
            some.sort_by_key(|it| std::cmp::Reverse(it.moment));
            let acts = |it: &Question| {
                let window = &sequences.windows[it.window as usize];
                &sequences.acts(window)[..=it.moment + 1]
            };
            let batch = Batch::new(some.iter().map(acts));
            let x = inputs(&directions, width, &batch.inputs);
            let mut none = Dropout::none();
            let (out, _) = encoder.forward(&learned.numbers, &batch.packed, x, &mut none);
            let rows = (0..).zip(&some).map(|(at, it)| batch.packed.row(at, it.moment));
            let (mut asked, mut targets) = (Vec::new(), Vec::new());
            for row in rows {
                asked.extend_from_slice(&out[row * width..][..width]);
                targets.push(batch.targets[row]);
            }
            let mut scores = vec![0.0; some.len() * learned.rows.len() / width];
            let products = Block::of_rows(&directions, width).turned();
            set_product(&mut scores, Block::of_rows(&asked, width), products);
            let scores = scores.chunks_exact(learned.rows.len() / width);
            scores.zip(targets).map(|(scores, target)| worth_of(scores, target)).sum()
        })
        .collect();
    worths.iter().sum::<f64>() / held.len().max(1) as f64
}

fn worth_of(scores: &[f32], target: u32) -> f64 {
    let own = scores[target as usize];
    let place = scores.iter().filter(|it| **it > own).count();
    if place < PLACES { ((place + 2) as f64).log2().recip() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_worth_less_the_further_down_it_stands() {
        let mut scores = [0.0; 40];
        scores[7] = 1.0;
        assert!((worth_of(&scores, 7) - 1.0).abs() < 1e-12);
        scores[3] = 2.0;
        assert!((worth_of(&scores, 7) - 1.0 / 3.0_f64.log2()).abs() < 1e-12);
        scores[8..30].fill(1.5);
        assert!(worth_of(&scores, 7) <= 0.0);
    }
}
