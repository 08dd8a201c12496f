//! All that steers a list, one after the other.

use std::collections::BTreeSet;

use domain::{
    Currency, PlacementId, Probability, Product, ProductIdx, Propensity, Timestamp, Visibility,
};
use proptest::prelude::*;

use crate::CatalogueIndex;
use crate::diversity::{Focus, determinantal, jaccard};
use crate::explore::{Exploration, by_place, explore};
use crate::objectives::{Facts, Objective, Scales, Valued, Weights, combine};
use crate::restraint::{
    DislikeKind, Dislikes, Exposures, Past, PlacementIdx, Restraint, Traits, Verdict,
};
use crate::rules::{Effect, Occasion, Ranked, Rule, RuleSet, When};

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
const N_PRODUCTS: u32 = 40;
const N_PLACES: usize = 8;

fn product(number: u32) -> Product {
    Product {
        id: format!("p{number}").parse().unwrap(),
        title: String::new(),
        description: None,
        url: None,
        brand: format!("b{}", number % 5).parse().ok(),
        categories: Vec::new(),
        attributes: Vec::new(),
        price: None,
        cost: None,
        // One in seven is sold out.
        stock: Some(number % 7),
        images: Vec::new(),
        variants: Vec::new(),
        visibility: Visibility::Visible,
        markets: Vec::new(),
        create_time: None,
    }
}

fn rules() -> RuleSet {
    let rule =
        |id: &str, effect| Rule { id: id.to_owned(), priority: 0, when: When::default(), effect };
    let pin = |number: u32, position| Effect::Pin { product: product(number).id, position };
    let (set, refused) = RuleSet::compile(&[
        rule("pinned", pin(38, 3)),
        rule("sold out", pin(7, 1)),
        rule("excluded", Effect::Exclude { products: "brand = \"b4\"".to_owned() }),
        rule("boosted", Effect::Boost { products: "brand = \"b1\"".to_owned(), by: 3.0 }),
    ]);
    assert_eq!(refused, []);
    set
}

/// What a shopper who dislikes some products is shown: products and propensities, place by place.
fn steer(scores: &[f32], disliked: &[u32], seed: u64) -> Vec<(u32, Propensity)> {
    let products: Vec<Product> = (0..N_PRODUCTS).map(product).collect();
    let numbered = (0..).map(ProductIdx::new).zip(&products);
    let index = CatalogueIndex::from_products(Currency::EUR, numbered);
    let eligible = index.eligible(&[], None, &[]);
    let traits = |it: ProductIdx| Traits { brand: Some(it.get() % 5), categories: &[] };

    let mut dislikes = Dislikes::default();
    for &number in disliked {
        dislikes.note(ProductIdx::new(number), DislikeKind::NotInterested, NOW);
    }
    let restraint = Restraint {
        now: NOW,
        placement: PlacementIdx::new(0),
        exposures: &Exposures::default(),
        limit_here: None,
        limit_everywhere: None,
        dislikes: &dislikes,
    };
    let past = Past { removed: None, ordered: None, repeat: None };
    let mut valued = Vec::new();
    for (product, &score) in eligible.iter().zip(scores) {
        let like = |it| traits(it).like(&traits(product), 0.0);
        if let Verdict::Show { gladly } = restraint.verdict(product, &past, like) {
            let facts = Facts::default().with(Objective::Novelty, Some(product.get() as f32));
            valued.push(Valued { product, score, gladly, facts });
        }
    }
    let scales = Scales::fit(&valued.iter().map(|it| it.facts).collect::<Vec<_>>());
    let weights = Weights::default().with(Objective::Novelty, 0.3).unwrap();
    let ranked: Vec<Ranked> = combine(&valued, &weights, &scales)
        .into_iter()
        .map(|it| Ranked { product: valued[it.candidate].product, score: it.score })
        .collect();

    let (rules, home) = (rules(), "home".parse::<PlacementId>().unwrap());
    let occasion = Occasion {
        now: NOW,
        placement: &home,
        query: None,
        category: None,
        market: None,
        region: None,
        segments: &[],
    };
    let applied = rules.in_force(&occasion).apply(&index, &eligible, &ranked, |shown| {
        let brand = |it: usize| [shown[it].product.get() % 5];
        let scores: Vec<f32> = shown.iter().map(|it| it.score).collect();
        let like = |a: usize, b: usize| jaccard(&brand(a), &brand(b));
        determinantal(&scores, Focus::new(0.5).unwrap(), N_PLACES, like)
    });
    let share = Probability::new(0.5).unwrap();
    let exploration = Exploration::new(share, 1.0).unwrap();
    let is_open = |place: usize| !applied.list[place].is_pinned;
    let drawn = explore(&by_place(applied.list.len()), N_PLACES, &exploration, is_open, seed);
    let places = drawn.places.iter();
    places.map(|it| (applied.list[it.candidate].product.get(), it.marginal)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_steers_a_list_what_must_not_be_shown_is_not_and_pins_stay(
        scores in prop::collection::vec(-2.0..2.0_f32, N_PRODUCTS as usize),
        disliked in prop::collection::vec(0..30_u32, 0..6), seed: u64,
    ) {
        let shown = steer(&scores, &disliked, seed);
        prop_assert_eq!(&shown, &steer(&scores, &disliked, seed));
        prop_assert_eq!(shown.len(), N_PLACES);
        prop_assert_eq!(shown[2], (38, Propensity::CERTAIN));
        let distinct: BTreeSet<u32> = shown.iter().map(|it| it.0).collect();
        prop_assert_eq!(distinct.len(), N_PLACES);
        for (number, propensity) in shown {
            prop_assert!(number % 7 != 0 && number % 5 != 4 && !disliked.contains(&number));
            prop_assert!(number == 38 || propensity < Propensity::CERTAIN);
        }
    }
}
