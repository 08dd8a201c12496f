//! Searches the parameters of the session neighborhood, on training sessions alone.
//!
//! The last sessions are held out, prefixes of them are asked about, and a few knobs at a time are
//! turned by chance; what answers better is kept. Same seed, rounds and beginning, same result.

use domain::ProductIdx;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use recommend::session_neighbors::Config;

use super::measure::quality_of;
use super::methods;
use super::params::{KNOBS, Knob, Step, Tuned, to_digits, values};
use super::spread;
use crate::dataset::sessions::Question;

/// The share of the training sessions, the last ones, that is held out.
const VALIDATION_PERCENT: usize = 7;
/// How many of their prefixes are asked about.
const N_QUESTIONS_MAX: usize = 12_000;
/// How many knobs are turned at once, at most.
const N_TURNED_MAX: u32 = 3;

/// How long to search, and with which chance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Search {
    pub(super) seed: u64,
    pub(super) n_rounds: u32,
}

/// Searches on from `found`.
pub(super) fn tune(train: &[Vec<ProductIdx>], found: Option<&Tuned>, search: Search) -> Tuned {
    let cut = train.len() - train.len() * VALIDATION_PERCENT / 100;
    let questions: Vec<Question> =
        train[cut..].iter().flat_map(|it| Question::all_of(it)).collect();
    let questions = spread(&questions, N_QUESTIONS_MAX);
    let quality = |config: &Config| {
        quality_of(&methods::session_neighbors(&train[..cut], config.clone()), &questions)
    };

    let mut best = found.and_then(|it| it.config().ok()).unwrap_or_default();
    let mut best_quality = quality(&best);
    let mut rng = ChaCha8Rng::seed_from_u64(search.seed);
    for round in 0..search.n_rounds {
        let config = turn(&best, &mut rng);
        let quality = quality(&config);
        if worth(quality) > worth(best_quality) {
            (best, best_quality) = (config, quality);
            say(&format!("round {round}: P@20 {:.2}, MRR@20 {:.2}", quality.0, quality.1));
        }
    }
    Tuned {
        seed: search.seed,
        rounds: search.n_rounds,
        validation_sessions: train.len() - cut,
        validation_questions: questions.len(),
        validation_p20: to_digits(best_quality.0, 4),
        validation_mrr20: to_digits(best_quality.1, 4),
        values: values(&best),
    }
}

/// What is searched for: a point of MRR is harder won than one of P.
fn worth((p20, mrr20): (f64, f64)) -> f64 {
    p20 + 2.0 * mrr20
}

/// A few knobs turned, others left.
fn turn(config: &Config, rng: &mut ChaCha8Rng) -> Config {
    let mut turned = config.clone();
    for _ in 0..rng.random_range(1..=N_TURNED_MAX) {
        let Knob { get, set, step, range: (min, max), .. } =
            &KNOBS[rng.random_range(0..KNOBS.len())];
        let amount: f64 = rng.random_range(-1.0..1.0);
        let value = match step {
            Step::Factor(factor) => get(&turned) * factor.powf(amount),
            Step::Plus(most) => get(&turned) + most * amount,
        };
        set(&mut turned, to_digits(value, 3).clamp(*min, *max));
    }
    turned
}

#[expect(clippy::print_stderr, reason = "whoever waits for a search wants to see it move")]
fn say(line: &str) {
    eprintln!("{line}");
}
