//! What is promised of content, through its published interface.

use std::num::{NonZeroU16, NonZeroU32};

use domain::{ProductIdx, Span, Timestamp};
use features::{
    Action, Histories, Interaction, ProductFact, ProductFacts, SnapshotError, TraitKind, habits_of,
};
use proptest::prelude::*;

use super::{Config, Content, KNOBS};
use crate::conformance::check_candidate_generator;
use crate::{Candidate, CandidateGenerator, Context, Eligible, FitError, Lesson, Touch};

const UNTIL: i64 = 100;

fn day(n: i64) -> Timestamp {
    Timestamp::default().plus(Span::DAY.times(n))
}

fn act(product: u32, at: i64) -> Interaction {
    Interaction::new(ProductIdx::new(product), Action::Ordered, day(at), NonZeroU16::MIN)
}

fn number(letter: u8) -> u32 {
    u32::from(letter - b'a')
}

/// One shopper a word, one letter an order, all on the last day.
fn histories(text: &str) -> Histories {
    let mut histories = Histories::new();
    for word in text.split_whitespace() {
        histories.push_shopper(word.bytes().map(|it| act(number(it), UNTIL)));
    }
    histories
}

/// One product a line, the first being `a`: its words, then after a bar its traits.
fn facts(text: &str) -> ProductFacts {
    let mut facts = ProductFacts::new();
    for line in text.lines().map(str::trim).filter(|it| !it.is_empty()) {
        let (words, traits) = line.split_once('|').unwrap_or((line, ""));
        let traits =
            traits.split_whitespace().map(|it| (TraitKind::Attribute, it.to_owned())).collect();
        facts.push(ProductFact { text: words.trim().to_owned(), traits, ..ProductFact::default() });
    }
    facts
}

/// Lanterns and bottles; `c` and `f` are new.
const SHOP: &str = "
    white metal lantern | light metal
    red metal lantern   | light metal
    glass lantern       | light
    hot water bottle    | warm knitted
    knitted bottle      | warm knitted
    union flag bottle   | warm";

fn fit(histories: &Histories, facts: &ProductFacts, values: &[f64]) -> Content {
    let lesson = Lesson { products: facts, ..Lesson::of(histories, day(UNTIL)) };
    Content::fit(&lesson, &Config::from_values(values)).unwrap()
}

fn shop() -> Content {
    fit(&histories("ab ab de de"), &facts(SHOP), &[])
}

fn answer_at(model: &Content, context: &Context<'_>) -> Vec<Candidate> {
    let mut out = Vec::new();
    model.generate(context, NonZeroU32::MAX, &mut out);
    out
}

fn answer(model: &Content, past: &str) -> Vec<Candidate> {
    let past: Vec<Interaction> = past.bytes().map(|it| act(number(it), UNTIL)).collect();
    answer_at(model, &Context { past: &habits_of(&past), ..Context::at(day(UNTIL)) })
}

fn letters(answer: &[Candidate]) -> String {
    let letter = |it: &Candidate| char::from(b'a' + u8::try_from(it.product.get()).unwrap());
    answer.iter().map(letter).collect()
}

#[test]
fn what_is_like_what_a_shopper_has_is_proposed_also_if_nobody_touched_it() {
    let model = shop();
    assert!(letters(&answer(&model, "a")).starts_with("bc"));
    assert!(letters(&answer(&model, "d")).starts_with("ef"));
    let own = answer(&model, "ab");
    assert!(own.iter().all(|it| it.product.get() > 1), "one's own are not proposed: {own:?}");
    assert_eq!(answer(&model, ""), []);
}

#[test]
fn a_candidate_rests_on_what_it_is_most_like() {
    let model = shop();
    for it in answer(&model, "ad") {
        let expected = if it.product.get() < 3 { 0 } else { 3 };
        assert_eq!(it.evidence, Some(ProductIdx::new(expected)), "{it:?}");
    }
}

#[test]
fn the_product_on_the_page_weighs_as_much_as_all_that_a_shopper_has() {
    let model = shop();
    let anchors = [ProductIdx::new(3)];
    let alone = Context { anchors: &anchors, ..Context::at(day(UNTIL)) };
    assert!(letters(&answer_at(&model, &alone)).starts_with("ef"));
    let past = habits_of(&[act(0, UNTIL), act(1, UNTIL)]);
    let both = answer_at(&model, &Context { past: &past, ..alone });
    assert_eq!(both.len(), 3, "{both:?}");
    let likeness = |own, to| model.likeness(ProductIdx::new(own), to).unwrap();
    for it in both {
        let of_past = (likeness(0, it.product) + likeness(1, it.product)) / 2.0;
        let plain = (of_past + likeness(3, it.product)) / 2.0;
        assert!((it.score - plain).abs() < 1e-5, "{it:?} instead of {plain}");
    }
}

#[test]
fn the_visit_counts_as_touched_once_now_and_old_habits_fade() {
    let model = shop();
    let visit = [Touch { product: ProductIdx::new(3), time: day(UNTIL) }; 2];
    let visiting = answer_at(&model, &Context { visit: &visit, ..Context::at(day(UNTIL)) });
    let viewed = Interaction::new(ProductIdx::new(3), Action::Viewed, day(UNTIL), NonZeroU16::MIN);
    let past = habits_of(&[viewed]);
    let before = answer_at(&model, &Context { past: &past, ..Context::at(day(UNTIL)) });
    assert_eq!(visiting, before);

    let past = habits_of(&[act(0, UNTIL - 1_000), act(3, UNTIL)]);
    let faded = answer_at(&model, &Context { past: &past, ..Context::at(day(UNTIL)) });
    assert!(letters(&faded).starts_with('e'), "{faded:?}");
}

#[test]
fn tastes_tie_together_what_is_said_in_other_words() {
    // Whoever has lanterns has knitted things, but for the shopper who asks; nobody has `c` or `e`.
    let histories = histories("abd abd abd abd abd ab fg fg fg fg fg");
    let facts = facts(
        "
        lantern | light
        lantern | light
        lantern | light
        bottle  | knitted
        bottle  | knitted
        garden  | outdoor
        garden  | outdoor",
    );
    let without = fit(&histories, &facts, &[64.0, 1.0, 0.0, 0.0]);
    let with = fit(&histories, &facts, &[64.0, 1.0, 0.0, 4.0, 1.0]);
    let near = |model: &Content, a: u8, b: u8| {
        let of = |letter| ProductIdx::new(number(letter));
        model.likeness(of(a), of(b)).unwrap()
    };
    let gain = near(&with, b'c', b'e') - near(&without, b'c', b'e');
    let other = near(&with, b'c', b'g') - near(&without, b'c', b'g');
    assert!(gain > 0.1 && gain > other + 0.1, "{gain} beside {other}");
}

#[test]
fn where_nothing_is_said_or_there_is_no_room_there_is_no_model() {
    let histories = histories("ab");
    let silent = Content::fit(&Lesson::of(&histories, day(UNTIL)), &Config::default());
    assert!(matches!(silent, Err(FitError::NothingToLearn { .. })), "{silent:?}");
    let facts = facts(SHOP);
    let lesson = Lesson { products: &facts, ..Lesson::of(&histories, day(UNTIL)) };
    let small = Content::fit(&Lesson { memory_bytes_max: 100, ..lesson }, &Config::default());
    assert!(matches!(small, Err(FitError::TooLarge { allowed: 100, .. })), "{small:?}");
    let stopped = Content::fit(&Lesson { is_stopped: &|| true, ..lesson }, &Config::default());
    assert_eq!(stopped, Err(FitError::Stopped));
}

#[test]
fn new_products_are_proposed_although_nobody_ever_did_anything() {
    let model = fit(&Histories::new(), &facts(SHOP), &[]);
    assert_eq!(model.n_products(), 6);
    assert!(letters(&answer(&model, "a")).starts_with('b'));
}

#[test]
fn what_is_not_eligible_takes_nobody_s_place() {
    let model = shop();
    let past = habits_of(&[act(0, UNTIL)]);
    let eligible = Eligible::Only(&[0b100]);
    let context = Context { past: &past, eligible, ..Context::at(day(UNTIL)) };
    assert_eq!(letters(&answer_at(&model, &context)), "c");
}

#[test]
fn values_of_knobs_and_the_configuration_are_one() {
    let values = Config::default().values();
    assert_eq!(Config::from_values(&values), Config::default());
    for (at, knob) in KNOBS.iter().enumerate() {
        assert!((knob.range.0..=knob.range.1).contains(&knob.default), "{}", knob.name);
        let mut turned = values;
        turned[at] = knob.range.1;
        let back = Config::from_values(&turned).values();
        assert!((back[at] - knob.range.1).abs() < 1e-3 * knob.range.1, "{}", knob.name);
    }
}

#[test]
fn a_newer_format_is_refused() {
    let mut bytes = encoded(&shop());
    bytes[0] = 2;
    let refused = Content::decode(&bytes, &same_numbers(6));
    assert!(matches!(refused, Err(SnapshotError::Newer { found: 2, .. })), "{refused:?}");
}

#[test]
fn products_are_renumbered_and_those_that_are_gone_are_left_out() {
    let model = shop();
    // a became 9, b is gone.
    let mut today = same_numbers(6);
    (today[0], today[1]) = (Some(ProductIdx::new(9)), None);
    let restored = Content::decode(&encoded(&model), &today).unwrap();
    assert_eq!(restored.n_products(), 5);
    let scores = |answer: Vec<Candidate>| -> Vec<f32> {
        answer.iter().filter(|it| it.product.get() != 1).map(|it| it.score).collect()
    };
    assert_eq!(scores(answer(&restored, "j")), scores(answer(&model, "a")));
}

fn encoded(model: &Content) -> Vec<u8> {
    let mut bytes = Vec::new();
    model.encode(&mut bytes);
    bytes
}

fn same_numbers(n: usize) -> Vec<Option<ProductIdx>> {
    (0..n).map(|it| Some(ProductIdx::new(u32::try_from(it).unwrap()))).collect()
}

/// Shoppers of forty products, and what is said of fifty, of some nothing.
fn any_shop() -> impl Strategy<Value = (Histories, ProductFacts)> {
    let acts = prop::collection::vec((0..40_u32, 0..UNTIL), 0..20);
    let histories = prop::collection::vec(acts, 1..20).prop_map(|shoppers| {
        let mut histories = Histories::new();
        for acts in shoppers {
            histories.push_shopper(acts.into_iter().map(|(it, at)| act(it, at)));
        }
        histories
    });
    let fact =
        ("[a-c]{2} [a-c]{2}", prop::collection::vec("[xyz]", 0..3), prop::option::of(0.0_f32..9.0));
    let facts = prop::collection::vec(prop::option::weighted(0.9, fact), 50).prop_map(|all| {
        let mut facts = ProductFacts::new();
        for fact in all {
            facts.push(fact.map_or_else(ProductFact::default, |(text, traits, price)| {
                let traits = traits.into_iter().map(|it| (TraitKind::Brand, it)).collect();
                ProductFact { text, traits, price, came: None }
            }));
        }
        facts
    });
    (histories, facts)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn the_contract_is_kept_whatever_was_learned((histories, facts) in any_shop()) {
        check_candidate_generator(&fit(&histories, &facts, &[16.0]), 50, day(UNTIL));
    }

    #[test]
    fn a_score_is_the_weighed_mean_of_likenesses((histories, facts) in any_shop()) {
        let model = fit(&histories, &facts, &[]);
        let past = habits_of(&[act(1, UNTIL), act(2, UNTIL - 90), act(3, UNTIL - 45)]);
        let known = |it: u32| model.likeness(ProductIdx::new(it), ProductIdx::new(it)).is_some();
        let own: Vec<(u32, f32)> = [(1, 1.0), (2, 0.5), (3, 0.5_f32.sqrt())].into_iter().filter(|it| known(it.0)).collect();
        let sum: f32 = own.iter().map(|it| it.1).sum();
        for it in answer_at(&model, &Context { past: &past, ..Context::at(day(UNTIL)) }) {
            let likeness = |own: u32| model.likeness(ProductIdx::new(own), it.product).unwrap();
            let plain: f32 = own.iter().map(|&(own, weight)| weight * likeness(own) / sum).sum();
            prop_assert!((it.score - plain).abs() < 1e-4, "{} instead of {plain}", it.score);
        }
    }

    #[test]
    fn any_number_of_threads_learns_the_same((histories, facts) in any_shop()) {
        let on = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            encoded(&pool.install(|| fit(&histories, &facts, &[])))
        };
        prop_assert_eq!(on(1), on(3));
    }

    #[test]
    fn what_is_restored_is_the_same_and_damaged_bytes_do_no_harm(
        (histories, facts) in any_shop(), at: prop::sample::Index, byte: u8,
    ) {
        let model = fit(&histories, &facts, &[16.0]);
        let mut bytes = encoded(&model);
        let restored = Content::decode(&bytes, &same_numbers(50)).unwrap();
        prop_assert_eq!(&restored, &model);
        prop_assert_eq!(encoded(&restored), bytes.clone());
        let at = at.index(bytes.len());
        prop_assert!(Content::decode(&bytes[..at], &same_numbers(50)).is_err());
        prop_assert!(Content::decode(&bytes, &same_numbers(51)).is_err());
        bytes[at] = byte;
        if let Ok(read) = Content::decode(&bytes, &same_numbers(50)) {
            answer(&read, "abcdefg");
        }
    }
}
