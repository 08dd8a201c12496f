//! What is promised of every generator that answers by links, through the table of those that are trained.

use std::num::{NonZeroU16, NonZeroU32};

use domain::{ProductIdx, Span, Timestamp};
use features::{Action, Histories, Interaction, SnapshotError, habits_of};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::conformance::check_candidate_generator;
use crate::{Candidate, Context, FitError, Lesson, TrainedGenerator, TrainedKind};

const N_PRODUCTS: u32 = 40;
const UNTIL: i64 = 100;

fn day(n: i64) -> Timestamp {
    Timestamp::default().plus(Span::DAY.times(n))
}

/// One shopper a word, one letter an order on the last day.
pub(crate) fn histories(text: &str) -> Histories {
    let mut histories = Histories::new();
    text.split_whitespace().for_each(|word| histories.push_shopper(acts(word)));
    histories
}

pub(crate) fn acts(word: &str) -> Vec<Interaction> {
    let ordered = |letter: u8| {
        let product = ProductIdx::new(u32::from(letter - b'a'));
        Interaction::new(product, Action::Ordered, day(UNTIL), NonZeroU16::MIN)
    };
    word.bytes().map(ordered).collect()
}

/// What one who ordered `past` is answered.
pub(crate) fn answer(model: &dyn TrainedGenerator, past: &str) -> Vec<Candidate> {
    let past = habits_of(&acts(past));
    let mut out = Vec::new();
    let context = Context { past: &past, ..Context::at(day(UNTIL)) };
    model.generate(&context, NonZeroU32::MAX, &mut out);
    out
}

/// The answer as lines of letters.
pub(crate) fn table(candidates: &[Candidate]) -> String {
    let letter = |it: ProductIdx| char::from(b'a' + u8::try_from(it.get()).unwrap());
    let line = |it: &Candidate| {
        let because = it.evidence.map_or('-', letter);
        format!("{} {:.3} because of {because}\n", letter(it.product), it.score)
    };
    candidates.iter().map(line).collect()
}

/// The score of each product for one who ordered `past`, 0 where it is not proposed.
pub(crate) fn scores(model: &dyn TrainedGenerator, past: &str, n_products: usize) -> Vec<f32> {
    let mut scores = vec![0.0; n_products];
    for it in answer(model, past) {
        scores[it.product.as_usize()] = it.score;
    }
    scores
}

pub(crate) fn lesson(histories: &Histories) -> Lesson<'_> {
    Lesson::of(histories, day(UNTIL))
}

fn any_histories() -> impl Strategy<Value = Histories> {
    let act = (0..N_PRODUCTS, 0..UNTIL, prop::sample::select(Action::ALL.to_vec()));
    let shopper = prop::collection::vec(act, 0..25);
    prop::collection::vec(shopper, 2..30).prop_map(|shoppers| {
        let mut histories = Histories::new();
        // Somebody has something that goes with something else.
        histories.push_shopper(acts("ab"));
        for acts in shoppers {
            histories.push_shopper(acts.into_iter().map(|(product, at, action)| {
                Interaction::new(ProductIdx::new(product), action, day(at), NonZeroU16::MIN)
            }));
        }
        histories
    })
}

/// Shoppers of few products each, as words.
pub(crate) fn any_words() -> impl Strategy<Value = Vec<String>> {
    let word = prop::collection::btree_set(b'a'..=b'i', 1..7);
    let word = word.prop_map(|it| it.into_iter().map(char::from).collect());
    prop::collection::vec(word, 1..20)
}

/// Checks that each value goes through a configuration and back by itself.
#[track_caller]
pub(crate) fn check_values(knobs: &[crate::Knob], through: impl Fn(&[f64]) -> Vec<f64>) {
    let values: Vec<f64> = knobs.iter().map(|it| it.default).collect();
    for (at, knob) in knobs.iter().enumerate() {
        let mut turned = values.clone();
        turned[at] = knob.range.1;
        for ((back, it), knob) in through(&turned).iter().zip(&turned).zip(knobs) {
            assert!((back - it).abs() <= 1e-3 * it.abs(), "{} became {back}", knob.name);
        }
        assert_eq!(through(&turned[..=at]), through(&turned), "beyond {} are defaults", knob.name);
    }
}

fn same_numbers(n: usize) -> Vec<Option<ProductIdx>> {
    (0..n).map(|it| Some(ProductIdx::new(u32::try_from(it).unwrap()))).collect()
}

fn encoded(model: &dyn TrainedGenerator) -> Vec<u8> {
    let mut bytes = Vec::new();
    model.encode(&mut bytes);
    bytes
}

/// Checks `kind` on random histories and random values of its knobs.
///
/// # Panics
///
/// With the promise that it breaks.
#[track_caller]
pub(crate) fn check_kind(kind: &TrainedKind) {
    for knob in kind.knobs {
        assert!((knob.range.0..=knob.range.1).contains(&knob.default), "{}", knob.name);
    }
    let config = ProptestConfig::with_cases(24);
    let places = prop::collection::vec(0.0..1.0_f64, kind.knobs.len());
    let damage = (any::<prop::sample::Index>(), any::<u8>());
    let all = (any_histories(), prop::option::of(places), damage);
    let checked = TestRunner::new(config).run(&all, |(histories, places, (at, byte))| {
        let values: Vec<f64> = places.map_or_else(Vec::new, |places| {
            let value = |(knob, place): (&crate::Knob, f64)| {
                knob.hold(knob.range.0 + (knob.range.1 - knob.range.0) * place.powi(3))
            };
            kind.knobs.iter().zip(places).map(value).collect()
        });
        let fit = || (kind.fit)(&lesson(&histories), &values).unwrap();
        let on = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            pool.install(fit)
        };
        let model = fit();
        let bytes = encoded(&*model);
        prop_assert!(encoded(&*on(1)) == bytes && encoded(&*on(3)) == bytes, "threads matter");

        let numbers = same_numbers(histories.n_products());
        let restored = (kind.decode)(&bytes, &numbers).unwrap();
        prop_assert_eq!(&encoded(&*restored), &bytes);
        prop_assert_eq!(answer(&*restored, "abcdefg"), answer(&*model, "abcdefg"));
        if values.is_empty() {
            check_candidate_generator(&*model, N_PRODUCTS, day(UNTIL));
        }

        let at = at.index(bytes.len());
        prop_assert!((kind.decode)(&bytes[..at], &numbers).is_err(), "cut off at {at}");
        let more = same_numbers(numbers.len() + 1);
        prop_assert!((kind.decode)(&bytes, &more).is_err(), "another number of products");
        let mut damaged = bytes;
        damaged[at] = byte;
        if let Ok(read) = (kind.decode)(&damaged, &numbers) {
            answer(&*read, "abcdefg");
        }
        Ok(())
    });
    checked.unwrap();
    check_refusals(kind);
}

/// Checks what becomes of lessons that teach nothing, and of bytes of another time.
#[track_caller]
fn check_refusals(kind: &TrainedKind) {
    let taught = histories("abc ac a");
    let model = (kind.fit)(&lesson(&taught), &[]).unwrap();
    assert_eq!(model.name(), kind.name);
    assert!(model.heap_bytes() > 0);
    let mut newer = encoded(&*model);
    newer[0] += 1;
    let refused = (kind.decode)(&newer, &same_numbers(3));
    assert!(matches!(refused, Err(SnapshotError::Newer { .. })), "{refused:?}");

    // a became 7, b is gone, c became 0.
    let today = [Some(ProductIdx::new(7)), None, Some(ProductIdx::new(0))];
    let restored = (kind.decode)(&encoded(&*model), &today).unwrap();
    let products: Vec<u32> = answer(&*restored, "h").iter().map(|it| it.product.get()).collect();
    assert!(products.iter().all(|it| [0, 7].contains(it)), "{products:?}");
    assert!(products.contains(&0), "what goes with it is still proposed: {products:?}");

    let stopped = Lesson { is_stopped: &|| true, ..lesson(&taught) };
    assert_eq!((kind.fit)(&stopped, &[]).err(), Some(FitError::Stopped));
    let nobody = Histories::new();
    let nothing = (kind.fit)(&lesson(&nobody), &[]).err();
    assert!(matches!(nothing, Some(FitError::NothingToLearn { .. })), "{nothing:?}");
    let narrow = Lesson { memory_bytes_max: 100, ..lesson(&taught) };
    let refused = (kind.fit)(&narrow, &[]).err();
    assert!(matches!(refused, Some(FitError::TooLarge { allowed: 100, .. })), "{refused:?}");
}
