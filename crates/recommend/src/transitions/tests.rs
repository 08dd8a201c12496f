//! What is promised of transitions, through their published interface.

use std::num::{NonZeroU16, NonZeroU32};

use domain::{ProductIdx, Span, Timestamp};
use expect_test::{Expect, expect};
use features::{Action, Histories, Interaction, SnapshotError, habits_of};
use proptest::prelude::*;

use super::{Config, KNOBS, Transitions, Weights};
use crate::conformance::check_candidate_generator;
use crate::{Candidate, CandidateGenerator, Context, FitError, Lesson, Touch};

const UNTIL: i64 = 1_000;

fn minute(n: i64) -> Timestamp {
    Timestamp::default().plus(Span::MINUTE.times(n))
}

fn viewed(product: u32, at: i64) -> Interaction {
    Interaction::new(ProductIdx::new(product), Action::Viewed, minute(at), NonZeroU16::MIN)
}

/// One shopper a word, one letter a view, a minute apart.
fn histories(text: &str) -> Histories {
    let mut histories = Histories::new();
    for word in text.split_whitespace() {
        histories.push_shopper(acts(word));
    }
    histories
}

fn acts(word: &str) -> Vec<Interaction> {
    let at = |left: usize| UNTIL - i64::try_from(word.len() - left).unwrap();
    word.bytes().enumerate().map(|(n, it)| viewed(u32::from(it - b'a'), at(n))).collect()
}

/// Counts of what follows at once, undivided.
fn plain() -> Config {
    let weights = Weights {
        window: 1.0,
        forward_distance: 1.0,
        backward_distance: 1.0,
        backward_weight: 0.0,
        source_exponent: 0.0,
        target_exponent: 0.0,
        shrinkage: 0.0,
        half_life_days: 1e9,
        history_max: 1.0,
        history_distance: 1.0,
        own_weight: 0.0,
    };
    Config { weights, ..Config::default() }
}

fn with(change: impl FnOnce(&mut Weights)) -> Config {
    let mut config = plain();
    change(&mut config.weights);
    config
}

fn fit(histories: &Histories, config: &Config) -> Transitions {
    Transitions::fit(&Lesson::of(histories, minute(UNTIL)), config).unwrap()
}

fn answer(model: &Transitions, visit: &str) -> Vec<Candidate> {
    let touch = |it: Interaction| Touch { product: it.product(), time: it.time() };
    let visit: Vec<Touch> = acts(visit).into_iter().map(touch).collect();
    let mut out = Vec::new();
    let context = Context { visit: &visit, ..Context::at(minute(UNTIL)) };
    model.generate(&context, NonZeroU32::MAX, &mut out);
    out
}

/// Learns what `everybody` viewed and asks for one who viewed `visit`.
#[track_caller]
fn check(config: &Config, everybody: &str, visit: &str, expect: Expect) {
    let letter = |it: ProductIdx| char::from(b'a' + u8::try_from(it.get()).unwrap());
    let candidates = answer(&fit(&histories(everybody), config), visit);
    let line = |it: &Candidate| {
        let because = it.evidence.map_or('-', letter);
        format!("{} {:.3} because of {because}\n", letter(it.product), it.score)
    };
    expect.assert_eq(&candidates.iter().map(line).collect::<String>());
}

#[test]
fn what_follows_most_often_comes_first() {
    check(
        &plain(),
        "ab ab ac ba",
        "a",
        expect![[r#"
            b 2.000 because of a
            c 1.000 because of a
        "#]],
    );
}

#[test]
fn what_precedes_counts_as_much_as_it_is_told_to() {
    check(
        &with(|it| it.backward_weight = 0.5),
        "ab ab ca",
        "a",
        expect![[r#"
            b 2.000 because of a
            c 0.500 because of a
        "#]],
    );
}

#[test]
fn what_follows_later_counts_less() {
    check(
        &with(|it| it.window = 2.0),
        "abc",
        "a",
        expect![[r#"
            b 1.000 because of a
            c 0.368 because of a
        "#]],
    );
}

#[test]
fn the_last_act_counts_most_and_may_speak_for_itself() {
    let config = with(|it| (it.history_max, it.own_weight) = (2.0, 2.0));
    check(
        &config,
        "ab cd",
        "ac",
        expect![[r#"
            c 2.000 because of c
            d 1.000 because of c
            a 0.736 because of a
            b 0.368 because of a
        "#]],
    );
}

#[test]
fn what_everybody_goes_on_to_counts_less_where_it_is_told_to() {
    check(
        &with(|it| it.target_exponent = 1.0),
        "ax ax ab cx dx ex",
        "a",
        expect![[r#"
            b 1.000 because of a
            x 0.400 because of a
        "#]],
    );
}

#[test]
fn the_past_stands_before_the_visit_in_the_order_of_its_last_acts() {
    let model = fit(&histories("ab cd"), &with(|it| it.history_max = 2.0));
    let past = habits_of(&acts("ca"));
    let visit = [Touch { product: ProductIdx::new(2), time: minute(UNTIL) }];
    let mut out = Vec::new();
    let context = Context { past: &past, visit: &visit, ..Context::at(minute(UNTIL)) };
    model.generate(&context, NonZeroU32::MAX, &mut out);
    // c is of the visit, and so the last; a is before it.
    let products: Vec<u32> = out.iter().map(|it| it.product.get()).collect();
    assert_eq!(products, [3, 1]);
}

#[test]
fn what_is_too_much_or_given_up_is_no_model() {
    let histories = histories("ab");
    let lesson = Lesson::of(&histories, minute(UNTIL));
    let too_much = Lesson { memory_bytes_max: 31, ..lesson };
    let refused = Transitions::fit(&too_much, &plain());
    assert_eq!(refused, Err(FitError::TooLarge { needed: 32, allowed: 31 }));
    let stopped = Lesson { is_stopped: &|| true, ..lesson };
    assert_eq!(Transitions::fit(&stopped, &plain()), Err(FitError::Stopped));
}

#[test]
fn a_newer_format_is_refused() {
    let mut bytes = encoded(&fit(&histories("ab"), &plain()));
    bytes[0] = 2;
    let refused = Transitions::decode(&bytes, &same_numbers(2));
    assert!(matches!(refused, Err(SnapshotError::Newer { found: 2, .. })), "{refused:?}");
}

#[test]
fn searched_values_are_what_they_were() {
    let values: Vec<f64> = KNOBS.iter().map(|it| it.default).collect();
    let config = Config::from_values(&values);
    assert_eq!(config, Config::default());
    assert_eq!(Config::from_values(&config.values()), config);
}

fn encoded(model: &Transitions) -> Vec<u8> {
    let mut bytes = Vec::new();
    model.encode(&mut bytes);
    bytes
}

fn same_numbers(n: usize) -> Vec<Option<ProductIdx>> {
    (0..n).map(|it| Some(ProductIdx::new(u32::try_from(it).unwrap()))).collect()
}

fn any_histories() -> impl Strategy<Value = Histories> {
    let act = (0..30_u32, 0..UNTIL).prop_map(|(product, at)| viewed(product, at));
    prop::collection::vec(prop::collection::vec(act, 0..12), 1..20).prop_map(|shoppers| {
        let mut histories = Histories::new();
        shoppers.into_iter().for_each(|it| histories.push_shopper(it));
        histories
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_contract_is_kept_whatever_was_learned(histories in any_histories()) {
        prop_assume!(histories.iter().any(|it| it.len() > 1));
        check_candidate_generator(&fit(&histories, &Config::default()), 40, minute(UNTIL));
    }

    #[test]
    fn any_number_of_threads_learns_the_same(histories in any_histories()) {
        let on = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            encoded(&pool.install(|| fit(&histories, &Config::default())))
        };
        prop_assert_eq!(on(1), on(3));
    }

    #[test]
    fn what_is_restored_is_the_same(histories in any_histories()) {
        let model = fit(&histories, &Config::default());
        let bytes = encoded(&model);
        let restored = Transitions::decode(&bytes, &same_numbers(histories.n_products())).unwrap();
        prop_assert_eq!(&restored, &model);
        prop_assert_eq!(encoded(&restored), bytes);
    }

    #[test]
    fn damaged_bytes_are_refused_or_at_least_harmless(
        histories in any_histories(), at: prop::sample::Index, byte: u8,
    ) {
        let n = histories.n_products();
        let mut bytes = encoded(&fit(&histories, &Config::default()));
        let at = at.index(bytes.len());
        prop_assert!(Transitions::decode(&bytes[..at], &same_numbers(n)).is_err());
        prop_assert!(Transitions::decode(&bytes, &same_numbers(n + 1)).is_err());
        bytes[at] = byte;
        if let Ok(read) = Transitions::decode(&bytes, &same_numbers(n)) {
            answer(&read, "abcdefg");
        }
    }
}
