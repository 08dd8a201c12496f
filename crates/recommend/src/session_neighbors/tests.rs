//! What is promised of session neighborhoods, through their published interface.

use std::num::NonZeroU32;

use domain::{ProductIdx, Timestamp};
use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::{Config, Limits, SessionNeighbors, Weights};
use crate::conformance::check_candidate_generator;
use crate::{Candidate, CandidateGenerator, Context, SessionIdx, Touch};

/// Weights without any fading, so that scores can be followed by eye.
fn plain() -> Weights {
    Weights {
        neighbors: 100,
        last_items: 10,
        position_decay: 1e9,
        idf_exponent: 0.0,
        length_exponent: 0.0,
        age_decay: 0.0,
        similarity_exponent: 1.0,
        distance_forward: 1e9,
        distance_back: 1e9,
        back_weight: 0.5,
        shared_weight: 0.0,
        popularity_exponent: 0.0,
        own_share: 0.0,
        own_decay: 1e9,
        earlier_factor: 1.0,
        last_factor: 1.0,
    }
}

fn products(text: &str) -> Vec<ProductIdx> {
    text.bytes().map(|letter| ProductIdx::new(u32::from(letter - b'a'))).collect()
}

fn touches(text: &str) -> Vec<Touch> {
    products(text)
        .into_iter()
        .map(|product| Touch { product, time: Timestamp::default() })
        .collect()
}

fn letter(product: ProductIdx) -> char {
    char::from(b'a' + u8::try_from(product.get()).unwrap())
}

fn fit(config: Config, sessions: &str) -> SessionNeighbors {
    let mut model = SessionNeighbors::new(config);
    for session in sessions.split_whitespace() {
        let append = |idx, product| Some(model.append(idx, product));
        products(session).into_iter().fold(None, append);
    }
    model
}

fn answer(model: &SessionNeighbors, context: &Context<'_>) -> Vec<Candidate> {
    let mut out = Vec::new();
    model.generate(context, NonZeroU32::new(10).unwrap(), &mut out);
    out
}

/// Learns `sessions`, one letter a product, and asks what follows `visit`.
#[track_caller]
fn check_with(config: Config, sessions: &str, visit: &str, expect: Expect) {
    let visit = touches(visit);
    let context = Context { visit: &visit, ..Context::at(Timestamp::default()) };
    let table: String = answer(&fit(config, sessions), &context)
        .iter()
        .map(|it| {
            let because = it.evidence.map_or('-', letter);
            format!("{} {:.2} because of {because}\n", letter(it.product), it.score)
        })
        .collect();
    expect.assert_eq(&table);
}

#[track_caller]
fn check(weights: Weights, sessions: &str, visit: &str, expect: Expect) {
    check_with(Config { weights, ..Config::default() }, sessions, visit, expect);
}

#[test]
fn what_many_similar_visits_touched_comes_first_and_ties_go_by_number() {
    check(
        plain(),
        "abc abd abc",
        "a",
        expect![[r#"
            b 3.00 because of a
            c 2.00 because of a
            d 1.00 because of a
        "#]],
    );
}

#[test]
fn what_came_before_the_shared_item_counts_less_than_what_came_after() {
    check(
        plain(),
        "cab",
        "a",
        expect![[r#"
            b 1.00 because of a
            c 0.50 because of a
        "#]],
    );
}

#[test]
fn items_farther_from_the_shared_one_count_less() {
    check(
        Weights { distance_forward: 1.0, ..plain() },
        "abcd",
        "a",
        expect![[r#"
            b 1.00 because of a
            c 0.37 because of a
            d 0.14 because of a
        "#]],
    );
}

#[test]
fn newer_items_of_the_visit_count_more() {
    check(
        Weights { position_decay: 1.0, ..plain() },
        "ac bd",
        "ab",
        expect![[r#"
            d 1.00 because of b
            c 0.37 because of a
        "#]],
    );
}

#[test]
fn rare_shared_items_count_more_than_common_ones() {
    check(
        Weights { idf_exponent: 1.0, ..plain() },
        "ac bd be bf",
        "ba",
        expect![[r#"
            c 1.61 because of a
            d 0.85 because of b
            e 0.85 because of b
            f 0.85 because of b
        "#]],
    );
}

#[test]
fn older_sessions_count_less() {
    check(
        Weights { age_decay: 2.0, ..plain() },
        "ab ac",
        "a",
        expect![[r#"
            c 1.00 because of a
            b 0.37 because of a
        "#]],
    );
}

#[test]
fn popular_products_and_long_sessions_can_be_held_back() {
    check(
        Weights { popularity_exponent: 0.5, length_exponent: 1.0, ..plain() },
        "ab xb yb zb ac",
        "a",
        expect![[r#"
            c 0.50 because of a
            b 0.25 because of a
        "#]],
    );
}

#[test]
fn only_so_many_neighbors_answer_and_of_two_alike_the_newer_one() {
    check(
        Weights { neighbors: 1, ..plain() },
        "ab ac",
        "a",
        expect![[r#"
            c 1.00 because of a
        "#]],
    );
}

#[test]
fn the_visits_own_products_may_come_back_the_last_one_included() {
    check(
        Weights { own_share: 0.5, last_factor: 0.5, ..plain() },
        "abc",
        "ab",
        expect![[r#"
            a 2.00 because of b
            c 2.00 because of b
            b 0.50 because of b
        "#]],
    );
}

#[test]
fn a_cold_start_yields_nothing_rather_than_an_error() {
    check(plain(), "abc", "", expect![""]);
    check(plain(), "", "a", expect![""]);
    check(plain(), "abc", "z", expect![""]);
}

#[test]
fn the_oldest_session_is_forgotten_without_a_trace() {
    let limits = Limits { sessions: 2, ..Limits::default() };
    let config = Config { limits, weights: plain() };
    check_with(
        config,
        "abba acc adad",
        "a",
        expect![[r#"
            c 2.00 because of a
            d 1.50 because of a
            a 0.50 because of a
        "#]],
    );
}

#[test]
fn of_a_long_session_the_first_items_are_learned() {
    let limits = Limits { items_per_session: 2, ..Limits::default() };
    check_with(
        Config { limits, weights: plain() },
        "abcd",
        "a",
        expect![[r#"
            b 1.00 because of a
        "#]],
    );
}

#[test]
fn a_visit_counts_for_others_from_its_first_touch_but_never_for_itself() {
    let mut model = fit(Config { weights: plain(), ..Config::default() }, "ab");
    let [a, c] = products("ac")[..] else { panic!("two products") };
    let own = model.append(None, a);
    assert_eq!(model.append(Some(own), c), own);

    let visit = touches("a");
    let others = Context { visit: &visit, ..Context::at(Timestamp::default()) };
    let proposed = |context| -> String {
        answer(&model, context).iter().map(|it| letter(it.product)).collect()
    };
    assert_eq!(proposed(&others), "bc");
    assert_eq!(proposed(&Context { own_session: Some(own), ..others }), "b");
}

#[test]
fn a_session_that_was_forgotten_meanwhile_begins_anew() {
    let limits = Limits { sessions: 1, ..Limits::default() };
    let mut model = SessionNeighbors::new(Config { limits, ..Config::default() });
    let first = model.append(None, ProductIdx::new(0));
    let second = model.append(None, ProductIdx::new(1));
    let third = model.append(Some(first), ProductIdx::new(2));
    assert!(third != first && third != second);
    assert_eq!(model.n_sessions(), 1);
}

#[test]
fn it_keeps_the_contract_of_generators() {
    let letters: Vec<String> = (0..60_u32)
        .map(|i| {
            (0..6).map(|j| char::from(b'a' + ((i * i + j * j * 7 + i * j) % 26) as u8)).collect()
        })
        .collect();
    let model = fit(Config::default(), &letters.join(" "));
    check_candidate_generator(&model, 26, Timestamp::default());
}

/// Visits going on side by side: which of five visits touched which product; a sixth begins a new one.
fn any_appends() -> impl Strategy<Value = Vec<(usize, u32)>> {
    prop::collection::vec((0..6_usize, 0..12_u32), 0..150)
}

fn small() -> Config {
    let limits = Limits { sessions: 7, items_per_session: 5, sessions_per_product: 3 };
    Config { limits, ..Config::default() }
}

fn append_all(
    model: &mut SessionNeighbors,
    visits: &mut [Option<SessionIdx>; 6],
    appends: &[(usize, u32)],
) {
    for &(visit, product) in appends {
        let session = visits[visit].filter(|_| visit < 5);
        visits[visit] = Some(model.append(session, ProductIdx::new(product)));
    }
}

fn bytes(model: &SessionNeighbors) -> Vec<u8> {
    let mut out = Vec::new();
    model.encode(&mut out);
    out
}

#[test]
fn a_posting_of_a_session_that_lacks_the_product_is_refused() {
    let mut model = SessionNeighbors::new(small());
    append_all(&mut model, &mut [None; 6], &[(0, 0), (1, 1)]);
    let mut damaged = bytes(&model);
    // The last posting: that of the second product, whose only session is the second.
    let posting = damaged.last_mut().unwrap();
    assert_eq!(*posting, 1);
    *posting = 0;
    assert!(SessionNeighbors::decode(&damaged).is_err());
}

proptest! {
    #[test]
    fn a_restored_model_goes_on_as_if_it_had_never_been_away(
        before in any_appends(),
        after in any_appends(),
        asked in prop::collection::vec(0..14_u32, 1..6),
    ) {
        let mut model = SessionNeighbors::new(small());
        let mut visits = [None; 6];
        append_all(&mut model, &mut visits, &before);
        let mut restored = SessionNeighbors::decode(&bytes(&model)).unwrap();
        prop_assert_eq!(bytes(&restored), bytes(&model));

        append_all(&mut model, &mut visits.clone(), &after);
        append_all(&mut restored, &mut visits, &after);
        prop_assert_eq!(bytes(&restored), bytes(&model));
        let visit: Vec<Touch> = asked
            .iter()
            .map(|&it| Touch { product: ProductIdx::new(it), time: Timestamp::default() })
            .collect();
        let context = Context { visit: &visit, ..Context::at(Timestamp::default()) };
        prop_assert_eq!(answer(&restored, &context), answer(&model, &context));
    }

    #[test]
    fn no_sessions_but_the_kept_ones_leave_a_trace(appends in any_appends()) {
        let mut model = SessionNeighbors::new(small());
        append_all(&mut model, &mut [None; 6], &appends);
        for (number, product) in (0_u32..).zip(&model.products) {
            let holding =
                model.sessions.iter().filter(|&&it| model.lists.get(it).contains(&number)).count();
            prop_assert_eq!(holding, product.n_sessions as usize);
            for &session in model.lists.get(product.newest) {
                prop_assert!(model.slot(session).is_some());
            }
        }
    }

    #[test]
    fn damaged_bytes_are_refused_or_believed_but_never_panic(
        appends in any_appends(),
        at in any::<prop::sample::Index>(),
        byte: u8,
    ) {
        let mut model = SessionNeighbors::new(small());
        append_all(&mut model, &mut [None; 6], &appends);
        let whole = bytes(&model);
        // What is cut short is refused; cut short and damaged as well, it may be whole again.
        prop_assert!(SessionNeighbors::decode(&whole[..whole.len() - 1]).is_err());
        let mut damaged = whole;
        let at = at.index(damaged.len());
        damaged[at] = byte;
        if let Ok(mut restored) = SessionNeighbors::decode(&damaged) {
            append_all(&mut restored, &mut [None; 6], &appends);
            let visit = touches("abc");
            answer(&restored, &Context { visit: &visit, ..Context::at(Timestamp::default()) });
        }
    }
}
