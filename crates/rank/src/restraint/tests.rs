//! What is promised of restraint, act by act and over any history.

use std::num::NonZeroU16;

use proptest::prelude::*;

use super::*;
use crate::calibration::Mix;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
const HERE: PlacementIdx = PlacementIdx::new(3);
const NOTHING: Past = Past { removed: None, ordered: None, repeat: None };

fn product(number: u32) -> ProductIdx {
    ProductIdx::new(number)
}

fn limit(n_max: u16) -> Limit {
    let n_max = NonZeroU16::new(n_max).unwrap();
    Limit { n_max, window: Span::DAY, half_life: Span::DAY.times(2) }
}

fn days_ago(days: i64) -> Timestamp {
    NOW.minus(Span::DAY.times(days))
}

/// What becomes of product 1, which is like nothing.
fn verdict(exposures: &Exposures, dislikes: &Dislikes, past: &Past) -> Verdict {
    let (limit_here, limit_everywhere) = (Some(limit(2)), Some(limit(3)));
    let placement = HERE;
    Restraint { now: NOW, placement, exposures, limit_here, limit_everywhere, dislikes }.verdict(
        product(1),
        past,
        |_| 0.0,
    )
}

#[test]
fn what_was_bought_comes_back_only_if_people_buy_it_again_and_it_is_time() {
    let after = |days, repeat: Option<(f64, i64)>| {
        let repeat = repeat.map(|(share, days)| Repeat {
            share: Probability::new(share).unwrap(),
            interval: Span::DAY.times(days),
        });
        let past = Past { ordered: Some(days_ago(days)), repeat, ..NOTHING };
        verdict(&Exposures::default(), &Dislikes::default(), &past)
    };
    let (left, shown) = (Verdict::Leave(Cause::BoughtAlready), Verdict::Show { gladly: 1.0 });
    assert_eq!(after(900, None), left);
    assert_eq!(after(900, Some((0.05, 30))), left);
    assert_eq!(after(10, Some((0.4, 30))), left);
    assert_eq!(after(15, Some((0.4, 30))), shown);
}

#[test]
fn what_was_just_removed_is_left_out_and_may_come_back_tomorrow() {
    let removed = |time| Past { removed: Some(time), ..NOTHING };
    let of = |time| verdict(&Exposures::default(), &Dislikes::default(), &removed(time));
    assert_eq!(of(NOW.minus(Span::HOUR)), Verdict::Leave(Cause::JustRemoved));
    assert_eq!(of(days_ago(1)), Verdict::Show { gladly: 1.0 });
}

#[test]
fn what_is_of_no_interest_is_left_out_until_that_is_taken_back() {
    let mut dislikes = Dislikes::default();
    dislikes.note(product(1), DislikeKind::NotInterested, days_ago(999));
    // A weaker word later takes nothing back.
    dislikes.note(product(1), DislikeKind::LessLikeThis, NOW);
    let of = |dislikes: &Dislikes| verdict(&Exposures::default(), dislikes, &NOTHING);
    assert_eq!(of(&dislikes), Verdict::Leave(Cause::NotInterested));
    let mut reset = dislikes.clone();
    reset.reset();
    dislikes.take_back(product(1));
    assert_eq!(dislikes, reset);
    assert_eq!(of(&dislikes), Verdict::Show { gladly: 1.0 });
}

#[test]
fn a_dislike_weakens_what_is_like_it_and_fades() {
    let factor = |kind, like: f32, days| {
        let mut dislikes = Dislikes::default();
        dislikes.note(product(1), kind, days_ago(days));
        dislikes.factor(NOW, |_| like)
    };
    assert!((factor(DislikeKind::LessLikeThis, 1.0, 0) - 0.2).abs() < 1e-6);
    assert!((factor(DislikeKind::LessLikeThis, 0.5, 30) - 0.8).abs() < 1e-6);
    assert!((factor(DislikeKind::NotInterested, 1.0, 60) - 0.9).abs() < 1e-6);
    assert!((factor(DislikeKind::NotInterested, 0.0, 0) - 1.0).abs() < 1e-6);
}

#[test]
fn products_are_alike_by_brand_by_categories_or_by_what_else_is_known() {
    let boots = Traits { brand: Some(1), categories: &[10, 11] };
    let like = |brand, categories: &[u32], near| boots.like(&Traits { brand, categories }, near);
    assert!((like(Some(1), &[12], 0.0) - 0.4).abs() < 1e-6);
    assert!((like(Some(2), &[10, 11], 0.1) - 0.6).abs() < 1e-6);
    assert!((like(None, &[], 0.9) - 0.9).abs() < 1e-6);
    let nameless = Traits { brand: None, categories: &[] };
    assert!(nameless.like(&nameless, -1.0).abs() < 1e-6);
}

#[test]
fn dislikes_are_bounded_and_what_is_of_no_interest_goes_last() {
    let mut dislikes = Dislikes::default();
    dislikes.note(product(0), DislikeKind::NotInterested, days_ago(999));
    for number in 1..=200 {
        dislikes.note(
            product(number),
            DislikeKind::LessLikeThis,
            days_ago(500 - i64::from(number)),
        );
    }
    assert_eq!(dislikes.as_slice().len(), DISLIKES_MAX);
    assert!(dislikes.excludes(product(0)));
    assert_eq!(dislikes.as_slice().last().map(|it| it.product), Some(product(200)));
    let all: f32 = dislikes.factor(NOW, |_| 1.0);
    assert!(all >= DISLIKE_FACTOR_MIN);
}

#[test]
fn a_product_rests_here_and_elsewhere_and_comes_back() {
    let shown = |placement, times: &[Timestamp]| {
        let mut exposures = Exposures::default();
        times.iter().for_each(|it| exposures.note(product(1), placement, *it, Span::DAY));
        exposures
    };
    let of = |exposures: &Exposures| verdict(exposures, &Dislikes::default(), &NOTHING);
    let hour = |hours| NOW.minus(Span::HOUR.times(hours));
    assert_eq!(of(&shown(HERE, &[hour(2)])), Verdict::Show { gladly: 1.0 });
    assert_eq!(of(&shown(HERE, &[hour(2), hour(1)])), Verdict::Leave(Cause::ShownOften));
    // One day of rest, then two to come back by half.
    let Verdict::Show { gladly } = of(&shown(HERE, &[hour(73), hour(72)])) else { panic!() };
    assert!((gladly - 0.5).abs() < 1e-6, "{gladly}");
    // Once more after the rest is a new run.
    assert_eq!(of(&shown(HERE, &[hour(50), hour(49), hour(1)])), Verdict::Show { gladly: 1.0 });

    let elsewhere = shown(PlacementIdx::EVERYWHERE, &[hour(3), hour(2), hour(1)]);
    assert_eq!(of(&elsewhere), Verdict::Leave(Cause::ShownOften));
    let mut clicked = elsewhere;
    clicked.note_click(product(1));
    assert_eq!(of(&clicked), Verdict::Show { gladly: 1.0 });
}

#[test]
fn an_exposure_takes_12_bytes() {
    assert_eq!(size_of::<Exposure>(), 12);
}

fn mix(weights: &[(u32, f32)]) -> Mix {
    Mix::new(weights.iter().copied())
}

#[test]
fn a_leap_a_wrapping_and_another_addressee_tell_less_of_the_shopper() {
    let own = mix(&[(1, 30.0), (2, 10.0)]);
    let of = |category, is_gift_wrapped, has_other_addressee, own: &Mix| {
        let categories = mix(&[(category, 1.0)]);
        Character::of(&Bought { categories, is_gift_wrapped, has_other_addressee }, own)
    };
    assert!(of(1, false, false, &own).weight > 0.99);
    let leap = of(9, false, false, &own);
    assert!((leap.leap - 0.8).abs() < 1e-9 && (leap.weight - (1.0 - 0.7 * 0.64)).abs() < 1e-9);
    assert!(of(1, true, false, &own).weight < 0.21);
    assert!(of(9, true, true, &own).weight < 0.05);
    // Of somebody new, everything is in character.
    assert!((of(9, false, false, &Mix::default()).weight - 1.0).abs() < 1e-9);
    // Who goes on with it is believed.
    let gone_on = mix(&[(1, 30.0), (2, 10.0), (9, 2.0)]);
    assert!(of(9, false, false, &gone_on).weight > 0.9);
}

proptest! {
    /// A caller that obeys the limit, whenever it would like to show the product.
    #[test]
    fn no_window_holds_more_exposures_than_allowed(
        pauses in prop::collection::vec(0_i64..40, 1..60), n_max in 1..5_u16,
    ) {
        let limit = limit(n_max);
        let (mut exposures, mut shown, mut now) = (Exposures::default(), Vec::new(), NOW);
        for hours in pauses {
            now = now.plus(Span::HOUR.times(hours));
            let exposure = exposures.of(product(1), HERE);
            if exposure.is_none_or(|it| limit.recovered(it, now) > 0.0) {
                exposures.note(product(1), HERE, now, limit.window);
                shown.push(now);
            }
        }
        for (at, begin) in shown.iter().enumerate() {
            let within = shown[at..].iter().filter(|it| it.since(*begin) <= limit.window);
            prop_assert!(within.count() <= usize::from(n_max));
        }
    }

    #[test]
    fn exposures_are_bounded_and_keep_those_that_went_on_last(
        shown in prop::collection::vec((0..400_u32, 0..3_u16), 0..600),
    ) {
        let mut exposures = Exposures::default();
        for (secs, &(number, placement)) in (0..).zip(&shown) {
            let time = NOW.plus(Span::SECOND.times(secs));
            exposures.note(product(number), PlacementIdx::new(placement), time, Span::DAY);
        }
        let mut last: Vec<(u32, u16)> = Vec::new();
        for it in shown.iter().rev() {
            if last.len() < EXPOSURES_MAX && !last.contains(it) {
                last.push(*it);
            }
        }
        last.sort_unstable();
        let kept = exposures.as_slice().iter().map(|it| (it.product().get(), it.placement().get()));
        prop_assert_eq!(kept.collect::<Vec<_>>(), last);

        let read = exposures.as_slice().iter().rev().map(|it| {
            Exposure::new(it.product(), it.placement(), NonZeroU16::new(it.n()).unwrap(), it.last())
        });
        prop_assert_eq!(Exposures::new(read.collect()), exposures);
    }

    #[test]
    fn a_product_recovers_steadily_and_never_beyond_what_it_was(
        n in 1..9_u16, n_max in 1..9_u16, hours in 0..500_i64,
    ) {
        let exposure = Exposure::new(product(1), HERE, NonZeroU16::new(n).unwrap(), NOW);
        let at = |hours| limit(n_max).recovered(&exposure, NOW.plus(Span::HOUR.times(hours)));
        prop_assert!((0.0..=1.0).contains(&at(hours)) && at(hours) <= at(hours + 1));
        prop_assert_eq!(at(0) > 0.0, n < n_max);
    }

    #[test]
    fn an_order_tells_something_and_the_more_familiar_the_more(
        own in prop::collection::vec((0..5_u32, 0.5..20.0_f32), 0..6),
        bought in prop::collection::vec((0..8_u32, 0.5..3.0_f32), 1..4),
        is_gift_wrapped: bool, has_other_addressee: bool,
    ) {
        let of = |own: &Mix| {
            let categories = mix(&bought);
            Character::of(&Bought { categories, is_gift_wrapped, has_other_addressee }, own)
        };
        let before = of(&mix(&own));
        prop_assert!(before.weight > 0.0 && before.weight <= 1.0);
        prop_assert!((0.0..=1.0).contains(&before.leap));
        // Having bought the same many times makes it familiar.
        let many = bought.iter().map(|it| (it.0, it.1 * 1e4));
        let after = of(&mix(&own.iter().copied().chain(many).collect::<Vec<_>>()));
        prop_assert!(after.leap < 0.01 && after.weight >= before.weight - 1e-4);
    }
}
