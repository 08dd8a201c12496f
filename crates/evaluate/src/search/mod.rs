//! Searches the values of parameters: a few knobs are turned at a time, and what is worth more is kept.
//!
//! ```text
//! best so far ──▶ turn one to three knobs, or draw all of them anew ──▶ worth? ──▶ best so far
//! ```
//!
//! One in [`FRESH_EVERY`] rounds draws every knob from its whole range, so that a search does not stay
//! where it began; all others turn what is best. The same knobs, seed, beginning and number of rounds
//! give the same result: time only decides how many rounds there are, which the caller counts.
//!
//! # Source
//!
//! Random search: J. Bergstra and Y. Bengio, "Random Search for Hyper-Parameter Optimization", JMLR 2012.
//! Turning what is best by chance is the (1+1) evolution strategy: H.-G. Beyer and H.-P. Schwefel,
//! "Evolution strategies", Natural Computing 2002.
//!
//! # What does not live here
//!
//! What values are worth: the caller fits and judges, on data that no test knows.

mod knob;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

pub use knob::{Knob, Step, to_digits};

/// How many knobs are turned at once, at most.
const N_TURNED_MAX: usize = 3;
/// In one of so many rounds all knobs are drawn anew.
pub const FRESH_EVERY: u32 = 8;

/// The best values found so far, and how the search stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The values, in the order of the knobs.
    pub values: Vec<f64>,
    /// What they are worth.
    pub worth: f64,
    /// How many changes were tried.
    pub n_rounds: u32,
    /// The round that found them; 0 for the beginning.
    pub found_in: u32,
}

/// Searches from `start` until `may_go_on` says no, which is asked before every round.
///
/// `worth` says what values are worth, more being better; what is not finite is never kept. Values are
/// within their ranges, and rounded to three digits so that a file of them can be read.
///
/// # Panics
///
/// If there are no knobs or `start` has another number of values, which is a bug in the caller.
pub fn search(
    knobs: &[Knob],
    start: &[f64],
    seed: u64,
    mut worth: impl FnMut(&[f64]) -> f64,
    mut may_go_on: impl FnMut(&Found) -> bool,
) -> Found {
    assert!(!knobs.is_empty(), "there is nothing to search");
    assert_eq!(knobs.len(), start.len(), "each knob begins at a value");
    let values: Vec<f64> = knobs.iter().zip(start).map(|(knob, &it)| knob.hold(it)).collect();
    let begun = worth(&values);
    let begun = if begun.is_finite() { begun } else { f64::NEG_INFINITY };
    let mut best = Found { values, worth: begun, n_rounds: 0, found_in: 0 };
    while best.n_rounds < u32::MAX && may_go_on(&best) {
        best.n_rounds += 1;
        // A stream of its own for each round: how often one draws does not move the next.
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(best.n_rounds.into());
        let values = if best.n_rounds.is_multiple_of(FRESH_EVERY) {
            knobs.iter().map(|it| it.draw(rng.random_range(0.0..1.0))).collect()
        } else {
            turn(knobs, &best.values, &mut rng)
        };
        if values == best.values {
            continue;
        }
        let found = worth(&values);
        if found.is_finite() && found > best.worth {
            best = Found { values, worth: found, found_in: best.n_rounds, ..best };
        }
    }
    best
}

/// A few knobs turned, others left.
fn turn(knobs: &[Knob], values: &[f64], rng: &mut ChaCha8Rng) -> Vec<f64> {
    let mut turned = values.to_vec();
    for _ in 0..rng.random_range(1..=N_TURNED_MAX.min(knobs.len())) {
        let at = rng.random_range(0..knobs.len());
        turned[at] = knobs[at].turn(turned[at], rng.random_range(-1.0..1.0));
    }
    turned
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KNOBS: [Knob; 3] = [
        Knob { name: "scale", default: 1.0, range: (0.01, 100.0), step: Step::Factor(2.0) },
        Knob { name: "exponent", default: 0.0, range: (-1.0, 1.0), step: Step::Plus(0.3) },
        Knob { name: "count", default: 5.0, range: (1.0, 50.0), step: Step::Whole(2.0) },
    ];

    fn start() -> Vec<f64> {
        KNOBS.iter().map(|it| it.default).collect()
    }

    /// Highest where the scale is 20, the exponent a half, the count 12.
    fn hill(values: &[f64]) -> f64 {
        let off = [(values[0] / 20.0).ln(), values[1] - 0.5, (values[2] / 12.0).ln()];
        -off.iter().map(|it| it * it).sum::<f64>()
    }

    #[test]
    fn the_top_of_a_hill_is_found() {
        let found = search(&KNOBS, &start(), 1, hill, |it| it.n_rounds < 400);
        assert!(found.worth > -0.01, "{found:?}");
        assert_eq!(found.n_rounds, 400);
    }

    #[test]
    fn nothing_is_tried_when_there_is_no_time_and_what_is_not_a_number_is_not_kept() {
        let found = search(&KNOBS, &start(), 1, hill, |_| false);
        assert_eq!((found.values, found.n_rounds), (start(), 0));
        let found = search(&KNOBS, &start(), 1, |_| f64::NAN, |it| it.n_rounds < 20);
        assert_eq!((found.values, found.found_in), (start(), 0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn values_stay_in_their_ranges_and_the_best_never_falls(seed: u64) {
            let mut worths = Vec::new();
            let found = search(
                &KNOBS,
                &start(),
                seed,
                |values| {
                    for (knob, value) in KNOBS.iter().zip(values) {
                        assert!((knob.range.0..=knob.range.1).contains(value), "{value}");
                    }
                    assert!(values[2].fract().abs() < 1e-12, "a count is whole");
                    hill(values)
                },
                |it| {
                    worths.push(it.worth);
                    it.n_rounds < 60
                },
            );
            prop_assert!(worths.is_sorted());
            prop_assert_eq!(&found, &search(&KNOBS, &start(), seed, hill, |it| it.n_rounds < 60));
        }
    }
}
