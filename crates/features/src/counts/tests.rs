//! What counts promise, checked through their face.

use std::fmt::Write as _;

use domain::{ProductIdx, Span, Timestamp};
use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::{Counts, CountsConfig, LEADERS_MAX, SCOPE_CELLS_MAX, Tally, Window};
use crate::{CategoryIdx, HalfLife, MarketIdx, SnapshotError, Weight};

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

/// An event in brief: product, category, market, hours ago.
type Brief = (u32, u32, u32, i64);

fn record(counts: &mut Counts, &(product, category, market, hours_ago): &Brief) {
    counts.record(Tally {
        product: ProductIdx::new(product),
        categories: &[CategoryIdx::new(category)],
        market: Some(MarketIdx::new(market)),
        weight: Weight::VIEWED,
        time: NOW.minus(Span::HOUR.times(hours_ago)),
    });
}

fn counts(events: &[Brief]) -> Counts {
    let mut counts = Counts::new(CountsConfig::default());
    events.iter().for_each(|event| record(&mut counts, event));
    counts
}

fn bytes(counts: &Counts) -> Vec<u8> {
    let mut bytes = Vec::new();
    counts.encode(&mut bytes);
    bytes
}

/// Records events and compares each product's counts and lift now, most popular first.
#[track_caller]
fn check(events: &[Brief], expect: Expect) {
    let counts = counts(events);
    let mut table = String::new();
    for (product, count) in counts.overall().leaders(Window::Popularity).iter() {
        let cell = counts.overall().cell(product);
        let popularity = count.at(NOW, counts.config().popularity);
        let trend = cell.count(Window::Trend).at(NOW, counts.config().trend);
        let lift = cell.lift(NOW, counts.config());
        let _infallible = writeln!(table, "{} {popularity:.2} {trend:.2} {lift:.2}", product.get());
    }
    expect.assert_eq(&table);
}

#[test]
fn a_product_that_is_busy_today_has_lift_and_one_that_was_busy_a_month_ago_has_not() {
    let mut events = vec![(7, 0, 0, 30 * 24); 100];
    events.extend([(3, 0, 0, 0); 40]);
    check(
        &events,
        expect![[r#"
            7 50.00 0.00 0.81
            3 40.00 40.00 5.52
        "#]],
    );
}

#[test]
fn equally_popular_products_stand_in_ascending_order() {
    check(
        &[(9, 0, 0, 5), (2, 0, 0, 5), (4, 0, 0, 5)],
        expect![[r#"
            2 1.00 0.87 1.11
            4 1.00 0.87 1.11
            9 1.00 0.87 1.11
        "#]],
    );
}

#[test]
fn a_category_counts_what_was_done_in_it() {
    let counts = counts(&[(1, 0, 0, 0), (1, 0, 1, 0), (2, 0, 1, 0), (3, 5, 1, 0)]);
    let seen: Vec<_> = counts
        .category(CategoryIdx::new(0))
        .unwrap()
        .iter()
        .map(|(product, cell)| {
            (product.get(), cell.count(Window::Trend).at(NOW, HalfLife::days(1)).round())
        })
        .collect();
    assert_eq!(seen, [(1, 2.0), (2, 1.0)]);
    assert!(counts.category(CategoryIdx::new(4)).is_none());
    assert_eq!(counts.market(MarketIdx::new(1)).unwrap().iter().len(), 3);
}

#[test]
fn a_crowded_category_keeps_its_more_popular_half() {
    let n = u32::try_from(SCOPE_CELLS_MAX).unwrap();
    let mut events: Vec<Brief> =
        (0..n).map(|product| (product, 0, 0, i64::from(product))).collect();
    events.push((n, 0, 0, 0));
    let counts = counts(&events);
    let kept: Vec<u32> =
        counts.category(CategoryIdx::new(0)).unwrap().iter().map(|(it, _)| it.get()).collect();
    assert_eq!(kept.len(), SCOPE_CELLS_MAX / 2 + 1);
    assert!(kept.contains(&n) && kept.contains(&0) && !kept.contains(&(n - 1)));
}

#[test]
fn damaged_bytes_are_refused() {
    let good = bytes(&counts(&[(1, 2, 0, 5), (2, 2, 1, 6)]));
    for n in 0..good.len() {
        assert!(Counts::decode(&good[..n]).is_err());
    }
    let newer = [&[99], &good[1..]].concat();
    assert!(matches!(Counts::decode(&newer), Err(SnapshotError::Newer { found: 99, .. })));
}

/// The leaders as they would be found by sorting everything.
fn leaders_by_sorting(counts: &Counts, window: Window) -> Vec<ProductIdx> {
    let cells = counts.overall().cells().iter().map(|cell| cell.count(window)).zip(0_u32..);
    let mut all: Vec<_> = cells.filter(|(count, _)| !count.is_empty()).collect();
    all.sort_by(|a, b| a.0.largest_first(&b.0).then(a.1.cmp(&b.1)));
    all.truncate(LEADERS_MAX);
    all.into_iter().map(|(_, product)| ProductIdx::new(product)).collect()
}

fn any_events(n_products: u32, n: usize) -> impl Strategy<Value = Vec<Brief>> {
    prop::collection::vec((0..n_products, 0..4_u32, 0..3_u32, -5..2_000_i64), 0..n)
}

proptest! {
    #[test]
    fn without_fading_every_scope_counts_plainly(events in any_events(6, 100)) {
        let config = CountsConfig { popularity: HalfLife::FOREVER, ..CountsConfig::default() };
        let mut counts = Counts::new(config);
        events.iter().for_each(|event| record(&mut counts, event));
        for idx in 0..6 {
            let product = ProductIdx::new(idx);
            let plain = |of: &dyn Fn(&&Brief) -> bool| {
                events.iter().filter(|it| it.0 == idx).filter(of).count() as f64
            };
            let seen = |cell: super::Cell| cell.count(Window::Popularity).at(NOW, HalfLife::FOREVER);
            let in_scope = |scope: Option<&super::Scope>| {
                let found = scope.and_then(|it| it.iter().find(|(it, _)| *it == product));
                found.map_or(0.0, |(_, cell)| seen(cell))
            };
            prop_assert!((seen(counts.overall().cell(product)) - plain(&|_| true)).abs() < 1e-6);
            let in_category = in_scope(counts.category(CategoryIdx::new(2)));
            prop_assert!((in_category - plain(&|it| it.1 == 2)).abs() < 1e-6);
            let in_market = in_scope(counts.market(MarketIdx::new(1)));
            prop_assert!((in_market - plain(&|it| it.2 == 1)).abs() < 1e-6);
        }
    }

    #[test]
    fn a_restored_state_goes_on_as_the_kept_one(
        before in any_events(50, 200),
        after in any_events(60, 200),
    ) {
        let mut kept = counts(&before);
        let mut restored = Counts::decode(&bytes(&kept)).unwrap();
        prop_assert_eq!(&restored, &kept);
        for event in &after {
            record(&mut kept, event);
            record(&mut restored, event);
        }
        prop_assert_eq!(bytes(&restored), bytes(&kept));
    }

    #[test]
    fn no_bytes_make_decoding_panic(damaged in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut bytes = vec![1];
        bytes.extend(damaged);
        let _unused: Result<Counts, SnapshotError> = Counts::decode(&bytes);
    }
}

proptest! {
    // Fewer cases than usual, because it takes thousands of products to have more than can lead.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn leaders_are_what_sorting_everything_gives(
        first in any_events(4_000, 6_000),
        then in any_events(5_000, 500),
    ) {
        let mut counts = counts(&first);
        then.iter().for_each(|event| record(&mut counts, event));
        for window in [Window::Popularity, Window::Trend] {
            let kept: Vec<_> = counts.overall().leaders(window).iter().map(|it| it.0).collect();
            prop_assert_eq!(kept, leaders_by_sorting(&counts, window));
        }
    }
}
