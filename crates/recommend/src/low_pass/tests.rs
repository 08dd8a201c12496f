//! What is promised of the low-pass filter, beside what is promised of all that answer by links.

use proptest::prelude::*;

use super::{Config, KNOBS, LowPass, TRAINED};
use crate::links::suite::{any_words, check_kind, check_values, histories, lesson, scores};

/// Nothing is played down and nothing left out.
fn plain() -> Config {
    Config {
        length_exponent: 0.0,
        popularity_exponent: 0.0,
        restore_exponent: 0.0,
        directions: 1_000.0,
        strength_exponent: 1.0,
        pair_weight: 0.0,
        links_per_product: 1_000.0,
        ..Config::default()
    }
}

#[test]
fn every_promise_is_kept() {
    check_kind(&TRAINED);
}

#[test]
fn values_go_into_the_fields_they_are_named_for_and_come_back() {
    check_values(&KNOBS, |values| Config::from_values(values).values().to_vec());
}

#[test]
#[should_panic(expected = "directions is out of range")]
fn half_a_direction_is_refused() {
    let config = Config { directions: 1.5, ..plain() };
    drop(LowPass::fit(&lesson(&histories("ab")), &config));
}

#[test]
fn one_direction_is_the_taste_of_most() {
    // Two circles of shoppers: only the larger one's taste passes.
    let config = Config { directions: 1.0, strength_exponent: 0.0, ..plain() };
    let model = LowPass::fit(&lesson(&histories("abc abc abc ab de de")), &config).unwrap();
    let of_larger = scores(&model, "a", 5);
    assert!(of_larger[1] > of_larger[2] && of_larger[2] > 0.1, "{of_larger:?}");
    assert!(scores(&model, "d", 5).iter().all(|it| *it < 1e-5));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// All directions, each by the square of its strength, are the pairs themselves.
    #[test]
    fn all_directions_as_strong_as_they_are_make_the_pairs(words in any_words()) {
        let histories = histories(&words.join(" "));
        let n_products = histories.n_products();
        let passed = LowPass::fit(&lesson(&histories), &plain()).unwrap();
        // A walk without norms counts pairs too.
        let counted = |q: u8, p: usize| {
            let p = char::from(b'a' + u8::try_from(p).unwrap());
            words.iter().filter(|it| it.contains(char::from(q)) && it.contains(p)).count() as f32
        };
        let own = words[0].as_bytes()[0];
        let found = scores(&passed, &char::from(own).to_string(), n_products);
        let most = found.iter().copied().fold(0.0, f32::max);
        let pairs: Vec<f32> = (0..n_products)
            .map(|p| if p == usize::from(own - b'a') { 0.0 } else { counted(own, p) })
            .collect();
        let most_pairs = pairs.iter().copied().fold(0.0, f32::max);
        for (found, pairs) in found.iter().zip(&pairs) {
            prop_assert!((found * most_pairs - pairs * most).abs() < 1e-3 * most_pairs.max(1.0));
        }
    }
}
