//! What is promised of the graph walk, beside what is promised of all that answer by links.

use expect_test::expect;
use proptest::prelude::*;

use super::{Config, GraphWalk, KNOBS, TRAINED};
use crate::links::suite::{
    answer, any_words, check_kind, check_values, histories, lesson, scores, table,
};

fn walk(step_exponent: f32, popularity_exponent: f32) -> Config {
    Config { step_exponent, popularity_exponent, ..Config::default() }
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
#[should_panic(expected = "links_per_product is out of range")]
fn no_links_are_refused() {
    let config = Config { links_per_product: 0.0, ..Config::default() };
    drop(GraphWalk::fit(&lesson(&histories("ab")), &config));
}

#[test]
fn a_walk_by_chance_ends_where_the_chances_say() {
    // From a: to one of two shoppers; back to a by a half or a third, on to b, or to c or d.
    let model = GraphWalk::fit(&lesson(&histories("ab acd d")), &walk(1.0, 0.0)).unwrap();
    expect![[r#"
        b 0.250 because of a
        c 0.167 because of a
        d 0.167 because of a
    "#]]
    .assert_eq(&table(&answer(&model, "a")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn links_are_those_of_the_formula(
        words in any_words(), step in 0.0_f32..2.0, popularity in 0.0_f32..1.0,
    ) {
        let histories = histories(&words.join(" "));
        let n_products = histories.n_products();
        let model = GraphWalk::fit(&lesson(&histories), &walk(step, popularity)).unwrap();
        let own = words[0].as_bytes()[0];
        let has = |word: &str, product: usize| word.bytes().any(|it| usize::from(it - b'a') == product);
        let n_of = |product: usize| words.iter().filter(|it| has(it, product)).count() as f32;
        let q = usize::from(own - b'a');
        let found = scores(&model, &char::from(own).to_string(), n_products);
        for p in (0..n_products).filter(|p| *p != q) {
            let both = words.iter().filter(|it| has(it, q) && has(it, p));
            let ways: f32 = both.map(|it| (it.len() as f32 * n_of(q)).powf(-step)).sum();
            let expected = if ways > 0.0 { ways / n_of(p).powf(popularity) } else { 0.0 };
            prop_assert!((found[p] - expected).abs() < 1e-4, "{p}: {} {expected}", found[p]);
        }
    }
}
