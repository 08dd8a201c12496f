//! What is promised of the linear model, beside what is promised of all that answer by links.

use expect_test::expect;
use proptest::prelude::*;

use super::fit::Regression;
use super::{Config, Ease, KNOBS, TRAINED, near};
use crate::links::suite::{
    answer, any_words, check_kind, check_values, histories, lesson, scores, table,
};

/// The plain regression: nothing is played down and nothing left out.
fn plain(ridge: f32) -> Config {
    Config {
        length_exponent: 0.0,
        popularity_exponent: 0.0,
        restore_exponent: 0.0,
        ridge,
        dropout: 0.0,
        links_per_product: 1_000.0,
        tellers_per_product: 1_000.0,
        ..Config::default()
    }
}

#[test]
fn every_promise_is_kept() {
    check_kind(&TRAINED);
}

#[test]
fn what_two_products_both_say_is_said_once() {
    // a and b are always had together, and with d as often as c, which is had without them, is.
    let model = Ease::fit(&lesson(&histories("abd abd ab ce ce c")), &plain(0.5)).unwrap();
    expect![[r#"
        a 0.579 because of b
        b 0.579 because of a
        d 0.548 because of a
        e 0.465 because of c
    "#]]
    .assert_eq(&table(&answer(&model, "abc")));
}

#[test]
fn values_go_into_the_fields_they_are_named_for_and_come_back() {
    check_values(&KNOBS, |values| Config::from_values(values).values().to_vec());
}

#[test]
#[should_panic(expected = "ridge is out of range")]
fn no_ridge_is_refused() {
    drop(Ease::fit(&lesson(&histories("ab")), &plain(0.0)));
}

/// `B(q,p) = −P(q,p)/P(p,p)` with `P = (XᵀX + ridge · mean diagonal + dropout · diagonal)⁻¹`, by elimination.
fn by_the_formula(words: &[String], config: &Config) -> Vec<Vec<f64>> {
    let n_products = histories(&words.join(" ")).n_products();
    let mut gram = vec![vec![0.0_f64; n_products]; n_products];
    for word in words {
        let products: Vec<usize> = word.bytes().map(|it| usize::from(it - b'a')).collect();
        for &a in &products {
            products.iter().for_each(|&b| gram[a][b] += 1.0);
        }
    }
    let squares: Vec<f64> = (0..n_products).map(|it| gram[it][it]).collect();
    let n_had = squares.iter().filter(|it| **it > 0.0).count();
    let mean = squares.iter().sum::<f64>() / n_had as f64;
    for (at, square) in squares.iter().enumerate() {
        gram[at][at] += f64::from(config.ridge) * mean + f64::from(config.dropout) * square;
    }
    let mut inverse: Vec<Vec<f64>> = (0..n_products)
        .map(|i| (0..n_products).map(|j| f64::from(u8::from(i == j))).collect())
        .collect();
    for pivot in 0..n_products {
        let by = gram[pivot][pivot];
        gram[pivot].iter_mut().for_each(|it| *it /= by);
        inverse[pivot].iter_mut().for_each(|it| *it /= by);
        for row in (0..n_products).filter(|it| *it != pivot) {
            let factor = gram[row][pivot];
            for column in 0..n_products {
                gram[row][column] -= factor * gram[pivot][column];
                inverse[row][column] -= factor * inverse[pivot][column];
            }
        }
    }
    let link = |q: usize, p: usize| if q == p { 0.0 } else { -inverse[q][p] / inverse[p][p] };
    (0..n_products).map(|q| (0..n_products).map(|p| link(q, p)).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whether there are fewer shoppers than products or more.
    #[test]
    fn links_are_those_of_the_formula(
        words in any_words(), ridge in 0.1_f32..3.0, dropout in 0.0_f32..1.0,
    ) {
        let config = Config { dropout, ..plain(ridge) };
        let model = Ease::fit(&lesson(&histories(&words.join(" "))), &config).unwrap();
        check_formula(&model, &words)?;
    }

    /// Where somebody has each two of them, every product is a teller of each other.
    #[test]
    fn from_enough_tellers_they_are_the_same(
        mut words in any_words(), ridge in 0.1_f32..3.0, dropout in 0.0_f32..1.0,
    ) {
        words.push("abcdefghi".to_owned());
        let config = Config { dropout, tellers_per_product: 8.0, ..plain(ridge) };
        let regression = Regression::of(&lesson(&histories(&words.join(" "))), &config);
        let links = near::links(&regression, &config, &|| false).unwrap();
        check_formula(&Ease { config, links }, &words)?;
    }
}

fn check_formula(model: &Ease, words: &[String]) -> Result<(), TestCaseError> {
    let links = by_the_formula(words, &model.config);
    for own in ["a", "bc", "aei"] {
        let found = scores(model, own, links.len());
        for (product, found) in found.into_iter().enumerate() {
            let of = |it: u8| links.get(usize::from(it - b'a')).map_or(0.0, |row| row[product]);
            let expected = own.bytes().map(of).sum::<f64>().max(0.0);
            prop_assert!((f64::from(found) - expected).abs() < 1e-3, "{found} {expected}");
        }
    }
    Ok(())
}
