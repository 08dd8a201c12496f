//! What the caps promise, whoever comes in whatever order.

use std::collections::BTreeMap;

use domain::{ProductIdx, ShopperKey, Span, Timestamp};
use proptest::prelude::*;

use super::{AddressRange, DAYS_KEPT, Influence, InfluenceLimits};
use crate::{SnapshotError, Weight};

const DAY_START: Timestamp = Timestamp::from_secs(20_000 * 86_400);

/// A claim in brief: shopper, range, product, quarters of weight, day.
type Brief = (u8, Option<u8>, u8, u16, i64);

fn limits(size_log2: u8) -> InfluenceLimits {
    InfluenceLimits { size_log2, ..InfluenceLimits::default() }
}

fn admit(influence: &mut Influence, &(shopper, range, product, quarters, day): &Brief) -> Weight {
    let mut key = [0; 16];
    key[3] = shopper + 1;
    let range = range.map(|it| AddressRange::new(u64::from(it)));
    let weight = Weight::new(f32::from(quarters) / 4.0).unwrap();
    let time = DAY_START.plus(Span::DAY.times(day));
    let product = ProductIdx::new(u32::from(product));
    influence.admit(&ShopperKey::from_bytes(key), range, product, weight, time)
}

fn weight(value: f32) -> Weight {
    Weight::new(value).unwrap()
}

fn bytes(influence: &Influence) -> Vec<u8> {
    let mut bytes = Vec::new();
    influence.encode(&mut bytes);
    bytes
}

/// Makes claims, one after the other, and compares what is admitted.
#[track_caller]
fn check(claims: &[Brief], expect: &[f32]) {
    let mut influence = Influence::new(limits(16));
    let admitted: Vec<f32> =
        claims.iter().map(|claim| admit(&mut influence, claim).get()).collect();
    assert_eq!(admitted, expect);
}

#[test]
fn a_shopper_adds_no_more_to_a_product_than_viewing_adding_and_ordering_it() {
    check(&[(1, None, 1, 40, 0), (1, None, 1, 40, 0), (1, None, 1, 4, 0)], &[10.0, 5.0, 0.0]);
}

#[test]
fn the_next_day_begins_anew() {
    check(&[(1, None, 1, 60, 0), (1, None, 1, 4, 0), (1, None, 1, 4, 1)], &[15.0, 0.0, 1.0]);
}

#[test]
fn many_shoppers_of_one_address_range_share_its_cap() {
    let claims: Vec<Brief> = (0..8).map(|shopper| (shopper, Some(7), 1, 60, 0)).collect();
    check(&claims, &[15.0, 15.0, 15.0, 15.0, 15.0, 15.0, 0.0, 0.0]);
}

#[test]
fn a_shopper_adds_no_more_than_so_much_to_all_products() {
    let claims: Vec<Brief> = (0..70).map(|product| (1, None, product, 60, 0)).collect();
    let mut influence = Influence::new(limits(16));
    let sum: f32 = claims.iter().map(|claim| admit(&mut influence, claim).get()).sum();
    assert!((sum - InfluenceLimits::default().shopper.get()).abs() < 1e-3, "{sum}");
}

#[test]
fn a_weight_too_small_for_the_counters_still_counts_and_nothing_stays_nothing() {
    let mut influence = Influence::new(limits(16));
    let mut admit = |value| {
        let (key, product) = (ShopperKey::from_bytes([9; 16]), ProductIdx::new(0));
        influence.admit(&key, None, product, weight(value), DAY_START)
    };
    assert_eq!([admit(0.01), admit(0.0)], [weight(0.25), Weight::ZERO]);
}

#[test]
fn importing_old_days_does_not_reset_today() {
    let mut influence = Influence::new(limits(10));
    assert_eq!(admit(&mut influence, &(1, None, 1, 60, 900)), weight(15.0));
    for day in 0..20 {
        assert_eq!(admit(&mut influence, &(1, None, 1, 60, day)), weight(15.0));
    }
    assert_eq!(admit(&mut influence, &(1, None, 1, 60, 900)), Weight::ZERO);
}

#[test]
fn memory_is_as_stated() {
    let mut influence = Influence::new(InfluenceLimits::default());
    for day in 0..20 {
        admit(&mut influence, &(1, None, 1, 4, day));
    }
    assert_eq!(influence.memory_bytes(), DAYS_KEPT * (6 << 20));
}

fn any_claims(n: usize) -> impl Strategy<Value = Vec<Brief>> {
    let any_claim = (0..20_u8, prop::option::of(0..3_u8), 0..12_u8, 0..200_u16, 0..3_i64);
    prop::collection::vec(any_claim, 0..n)
}

proptest! {
    #[test]
    fn no_cap_is_ever_exceeded_in_any_order_even_where_parties_collide(
        claims in any_claims(600),
        size_log2 in 4..14_u8,
    ) {
        let limits = limits(size_log2);
        let mut influence = Influence::new(limits);
        let mut sums: BTreeMap<(u8, u8, u8, i64), f32> = BTreeMap::new();
        for claim in &claims {
            let admitted = admit(&mut influence, claim).get();
            prop_assert!(admitted <= f32::from(claim.3) / 4.0);
            let &(shopper, range, product, _, day) = claim;
            *sums.entry((0, shopper, product, day)).or_default() += admitted;
            *sums.entry((1, shopper, 0, day)).or_default() += admitted;
            if let Some(range) = range {
                *sums.entry((2, range, product, day)).or_default() += admitted;
            }
        }
        let caps = [limits.shopper_product, limits.shopper, limits.range_product];
        for ((kind, ..), sum) in sums {
            prop_assert!(sum <= caps[usize::from(kind)].get());
        }
    }

    #[test]
    fn those_who_stay_below_the_caps_are_admitted_in_full(n in 1..15_usize, shopper: [u8; 16]) {
        let mut influence = Influence::new(limits(16));
        for _ in 0..n {
            let admitted = influence.admit(
                &ShopperKey::from_bytes(shopper), None, ProductIdx::new(3), Weight::VIEWED, DAY_START,
            );
            prop_assert_eq!(admitted, Weight::VIEWED);
        }
    }

    #[test]
    fn a_restored_state_goes_on_as_the_kept_one(
        before in any_claims(100),
        after in any_claims(100),
    ) {
        let mut kept = Influence::new(limits(8));
        before.iter().for_each(|claim| { admit(&mut kept, claim); });
        let mut restored = Influence::decode(&bytes(&kept)).unwrap();
        prop_assert_eq!(&restored, &kept);
        for claim in &after {
            prop_assert_eq!(admit(&mut restored, claim), admit(&mut kept, claim));
        }
        prop_assert_eq!(bytes(&restored), bytes(&kept));
    }

    #[test]
    fn no_bytes_make_decoding_panic(damaged in prop::collection::vec(any::<u8>(), 0..200), cut in 0..60_usize) {
        let mut influence = Influence::new(limits(4));
        admit(&mut influence, &(1, Some(1), 1, 40, 0));
        let mut bytes = bytes(&influence);
        bytes.truncate(cut);
        bytes.extend(damaged);
        let _unused: Result<Influence, SnapshotError> = Influence::decode(&bytes);
    }
}
