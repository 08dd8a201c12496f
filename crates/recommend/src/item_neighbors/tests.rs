//! What is promised of item neighbors, through their published interface.

use std::num::{NonZeroU16, NonZeroU32};

use domain::{ProductIdx, Span, Timestamp};
use expect_test::{Expect, expect};
use features::{Action, Histories, Interaction, SnapshotError, habits_of};
use proptest::prelude::*;

use super::{Config, ItemNeighbors, KNOBS, Limits, Weights};
use crate::conformance::check_candidate_generator;
use crate::{Candidate, CandidateGenerator, Context, Eligible, Lesson, Touch};

const UNTIL: i64 = 100;

fn day(n: i64) -> Timestamp {
    Timestamp::default().plus(Span::DAY.times(n))
}

fn ordered(product: u32, at: i64) -> Interaction {
    Interaction::new(ProductIdx::new(product), Action::Ordered, day(at), NonZeroU16::MIN)
}

/// One shopper a word, one letter an order: the last on the last day, the others each a day before.
fn histories(text: &str) -> Histories {
    let mut histories = Histories::new();
    for word in text.split_whitespace() {
        histories.push_shopper(acts(word));
    }
    histories
}

fn acts(word: &str) -> Vec<Interaction> {
    let days_ago = (1..=word.len() as i64).rev();
    word.bytes().zip(days_ago).map(|(it, ago)| ordered(number(it), UNTIL - ago)).collect()
}

fn number(letter: u8) -> u32 {
    u32::from(letter - b'a')
}

/// The plain cosine: nothing fades, repeats or is shrunk, popularity decides among equals only.
fn plain() -> Config {
    let weights = Weights {
        half_life_days: 1e9,
        count_exponent: 0.0,
        touch_weight: 0.0,
        repeat_exponent: 0.0,
        neighbor_weight: 1.0,
        spread: 0.0,
        popularity_weight: 0.0,
        popularity_half_life_days: 1e9,
        fit_half_life_days: 1e9,
        fit_count_exponent: 0.0,
        length_exponent: 0.0,
        balance: 0.5,
        shrinkage: 0.0,
        saturation: 0.0,
        length_share: 0.0,
        idf_exponent: 0.0,
    };
    Config { weights, ..Config::default() }
}

fn with(change: impl FnOnce(&mut Weights)) -> Config {
    let mut config = plain();
    change(&mut config.weights);
    config
}

fn answer(model: &ItemNeighbors, past: &str) -> Vec<Candidate> {
    let past = habits_of(&acts(past));
    let mut out = Vec::new();
    let context = Context { past: &past, ..Context::at(day(UNTIL)) };
    model.generate(&context, NonZeroU32::MAX, &mut out);
    out
}

fn table(candidates: &[Candidate]) -> String {
    let letter = |it: ProductIdx| char::from(b'a' + u8::try_from(it.get()).unwrap());
    let line = |it: &Candidate| {
        let because = it.evidence.map_or('-', letter);
        format!("{} {:.3} because of {because}\n", letter(it.product), it.score)
    };
    candidates.iter().map(line).collect()
}

/// Learns what `everybody` ordered and asks for one who ordered `past`.
#[track_caller]
fn check(config: &Config, everybody: &str, past: &str, expect: Expect) {
    let model = fit(&histories(everybody), config);
    expect.assert_eq(&table(&answer(&model, past)));
}

#[test]
fn without_any_refinement_it_is_the_cosine() {
    // a: 3 shoppers, b: 2, c: 1, d: 2. cos(a, b) = 2/√6, cos(a, c) = 1/√3, cos(a, d) = 1/√6.
    check(
        &plain(),
        "ab ab acd d",
        "a",
        expect![[r#"
            a 1.000 because of a
            b 0.816 because of a
            c 0.577 because of a
            d 0.408 because of a
        "#]],
    );
}

#[test]
fn neighbors_of_several_products_add_up() {
    check(
        &plain(),
        "ac bc b",
        "ab",
        expect![[r#"
            c 1.207 because of a
            a 1.000 because of a
            b 1.000 because of b
        "#]],
    );
}

#[test]
fn a_fading_past_counts_less_than_what_was_bought_yesterday() {
    check(
        &with(|it| it.half_life_days = 1.0),
        "ax by",
        "ab",
        expect![[r#"
            b 1.000 because of b
            y 1.000 because of b
            a 0.500 because of a
            x 0.500 because of a
        "#]],
    );
}

#[test]
fn what_people_buy_again_is_favored_among_the_shopper_s_own() {
    // Two of a's three shoppers had it again, none of b's four, two of eight overall; five shoppers of
    // the usual kind beside: (2 + 5/4) / (3 + 5) / (1/4) and (0 + 5/4) / (4 + 5) / (1/4).
    check(
        &with(|it| {
            it.repeat_exponent = 1.0;
            it.neighbor_weight = 0.0;
        }),
        "aaab aab ab cb",
        "ab",
        expect![[r#"
            a 1.625 because of a
            b 0.556 because of b
        "#]],
    );
}

#[test]
fn nobody_in_particular_is_answered_with_what_is_popular() {
    check(
        &with(|it| it.popularity_weight = 0.5),
        "ab ab acd d d d",
        "",
        expect![[r#"
            d 0.500 because of -
            a 0.375 because of -
            b 0.250 because of -
            c 0.125 because of -
        "#]],
    );
}

#[test]
fn shrinkage_and_length_keep_rare_pairs_and_hoarders_behind() {
    let nearness = |config: &Config| -> Vec<f32> {
        let model = fit(&histories("ab acdefg"), config);
        let found = answer(&model, "a");
        let score = |product| found.iter().find(|it| it.product.get() == product).unwrap().score;
        vec![score(1), score(2)]
    };
    let [plain_b, plain_c] = nearness(&plain())[..] else { unreachable!() };
    assert!((plain_b - plain_c).abs() < 1e-6);
    let [shrunk_b, _] = nearness(&with(|it| it.shrinkage = 1.0))[..] else { unreachable!() };
    assert!(shrunk_b < plain_b);
    let [b, c] = nearness(&with(|it| it.length_exponent = 1.0))[..] else { unreachable!() };
    assert!(b > c);
}

#[test]
fn the_visit_s_products_count_as_touched_once() {
    let model = fit(&histories("ax ax by"), &with(|it| it.touch_weight = 1.0));
    let visit = [Touch { product: ProductIdx::new(0), time: day(UNTIL) }];
    let mut out = Vec::new();
    let context = Context { visit: &visit, ..Context::at(day(UNTIL)) };
    model.generate(&context, NonZeroU32::MAX, &mut out);
    assert_eq!(table(&out), table(&answer(&model, "a")));
}

#[test]
fn only_the_nearest_neighbors_are_kept() {
    let limits = Limits { neighbors_per_product: 2 };
    let config = Config { limits, ..plain() };
    let model = fit(&histories("abcdefgh abcd abc"), &config);
    assert_eq!((model.n_products(), model.n_neighbors()), (8, 16));
    let products: Vec<u32> = answer(&model, "a").iter().map(|it| it.product.get()).collect();
    assert_eq!(products, [0, 1, 2]);
}

#[test]
fn nothing_learned_proposes_nothing() {
    let model = fit(&Histories::new(), &Config::default());
    assert_eq!(answer(&model, "abc"), []);
}

#[test]
fn an_ineligible_product_teaches_and_is_not_proposed() {
    let model = fit(&histories("ab"), &plain());
    let past = habits_of(&acts("a"));
    let mut out = Vec::new();
    let eligible = Eligible::Only(&[0b10]);
    let context = Context { past: &past, eligible, ..Context::at(day(UNTIL)) };
    model.generate(&context, NonZeroU32::MAX, &mut out);
    assert_eq!(table(&out), "b 1.000 because of a\n");
}

#[test]
#[should_panic(expected = "a half-life is not above 0")]
fn a_half_life_of_nothing_is_refused() {
    let config = with(|it| it.half_life_days = 0.0);
    drop(fit(&Histories::new(), &config));
}

#[test]
fn values_go_into_the_weights_they_are_named_for_and_come_back() {
    let values: Vec<f64> = KNOBS.iter().map(|it| it.default).collect();
    let told = Config::from_values(&values);
    assert_eq!(told, Config::default());
    for (at, knob) in KNOBS.iter().enumerate() {
        assert!((knob.range.0..=knob.range.1).contains(&knob.default), "{}", knob.name);
        let mut turned = values.clone();
        turned[at] = knob.range.1;
        let back = Config::from_values(&turned).values();
        assert!((back[at] - knob.range.1).abs() < 1e-3 * knob.range.1, "{}", knob.name);
    }
    assert!((Config::from_values(&[7.0]).weights.half_life_days - 7.0).abs() < 1e-6);
    assert!((told.weights.shrinkage - 1.0).abs() < 1e-6);
}

fn any_histories() -> impl Strategy<Value = Histories> {
    let act = (0..40_u32, 0..UNTIL, prop::sample::select(Action::ALL.to_vec()));
    let shopper = prop::collection::vec(act, 0..25);
    prop::collection::vec(shopper, 1..30).prop_map(|shoppers| {
        let mut histories = Histories::new();
        for acts in shoppers {
            histories.push_shopper(acts.into_iter().map(|(product, at, action)| {
                Interaction::new(ProductIdx::new(product), action, day(at), NonZeroU16::MIN)
            }));
        }
        histories
    })
}

fn fit(histories: &Histories, config: &Config) -> ItemNeighbors {
    ItemNeighbors::fit(&Lesson::of(histories, day(UNTIL)), config).unwrap()
}

fn fit_by_default(histories: &Histories) -> ItemNeighbors {
    fit(histories, &Config::default())
}

fn encoded(model: &ItemNeighbors) -> Vec<u8> {
    let mut bytes = Vec::new();
    model.encode(&mut bytes);
    bytes
}

fn same_numbers(n: usize) -> Vec<Option<ProductIdx>> {
    (0..n).map(|it| Some(ProductIdx::new(u32::try_from(it).unwrap()))).collect()
}

#[test]
fn a_newer_format_is_refused() {
    let mut bytes = encoded(&fit_by_default(&histories("ab")));
    bytes[0] = 3;
    let refused = ItemNeighbors::decode(&bytes, &same_numbers(2));
    assert!(matches!(refused, Err(SnapshotError::Newer { found: 3, .. })), "{refused:?}");
}

#[test]
fn an_earlier_format_is_read_as_it_was() {
    let model = fit_by_default(&histories("abc ac a"));
    let bytes = encoded(&model);
    // Format, neighbors a product, and the weights there have always been; then three more.
    let (n_before, n_after) = (1 + 4 + 13 * 4, 1 + 4 + KNOBS.len() * 4);
    let earlier = [&[1], &bytes[1..n_before], &bytes[n_after..]].concat();
    assert_eq!(ItemNeighbors::decode(&earlier, &same_numbers(3)).unwrap(), model);
}

#[test]
fn weights_of_texts_prefer_what_is_had_by_few_products_shoppers() {
    let nearness = |config: &Config| {
        let model = fit(&histories("ab acdefg"), config);
        let found = answer(&model, "a");
        let score = |product| found.iter().find(|it| it.product.get() == product).unwrap().score;
        score(1) / score(2)
    };
    assert!((nearness(&plain()) - 1.0).abs() < 1e-6);
    assert!(nearness(&with(|it| it.idf_exponent = 1.0)) > 1.1);
}

#[test]
fn products_are_renumbered_and_those_that_are_gone_are_left_out() {
    let model = fit(&histories("abc ac a"), &plain());
    // a became 7, b is gone, c became 0.
    let today = [Some(ProductIdx::new(7)), None, Some(ProductIdx::new(0))];
    let restored = ItemNeighbors::decode(&encoded(&model), &today).unwrap();
    expect![[r#"
        h 1.000 because of h
        a 0.816 because of h
    "#]]
    .assert_eq(&table(&answer(&restored, "h")));
    assert_eq!(restored.n_products(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_contract_is_kept_whatever_was_learned(histories in any_histories()) {
        prop_assume!(histories.iter().flatten().any(|it| it.action() > Action::Removed));
        check_candidate_generator(&fit_by_default(&histories), 40, day(UNTIL));
    }

    #[test]
    fn any_number_of_threads_learns_the_same(histories in any_histories()) {
        let on = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            encoded(&pool.install(|| fit_by_default(&histories)))
        };
        prop_assert_eq!(on(1), on(3));
    }

    #[test]
    fn what_is_restored_is_the_same(histories in any_histories()) {
        let model = fit_by_default(&histories);
        let bytes = encoded(&model);
        let restored = ItemNeighbors::decode(&bytes, &same_numbers(histories.n_products())).unwrap();
        prop_assert_eq!(&restored, &model);
        prop_assert_eq!(encoded(&restored), bytes);
    }

    #[test]
    fn damaged_bytes_are_refused_or_at_least_harmless(
        histories in any_histories(), at: prop::sample::Index, byte: u8,
    ) {
        let n = histories.n_products();
        let mut bytes = encoded(&fit_by_default(&histories));
        let at = at.index(bytes.len());
        prop_assert!(ItemNeighbors::decode(&bytes[..at], &same_numbers(n)).is_err());
        prop_assert!(ItemNeighbors::decode(&bytes, &same_numbers(n + 1)).is_err());
        bytes[at] = byte;
        if let Ok(read) = ItemNeighbors::decode(&bytes, &same_numbers(n)) {
            answer(&read, "abcdefg");
        }
    }
}
