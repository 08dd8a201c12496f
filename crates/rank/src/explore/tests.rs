//! Chances against the sums over all orders, and against what many seeds give.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

fn policy(share: f64, temperature: f64) -> Exploration {
    Exploration::new(Probability::new(share).unwrap(), temperature).unwrap()
}

/// Every order of `n` of the products below `of`.
fn orders(of: usize, n: usize) -> Vec<Vec<usize>> {
    let longer = |orders: Vec<Vec<usize>>| {
        let longer = orders.into_iter().flat_map(|order| {
            let next = (0..of).filter({
                let order = order.clone();
                move |it| !order.contains(it)
            });
            next.map(move |it| [order.as_slice(), &[it]].concat()).collect::<Vec<_>>()
        });
        longer.collect()
    };
    (0..n).fold(vec![Vec::new()], |orders, _| longer(orders))
}

/// The chance of an order by the formula.
fn chance(order: &[usize], scores: &[f32], policy: &Exploration) -> f64 {
    let weight = |it: usize| (f64::from(scores[it]) / policy.temperature).exp();
    let mut drawn = 1.0;
    for (at, &it) in order.iter().enumerate() {
        let waiting = (0..scores.len()).filter(|it| !order[..at].contains(it));
        drawn *= weight(it) / waiting.map(weight).sum::<f64>();
    }
    let is_own = order.iter().enumerate().all(|(at, it)| at == *it);
    policy.share.get() * drawn + if is_own { 1.0 - policy.share.get() } else { 0.0 }
}

fn candidates(drawn: &Drawn) -> Vec<usize> {
    drawn.places.iter().map(|it| it.candidate).collect()
}

/// Pearson's statistic of counts against chances.
fn chi_square(counts: impl Iterator<Item = (f64, f64)>, n: f64) -> f64 {
    counts.map(|(count, chance)| (count - n * chance).powi(2) / (n * chance)).sum()
}

#[test]
fn many_seeds_give_what_the_propensities_say() {
    const N_SEEDS: u32 = 20_000;
    let scores = [1.0, 0.8, 0.1, -0.3, -1.0];
    let policy = policy(0.7, 1.2);
    let (mut by_order, mut by_place) = (BTreeMap::new(), BTreeMap::new());
    let mut marginals = BTreeMap::new();
    for seed in 0..N_SEEDS {
        let drawn = explore(&scores, 3, &policy, |_| true, seed.into());
        *by_order.entry(candidates(&drawn)).or_insert(0.0) += 1.0;
        for (at, place) in drawn.places.iter().enumerate() {
            *by_place.entry((at, place.candidate)).or_insert(0.0) += 1.0;
            marginals.insert((at, place.candidate), place.marginal.get());
        }
    }
    let n = f64::from(N_SEEDS);
    assert_eq!((by_order.len(), by_place.len()), (60, 15));
    let orders = by_order.iter().map(|(order, n)| (*n, chance(order, &scores, &policy)));
    // The 99.9 % quantiles of 59 degrees of freedom and of 4.
    assert!(chi_square(orders, n) < 98.3);
    for at in 0..3 {
        let here = by_place.iter().filter(|it| it.0.0 == at);
        let places = here.map(|(key, count)| (*count, marginals[key]));
        assert!(chi_square(places, n) < 18.5, "place {at}");
    }
}

#[test]
fn what_is_not_explored_stays_and_is_certain() {
    let scores = by_place(20);
    let is_explored = |place: usize| place == 1 || place >= 4;
    for seed in 0..200 {
        let drawn = explore(&scores, 8, &policy(1.0, 3.0), is_explored, seed);
        for place in [0, 2, 3] {
            assert_eq!(drawn.places[place], Place::certain(place));
        }
        let distinct: BTreeSet<usize> = candidates(&drawn).into_iter().collect();
        assert_eq!(distinct.len(), 8);
    }
}

#[test]
fn what_could_not_be_otherwise_is_marked() {
    let nothing = |scores: &[f32], n: usize, policy: Exploration, is_explored: bool| {
        let drawn = explore(scores, n, &policy, |_| is_explored, 7);
        assert_eq!((drawn.explored, drawn.log_probability), (Explored::Nothing, 0.0));
        assert!(drawn.places.iter().enumerate().all(|(at, it)| *it == Place::certain(at)));
    };
    nothing(&[3.0, 2.0], 2, policy(0.0, 1.0), true);
    nothing(&[3.0, 2.0], 2, policy(1.0, 1.0), false);
    nothing(&[3.0], 2, policy(1.0, 1.0), true);
    nothing(&[], 2, policy(1.0, 1.0), true);
    assert_eq!(explore(&[3.0, 2.0], 2, &policy(1e-9, 1.0), |_| true, 7).explored, Explored::Stayed);
}

#[test]
fn a_share_of_the_slates_is_drawn() {
    let drawn = |seed| explore(&by_place(30), 10, &policy(0.2, 1.0), |_| true, seed).explored;
    let n_drawn = (0..5_000).filter(|seed| drawn(*seed) == Explored::Drawn).count();
    // Three standard deviations are 85.
    assert!(n_drawn.abs_diff(1_000) < 85, "{n_drawn}");
}

#[test]
fn equal_scores_give_equal_chances_however_many_there_are() {
    let drawn = explore(&[0.5; POOL_MAX], PLACES_MAX, &policy(1.0, 1.0), |_| true, 3);
    for place in drawn.places {
        assert!((place.marginal.get() - 0.01).abs() < 1e-9, "{place:?}");
    }
}

#[test]
fn however_far_scores_are_apart_no_propensity_is_zero() {
    let scores = [1e30, 1.0, f32::NAN, -1e30, f32::NEG_INFINITY, 0.0];
    for seed in 0..100 {
        let drawn = explore(&scores, 6, &policy(1.0, 1e-3), |_| true, seed);
        assert!(drawn.log_probability.is_finite());
        assert_eq!(drawn.places[0].candidate, 0);
        assert!(drawn.places.iter().all(|it| it.marginal.get() > 1e-12), "{drawn:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_chances_of_all_orders_add_up_and_are_those_of_the_slate(
        scores in prop::collection::vec(-3.0..3.0_f32, 2..6), n in 1..6_usize,
        share in 0.05..1.0_f64, temperature in 0.35..5.0_f64, seed: u64,
    ) {
        let (n, policy) = (n.min(scores.len()), policy(share, temperature));
        let chances: BTreeMap<Vec<usize>, f64> = orders(scores.len(), n)
            .into_iter()
            .map(|order| (order.clone(), chance(&order, &scores, &policy)))
            .collect();
        prop_assert!((chances.values().sum::<f64>() - 1.0).abs() < 1e-9);

        let drawn = explore(&scores, n, &policy, |_| true, seed);
        prop_assert_eq!(&drawn, &explore(&scores, n, &policy, |_| true, seed));
        let order = candidates(&drawn);
        let log_probability = chances[&order].ln();
        prop_assert!((drawn.log_probability - log_probability).abs() < 1e-9);
        let mut above = 1.0;
        for (at, place) in drawn.places.iter().enumerate() {
            let sum = |is_meant: &dyn Fn(&[usize]) -> bool| -> f64 {
                chances.iter().filter(|it| is_meant(it.0)).map(|it| it.1).sum()
            };
            let prefix = sum(&|it| it[..=at] == order[..=at]);
            prop_assert!((place.given_above.get() - prefix / above).abs() < 1e-9);
            above = prefix;
            let marginal = sum(&|it| it[at] == order[at]);
            prop_assert!((place.marginal.get() / marginal - 1.0).abs() < 1e-6, "{place:?} {marginal}");
        }
    }

    #[test]
    fn somebody_stands_in_every_place(
        scores in prop::collection::vec(-6.0..6.0_f32, 40), temperature in 0.3..3.0_f64,
    ) {
        let weights: Vec<f64> =
            logits(scores.iter().copied(), temperature).into_iter().map(f64::exp).collect();
        // Each of forty orders begins with another product, so that every product is in every place once.
        let mut sums = [0.0; 12];
        for first in 0..40 {
            let order: Vec<usize> = (0..12).map(|place| (first + place) % 40).collect();
            let chances = marginal::of_places(&weights, &order);
            sums.iter_mut().zip(chances).for_each(|(sum, it)| *sum += it);
        }
        prop_assert!(sums.iter().all(|it| (it - 1.0).abs() < 1e-6), "{sums:?}");
    }
}

mod quota_tests {
    use super::super::quota::{NewProduct, spend};
    use super::*;
    use domain::ProductIdx;

    fn products(n_exposures: &[u32]) -> Vec<NewProduct> {
        let products = (0..).map(ProductIdx::new).zip(n_exposures);
        products.map(|(product, &n_exposures)| NewProduct { product, n_exposures }).collect()
    }

    #[test]
    fn those_shown_least_come_first_and_the_tied_by_lot() {
        let new = products(&[5, 1, 2, 2, 2, 9]);
        let mut n_chosen = [0_u32; 6];
        for seed in 0..3_000 {
            let spent = spend(&new, 9, 2, seed);
            assert_eq!(spent[0].product, ProductIdx::new(1));
            assert_eq!(spent[0].propensity, Propensity::CERTAIN);
            assert!((spent[1].propensity.get() - 1.0 / 3.0).abs() < 1e-12);
            n_chosen[spent[1].product.as_usize()] += 1;
        }
        let tied = n_chosen[2..5].iter().map(|&it| (f64::from(it), 1.0 / 3.0));
        // The 99.9 % quantile of two degrees of freedom.
        assert!(chi_square(tied, 3_000.0) < 13.8, "{n_chosen:?}");
        assert_eq!(spend(&products(&[9, 10]), 9, 2, 0), []);
    }

    proptest! {
        #[test]
        fn exposures_stay_within_one_of_each_other_and_within_the_budget(
            n_new in 1..12_usize, n_places in 1..6_usize, n_slates in 0..200_u64, budget in 1..40_u32,
        ) {
            let mut n_exposures = vec![0; n_new];
            for seed in 0..n_slates {
                for spent in spend(&products(&n_exposures), budget, n_places, seed) {
                    n_exposures[spent.product.as_usize()] += 1;
                }
            }
            let (least, most) = (n_exposures.iter().min(), n_exposures.iter().max());
            prop_assert!(most.unwrap() - least.unwrap() <= 1);
            prop_assert!(most.unwrap() <= &budget);
        }

        #[test]
        fn in_whatever_order_products_come_the_answer_is_the_same(
            n_exposures in prop::collection::vec(0..4_u32, 0..20), n in 0..6_usize, seed: u64,
        ) {
            let mut new = products(&n_exposures);
            let spent = spend(&new, 3, n, seed);
            new.reverse();
            prop_assert_eq!(&spend(&new, 3, n, seed), &spent);
        }
    }
}
