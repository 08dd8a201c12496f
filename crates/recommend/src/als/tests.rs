//! What is promised of the vectors, through their published interface.

use std::num::{NonZeroU16, NonZeroU32};

use domain::{ProductIdx, Span, Timestamp};
use features::{Action, Histories, Interaction, SnapshotError, habits_of};
use linalg::{Csr, Dense};
use proptest::prelude::*;

use super::{Als, Config, Factorization, KNOBS, Objective, Solver};
use crate::conformance::check_candidate_generator;
use crate::{Candidate, CandidateGenerator, Context, FitError, Lesson, Touch};

const UNTIL: i64 = 100;

fn day(n: i64) -> Timestamp {
    Timestamp::default().plus(Span::DAY.times(n))
}

fn act(product: u32, action: Action, at: i64) -> Interaction {
    Interaction::new(ProductIdx::new(product), action, day(at), NonZeroU16::MIN)
}

/// One shopper a word, one letter an order, all on the last day.
fn histories(text: &str) -> Histories {
    let mut histories = Histories::new();
    for word in text.split_whitespace() {
        histories.push_shopper(acts(word));
    }
    histories
}

fn acts(word: &str) -> Vec<Interaction> {
    let number = |letter: u8| u32::from(letter - b'a');
    word.bytes().map(|it| act(number(it), Action::Ordered, UNTIL)).collect()
}

/// Two numbers a vector, which are learned by heart unless they are kept short.
fn small() -> Config {
    let mut config = Config::default();
    config.limits.factors = 2;
    config.weights.regularization = 0.1;
    config
}

fn fit(histories: &Histories) -> Als {
    Als::fit(&Lesson::of(histories, day(UNTIL)), &small()).unwrap()
}

fn answer_at(model: &Als, context: &Context<'_>) -> Vec<Candidate> {
    let mut out = Vec::new();
    model.generate(context, NonZeroU32::MAX, &mut out);
    out
}

fn answer(model: &Als, past: &str) -> Vec<Candidate> {
    answer_at(model, &Context { past: &habits_of(&acts(past)), ..Context::at(day(UNTIL)) })
}

/// The products proposed beside one's own, each with the one it rests on, such as `c<a`.
fn others(model: &Als, past: &str) -> String {
    let letter = |it: ProductIdx| char::from(b'a' + u8::try_from(it.get()).unwrap());
    let others = answer(model, past).into_iter().map(|it| (letter(it.product), it.evidence));
    others
        .filter(|(product, _)| !past.contains(*product))
        .map(|(product, evidence)| format!("{product}<{} ", evidence.map_or('-', letter)))
        .collect()
}

/// Two tastes that share no product.
const TWO_TASTES: &str = "abc abd acd bcd abcd wxy wxz wyz xyz wxyz";

#[test]
fn what_people_of_the_same_taste_like_is_proposed_and_nothing_else() {
    let model = fit(&histories(TWO_TASTES));
    let proposed = |past| -> String {
        others(&model, past).split_whitespace().filter_map(|it| it.chars().next()).collect()
    };
    let sorted = |past| {
        let mut letters: Vec<char> = proposed(past).chars().take(2).collect();
        letters.sort_unstable();
        letters
    };
    assert_eq!(sorted("ab"), ['c', 'd']);
    assert_eq!(sorted("wz"), ['x', 'y']);
    assert_eq!(proposed(""), "");
}

#[test]
fn a_candidate_rests_on_what_adds_most_to_it() {
    let model = fit(&histories(TWO_TASTES));
    let rests: Vec<String> = others(&model, "aw").split_whitespace().map(str::to_owned).collect();
    for candidate in ["b<a", "c<a", "d<a", "x<w", "y<w", "z<w"] {
        assert!(rests.iter().any(|it| it == candidate), "{candidate} is not among {rests:?}");
    }
}

#[test]
fn the_visit_s_products_count_as_touched_once_now() {
    let model = fit(&histories(TWO_TASTES));
    let visit = [Touch { product: ProductIdx::new(0), time: day(UNTIL) }; 2];
    let visiting = answer_at(&model, &Context { visit: &visit, ..Context::at(day(UNTIL)) });
    let past = habits_of(&[act(0, Action::Viewed, UNTIL)]);
    assert_eq!(visiting, answer_at(&model, &Context { past: &past, ..Context::at(day(UNTIL)) }));
    assert!(!visiting.is_empty());
}

#[test]
fn what_faded_and_what_was_only_looked_at_counts_less() {
    let model = fit(&histories(TWO_TASTES));
    let first = |past: &[Interaction]| {
        let past = habits_of(past);
        let answer = answer_at(&model, &Context { past: &past, ..Context::at(day(UNTIL)) });
        let taste = answer[0].product.get();
        if taste < 10 { "abcd" } else { "wxyz" }
    };
    let [a, w] = [0, 22];
    let ordered = |product, at| act(product, Action::Ordered, at);
    let viewed = |product| act(product, Action::Viewed, UNTIL);
    assert_eq!(first(&[ordered(a, UNTIL - 2_000), ordered(w, UNTIL)]), "wxyz");
    assert_eq!(first(&[ordered(a, UNTIL), ordered(w, UNTIL - 2_000)]), "abcd");
    assert_eq!(first(&[viewed(a), ordered(w, UNTIL)]), "wxyz");
    assert_eq!(first(&[ordered(a, UNTIL), viewed(w)]), "abcd");
}

#[test]
fn fitting_is_refused_or_given_up_with_its_reason() {
    let histories = histories(TWO_TASTES);
    let lesson = Lesson::of(&histories, day(UNTIL));
    let tight = Lesson { memory_bytes_max: 1_000, ..lesson };
    assert!(matches!(Als::fit(&tight, &small()), Err(FitError::TooLarge { allowed: 1_000, .. })));
    let stopped = Lesson { is_stopped: &|| true, ..lesson };
    assert_eq!(Als::fit(&stopped, &small()), Err(FitError::Stopped));
    let nobody = Histories::new();
    let nothing = Als::fit(&Lesson::of(&nobody, day(UNTIL)), &small());
    assert!(matches!(nothing, Err(FitError::NothingToLearn { .. })));
}

#[test]
#[should_panic(expected = "the factors are 1 to 512")]
fn vectors_of_no_length_are_refused() {
    let mut config = small();
    config.limits.factors = 0;
    drop(Als::fit(&Lesson::of(&histories("ab"), day(UNTIL)), &config));
}

#[test]
fn values_go_into_the_settings_they_are_named_for_and_come_back() {
    let values: Vec<f64> = KNOBS.iter().map(|it| it.default).collect();
    assert_eq!(Config::from_values(&values), Config::default());
    for (at, knob) in KNOBS.iter().enumerate() {
        assert!((knob.range.0..=knob.range.1).contains(&knob.default), "{}", knob.name);
        let mut turned = values.clone();
        turned[at] = knob.range.1;
        let back = Config::from_values(&turned).values();
        assert!((back[at] - knob.range.1).abs() < 1e-3 * knob.range.1, "{}", knob.name);
    }
    let told = Config::from_values(&[32.0, 5.0, 16.0]).limits;
    assert_eq!(told, super::Limits { factors: 32, sweeps: 5, block: 16 });
    assert!((Config::default().weights.nu - 1.0).abs() < 1e-6);
}

fn any_matrix() -> impl Strategy<Value = Csr> {
    let row = prop::collection::btree_map(0_u32..12, 0.1_f32..3.0, 0..8);
    prop::collection::vec(row, 1..20).prop_map(|rows| {
        let mut matrix = Csr::new(12);
        rows.into_iter().for_each(|row| matrix.push_row(row));
        matrix
    })
}

const OBJECTIVE: Objective =
    Objective { unobserved: 0.3, regularization: 0.05, nu: 0.7, pull_beside: 0.2 };

/// The objective as its page states it, pair by pair.
fn loss(matrix: &Csr, x: &Dense, y: &Dense) -> f64 {
    let it = OBJECTIVE;
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    };
    let mut loss = 0.0;
    for row in 0..matrix.n_rows() {
        for column in 0..matrix.n_columns() {
            loss += f64::from(it.unobserved) * dot(x.row(row), y.row(column)).powi(2);
        }
        let (named, weights) = matrix.row(row);
        for (&column, &weight) in named.iter().zip(weights) {
            let dot = dot(x.row(row), y.row(column as usize));
            loss += f64::from(weight) * (1.0 - dot).powi(2) - 2.0 * f64::from(it.pull_beside) * dot;
        }
    }
    let turned = matrix.transposed();
    let n_named = |it: &Csr| it.rows().filter(|row| !row.0.is_empty()).count();
    for (side, vectors, n_others) in [(matrix, x, n_named(&turned)), (&turned, y, n_named(matrix))]
    {
        for (at, (_, weights)) in side.rows().enumerate() {
            let behind = weights.iter().sum::<f32>() + it.unobserved * n_others as f32;
            let short = it.regularization * behind.powf(it.nu);
            loss += f64::from(short) * dot(vectors.row(at), vectors.row(at));
        }
    }
    loss
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_sweep_brings_the_objective_down(matrix in any_matrix(), length in 1_usize..5) {
        prop_assume!(matrix.n_entries() > 0);
        for solver in [Solver::Gradients(length), Solver::Blocks(length)] {
            for pair in losses(&matrix, solver).windows(2) {
                prop_assert!(pair[1] <= pair[0] + 1e-4 * pair[0].abs().max(1.0), "{pair:?} rises");
            }
        }
    }

    #[test]
    fn both_ways_of_solving_rows_to_the_end_agree(matrix in any_matrix()) {
        prop_assume!(matrix.n_entries() > 0);
        let by_gradients = losses(&matrix, Solver::Gradients(60));
        let by_blocks = losses(&matrix, Solver::Blocks(N_FACTORS));
        for (a, b) in by_gradients[..3].iter().zip(&by_blocks) {
            prop_assert!((a - b).abs() < 0.01 * b.abs().max(1.0), "{a} instead of {b}");
        }
    }
}

const N_FACTORS: usize = 4;

/// What is left of the objective after each of some sweeps.
fn losses(matrix: &Csr, solver: Solver) -> Vec<f64> {
    let mut both = Factorization::new(matrix.clone(), N_FACTORS, OBJECTIVE, 7);
    let after = |_| {
        both.sweep(solver).unwrap();
        loss(matrix, both.rows(), both.columns())
    };
    (0..20).map(after).collect()
}

fn any_histories() -> impl Strategy<Value = Histories> {
    let one = (0..40_u32, 0..UNTIL, prop::sample::select(Action::ALL.to_vec()));
    let shopper = prop::collection::vec(one, 0..25);
    let shoppers = prop::collection::vec(shopper, 1..30).prop_map(|shoppers| {
        let mut histories = Histories::new();
        for acts in shoppers {
            histories.push_shopper(acts.into_iter().map(|(it, at, action)| act(it, action, at)));
        }
        histories
    });
    shoppers.prop_filter("somebody has something", |it| {
        it.iter().flatten().any(|it| it.action() > Action::Removed)
    })
}

fn encoded(model: &Als) -> Vec<u8> {
    let mut bytes = Vec::new();
    model.encode(&mut bytes);
    bytes
}

fn same_numbers(n: usize) -> Vec<Option<ProductIdx>> {
    (0..n).map(|it| Some(ProductIdx::new(u32::try_from(it).unwrap()))).collect()
}

#[test]
fn a_newer_format_is_refused() {
    let mut bytes = encoded(&fit(&histories("ab")));
    bytes[0] = 2;
    let refused = Als::decode(&bytes, &same_numbers(2));
    assert!(matches!(refused, Err(SnapshotError::Newer { found: 2, .. })), "{refused:?}");
}

#[test]
fn products_are_renumbered_and_those_that_are_gone_are_left_out() {
    let model = fit(&histories("abc abc ac bc"));
    // a became 7, b is gone, c became 0.
    let today = [Some(ProductIdx::new(7)), None, Some(ProductIdx::new(0))];
    let restored = Als::decode(&encoded(&model), &today).unwrap();
    let before: Vec<f32> =
        answer(&model, "a").iter().filter(|it| it.product.get() != 1).map(|it| it.score).collect();
    let after: Vec<f32> = answer(&restored, "h").iter().map(|it| it.score).collect();
    assert_eq!(after, before);
    assert_eq!(restored.n_products(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_contract_is_kept_whatever_was_learned(histories in any_histories()) {
        check_candidate_generator(&fit(&histories), 40, day(UNTIL));
    }

    #[test]
    fn any_number_of_threads_learns_the_same(histories in any_histories()) {
        let on = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            encoded(&pool.install(|| fit(&histories)))
        };
        prop_assert_eq!(on(1), on(3));
    }

    #[test]
    fn what_is_restored_is_the_same(histories in any_histories()) {
        let model = fit(&histories);
        let bytes = encoded(&model);
        let restored = Als::decode(&bytes, &same_numbers(histories.n_products())).unwrap();
        prop_assert_eq!(&restored, &model);
        prop_assert_eq!(encoded(&restored), bytes);
    }

    #[test]
    fn damaged_bytes_are_refused_or_at_least_harmless(
        histories in any_histories(), at: prop::sample::Index, byte: u8,
    ) {
        let n = histories.n_products();
        let mut bytes = encoded(&fit(&histories));
        let at = at.index(bytes.len());
        prop_assert!(Als::decode(&bytes[..at], &same_numbers(n)).is_err());
        prop_assert!(Als::decode(&bytes, &same_numbers(n + 1)).is_err());
        bytes[at] = byte;
        if let Ok(read) = Als::decode(&bytes, &same_numbers(n)) {
            answer(&read, "abcdefg");
        }
    }
}
