//! What is promised of co-occurrence, through its published interface.

use std::num::NonZeroU32;

use domain::{ProductIdx, Timestamp};
use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::{Affinity, CoOccurrence, Config};
use crate::conformance::check_candidate_generator;
use crate::{Candidate, CandidateGenerator, Context, Touch};

fn products(text: &str) -> Vec<ProductIdx> {
    text.bytes().map(|letter| ProductIdx::new(u32::from(letter - b'a'))).collect()
}

fn letter(product: ProductIdx) -> char {
    char::from(b'a' + u8::try_from(product.get()).unwrap())
}

fn fit(config: Config, groups: &str) -> CoOccurrence {
    let mut model = CoOccurrence::new(config);
    for group in groups.split_whitespace() {
        model.append_group(&products(group));
    }
    model
}

fn answer(model: &CoOccurrence, anchors: &[ProductIdx]) -> Vec<Candidate> {
    let mut out = Vec::new();
    let context = Context { anchors, ..Context::at(Timestamp::default()) };
    model.generate(&context, NonZeroU32::new(10).unwrap(), &mut out);
    out
}

/// Learns `groups`, one letter a product, and asks what goes with `anchors`.
#[track_caller]
fn check(config: Config, groups: &str, anchors: &str, expect: Expect) {
    let table: String = answer(&fit(config, groups), &products(anchors))
        .iter()
        .map(|it| {
            let because = it.evidence.map_or('-', letter);
            format!("{} {:.2} because of {because}\n", letter(it.product), it.score)
        })
        .collect();
    expect.assert_eq(&table);
}

fn cosine(shrinkage: f32) -> Config {
    Config { affinity: Affinity::Cosine, shrinkage, ..Config::bought_together() }
}

fn lift(shrinkage: f32) -> Config {
    Config { affinity: Affinity::Lift, shrinkage, ..Config::bought_together() }
}

#[test]
fn without_shrinkage_cosine_is_the_plain_formula() {
    check(
        cosine(0.0),
        "ab ab ac bd",
        "a",
        expect![[r#"
            b 0.67 because of a
            c 0.58 because of a
        "#]],
    );
}

#[test]
fn without_shrinkage_lift_is_the_plain_formula_and_pairs_below_chance_are_left_out() {
    check(
        lift(0.0),
        "ab ab ac bd bc be d e",
        "a",
        expect![[r#"
            c 0.29 because of a
            b 0.06 because of a
        "#]],
    );
}

#[test]
fn shrinkage_keeps_a_rare_pair_behind_a_well_known_one() {
    let groups = "ab ab ab ab ab ab b b b b az";
    check(
        lift(0.0),
        groups,
        "a",
        expect![[r#"
            z 0.45 because of a
        "#]],
    );
    check(
        cosine(5.0),
        groups,
        "a",
        expect![[r#"
            b 0.39 because of a
            z 0.06 because of a
        "#]],
    );
}

#[test]
fn the_first_anchor_counts_most_and_none_is_proposed() {
    check(
        cosine(0.0),
        "abx bay acz",
        "bca",
        expect![[r#"
            x 0.90 because of b
            y 0.90 because of b
            z 0.69 because of c
        "#]],
    );
}

#[test]
fn repeats_in_a_group_count_once() {
    check(
        cosine(0.0),
        "abab",
        "a",
        expect![[r#"
            b 1.00 because of a
        "#]],
    );
}

#[test]
fn products_farther_apart_than_the_window_are_not_paired() {
    check(
        Config { window: 1, ..cosine(0.0) },
        "abc",
        "a",
        expect![[r#"
            b 1.00 because of a
        "#]],
    );
}

#[test]
fn what_is_found_often_keeps_its_place_among_many_newcomers() {
    let groups: String = ('c'..='z').map(|other| format!("ab ab a{other} ")).collect();
    check(
        Config { neighbors_per_product: 3, ..cosine(0.0) },
        &groups,
        "a",
        expect![[r#"
            b 0.82 because of a
            y 0.12 because of a
            z 0.12 because of a
        "#]],
    );
}

#[test]
fn a_page_without_anchors_is_answered_by_the_visit_newest_first() {
    let model = fit(cosine(0.0), "ax by");
    let visit: Vec<Touch> = products("ab")
        .into_iter()
        .map(|product| Touch { product, time: Timestamp::default() })
        .collect();
    let mut out = Vec::new();
    let context = Context { visit: &visit, ..Context::at(Timestamp::default()) };
    model.generate(&context, NonZeroU32::MAX, &mut out);
    assert_eq!(out.iter().map(|it| letter(it.product)).collect::<String>(), "yx");
}

#[test]
fn it_keeps_the_contract_of_generators() {
    let groups: Vec<String> = (0..60_u32)
        .map(|i| {
            (0..5).map(|j| char::from(b'a' + ((i * i + j * j * 5 + i * j) % 26) as u8)).collect()
        })
        .collect();
    for config in [Config::also_viewed(), Config::bought_together()] {
        let model = fit(config, &groups.join(" "));
        check_candidate_generator(&model, 26, Timestamp::default());
    }
}

fn any_groups() -> impl Strategy<Value = Vec<Vec<u32>>> {
    prop::collection::vec(prop::collection::vec(0..15_u32, 0..8), 0..40)
}

fn append_all(model: &mut CoOccurrence, groups: &[Vec<u32>]) {
    for group in groups {
        let group: Vec<ProductIdx> = group.iter().map(|&it| ProductIdx::new(it)).collect();
        model.append_group(&group);
    }
}

fn bytes(model: &CoOccurrence) -> Vec<u8> {
    let mut out = Vec::new();
    model.encode(&mut out);
    out
}

fn small() -> Config {
    Config { neighbors_per_product: 4, window: 5, ..Config::also_viewed() }
}

proptest! {
    #[test]
    fn a_restored_model_goes_on_as_if_it_had_never_been_away(
        before in any_groups(),
        after in any_groups(),
        anchor in 0..16_u32,
    ) {
        let mut model = CoOccurrence::new(small());
        append_all(&mut model, &before);
        let mut restored = CoOccurrence::decode(&bytes(&model)).unwrap();
        prop_assert_eq!(bytes(&restored), bytes(&model));

        append_all(&mut model, &after);
        append_all(&mut restored, &after);
        prop_assert_eq!(bytes(&restored), bytes(&model));
        let anchors = [ProductIdx::new(anchor)];
        prop_assert_eq!(answer(&restored, &anchors), answer(&model, &anchors));
    }

    #[test]
    fn true_counts_lie_between_what_is_certain_and_what_is_possible(groups in any_groups()) {
        let mut model = CoOccurrence::new(Config { window: 100, ..small() });
        append_all(&mut model, &groups);
        for (product, neighborhood) in (0_u32..).zip(&model.products) {
            for neighbor in model.neighbors.get(neighborhood.neighbors) {
                let together = groups
                    .iter()
                    .filter(|it| it.contains(&product) && it.contains(&neighbor.product))
                    .count();
                prop_assert!(neighbor.n_together() as usize <= together);
                prop_assert!(together <= neighbor.n_at_most as usize);
            }
        }
    }

    #[test]
    fn damaged_bytes_are_refused_or_believed_but_never_panic(
        groups in any_groups(),
        at in any::<prop::sample::Index>(),
        byte: u8,
    ) {
        let mut model = CoOccurrence::new(small());
        append_all(&mut model, &groups);
        let mut damaged = bytes(&model);
        let at = at.index(damaged.len());
        damaged[at] = byte;
        if let Ok(mut restored) = CoOccurrence::decode(&damaged) {
            append_all(&mut restored, &groups);
            answer(&restored, &[ProductIdx::new(1)]);
        }
        prop_assert!(CoOccurrence::decode(&damaged[..damaged.len() - 1]).is_err());
    }
}
