//! What is promised of buying again, through its published interface.

use std::num::{NonZeroU16, NonZeroU32};

use domain::{ProductIdx, Span, Timestamp};
use features::{Action, Interaction, habits_of};
use proptest::prelude::*;

use super::{BuyAgain, Config, KNOBS};
use crate::conformance::check_candidate_generator;
use crate::{Candidate, CandidateGenerator, Context};

fn day(n: i64) -> Timestamp {
    Timestamp::default().plus(Span::DAY.times(n))
}

fn act(product: u32, action: Action, at: i64) -> Interaction {
    Interaction::new(ProductIdx::new(product), action, day(at), NonZeroU16::MIN)
}

fn ordered(product: u32, at: i64) -> Interaction {
    act(product, Action::Ordered, at)
}

fn answer(generator: BuyAgain, acts: &[Interaction], now: i64) -> Vec<Candidate> {
    let past = habits_of(acts);
    let mut out = Vec::new();
    let context = Context { past: &past, ..Context::at(day(now)) };
    generator.generate(&context, NonZeroU32::MAX, &mut out);
    out
}

#[track_caller]
fn check(generator: BuyAgain, acts: &[Interaction], expected: &[u32]) {
    let found: Vec<u32> = answer(generator, acts, 100).iter().map(|it| it.product.get()).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_most_frequent_stands_first_and_of_equals_the_latest() {
    let acts =
        [ordered(1, 0), ordered(2, 1), ordered(3, 2), ordered(1, 3), ordered(2, 4), ordered(4, 99)];
    check(BuyAgain::most_frequent(), &acts, &[2, 1, 4, 3]);
}

#[test]
fn the_most_frequent_looks_at_orders_only() {
    check(BuyAgain::most_frequent(), &[act(1, Action::Viewed, 9), ordered(2, 1)], &[2]);
}

#[test]
fn what_was_bought_lately_overtakes_what_was_bought_twice_long_ago() {
    let acts = [ordered(1, 0), ordered(1, 1), ordered(2, 99)];
    let config = Config { half_life_days: 30.0, ..Config::default() };
    check(BuyAgain::new(config), &acts, &[2, 1]);
    check(BuyAgain::new(Config { half_life_days: 10_000.0, ..config }), &acts, &[1, 2]);
}

#[test]
fn the_score_is_the_formula() {
    let config = Config { half_life_days: 50.0, count_exponent: 0.5, touch_weight: 0.5 };
    let acts =
        [ordered(1, 10), ordered(1, 20), act(1, Action::Viewed, 30), act(1, Action::Added, 50)];
    let [it] = answer(BuyAgain::new(config), &acts, 100)[..] else { panic!("one product") };
    assert!((it.score - 3_f32.sqrt() / 2.0).abs() < 1e-6, "{it:?}");
    assert_eq!(it.evidence, Some(it.product));
}

#[test]
fn both_forms_keep_the_contract() {
    check_candidate_generator(&BuyAgain::most_frequent(), 60, day(1_000));
    check_candidate_generator(&BuyAgain::new(Config::default()), 60, day(1_000));
}

#[test]
fn defaults_lie_within_their_ranges_and_come_back_from_their_values() {
    for knob in &KNOBS {
        assert!((knob.range.0..=knob.range.1).contains(&knob.default), "{}", knob.name);
    }
    let config = Config { half_life_days: 7.0, count_exponent: 0.5, touch_weight: 0.25 };
    assert_eq!(Config::from_values(&config.values()), config);
}

proptest! {
    #[test]
    fn without_fading_and_touches_both_forms_put_the_same_counts_first(
        acts in prop::collection::vec((0..20_u32, 0..100_i64), 1..80),
    ) {
        let acts: Vec<Interaction> = acts.into_iter().map(|(product, at)| ordered(product, at)).collect();
        let config = Config { half_life_days: 10_000.0, count_exponent: 1.0, touch_weight: 0.0 };
        let counts = |generator| -> Vec<u32> {
            let past = habits_of(&acts);
            let n = |product| past.iter().find(|it| it.product() == product).unwrap().orders().unwrap().n;
            answer(generator, &acts, 100).iter().map(|it| n(it.product).into()).collect()
        };
        prop_assert_eq!(counts(BuyAgain::most_frequent()), counts(BuyAgain::new(config)));
    }
}
