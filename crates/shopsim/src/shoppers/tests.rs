//! Tastes lead to clicks, places bias them, and plans are about things the shop has.

use std::collections::BTreeSet;

use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;

use super::Population;
use super::attention::{click_chance, look_along, prefer, want_chance};
use super::mission::MISSIONS;
use crate::catalogue::departments::DEPARTMENTS;
use crate::catalogue::{DemoShop, Product};

/// Lets one person look at the same list many times and returns how often each place was clicked.
#[track_caller]
fn check_clicks(list: &[&Product]) -> Vec<u32> {
    let population = Population::generate(1, 1);
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    let taste = &population.anybody(&mut rng).taste;
    let mut clicks = vec![0; list.len()];
    for _ in 0..4_000 {
        if let Some((rank, product)) = look_along(taste, list, &mut rng).clicked {
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
        list.sort_by(|a, b| shopper.taste.liking(b).total_cmp(&shopper.taste.liking(a)));
        let top = list.len() / 4;
        let n_top = (0..400)
            .filter_map(|_| prefer(&shopper.taste, &list, &mut rng))
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
    assert!(click_chance(-2.0) < 0.02 && click_chance(5.0) > 0.9);
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
