//! What is promised of user neighbors, beside what is promised of all that are trained.

use expect_test::expect;
use proptest::prelude::*;

use super::{Config, KNOBS, TRAINED, UserNeighbors};
use crate::links::suite::{
    answer, any_words, check_kind, check_values, histories, lesson, scores, table,
};

/// The plain cosine, of which every neighbor says as much as it is alike.
fn cosine() -> Config {
    Config {
        popularity_exponent: 0.0,
        length_exponent: 0.5,
        shrinkage: 0.000_1,
        sharpness: 1.0,
        restore_exponent: 0.0,
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
#[should_panic(expected = "neighbors is out of range")]
fn no_neighbors_are_refused() {
    let config = Config { neighbors: 0.0, ..Config::default() };
    drop(UserNeighbors::fit(&lesson(&histories("ab")), &config));
}

#[test]
fn evidence_is_what_the_shopper_shares_with_those_who_have_it() {
    let model = UserNeighbors::fit(&lesson(&histories("abx bcx cy d")), &cosine()).unwrap();
    assert_eq!(model.n_shoppers(), 3);
    expect![[r#"
        c 0.690 because of c
        b 0.620 because of a
        x 0.620 because of a
        y 0.380 because of c
        a 0.310 because of a
    "#]]
    .assert_eq(&table(&answer(&model, "ac")));
}

#[test]
fn only_the_most_alike_are_asked() {
    let config = Config { neighbors: 1.0, ..cosine() };
    let model = UserNeighbors::fit(&lesson(&histories("abx acy")), &config).unwrap();
    let proposed: Vec<u32> = answer(&model, "ab").iter().map(|it| it.product.get()).collect();
    assert_eq!(proposed, [0, 1, 23]);
}

#[test]
fn of_a_product_s_shoppers_those_are_kept_to_whom_it_matters_most() {
    let config = Config { shoppers_per_product: 1.0, ..cosine() };
    let model = UserNeighbors::fit(&lesson(&histories("abcdefgx ay abcdefgz")), &config).unwrap();
    let proposed: Vec<u32> = answer(&model, "a").iter().map(|it| it.product.get()).collect();
    assert_eq!(proposed, [0, 24]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn without_any_refinement_it_is_the_cosine(words in any_words()) {
        let histories = histories(&words.join(" "));
        let n_products = histories.n_products();
        let shoppers: Vec<&String> = words.iter().filter(|it| it.len() > 1).collect();
        prop_assume!(!shoppers.is_empty());
        let model = UserNeighbors::fit(&lesson(&histories), &cosine()).unwrap();
        let own = &words[0];
        let alike = |it: &str| {
            let n_both = it.bytes().filter(|it| own.bytes().any(|own| own == *it)).count();
            n_both as f32 / (it.len() as f32).sqrt()
        };
        let all: f32 = shoppers.iter().map(|it| alike(it)).sum();
        let found = scores(&model, own, n_products);
        for (product, found) in (b'a'..).zip(found) {
            let has = shoppers.iter().filter(|it| it.bytes().any(|it| it == product));
            let sum: f32 = has.map(|it| alike(it)).sum();
            let expected = if all > 0.0 { sum / all } else { 0.0 };
            prop_assert!((found - expected).abs() < 1e-3, "{product}: {found} {expected}");
        }
    }
}
