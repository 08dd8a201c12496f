//! What is promised of sequence networks, through their published interface.

use std::cell::Cell;
use std::num::{NonZeroU16, NonZeroU32};

use domain::{ProductIdx, Span, Timestamp};
use features::{Action, Histories, Interaction, SnapshotError, habits_of};
use proptest::prelude::*;

use super::{Config, Encoding, KNOBS, Learning, SequenceNetwork, Shape, Training};
use crate::conformance::check_candidate_generator;
use crate::{Candidate, CandidateGenerator, Context, Eligible, FitError, Lesson, Touch};

const UNTIL: i64 = 1_000;

fn at(minute: i64) -> Timestamp {
    Timestamp::default().plus(Span::MINUTE.times(minute))
}

fn viewed(product: u32, minute: i64) -> Interaction {
    Interaction::new(ProductIdx::new(product), Action::Viewed, at(minute), NonZeroU16::MIN)
}

/// One shopper a word, one letter a view, each word later than the one before.
fn histories(text: &str) -> Histories {
    let mut histories = Histories::new();
    for (shopper, word) in (0..).zip(text.split_whitespace()) {
        let views = (0..).zip(word.bytes());
        let views = views.map(|(minute, it)| viewed(u32::from(it - b'a'), 10 * shopper + minute));
        histories.push_shopper(views);
    }
    histories
}

fn small(encoding: Encoding) -> Config {
    let shape = Shape { encoding, width: 8, n_blocks: 1, n_heads: 2 };
    let learning = Learning {
        dropout: 0.1,
        rate: 0.02,
        scale: 8.0,
        n_drawn: 16,
        batch_acts: 16,
        epochs_max: 2,
        ..Config::default().learning
    };
    Config { shape, learning }
}

fn lesson(histories: &Histories) -> Lesson<'_> {
    Lesson::of(histories, at(UNTIL))
}

fn fit(histories: &Histories, config: &Config) -> SequenceNetwork {
    SequenceNetwork::fit(&lesson(histories), config).unwrap()
}

fn answer(model: &SequenceNetwork, visit: &str) -> Vec<Candidate> {
    let touch = |it: u8| Touch { product: ProductIdx::new(u32::from(it - b'a')), time: at(UNTIL) };
    let visit: Vec<Touch> = visit.bytes().map(touch).collect();
    let mut out = Vec::new();
    let context = Context { visit: &visit, ..Context::at(at(UNTIL)) };
    model.generate(&context, NonZeroU32::MAX, &mut out);
    out
}

fn best(model: &SequenceNetwork, visit: &str) -> Option<char> {
    let letter = |it: &Candidate| char::from(b'a' + u8::try_from(it.product.get()).unwrap());
    answer(model, visit).first().map(letter)
}

/// Words in which what follows hangs on the letter before the last.
fn rhymes() -> Histories {
    histories(&"abc dbe abc dbe fgh ".repeat(20))
}

#[test]
fn what_is_always_so_is_learned_by_heart() {
    for encoding in [Encoding::Recurrent, Encoding::Attentive] {
        let mut config = small(encoding);
        config.shape.width = 16;
        config.learning.rate = 0.01;
        config.learning.epochs_max = 100;
        config.learning.patience = 100;
        let model = fit(&rhymes(), &config);
        assert_eq!(model.n_products(), 8);
        for (visit, next) in [("ab", 'c'), ("db", 'e'), ("f", 'g'), ("fg", 'h')] {
            assert_eq!(best(&model, visit), Some(next), "{encoding:?} after {visit}");
        }
    }
}

#[test]
fn a_draw_of_the_products_teaches_as_well() {
    let mut config = small(Encoding::Recurrent);
    config.learning.epochs_max = 60;
    config.learning.patience = 60;
    config.learning.n_drawn = 3;
    let model = fit(&rhymes(), &config);
    assert_eq!((best(&model, "ab"), best(&model, "db")), (Some('c'), Some('e')));
}

#[test]
fn learning_ends_when_it_is_of_no_more_use_and_the_best_is_kept() {
    let histories = rhymes();
    let mut config = small(Encoding::Recurrent);
    config.learning.epochs_max = 200;
    config.learning.patience = 2;
    let mut training = Training::new(&lesson(&histories), &config).unwrap();
    let mut worths = Vec::new();
    let (mut best, mut best_at) = (f64::NEG_INFINITY, Vec::new());
    while !training.is_done() {
        let worth = training.advance(&|| false).unwrap().worth.unwrap();
        if worth > best {
            best = worth;
            best_at = encoded(&finished(&training, &histories, &config));
        }
        worths.push(worth);
    }
    let n = worths.len();
    assert!(n < 200, "it went on to the end");
    assert!(worths[n - 2..].iter().all(|it| *it <= best), "{worths:?}");
    assert_eq!(encoded(&training.finish()), best_at);
}

/// The network of a training that goes on.
fn finished(training: &Training, histories: &Histories, config: &Config) -> SequenceNetwork {
    let mut bytes = Vec::new();
    training.encode(&mut bytes);
    Training::new(&lesson(histories), config).unwrap().resume(&bytes).unwrap().finish()
}

#[test]
fn what_is_broken_off_and_gone_on_with_comes_out_the_same() {
    for encoding in [Encoding::Recurrent, Encoding::Attentive] {
        let (histories, config) = (rhymes(), small(encoding));
        let whole = encoded(&fit(&histories, &config));
        let begin = || Training::new(&lesson(&histories), &config).unwrap();
        let mut training = begin();
        let mut n_breaks = 0;
        while !training.is_done() {
            // Three steps at a time.
            let n_left = Cell::new(3);
            let is_stopped = || n_left.replace(n_left.get() - 1) == 0;
            if training.advance(&is_stopped).is_none() {
                n_breaks += 1;
            }
            let mut bytes = Vec::new();
            training.encode(&mut bytes);
            training = begin().resume(&bytes).unwrap();
        }
        assert!(n_breaks > 3, "{n_breaks}");
        assert_eq!(encoded(&training.finish()), whole);
    }
}

#[test]
fn another_training_is_not_gone_on_with() {
    let (histories, config) = (rhymes(), small(Encoding::Recurrent));
    let mut bytes = Vec::new();
    Training::new(&lesson(&histories), &config).unwrap().encode(&mut bytes);
    let other = Lesson { seed: 2, ..lesson(&histories) };
    for lesson in [other, lesson(&histories_of_two())] {
        let refused = Training::new(&lesson, &config).unwrap().resume(&bytes);
        assert!(matches!(refused, Err(SnapshotError::Damaged { .. })));
    }
}

fn histories_of_two() -> Histories {
    histories("ab cd")
}

#[test]
fn nobody_who_did_one_thing_after_another_teaches_nothing() {
    let refused = SequenceNetwork::fit(&lesson(&histories("a b c")), &Config::default());
    assert!(matches!(refused, Err(FitError::NothingToLearn { .. })));
}

#[test]
fn what_does_not_fit_into_memory_or_is_stopped_is_given_up() {
    let histories = rhymes();
    let config = small(Encoding::Recurrent);
    let tight = Lesson { memory_bytes_max: 100, ..lesson(&histories) };
    let refused = SequenceNetwork::fit(&tight, &config);
    assert!(matches!(refused, Err(FitError::TooLarge { allowed: 100, .. })));
    let stopped = Lesson { is_stopped: &|| true, ..lesson(&histories) };
    assert!(matches!(SequenceNetwork::fit(&stopped, &config), Err(FitError::Stopped)));
}

#[test]
fn the_past_comes_before_the_visit_and_what_is_shown_after_it() {
    let model = fit(&rhymes(), &small(Encoding::Recurrent));
    let past = habits_of(&[viewed(3, 5), viewed(0, 1), viewed(1, 9)]);
    let time = at(UNTIL);
    let visit = [1, 1, 2].map(|it| Touch { product: ProductIdx::new(it), time });
    let ask = |context: Context<'_>| {
        let mut out = Vec::new();
        model.generate(&context, NonZeroU32::MAX, &mut out);
        out
    };
    // What the visit repeats is not of the past; what the page shows comes last, once.
    let all = ask(Context { past: &past, visit: &visit, ..Context::at(time) });
    assert_eq!(all, answer(&model, "adbbc"));
    for (anchor, acts) in [(4, "adbbce"), (2, "adbbc"), (99, "adbbc")] {
        let anchors = [ProductIdx::new(anchor)];
        let shown = Context { past: &past, visit: &visit, anchors: &anchors, ..Context::at(time) };
        assert_eq!(ask(shown), answer(&model, acts));
    }
    assert_eq!(answer(&model, ""), []);
}

#[test]
fn no_more_than_the_last_fifty_acts_are_read() {
    let model = fit(&rhymes(), &small(Encoding::Attentive));
    let last = "gh".to_string() + &"abcdefgh".repeat(6);
    assert_eq!(answer(&model, &format!("abcdef{last}")), answer(&model, &last));
}

#[test]
fn an_ineligible_product_is_read_and_not_proposed() {
    let model = fit(&rhymes(), &small(Encoding::Recurrent));
    let visit = [Touch { product: ProductIdx::new(0), time: at(UNTIL) }];
    let mut out = Vec::new();
    let eligible = Eligible::Only(&[0b110]);
    let context = Context { visit: &visit, eligible, ..Context::at(at(UNTIL)) };
    model.generate(&context, NonZeroU32::MAX, &mut out);
    let expected: Vec<Candidate> =
        answer(&model, "a").into_iter().filter(|it| eligible.contains(it.product)).collect();
    assert_eq!((out.len(), out), (2, expected));
}

#[test]
fn the_best_of_many_are_those_of_all() {
    let words: String = (0..200).map(|it| format!("a{} ", char::from(b'b' + it % 24))).collect();
    let model = fit(&histories(&words), &small(Encoding::Recurrent));
    let all = answer(&model, "a");
    let visit = [Touch { product: ProductIdx::new(0), time: at(UNTIL) }];
    for limit in 1..=25 {
        let mut out = Vec::new();
        let context = Context { visit: &visit, ..Context::at(at(UNTIL)) };
        model.generate(&context, NonZeroU32::new(limit).unwrap(), &mut out);
        assert_eq!(out, all[..limit as usize]);
    }
}

#[test]
#[should_panic(expected = "the width is a multiple of the heads")]
fn a_width_that_heads_cannot_share_is_refused() {
    let mut config = small(Encoding::Recurrent);
    config.shape.n_heads = 3;
    drop(fit(&rhymes(), &config));
}

#[test]
fn values_go_into_the_numbers_they_are_named_for_and_come_back() {
    let values: Vec<f64> = KNOBS.iter().map(|it| it.default).collect();
    assert_eq!(Config::from_values(&values), Config::default());
    for (at, knob) in KNOBS.iter().enumerate() {
        assert!((knob.range.0..=knob.range.1).contains(&knob.default), "{}", knob.name);
        let mut turned = values.clone();
        turned[at] = knob.range.1;
        let back = Config::from_values(&turned);
        assert_eq!(back.problem(), None, "{}", knob.name);
        assert!((back.values()[at] - knob.range.1).abs() < 1e-3 * knob.range.1, "{}", knob.name);
    }
}

fn encoded(model: &SequenceNetwork) -> Vec<u8> {
    let mut bytes = Vec::new();
    model.encode(&mut bytes);
    bytes
}

fn same_numbers(n: usize) -> Vec<Option<ProductIdx>> {
    (0..n).map(|it| Some(ProductIdx::new(u32::try_from(it).unwrap()))).collect()
}

#[test]
fn a_newer_format_is_refused() {
    let mut bytes = encoded(&fit(&rhymes(), &small(Encoding::Recurrent)));
    bytes[0] = 2;
    let refused = SequenceNetwork::decode(&bytes, &same_numbers(8));
    assert!(matches!(refused, Err(SnapshotError::Newer { found: 2, .. })));
}

#[test]
fn products_are_renumbered_and_those_that_are_gone_are_left_out() {
    let model = fit(&rhymes(), &small(Encoding::Recurrent));
    // a became z, b is gone, h became a; the others stay.
    let mut today = same_numbers(8);
    (today[0], today[1], today[7]) = (Some(ProductIdx::new(25)), None, Some(ProductIdx::new(0)));
    let restored = SequenceNetwork::decode(&encoded(&model), &today).unwrap();
    assert_eq!(restored.n_products(), 7);
    let then = answer(&model, "ac");
    let now = answer(&restored, "zbc");
    let renumbered = |it: &Candidate| Some((today[it.product.as_usize()]?, it.score.to_bits()));
    assert_eq!(
        then.iter().filter_map(renumbered).collect::<Vec<_>>(),
        now.iter().map(|it| (it.product, it.score.to_bits())).collect::<Vec<_>>()
    );
}

fn any_histories() -> impl Strategy<Value = Histories> {
    let act = (0..40_u32, 0..UNTIL, prop::sample::select(Action::ALL.to_vec()));
    let shopper = prop::collection::vec(act, 0..25);
    prop::collection::vec(shopper, 1..30).prop_map(|shoppers| {
        let mut histories = Histories::new();
        for acts in shoppers {
            histories.push_shopper(acts.into_iter().map(|(product, minute, action)| {
                Interaction::new(ProductIdx::new(product), action, at(minute), NonZeroU16::MIN)
            }));
        }
        histories
    })
}

fn any_model() -> impl Strategy<Value = (Histories, Config, SequenceNetwork)> {
    let encoding = prop::sample::select(vec![Encoding::Recurrent, Encoding::Attentive]);
    (any_histories(), encoding).prop_filter_map("there is nothing to learn", |(histories, it)| {
        let config = small(it);
        let model = SequenceNetwork::fit(&lesson(&histories), &config).ok()?;
        Some((histories, config, model))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_contract_is_kept_whatever_was_learned((_, _, model) in any_model()) {
        check_candidate_generator(&model, 40, at(UNTIL));
    }

    #[test]
    fn any_number_of_threads_learns_the_same((histories, config, model) in any_model()) {
        for n_threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            let again = pool.install(|| fit(&histories, &config));
            prop_assert!(encoded(&again) == encoded(&model), "on {} threads", n_threads);
        }
    }

    #[test]
    fn what_is_restored_is_the_same((histories, _, model) in any_model()) {
        let bytes = encoded(&model);
        let restored =
            SequenceNetwork::decode(&bytes, &same_numbers(histories.n_products())).unwrap();
        prop_assert_eq!(answer(&restored, "abcdefg"), answer(&model, "abcdefg"));
        prop_assert!(encoded(&restored) == bytes);
    }

    #[test]
    fn damaged_bytes_are_refused_or_at_least_harmless(
        (histories, _, model) in any_model(), at: prop::sample::Index, byte: u8,
    ) {
        let (n, n_known) = (histories.n_products(), model.places.len());
        let mut bytes = encoded(&model);
        let at = at.index(bytes.len());
        prop_assert!(SequenceNetwork::decode(&bytes[..at], &same_numbers(n)).is_err());
        prop_assert!(SequenceNetwork::decode(&bytes, &same_numbers(n_known - 1)).is_err());
        bytes[at] = byte;
        if let Ok(read) = SequenceNetwork::decode(&bytes, &same_numbers(n)) {
            let finite = answer(&read, "abcdefg").iter().all(|it| it.score.is_finite());
            prop_assert!(finite);
        }
    }
}
