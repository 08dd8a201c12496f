//! What steering a slate costs: each engine on 300 candidates, in microseconds.
//!
//! `cargo run --release -p rank --example steering_cost`

#![expect(clippy::disallowed_methods, reason = "it measures time")]
#![expect(clippy::print_stdout, reason = "it is read by a person")]

use std::hint::black_box;
use std::num::NonZeroU16;
use std::time::Instant;

use domain::{Currency, Probability, Product, ProductIdx, Span, Timestamp, Visibility};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rank::calibration::{Mix, calibrate};
use rank::diversity::{Focus, UnitVectors, determinantal, jaccard, marginal};
use rank::explore::quota::{NewProduct, spend};
use rank::explore::{Exploration, by_place, explore};
use rank::objectives::{Facts, Objective, Scales, Valued, Weights, combine};
use rank::restraint::{
    DislikeKind, Dislikes, Exposures, Limit, Past, PlacementIdx, Restraint, Traits,
};
use rank::rules::{Effect, Occasion, Ranked, Rule, RuleSet, When};
use rank::{CatalogueIndex, ProductSet};

const N_CANDIDATES: usize = 300;
const N_PLACES: usize = 20;
const N_PRODUCTS: u32 = 100_000;
const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

/// Prints the median of many runs.
fn time<T>(what: &str, mut run: impl FnMut() -> T) {
    let mut micros: Vec<f64> = (0..301)
        .map(|_| {
            let begin = Instant::now();
            black_box(run());
            begin.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    micros.sort_by(f64::total_cmp);
    println!("{:>9.1} µs (99th percentile {:.1})  {what}", micros[150], micros[297]);
}

fn main() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut draw = |n: usize| -> Vec<f32> { (0..n).map(|_| rng.random::<f32>()).collect() };
    let (scores, focus) = (draw(N_CANDIDATES), Focus::new(0.7).expect("between 0 and 1"));
    let vectors = UnitVectors::new(64, draw(N_CANDIDATES * 64).iter().map(|it| it - 0.5).collect());
    let categories: Vec<[u32; 3]> =
        (0..300).map(|it| [it % 7, 10 + it % 11, 30 + it % 13]).collect();

    let cosine = |a: usize, b: usize| vectors.cosine(a, b);
    let shared = |a: usize, b: usize| jaccard(&categories[a], &categories[b]);
    time("marginal, 64 numbers", || marginal(&scores, focus, N_PLACES, cosine));
    time("determinantal, 64 numbers", || determinantal(&scores, focus, N_PLACES, cosine));
    time("determinantal, 3 categories", || determinantal(&scores, focus, N_PLACES, shared));
    let own = Mix::new((0..31).map(|it| (it, 1.0 + it as f32)));
    time("calibrate, 3 categories", || {
        calibrate(&scores, &own, focus, N_PLACES, |it| &categories[it])
    });

    let share = Probability::new(0.1).expect("between 0 and 1");
    let exploration = Exploration::new(share, 1.0).expect("above 0");
    let (by_place, mut seed) = (by_place(N_CANDIDATES), 0);
    for n_places in [4, 10, 20] {
        time(&format!("explore {n_places} places of 100 products"), || {
            seed += 1;
            explore(&by_place, n_places, &exploration, |_| true, seed)
        });
    }
    let new: Vec<NewProduct> = (0..1000)
        .map(|it| NewProduct { product: ProductIdx::new(it), n_exposures: it % 50 })
        .collect();
    time("spend the quota of 1,000 new products", || spend(&new, 100, 2, 7));
    restrain(&categories);
    apply_rules(&scores);
    weigh(&scores);
}

fn restrain(categories: &[[u32; 3]]) {
    let (mut exposures, mut dislikes) = (Exposures::default(), Dislikes::default());
    for number in 0..400 {
        let product = ProductIdx::new(number * 3);
        exposures.note(product, PlacementIdx::new(0), NOW.minus(Span::HOUR), Span::DAY);
        if number % 40 == 0 {
            dislikes.note(product, DislikeKind::LessLikeThis, NOW.minus(Span::DAY));
        }
    }
    let limit = Limit { n_max: NonZeroU16::MIN, window: Span::DAY, half_life: Span::DAY };
    let restraint = Restraint {
        now: NOW,
        placement: PlacementIdx::new(0),
        exposures: &exposures,
        limit_here: Some(limit),
        limit_everywhere: Some(limit),
        dislikes: &dislikes,
    };
    let traits = |it: usize| Traits { brand: Some(1), categories: &categories[it % 300] };
    let past = Past { removed: None, ordered: None, repeat: None };
    time("verdicts on 300 candidates, ten dislikes", || {
        let verdict = |number: u32| {
            let own = traits(number as usize);
            let like = |it: ProductIdx| own.like(&traits(it.as_usize()), 0.0);
            restraint.verdict(ProductIdx::new(number), &past, like)
        };
        (0..300).map(verdict).collect::<Vec<_>>()
    });
}

fn apply_rules(scores: &[f32]) {
    let product = |number: u32| Product {
        id: format!("p{number}").parse().expect("a short text"),
        title: String::new(),
        description: None,
        url: None,
        brand: format!("Brand {}", number % 300).parse().ok(),
        categories: Vec::new(),
        attributes: Vec::new(),
        price: None,
        cost: None,
        stock: Some(number % 50),
        images: Vec::new(),
        variants: Vec::new(),
        visibility: Visibility::Visible,
        markets: Vec::new(),
        create_time: None,
    };
    let mut index = CatalogueIndex::new(Currency::EUR);
    (0..N_PRODUCTS).for_each(|it| index.upsert(ProductIdx::new(it), &product(it)));
    let rule = |number: u32| {
        let products = format!("brand = \"Brand {number}\" OR stock < {}", number % 20);
        let placement = if number.is_multiple_of(100) { "home" } else { "cart" };
        let placements = vec![placement.parse().expect("a slug")];
        let effect = match number % 300 {
            0 => Effect::Boost { products, by: 2.0 },
            100 => Effect::Exclude { products },
            _ => Effect::Pin { product: product(number).id, position: 3 },
        };
        let when = When { placements, ..When::default() };
        Rule { id: number.to_string(), priority: 0, when, effect }
    };
    let (rules, refused) = RuleSet::compile(&(0..1000).map(rule).collect::<Vec<_>>());
    assert!(refused.is_empty(), "{refused:?}");
    let placement = "home".parse().expect("a slug");
    let occasion = Occasion {
        now: NOW,
        placement: &placement,
        query: None,
        category: None,
        market: None,
        region: None,
        segments: &[],
    };
    time("find ten rules of 1,000", || rules.in_force(&occasion));
    let candidates: Vec<Ranked> = (0..)
        .map(|it| ProductIdx::new(it * 7))
        .zip(scores)
        .map(|(product, &score)| Ranked { product, score })
        .collect();
    let (in_force, eligible): (_, ProductSet) =
        (rules.in_force(&occasion), index.eligible(&[], None, &[]));
    assert_eq!(in_force.len(), 10);
    time("apply ten rules", || in_force.apply(&index, &eligible, &candidates, |_| Vec::new()));
    time("apply ten rules and explain", || {
        in_force.apply(&index, &eligible, &candidates, |_| Vec::new()).explain().len()
    });
}

fn weigh(scores: &[f32]) {
    let facts = |it: f32| {
        let all = Objective::ALL.iter().zip(1_u8..);
        all.fold(Facts::default(), |known, (objective, n)| {
            known.with(*objective, Some((it * f32::from(n) * 1e3).fract()))
        })
    };
    let candidates: Vec<Valued> = (0..)
        .map(ProductIdx::new)
        .zip(scores)
        .map(|(product, &score)| Valued { product, score, gladly: 1.0, facts: facts(score) })
        .collect();
    let scales = Scales::fit(&candidates.iter().map(|it| it.facts).collect::<Vec<_>>());
    let weights = Weights::default().with(Objective::Margin, 0.5);
    let weights = weights.and_then(|it| it.with(Objective::Novelty, 0.2));
    let weights = weights.expect("within the limit");
    time("combine objectives", || combine(&candidates, &weights, &scales));
}
