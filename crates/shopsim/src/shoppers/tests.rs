//! Tastes lead to clicks, places bias them, and plans are about things the shop has.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;

use super::Population;
use super::attention::{click_chance, look_along, prefer, want_chance};
use super::belongings::Belongings;
use super::fit::{Body, Choice};
use super::habits::{Attitude, Channel};
use super::mind::Mind;
use super::mission::{self, MISSIONS};
use super::{Shopper, purchase};
use crate::catalogue::departments::DEPARTMENTS;
use crate::catalogue::{DemoShop, Product};

const JULY: &str = "2026-07-15T12:00:00Z";
const JANUARY: &str = "2026-01-15T12:00:00Z";

static NOTHING: Belongings<'static> = Belongings::none();

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

/// Somebody with a plan in January, who has nothing.
fn mind(shopper: &Shopper, plan: usize) -> Mind<'_> {
    let mission = &MISSIONS[plan];
    Mind::new(shopper, mission, at(JANUARY), &NOTHING)
}

/// Lets one person look at the same list many times and returns how often each place was clicked.
#[track_caller]
fn check_clicks(list: &[&Product]) -> Vec<u32> {
    let population = Population::generate(1, 1);
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    let mind = mind(population.anybody(&mut rng), 0);
    let mut clicks = vec![0; list.len()];
    for _ in 0..4_000 {
        if let Some((rank, product)) = look_along(&mind, list, &mut rng).clicked {
            assert_eq!(product.id(), list[rank - 1].id());
            clicks[rank - 1] += 1;
        }
    }
    clicks
}

#[test]
fn the_better_liked_of_two_products_is_chosen_more_often() {
    let shop = DemoShop::generate(1);
    let mut rng = ChaCha12Rng::seed_from_u64(2);
    for shopper in Population::generate(1, 40).shoppers {
        let mut list: Vec<&Product> = shop.products().iter().step_by(97).collect();
        let mind = mind(&shopper, 0);
        list.sort_by(|a, b| mind.liking(b).total_cmp(&mind.liking(a)));
        let top = list.len() / 4;
        let n_top = (0..400)
            .filter_map(|_| prefer(&mind, &list, &mut rng))
            .filter(|chosen| list.iter().take(top).any(|it| it.id() == chosen.id()))
            .count();

        assert!(n_top > 160, "{n_top} of 400 choices from the best quarter, 100 by chance");
    }
}

#[test]
fn what_stands_first_is_clicked_more_than_the_same_thing_further_down() {
    let shop = DemoShop::generate(1);
    let one = &shop.products()[0];
    let clicks = check_clicks(&[one; 8]);

    assert!(clicks[0] > 2 * clicks[5], "{clicks:?}");
}

#[test]
fn liking_raises_the_chances_of_clicks_and_of_wanting() {
    for (low, high) in [(-2.0, 0.0), (0.0, 2.0), (2.0, 4.0)] {
        assert!(click_chance(low) < click_chance(high));
        assert!(want_chance(low) < want_chance(high));
    }
    assert!(click_chance(-2.0) < 0.02 && click_chance(7.0) > 0.9);
}

#[test]
fn people_like_their_own_departments_better() {
    let shop = DemoShop::generate(1);
    for shopper in Population::generate(1, 40).shoppers {
        let mean = |own: bool| {
            let all: Vec<f64> = shop
                .products()
                .iter()
                .filter(|it| shopper.taste.departments.contains(&it.department.name) == own)
                .map(|it| shopper.taste.liking(it))
                .collect();
            all.iter().sum::<f64>() / f64::from(u32::try_from(all.len()).unwrap())
        };
        assert!(mean(true) > mean(false) + 0.8);
    }
}

#[test]
fn every_mission_is_about_kinds_and_departments_the_shop_has() {
    let kinds: BTreeSet<_> = DEPARTMENTS
        .iter()
        .flat_map(|it| it.groups)
        .flat_map(|it| it.kinds)
        .map(|it| it.plural)
        .collect();
    for mission in MISSIONS {
        assert!(DEPARTMENTS.iter().any(|it| it.name == mission.department));
        for kind in mission.kinds {
            assert!(kinds.contains(kind), "there are no {kind}");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_people() {
    let text = |seed| format!("{:?}", Population::generate(seed, 20));

    assert_eq!(text(1), text(1));
    assert_ne!(text(1), text(2));
}

#[test]
fn the_plans_of_a_visit_are_drawn_as_often_as_is_said() {
    let population = Population::generate(1, 5);
    let mut rng = ChaCha12Rng::seed_from_u64(4);
    for shopper in population.all() {
        let chances = mission::chances(&shopper.taste, at(JULY));
        let mut counts = vec![0_u32; MISSIONS.len()];
        const DRAWS: u32 = 20_000;
        for _ in 0..DRAWS {
            let drawn = mission::draw(&shopper.taste, mission::Fashion::None, at(JULY), &mut rng);
            counts[MISSIONS.iter().position(|it| std::ptr::eq(it, drawn)).unwrap()] += 1;
        }

        assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        for (chance, count) in chances.iter().zip(counts) {
            let share = f64::from(count) / f64::from(DRAWS);
            let bound = 5.0 * (chance * (1.0 - chance) / f64::from(DRAWS)).sqrt();
            assert!((share - chance).abs() < bound, "{share} is not about {chance}");
        }
    }
}

#[test]
fn what_is_for_the_summer_is_wanted_in_the_summer() {
    let shop = DemoShop::generate(1);
    let population = Population::generate(1, 1);
    let one = &population.all()[0];
    let sandals = shop.products().iter().find(|it| it.kind.plural == "Sandals").unwrap();
    let jacket = shop.products().iter().find(|it| it.kind.plural == "Down jackets").unwrap();
    let liking = |product, time| Mind::new(one, &MISSIONS[40], at(time), &NOTHING).liking(product);

    assert!(liking(sandals, JULY) > liking(sandals, JANUARY) + 1.0);
    assert!(liking(jacket, JULY) < liking(jacket, JANUARY) - 1.0);
}

#[test]
fn who_has_a_tent_needs_none_and_who_had_soap_needs_the_same_again() {
    let shop = DemoShop::generate(1);
    let of = |kind: &str| shop.products().iter().find(|it| it.kind.plural == kind).unwrap();
    let longing = |kind: &str, days: i64| {
        let mut belongings = Belongings::none();
        belongings.add(of(kind), at(JANUARY));
        belongings.longing(of(kind), at(JANUARY) + SignedDuration::from_hours(24 * days))
    };

    assert!(longing("Dome tents", 1) < -4.0 && longing("Dome tents", 300) < -4.0);
    assert!(longing("Soaps", 1) < -1.0 && longing("Soaps", 40) > 1.0);
}

#[test]
fn what_lies_in_the_cart_is_not_wanted_twice() {
    let shop = DemoShop::generate(1);
    let population = Population::generate(1, 1);
    let one = &population.all()[0];
    let product = shop.products().iter().find(|it| mind(one, 0).want_chance(it) > 0.1).unwrap();
    let cart = [product];
    let with_cart = mind(one, 0).with_cart(&cart);

    assert!(with_cart.want_chance(product) <= 0.0);
    assert!(with_cart.liking(product) < mind(one, 0).liking(product) - 5.0);
}

#[test]
fn a_size_that_is_off_goes_back_more_often_than_one_that_fits() {
    let shop = DemoShop::generate(1);
    let mut rng = ChaCha12Rng::seed_from_u64(5);
    let shoes: Vec<&Product> =
        shop.products().iter().filter(|it| it.kind.plural == "Hiking boots").collect();
    let (mut fits, mut is_off) = (Vec::new(), Vec::new());
    for _ in 0..300 {
        let body = Body::draw(&mut rng);
        for product in &shoes {
            let choice = body.choose(product);
            if let Choice::Size { variant, off_by } = choice {
                assert!(variant.stock > 0);
                let returns = choice.return_chance(product);
                assert!((0.0..1.0).contains(&returns));
                if off_by.abs() < 0.3 { fits.push(returns) } else { is_off.push(returns) }
            }
        }
    }
    let mean = |all: &[f64]| all.iter().sum::<f64>() / f64::from(u32::try_from(all.len()).unwrap());
    assert!(fits.len() > 100 && is_off.len() > 100);
    assert!(mean(&is_off) > 2.0 * mean(&fits), "{} {}", mean(&is_off), mean(&fits));
}

#[test]
fn returns_cost_the_shop() {
    let shop = DemoShop::generate(1);
    for product in shop.products().iter().filter(|it| it.kind.sizes.names().is_empty()) {
        let earned = purchase::margin_when_ordered_minor(product, &Choice::TheOnlyOne);
        let margin = crate::catalogue::product::cents(product.margin_minor());
        assert!(earned < margin && earned > 0.75 * margin - purchase::RETURN_COST_MINOR);
    }
}

#[test]
fn people_differ_in_habits() {
    let population = Population::generate(1, 1_000);
    let all = population.all();
    let share = |holds: &dyn Fn(&Shopper) -> bool| {
        let n = all.iter().filter(|it| holds(it)).count();
        f64::from(u32::try_from(n).unwrap()) / 1_000.0
    };

    assert!((0.05..0.22).contains(&share(&|it| it.habits.attitude == Attitude::Refuses)));
    assert!((0.2..0.6).contains(&share(&|it| it.habits.devices.len() > 1)));
    assert!((0.4..0.7).contains(&share(&|it| it.habits.account.is_some())));
    assert!((0.2..0.5).contains(&share(&|it| it.habits.visits_per_day > 0.35)));
    let mut visitors = BTreeSet::new();
    for device in all.iter().flat_map(|it| &it.habits.devices) {
        assert!(visitors.insert(&device.visitor), "{} occurs twice", device.visitor);
    }
}

#[test]
fn visits_come_as_often_as_somebody_comes_and_mostly_in_the_evening() {
    let population = Population::generate(1, 200);
    let mut rng = ChaCha12Rng::seed_from_u64(6);
    let (mut n_visits, mut expected, mut at_eight, mut at_four) = (0.0, 0.0, 0, 0);
    for shopper in population.all() {
        let (mut time, end) = (at(JANUARY), at(JANUARY) + SignedDuration::from_hours(24 * 60));
        expected += 60.0 * shopper.habits.visits_per_day;
        loop {
            time = shopper.habits.next_visit(time, 1.0, &mut rng);
            if time >= end {
                break;
            }
            n_visits += 1.0;
            let hour = time.to_zoned(jiff::tz::TimeZone::UTC).hour();
            at_eight += u32::from(hour == 20);
            at_four += u32::from(hour == 4);
        }
    }
    assert!((n_visits / expected - 1.0_f64).abs() < 0.1, "{n_visits} of {expected}");
    assert!(at_eight > 8 * at_four.max(1), "{at_eight} at eight, {at_four} at four");
}

#[test]
fn a_message_is_opened_at_its_hour_and_not_when_there_are_too_many() {
    for shopper in Population::generate(1, 50).all() {
        let habits = shopper.habits.messages;
        let far = (habits.hour + 12) % 24;
        let chance = |channel, hour, n| habits.open_chance(channel, hour, n);

        assert!(chance(habits.channel, habits.hour, 0) > chance(habits.channel, far, 0));
        assert!(chance(habits.channel, habits.hour, habits.weekly_max) <= 0.0);
        for channel in Channel::ALL {
            assert!(chance(channel, 12, 0) <= habits.opens);
        }
    }
}
