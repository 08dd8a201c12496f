//! The closed form is what simulated people do, and no slate is worth more than the best.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use super::{Choices, Measure, Plan, Truth, Value, best, value};
use crate::catalogue::{DemoShop, Product};
use crate::fake_api::test_time;
use crate::shoppers::attention::look_along;
use crate::shoppers::belongings::Belongings;
use crate::shoppers::mind::Mind;
use crate::shoppers::mission::MISSIONS;
use crate::shoppers::{Population, purchase};

static NOTHING: Belongings<'static> = Belongings::none();

/// A shopper of a population, with the plan of the same number.
fn mind(population: &Population, number: usize) -> Mind<'_> {
    let shopper = &population.all()[number];
    let mission = &MISSIONS[number % MISSIONS.len()];
    Mind::new(shopper, mission, test_time(), &NOTHING)
}

/// The quarter of the products that somebody likes best.
fn liked<'a>(mind: &Mind<'_>, shop: &'a DemoShop) -> Vec<&'a Product> {
    let for_sale = shop.products().iter().filter(|it| it.stock > 0);
    let mut all: Vec<(f64, &Product)> = for_sale.map(|it| (mind.liking(it), it)).collect();
    all.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    all.truncate(all.len() / 4);
    all.into_iter().map(|(_, it)| it).collect()
}

/// A slate of products that are not hopeless.
fn some_slate<'a>(liked: &[&'a Product], rng: &mut ChaCha12Rng) -> Vec<&'a Product> {
    (0..8).map(|_| liked[rng.random_range(0..liked.len())]).collect()
}

/// Shows a slate to somebody many times and adds up what comes of it, die by die.
fn simulated(mind: &Mind<'_>, slate: &[&Product], n: u32, rng: &mut ChaCha12Rng) -> Value {
    let mut sum = Value::default();
    for _ in 0..n {
        let Some((_, product)) = look_along(mind, slate, rng).clicked else { continue };
        sum.clicks += 1.0;
        if !rng.random_bool(mind.want_chance(product)) {
            continue;
        }
        sum.adds += 1.0;
        if rng.random_bool(purchase::REGRETS) || !rng.random_bool(purchase::ORDERS) {
            continue;
        }
        let choice = mind.shopper.body.choose(product);
        sum.margin_minor += if rng.random_bool(choice.return_chance(product)) {
            -purchase::RETURN_COST_MINOR
        } else {
            crate::catalogue::product::cents(product.margin_minor())
        };
    }
    let share = 1.0 / f64::from(n);
    Value {
        clicks: sum.clicks * share,
        adds: sum.adds * share,
        margin_minor: sum.margin_minor * share,
    }
}

#[test]
fn the_value_of_a_slate_is_the_mean_of_many_looks_at_it() {
    const LOOKS: u32 = 10_000;
    let shop = DemoShop::generate(1);
    let population = Population::generate(1, 6);
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    for number in 0..population.len() {
        let mind = mind(&population, number);
        let liked = liked(&mind, &shop);
        let slate = some_slate(&liked, &mut rng);

        let (expected, mean) = (value(&mind, &slate), simulated(&mind, &slate, LOOKS, &mut rng));

        // Five standard errors: of a yes or no, and of an amount that is at most the dearest margin.
        let bound = |chance: f64| 5.0 * (chance.max(1e-4) / f64::from(LOOKS)).sqrt();
        let dearest = slate.iter().map(|it| it.margin_minor()).max().unwrap();
        let dearest = f64::from(i32::try_from(dearest).unwrap());
        assert!((expected.clicks - mean.clicks).abs() < bound(expected.clicks), "{number}");
        assert!((expected.adds - mean.adds).abs() < bound(expected.adds), "{number}");
        let apart = (expected.margin_minor - mean.margin_minor).abs();
        assert!(apart < dearest * bound(expected.adds), "{expected:?} {mean:?}");
        assert!(expected.clicks > 0.05, "a slate that nobody clicks proves nothing");
    }
}

#[test]
fn no_sampled_slate_is_worth_more_than_the_best() {
    let shop = DemoShop::generate(1);
    let population = Population::generate(2, 4);
    let mut rng = ChaCha12Rng::seed_from_u64(2);
    for number in 0..population.len() {
        let mind = mind(&population, number);
        let liked = liked(&mind, &shop);
        let choices = Choices::of(&mind, shop.products().iter().filter(|it| it.stock > 0));
        let most = choices.best_values(&mind, 8);
        for measure in Measure::ALL {
            let slate = choices.best(8, measure);
            assert!(slate.len() <= 8);
            for _ in 0..100 {
                // Some of the best slate in another order, with others between.
                let mut other = some_slate(&liked, &mut rng);
                for product in &slate {
                    if rng.random_bool(0.3) {
                        continue;
                    }
                    let at = rng.random_range(0..other.len());
                    if !other.iter().any(|it| std::ptr::eq(*it, *product)) {
                        other[at] = product;
                    }
                }
                let worth = value(&mind, &other).get(measure);
                assert!(worth <= most.get(measure) + 1e-9, "{measure:?}");
            }
        }
    }
}

#[test]
fn the_best_of_few_products_is_the_best_of_all_their_orders() {
    let shop = DemoShop::generate(1);
    let population = Population::generate(3, 8);
    let mut rng = ChaCha12Rng::seed_from_u64(3);
    for number in 0..population.len() {
        let mind = mind(&population, number);
        let liked = liked(&mind, &shop);
        let few: Vec<&Product> = some_slate(&liked, &mut rng).into_iter().take(5).collect();
        for measure in Measure::ALL {
            let mut most: f64 = 0.0;
            for a in &few {
                for b in few.iter().filter(|b| !std::ptr::eq(**b, *a)) {
                    for c in few.iter().filter(|c| !std::ptr::eq(**c, *a) && !std::ptr::eq(**c, *b))
                    {
                        most = most.max(value(&mind, &[a, b, c]).get(measure));
                    }
                }
            }
            let found = best(&mind, few.iter().copied(), 3, measure);
            let found = value(&mind, &found).get(measure);
            assert!((found - most).abs() < 1e-9 || found > most, "{found} {most}");
        }
    }
}

#[test]
fn somebody_of_whom_the_plan_is_unknown_is_worth_the_mean_over_plans() {
    let shop = DemoShop::generate(1);
    let population = Population::generate(4, 3);
    let truth = Truth::new(&shop, &population);
    let slate: Vec<&str> = shop.products().iter().step_by(211).take(8).map(Product::id).collect();

    let plans = truth.plans(1, test_time());
    let mean: f64 = plans
        .iter()
        .map(|(plan, chance)| chance * truth.value(1, test_time(), *plan, &slate).clicks)
        .sum();

    assert_eq!(plans.len(), Truth::n_plans());
    assert!((truth.value_of_any_visit(1, test_time(), &slate).clicks - mean).abs() < 1e-12);
}

#[test]
fn the_best_slate_has_no_regret_and_others_have() {
    let shop = DemoShop::generate(1);
    let population = Population::generate(4, 3);
    let truth = Truth::new(&shop, &population);
    let plan: Plan = truth.plans(0, test_time())[7].0;
    for measure in Measure::ALL {
        let best = truth.best(0, test_time(), plan, (8, measure));
        let best: Vec<&str> = best.iter().map(|it| it.id()).collect();
        let other: Vec<&str> =
            shop.products().iter().step_by(97).take(8).map(Product::id).collect();

        assert!(truth.regret(0, test_time(), plan, (&best, measure)).abs() < 1e-9);
        assert!(truth.regret(0, test_time(), plan, (&other, measure)) > 0.0);
    }
}

#[test]
fn every_person_can_be_written_out() {
    let shop = DemoShop::generate(1);
    let population = Population::generate(5, 20);
    let lines: Vec<String> = Truth::new(&shop, &population)
        .people()
        .map(|it| serde_json::to_string(&it).unwrap())
        .collect();

    assert_eq!(lines.len(), 20);
    assert!(lines[0].contains(r#""visitors":["sim-5-0""#), "{}", lines[0]);
}
