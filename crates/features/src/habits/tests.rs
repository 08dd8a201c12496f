//! What is promised of habits, through their published interface.

use std::num::{NonZeroU16, NonZeroU32};

use domain::{ProductIdx, ShopperKey, Timestamp};
use proptest::prelude::*;

use super::{HABITS_MAX, Habit, Habits, Orders, habits_of};
use crate::{Action, Interaction};

fn act(product: u32, action: Action, secs: i64) -> Interaction {
    let (product, time) = (ProductIdx::new(product), Timestamp::from_secs(secs));
    Interaction::new(product, action, time, NonZeroU16::MIN)
}

fn shopper(number: u8) -> ShopperKey {
    ShopperKey::from_bytes([number; 16])
}

fn note(habits: &mut Habits, who: u8, act: Interaction) {
    habits.note(shopper(who), act.product(), act.action(), act.time());
}

fn many() -> Habits {
    Habits::new(super::SHOPPERS_MAX)
}

fn only(acts: &[Interaction]) -> Habit {
    let habits = habits_of(acts);
    assert_eq!(habits.len(), 1, "{habits:?}");
    habits[0]
}

const DAY: i64 = 24 * 3600;

#[test]
fn a_habit_tells_how_often_first_last_and_the_strongest_act() {
    let habit = only(&[
        act(7, Action::Viewed, 100),
        act(7, Action::Ordered, 200),
        act(7, Action::Ordered, 300),
        act(7, Action::Added, 400),
    ]);
    let (first, last) = (Timestamp::from_secs(200), Timestamp::from_secs(300));
    assert_eq!(habit.orders(), Some(Orders { n: 2, first, last }));
    assert_eq!((habit.n_touches(), habit.strongest()), (2, Action::Ordered));
    assert_eq!(habit.last(), Timestamp::from_secs(400));
}

#[test]
fn lines_of_one_order_are_one_occasion() {
    let habit = only(&[act(7, Action::Ordered, 200), act(7, Action::Ordered, 200)]);
    assert_eq!(habit.orders().map(|it| it.n), Some(1));
}

#[test]
fn what_was_taken_out_of_the_cart_is_no_habit() {
    assert_eq!(habits_of(&[act(7, Action::Removed, 200)]), []);
}

#[test]
fn a_late_act_counts_and_leaves_the_last_one_where_it_was() {
    let habit = only(&[act(7, Action::Ordered, 300), act(7, Action::Ordered, 200)]);
    let orders = habit.orders().unwrap();
    assert_eq!((orders.n, orders.first), (2, Timestamp::from_secs(200)));
    assert_eq!(habit.last(), Timestamp::from_secs(300));
}

#[test]
fn a_view_takes_no_place_from_an_order_and_a_new_order_takes_that_of_an_old_one() {
    // Over 200 days an order does not fade below a view.
    let apart = 200 * DAY / HABITS_MAX as i64;
    let mut acts: Vec<Interaction> = (0..HABITS_MAX)
        .map(|it| act(u32::try_from(it).unwrap(), Action::Ordered, it as i64 * apart))
        .collect();
    let end = HABITS_MAX as i64 * apart;
    acts.push(act(9_000, Action::Viewed, end));
    let products = |acts: &[Interaction]| -> Vec<u32> {
        habits_of(acts).iter().map(|it| it.product().get()).collect()
    };
    assert!(products(&acts).contains(&0));
    assert!(!products(&acts).contains(&9_000));
    acts.push(act(9_001, Action::Ordered, end));
    assert!(!products(&acts).contains(&0));
    assert!(products(&acts).contains(&9_001));
    assert_eq!(products(&acts).len(), HABITS_MAX);
}

#[test]
fn a_habit_halves_in_its_half_life_where_places_are_short() {
    let twice = only(&[act(1, Action::Ordered, 0), act(1, Action::Ordered, 100 * DAY)]);
    let once = |at: i64| only(&[act(1, Action::Ordered, at * DAY)]);
    let half_life = i64::from(super::FADING_DAYS);
    assert!(once(100 + half_life - 1).worth() < twice.worth());
    assert!(once(100 + half_life + 1).worth() > twice.worth());
    assert!(only(&[act(1, Action::Viewed, 100 * DAY)]).worth() < once(100).worth());
}

#[test]
fn among_more_buyers_than_are_kept_the_one_seen_longest_ago_is_forgotten() {
    let mut habits = Habits::new(NonZeroU32::new(4).unwrap());
    for (who, secs) in [(1, 10), (2, 20), (3, 30), (1, 40), (4, 50)] {
        note(&mut habits, who, act(5, Action::Ordered, secs));
    }
    assert_eq!(habits.len(), 3);
    assert_eq!(habits.of(&shopper(2)), []);
    assert_eq!(habits.of(&shopper(1))[0].orders().map(|it| it.n), Some(2));
    habits.forget(&shopper(1));
    assert_eq!(habits.of(&shopper(1)), []);
}

#[test]
fn a_crowd_that_only_looks_drives_out_nobody_who_buys() {
    let mut habits = Habits::new(NonZeroU32::new(8).unwrap());
    note(&mut habits, 0, act(5, Action::Viewed, 0));
    note(&mut habits, 0, act(5, Action::Ordered, 1));
    for who in 1..100 {
        note(&mut habits, who, act(5, Action::Viewed, 2));
    }
    assert_eq!(habits.len(), 1 + 2);
    let [own] = habits.of(&shopper(0)) else { panic!("one habit") };
    assert_eq!((own.n_touches(), own.orders().map(|it| it.n)), (1, Some(1)));
}

#[test]
fn a_habit_takes_24_bytes_and_a_shopper_less_than_a_hundred_beside_them() {
    assert_eq!(size_of::<Habit>(), 24);
    let mut habits = many();
    for who in 0..=255 {
        for product in 0..16 {
            note(&mut habits, who, act(product, Action::Ordered, 100));
        }
    }
    let beside = habits.memory_bytes() / 256 - 16 * size_of::<Habit>();
    assert!(beside < 100, "{beside} bytes a shopper beside the habits");
}

fn any_act() -> impl Strategy<Value = Interaction> {
    let action = prop::sample::select(Action::ALL.to_vec());
    (0..260_u32, action, 0..400_i64)
        .prop_map(|(product, action, day)| act(product, action, day * DAY))
}

fn any_acts() -> impl Strategy<Value = Vec<(u8, Interaction)>> {
    prop::collection::vec((0..4_u8, any_act()), 0..900)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_folded_live_is_what_a_data_set_tells(acts in any_acts()) {
        let mut live = many();
        for &(who, act) in &acts {
            note(&mut live, who, act);
        }
        for who in 0..4 {
            let own: Vec<Interaction> =
                acts.iter().filter(|it| it.0 == who).map(|it| it.1).collect();
            let told = habits_of(&own);
            prop_assert_eq!(live.of(&shopper(who)), told.as_slice());
            prop_assert!(told.len() <= HABITS_MAX);
            prop_assert!(told.windows(2).all(|it| it[0].product() < it[1].product()));
        }
    }

    #[test]
    fn what_is_restored_goes_on_as_the_original(acts in any_acts(), cut in 0..900_usize) {
        let mut whole = Habits::new(NonZeroU32::new(4).unwrap());
        let cut = cut.min(acts.len());
        for &(who, act) in &acts[..cut] {
            note(&mut whole, who, act);
        }
        let mut bytes = Vec::new();
        whole.encode(&mut bytes);
        let mut restored = Habits::decode(&bytes).unwrap();
        for &(who, act) in &acts[cut..] {
            note(&mut whole, who, act);
            note(&mut restored, who, act);
        }
        prop_assert_eq!(&restored, &whole);
    }

    #[test]
    fn damaged_bytes_are_refused_or_at_least_harmless(
        acts in any_acts(), at: prop::sample::Index, byte: u8,
    ) {
        let mut habits = many();
        for &(who, act) in &acts {
            note(&mut habits, who, act);
        }
        let mut bytes = Vec::new();
        habits.encode(&mut bytes);
        let at = at.index(bytes.len());
        prop_assert!(Habits::decode(&bytes[..at]).is_err());
        bytes[at] = byte;
        if let Ok(read) = Habits::decode(&bytes) {
            let mut again = Vec::new();
            read.encode(&mut again);
            prop_assert_eq!(again.len(), bytes.len());
        }
    }
}
