//! What is known of visitors, after what they did.

use std::num::NonZeroU32;

use domain::{DecisionId, ProductIdx, ShopperKey, Span, Timestamp};
use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::{
    CART_MAX, RECENT_MAX, Repeat, ShownMatch, VISIT_TOUCHES_MAX, VISITORS_MAX, VisitChange, Visits,
};
use crate::{Action, SnapshotError};

const START: Timestamp = Timestamp::from_secs(1_800_000_000);

fn shopper(n: u32) -> ShopperKey {
    ShopperKey::from_bytes(u128::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c).to_be_bytes())
}

fn minutes(n: i64) -> Timestamp {
    START.plus(Span::MINUTE.times(n))
}

fn visits() -> Visits {
    Visits::new(VISITORS_MAX)
}

fn bytes(visits: &Visits) -> Vec<u8> {
    let mut bytes = Vec::new();
    visits.encode(&mut bytes);
    bytes
}

/// Plays events, one a line as `minute action product`, and compares the visitor after the last.
#[track_caller]
fn check(events: &str, expect: Expect) {
    let mut visits = visits();
    let mut changes = Vec::new();
    for event in events.trim().lines() {
        let words: Vec<&str> = event.split_whitespace().collect();
        let action = match words[1] {
            "views" => Action::Viewed,
            "adds" => Action::Added,
            "removes" => Action::Removed,
            "orders" => Action::Ordered,
            other => panic!("no action is called {other}"),
        };
        let (minute, product) = (words[0].parse().unwrap(), words[2].parse().unwrap());
        let effect = visits.touch(shopper(1), ProductIdx::new(product), action, minutes(minute));
        changes.push(match (effect.change, effect.repeat) {
            (VisitChange::Started, _) => "started",
            (VisitChange::Continued, Repeat::First) => "continued",
            (VisitChange::Continued, Repeat::Again) => "again",
            (VisitChange::Late, _) => "late",
        });
    }
    let visitor = visits.get(&shopper(1)).unwrap();
    let row = |it: &super::Touch| {
        format!("{} {:?}/{:?}", it.product().get(), it.strongest(), it.latest())
    };
    let rows = |touches: &[super::Touch]| touches.iter().map(row).collect::<Vec<_>>().join(", ");
    let cart: Vec<u32> = visitor.cart().iter().map(|it| it.get()).collect();
    expect.assert_eq(&format!(
        "events: {}\nvisit {}: {}\nrecent: {}\ncart: {cart:?}\n",
        changes.join(", "),
        visitor.visit_ordinal().get(),
        rows(visitor.visit_touches()),
        rows(visitor.recent_touches()),
    ));
}

#[test]
fn a_visit_ends_after_half_an_hour_of_nothing() {
    check(
        "0 views 7
         30 views 8
         60 views 7
         91 views 9",
        expect![[r#"
            events: started, continued, again, started
            visit 2: 9 Viewed/Viewed
            recent: 8 Viewed/Viewed, 7 Viewed/Viewed, 9 Viewed/Viewed
            cart: []
        "#]],
    );
}

#[test]
fn the_strongest_and_the_latest_action_are_kept() {
    check(
        "0 views 7
         1 adds 7
         2 adds 8
         3 adds 9
         4 removes 7
         5 orders 9",
        expect![[r#"
            events: started, again, continued, continued, again, again
            visit 1: 8 Added/Added, 7 Added/Removed, 9 Ordered/Ordered
            recent: 8 Added/Added, 7 Added/Removed, 9 Ordered/Ordered
            cart: [8]
        "#]],
    );
}

#[test]
fn an_event_that_arrives_late_takes_its_place_among_the_earlier_ones() {
    check(
        "0 views 1
         100 views 3
         101 views 4
         50 adds 2",
        expect![[r#"
            events: started, started, continued, late
            visit 2: 3 Viewed/Viewed, 4 Viewed/Viewed
            recent: 1 Viewed/Viewed, 2 Added/Added, 3 Viewed/Viewed, 4 Viewed/Viewed
            cart: []
        "#]],
    );
}

#[test]
fn lists_keep_the_latest_entries() {
    let mut visits = visits();
    for product in 0..200 {
        visits.touch(shopper(1), ProductIdx::new(product), Action::Added, START);
    }
    let visitor = visits.get(&shopper(1)).unwrap();
    assert_eq!(visitor.visit_touches().len(), VISIT_TOUCHES_MAX);
    assert_eq!(visitor.recent_touches().len(), RECENT_MAX);
    assert_eq!(visitor.cart().len(), CART_MAX);
    assert_eq!(visitor.cart().last(), Some(&ProductIdx::new(199)));
    assert_eq!(visitor.visit_touches().last().unwrap().product(), ProductIdx::new(199));
}

#[test]
fn an_outcome_finds_the_latest_decision_that_showed_the_product() {
    let mut visits = visits();
    let decision = |n: u8| DecisionId::from_bytes([n; 16]);
    for n in 0..6 {
        let products = [ProductIdx::new(u32::from(n)), ProductIdx::new(77)];
        visits.show(shopper(1), decision(n), &products, minutes(i64::from(n)));
    }
    let shown = |product, minute| {
        visits.get(&shopper(1)).unwrap().shown(
            ProductIdx::new(product),
            minutes(minute),
            Span::HOUR,
        )
    };
    let latest = ShownMatch { decision: decision(5), time: minutes(5), place: 1 };
    assert_eq!(shown(77, 6), Some(latest));
    assert_eq!(shown(77, 66), None);
    assert_eq!(shown(3, 6).map(|it| it.decision), Some(decision(3)));
    assert_eq!(shown(0, 6), None);
    assert_eq!(shown(5, 4), None);
}

#[test]
fn a_linked_session_ends_with_its_visit() {
    let mut visits = visits();
    visits.arrive(shopper(1), minutes(0));
    visits.link_session(&shopper(1), 42);
    visits.arrive(shopper(1), minutes(20));
    assert_eq!(visits.get(&shopper(1)).unwrap().session(), Some(42));
    visits.arrive(shopper(1), minutes(60));
    assert_eq!(visits.get(&shopper(1)).unwrap().session(), None);
}

#[test]
fn the_visitor_seen_longest_ago_gives_way() {
    let mut visits = Visits::new(NonZeroU32::new(3).unwrap());
    for n in [1, 2, 3, 1, 4, 5] {
        visits.arrive(shopper(n), START);
    }
    let kept: Vec<u32> = (1..6).filter(|&n| visits.get(&shopper(n)).is_some()).collect();
    assert_eq!(kept, [1, 4, 5]);
}

#[test]
fn a_forgotten_visitor_leaves_no_trace() {
    let mut visits = visits();
    let before = bytes(&visits);
    visits.touch(shopper(1), ProductIdx::new(5), Action::Added, START);
    visits.forget(&shopper(1));
    assert!(visits.get(&shopper(1)).is_none());
    assert_eq!(bytes(&visits), before);
}

/// Stated in the module's head, and the reason for the limits.
#[test]
fn two_hundred_thousand_active_visitors_fit_into_well_under_two_hundred_megabytes() {
    let mut visits = visits();
    let n_visitors = 200_000;
    for n in 0..n_visitors {
        for product in 0..10 {
            visits.touch(shopper(n), ProductIdx::new(n ^ product), Action::Viewed, minutes(1));
        }
        visits.show(shopper(n), DecisionId::from_bytes([1; 16]), &[ProductIdx::new(n)], minutes(1));
    }
    assert_eq!(visits.len(), n_visitors as usize);
    let bytes_per_visitor = visits.memory_bytes() / n_visitors as usize;
    assert!((300..500).contains(&bytes_per_visitor), "{bytes_per_visitor}");
}

#[test]
fn damaged_bytes_are_refused() {
    let mut visits = visits();
    visits.touch(shopper(1), ProductIdx::new(5), Action::Added, START);
    visits.show(shopper(1), DecisionId::from_bytes([1; 16]), &[ProductIdx::new(5)], START);
    let good = bytes(&visits);
    for n in 0..good.len() {
        assert!(Visits::decode(&good[..n]).is_err());
    }
}

/// One thing that happens, in brief: kind, shopper, product, minute.
type Brief = (u8, u32, u32, i64);

fn play(visits: &mut Visits, &(kind, n, product, minute): &Brief) {
    let (key, product, time) = (shopper(n), ProductIdx::new(product), minutes(minute));
    match kind {
        0..6 => {
            visits.touch(key, product, Action::ALL[usize::from(kind)], time);
        }
        6 => {
            visits.arrive(key, time);
        }
        7 => visits.show(key, DecisionId::from_bytes([kind; 16]), &[product], time),
        8 => visits.replace_cart(key, &[product, ProductIdx::new(1)]),
        9 => visits.link_session(&key, product.get()),
        _ => visits.forget(&key),
    }
}

fn any_events() -> impl Strategy<Value = Vec<Brief>> {
    prop::collection::vec((0..11_u8, 0..12_u32, 0..90_u32, 0..600_i64), 0..400)
}

proptest! {
    #[test]
    fn a_restored_state_goes_on_as_the_kept_one(before in any_events(), after in any_events()) {
        let mut kept = Visits::new(NonZeroU32::new(8).unwrap());
        before.iter().for_each(|event| play(&mut kept, event));
        let mut restored = Visits::decode(&bytes(&kept)).unwrap();
        prop_assert_eq!(&restored, &kept);
        for event in &after {
            play(&mut kept, event);
            play(&mut restored, event);
        }
        prop_assert_eq!(bytes(&restored), bytes(&kept));
    }

    #[test]
    fn every_list_stays_within_its_limit_and_a_visit_has_each_product_once(events in any_events()) {
        let mut visits = Visits::new(NonZeroU32::new(5).unwrap());
        for event in &events {
            play(&mut visits, event);
            prop_assert!(visits.len() <= 5);
            if let Some(visitor) = visits.get(&shopper(event.1)) {
                prop_assert!(visitor.recent_touches().len() <= RECENT_MAX);
                let mut seen: Vec<_> = visitor.visit_touches().iter().map(|it| it.product()).collect();
                let n = seen.len();
                seen.sort();
                seen.dedup();
                prop_assert_eq!(seen.len(), n);
            }
        }
    }

    #[test]
    fn no_bytes_make_decoding_panic(damaged in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut bytes = vec![1, 9, 0, 0, 0];
        bytes.extend(damaged);
        let _unused: Result<Visits, SnapshotError> = Visits::decode(&bytes);
    }
}
