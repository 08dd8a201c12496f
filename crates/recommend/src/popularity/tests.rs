//! Popular and trending products, as one who asks for candidates sees them.

use std::fmt::Write as _;
use std::num::NonZeroU32;

use domain::{ProductIdx, Span, Timestamp};
use expect_test::{Expect, expect};
use features::{Counts, CountsConfig, Tally, Weight};
use proptest::prelude::*;

use super::{Popular, Trending};
use crate::conformance::check_candidate_generator;
use crate::{Candidate, CandidateGenerator, CategoryIdx, Context, Eligible, MarketIdx};

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

/// An event in brief: product, category, market, hours ago.
type Brief = (u32, u32, u32, i64);

fn counts(events: &[Brief]) -> Counts {
    let mut counts = Counts::new(CountsConfig::default());
    for &(product, category, market, hours_ago) in events {
        counts.record(Tally {
            product: ProductIdx::new(product),
            categories: &[CategoryIdx::new(category)],
            market: Some(MarketIdx::new(market)),
            weight: Weight::VIEWED,
            time: NOW.minus(Span::HOUR.times(hours_ago)),
        });
    }
    counts
}

fn generate(
    generator: &dyn CandidateGenerator,
    context: &Context<'_>,
    limit: u32,
) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    generator.generate(context, NonZeroU32::new(limit).unwrap(), &mut candidates);
    candidates
}

/// Of how the shop stands: a category and a market of the context, and what is eligible.
const HERE: (Option<u32>, Option<u32>, &[u64]) = (None, None, &[0xff]);

/// Asks both generators for five candidates after `events` and compares them.
#[track_caller]
fn check(events: &[Brief], here: (Option<u32>, Option<u32>, &[u64]), expect: Expect) {
    let counts = counts(events);
    let (category, market, eligible) = here;
    let context = Context {
        category: category.map(CategoryIdx::new),
        market: market.map(MarketIdx::new),
        eligible: Eligible::Only(eligible),
        ..Context::at(NOW)
    };
    let mut table = String::new();
    for generator in [&Popular::new(&counts) as &dyn CandidateGenerator, &Trending::new(&counts)] {
        let _infallible = write!(table, "{}:", generator.name());
        for candidate in generate(generator, &context, 5) {
            let _infallible = write!(table, " {}@{:.2}", candidate.product.get(), candidate.score);
        }
        table.push('\n');
    }
    expect.assert_eq(&table);
}

#[test]
fn before_anything_happened_eligible_products_are_shown_in_ascending_order() {
    check(
        &[],
        (None, None, &[0b1011_0100]),
        expect![[r#"
            popular: 2@0.00 4@0.00 5@0.00 7@0.00
            trending: 2@0.00 4@0.00 5@0.00 7@0.00
        "#]],
    );
}

#[test]
fn the_popular_come_first_and_the_untouched_fill_up() {
    check(
        &[(3, 0, 0, 0), (3, 0, 0, 0), (6, 0, 0, 0)],
        HERE,
        expect![[r#"
            popular: 3@2.00 6@1.50 0@0.00 1@0.00 2@0.00
            trending: 3@4.21 6@4.12 0@0.00 1@0.00 2@0.00
        "#]],
    );
}

#[test]
fn what_rises_trends_though_it_is_not_yet_popular() {
    let mut events = Vec::new();
    for day in 0..60 {
        events.extend([(1, 0, 0, day * 24); 9]);
    }
    events.extend([(2, 0, 0, 1); 30]);
    check(
        &events,
        (None, None, &[0b110]),
        expect![[r#"
            popular: 1@2.00 2@1.23
            trending: 2@4.77 1@4.32
        "#]],
    );
}

#[test]
fn the_category_stands_before_the_market_and_the_market_before_the_rest() {
    check(
        &[(1, 5, 0, 0), (2, 0, 7, 0), (2, 0, 7, 0), (3, 0, 0, 0), (3, 0, 0, 0), (3, 0, 0, 0)],
        (Some(5), Some(7), &[0xff]),
        expect![[r#"
            popular: 1@4.00 2@3.00 3@2.00 0@0.00 4@0.00
            trending: 1@6.12 2@5.21 3@4.28 0@0.00 4@0.00
        "#]],
    );
}

#[test]
fn what_is_not_eligible_takes_nobodys_place() {
    check(
        &[(1, 0, 0, 0), (1, 0, 0, 0), (2, 0, 0, 0), (9, 0, 0, 0)],
        (Some(0), None, &[0b100]),
        expect![[r#"
            popular: 2@3.50
            trending: 2@6.12
        "#]],
    );
}

/// What the contract of generators asks of any answer, checked against brute force.
fn check_contract(generator: &dyn CandidateGenerator, context: &Context<'_>, n_eligible: usize) {
    let all = generate(generator, context, 10_000);
    assert_eq!(all.len(), n_eligible, "nothing eligible is left out");
    assert!(all.iter().all(|it| it.score.is_finite() && context.eligible.contains(it.product)));
    assert!(all.is_sorted_by(|a, b| {
        a.score > b.score || a.score.to_bits() == b.score.to_bits() && a.product < b.product
    }));
    for limit in [1, 2, 7, 300, 600] {
        let some = generate(generator, context, limit);
        assert_eq!(some, all[..some.len()], "the beginning of the larger answer");
        assert_eq!(some.len(), n_eligible.min(limit as usize));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// More products than can lead, eligible in all densities, so that every way to find them is used.
    #[test]
    fn answers_keep_the_contract(
        events in prop::collection::vec((0..5_000_u32, 0..3_u32, 0..3_u32, 0..3_000_i64), 0..6_000),
        masks in prop::collection::vec(any::<u64>(), 4),
        words in prop::collection::vec((any::<u64>(), 0..4_usize), 80),
        category in prop::option::of(0..4_u32),
        market in prop::option::of(0..4_u32),
    ) {
        let counts = counts(&events);
        let mask = masks.iter().fold(u64::MAX, |mask, it| mask & it);
        for shared in [u64::MAX, masks[0], mask] {
            let eligible: Vec<u64> = words.iter().map(|(word, _)| word & shared).collect();
            let context = Context {
                category: category.map(CategoryIdx::new),
                market: market.map(MarketIdx::new),
                eligible: Eligible::Only(&eligible),
                ..Context::at(NOW)
            };
            let n_eligible = eligible.iter().map(|it| it.count_ones() as usize).sum();
            check_contract(&Popular::new(&counts), &context, n_eligible);
            check_contract(&Trending::new(&counts), &context, n_eligible);
        }
    }
}

#[test]
fn where_everything_is_eligible_every_known_product_is_a_candidate() {
    let events: Vec<Brief> = (0..130).map(|product| (product, 0, 0, 0)).collect();
    check_contract(&Popular::new(&counts(&events)), &Context::at(NOW), 130);
    check_contract(&Trending::new(&counts(&events)), &Context::at(NOW), 130);
}

#[test]
fn both_generators_keep_the_contract() {
    let events: Vec<Brief> =
        (0..900_u32).map(|n| (n * n % 61, n % 7, n % 3, i64::from(n * 31 % 1_500))).collect();
    let counts = counts(&events);
    check_candidate_generator(&Popular::new(&counts), 61, NOW);
    check_candidate_generator(&Trending::new(&counts), 61, NOW);
}
