//! What rules do to a small list, which wins, and what holds of any.

use std::collections::BTreeSet;
use std::error::Error;

use domain::{
    CategoryPath, Currency, MarketId, Money, PlacementId, Product, ProductIdx, Timestamp,
    Visibility,
};
use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::{CatalogueIndex, Filter, ProductSet};

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
const N_PRODUCTS: u32 = 8;

/// Products `p0` to `p7`: the even ones of Acme, the others of Bolt, at 10 euros more each.
fn product(number: u32) -> Product {
    let brand = if number.is_multiple_of(2) { "Acme" } else { "Bolt" };
    Product {
        id: format!("p{number}").parse().unwrap(),
        title: String::new(),
        description: None,
        url: None,
        brand: Some(brand.parse().unwrap()),
        categories: Vec::new(),
        attributes: Vec::new(),
        price: Some(Money::new(i64::from(number) * 1000, Currency::EUR)),
        cost: None,
        stock: None,
        images: Vec::new(),
        variants: Vec::new(),
        visibility: Visibility::Visible,
        markets: Vec::new(),
        create_time: None,
    }
}

fn index() -> CatalogueIndex {
    let products: Vec<Product> = (0..N_PRODUCTS).map(product).collect();
    CatalogueIndex::from_products(Currency::EUR, (0..).map(ProductIdx::new).zip(&products))
}

fn rule(id: &str, priority: i32, effect: Effect) -> Rule {
    Rule { id: id.to_owned(), priority, when: When::default(), effect }
}

fn pin(number: u32, position: usize) -> Effect {
    Effect::Pin { product: format!("p{number}").parse().unwrap(), position }
}

fn boost(products: &str, by: f32) -> Effect {
    Effect::Boost { products: products.to_owned(), by }
}

fn bury(products: &str, by: f32) -> Effect {
    Effect::Bury { products: products.to_owned(), by }
}

fn include(products: &str) -> Effect {
    Effect::Include { products: products.to_owned() }
}

fn exclude(products: &str) -> Effect {
    Effect::Exclude { products: products.to_owned() }
}

fn occasion(placement: &PlacementId) -> Occasion<'_> {
    Occasion {
        now: NOW,
        placement,
        query: None,
        category: None,
        market: None,
        region: None,
        segments: &[],
    }
}

fn home() -> PlacementId {
    "home".parse().unwrap()
}

/// The first of the products, best first: of scores 8, 7, 6, …
fn candidates(n: u32) -> Vec<Ranked> {
    (0..n).map(|it| Ranked { product: ProductIdx::new(it), score: (8 - it) as f32 }).collect()
}

/// Leaves all in the order of scores.
fn by_score(_: &[Ranked]) -> Vec<usize> {
    Vec::new()
}

/// Applies rules to the first five products and compares what became of each. Product 7 is not eligible.
#[track_caller]
fn check(rules: &[Rule], expect: Expect) {
    let (set, refused) = RuleSet::compile(rules);
    assert_eq!(refused, []);
    let (home, eligible) = (home(), (0..7).map(ProductIdx::new).collect::<ProductSet>());
    let applied =
        set.in_force(&occasion(&home)).apply(&index(), &eligible, &candidates(5), by_score);
    let place = |place: Option<usize>| place.map_or("-".to_owned(), |it| (it + 1).to_string());
    let line = |it: &Explained<'_>| {
        let touches = it.touches.iter().map(|it| format!("  {} {:?}", it.rule, it.why));
        let (before, after) = (place(it.before), place(it.after));
        format!("p{} {before}→{after}{}\n", it.product.get(), touches.collect::<String>())
    };
    expect.assert_eq(&applied.explain().iter().map(line).collect::<String>());
}

#[test]
fn boosts_and_buries_multiply() {
    check(
        &[
            rule("bolt", 0, boost("brand = \"Bolt\"", 2.0)),
            rule("dear", 5, bury("price >= 30", 4.0)),
        ],
        expect![[r#"
            p0 1→2
            p1 2→1  bolt Weighed { factor: 2.0 }
            p2 3→3
            p3 4→4  dear Weighed { factor: 0.25 }  bolt Weighed { factor: 2.0 }
            p4 5→5  dear Weighed { factor: 0.25 }
        "#]],
    );
}

#[test]
fn a_pin_brings_in_what_nobody_proposed_and_nothing_that_is_not_eligible() {
    check(
        &[rule("new", 0, pin(6, 2)), rule("gone", 0, pin(7, 1)), rule("best", 0, pin(4, 1))],
        expect![[r#"
            p0 1→3
            p1 2→4
            p2 3→5
            p3 4→6
            p4 5→1  best Pinned
            p7 -→-  gone NotEligible
            p6 -→2  new Pinned
        "#]],
    );
}

#[test]
fn of_pins_in_one_place_the_first_has_it() {
    check(
        &[
            rule("b", 1, pin(3, 1)),
            rule("a", 1, pin(4, 1)),
            rule("high", 2, pin(2, 1)),
            rule("far", 0, pin(0, 90)),
            rule("again", 0, pin(2, 3)),
        ],
        expect![[r#"
            p0 1→5  far PinnedNear
            p1 2→4
            p2 3→1  high Pinned  again Overruled
            p3 4→3  b PinnedNear
            p4 5→2  a PinnedNear
        "#]],
    );
}

#[test]
fn the_first_rule_that_speaks_of_a_product_decides_whether_it_is_shown() {
    check(
        &[
            rule("acme only", 1, include("brand = \"Acme\"")),
            rule("not cheap", 2, exclude("price < 10")),
            rule("not p2", 1, exclude("id = \"p2\"")),
            rule("pinned", 0, pin(1, 1)),
            rule("pinned too", 0, pin(0, 2)),
        ],
        expect![[r#"
            p0 1→-  not cheap Excluded  pinned too Overruled
            p1 2→1  pinned Pinned
            p2 3→-  not p2 Excluded
            p3 4→-  acme only NotIncluded
            p4 5→2  acme only Included
        "#]],
    );
}

#[test]
fn a_boost_raises_what_is_below_zero_too() {
    let (set, _) = RuleSet::compile(&[rule("bolt", 0, boost("brand = \"Bolt\"", 4.0))]);
    let candidates: Vec<Ranked> = [-1.0, -2.0, -3.0]
        .iter()
        .zip(0..)
        .map(|(&score, it)| Ranked { product: ProductIdx::new(it), score })
        .collect();
    let home = home();
    let in_force = set.in_force(&occasion(&home));
    let applied = in_force.apply(&index(), &ProductSet::default(), &candidates, by_score);
    let order: Vec<u32> = applied.list.iter().map(|it| it.product.get()).collect();
    assert_eq!(order, [1, 0, 2]);
}

#[test]
fn a_rule_is_in_force_if_all_that_it_says_is_so() {
    let home = home();
    let path = ["Outdoor", "Tents"].map(|it| it.parse().unwrap()).to_vec();
    let (path, market) = (CategoryPath::new(path).unwrap(), "at".parse::<MarketId>().unwrap());
    let asked = Occasion {
        query: Some("Warm, light tents!"),
        category: Some(&path),
        market: Some(&market),
        region: Some("tirol"),
        segments: &["vip", "new"],
        ..occasion(&home)
    };
    let is_in_force = |when: When| {
        let rule = Rule { when, ..rule("it", 0, pin(1, 1)) };
        let (set, refused) = RuleSet::compile(&[rule]);
        assert_eq!(refused, []);
        assert!(set.in_force(&occasion(&home)).len() <= set.in_force(&asked).len());
        !set.in_force(&asked).is_empty()
    };
    let text = |it: &str| Some(it.to_owned());
    assert!(is_in_force(When { query: text("TENTS warm"), ..When::default() }));
    assert!(!is_in_force(When { query: text("tent"), ..When::default() }));
    assert!(is_in_force(When { category: text("Outdoor>Tents"), ..When::default() }));
    assert!(is_in_force(When { category: text("Tents"), ..When::default() }));
    assert!(!is_in_force(When { category: text("Boots"), ..When::default() }));
    assert!(is_in_force(When { markets: vec![market.clone()], ..When::default() }));
    assert!(!is_in_force(When { markets: vec!["de".parse().unwrap()], ..When::default() }));
    assert!(is_in_force(When { regions: vec!["tirol".to_owned()], ..When::default() }));
    assert!(is_in_force(When { segments: vec!["new".to_owned()], ..When::default() }));
    assert!(!is_in_force(When { segments: vec!["old".to_owned()], ..When::default() }));
    assert!(is_in_force(When { placements: vec![home.clone()], ..When::default() }));
    assert!(!is_in_force(When { placements: vec!["cart".parse().unwrap()], ..When::default() }));
    assert!(is_in_force(When { from: Some(NOW), ..When::default() }));
    assert!(!is_in_force(When { until: Some(NOW), ..When::default() }));
    let both = When { query: text("tents"), segments: vec!["old".to_owned()], ..When::default() };
    assert!(!is_in_force(both));
}

#[test]
fn a_bad_rule_is_refused_with_the_remedy_and_the_others_stand() {
    let with = |when: When| Rule { when, ..rule("when", 0, pin(1, 1)) };
    let mut rules = vec![
        rule("good", 0, pin(1, 1)),
        rule("good", 0, pin(2, 1)),
        rule("place", 0, pin(1, 0)),
        rule("factor", 0, boost("in_stock", 0.5)),
        rule("filter", 0, exclude("prize < 5")),
        with(When { query: Some("!?".to_owned()), ..When::default() }),
    ];
    let (from, until) = (Some(NOW), Some(NOW));
    rules.push(Rule { id: "time".to_owned(), ..with(When { from, until, ..When::default() }) });
    let segments = vec!["a".to_owned(); 65];
    rules.push(Rule { id: "many".to_owned(), ..with(When { segments, ..When::default() }) });
    let regions = vec![String::new()];
    rules.push(Rule { id: "text".to_owned(), ..with(When { regions, ..When::default() }) });

    let (set, refused) = RuleSet::compile(&rules);
    assert_eq!(set.len(), 1);
    let messages: String = refused
        .iter()
        .map(|it| format!("{it}: {}\n", it.source().expect("a refusal has a cause")))
        .collect();
    expect![[r#"
        rule `good` was refused: another rule has this id; give each its own
        rule `place` was refused: place 0 cannot be pinned; choose 1 to 100
        rule `factor` was refused: 0.5 is no factor for boosting or burying; choose one above 1 and up to 10
        rule `filter` was refused: its filter is not understood
        rule `when` was refused: the query `!?` has no word; write one, or leave the query out
        rule `time` was refused: it begins when or after it ends; let `from` be before `until`
        rule `many` was refused: segments lists 65 values; at most 64 are allowed, so make several rules
        rule `text` was refused: regions has a text of 0 bytes; write 1 to 256
    "#]]
    .assert_eq(&messages);
}

#[test]
fn rules_and_those_in_force_are_bounded() {
    let rules: Vec<Rule> = (0..2100).map(|it| rule(&format!("r{it}"), it, pin(1, 1))).collect();
    let (set, refused) = RuleSet::compile(&rules);
    assert_eq!((set.len(), refused.len()), (RULES_MAX, 100));
    assert!(refused.iter().all(|it| it.fault == RuleFault::TooMany));
    assert_eq!(set.in_force(&occasion(&home())).len(), IN_FORCE_MAX);
}

fn any_effect() -> impl Strategy<Value = Effect> {
    let filters = vec!["brand = \"Acme\"", "price < 30", "id IN (\"p1\", \"p4\")", "NOT in_stock"];
    let filter = prop::sample::select(filters);
    prop_oneof![
        (0..N_PRODUCTS, 1..9_usize).prop_map(|(number, position)| pin(number, position)),
        (filter.clone(), 1.1..10.0_f32).prop_map(|(filter, by)| boost(filter, by)),
        (filter.clone(), 1.1..10.0_f32).prop_map(|(filter, by)| bury(filter, by)),
        filter.clone().prop_map(include),
        filter.prop_map(exclude),
    ]
}

fn any_rules() -> impl Strategy<Value = Vec<Rule>> {
    let rule = (0..3, any_effect());
    prop::collection::vec(rule, 0..7).prop_map(|rules| {
        let numbered = (0..).zip(rules);
        numbered
            .map(|(n, (priority, effect))| self::rule(&format!("r{n}"), priority, effect))
            .collect()
    })
}

/// Whether a product is shown, by the plain words of the documentation.
fn is_shown(rules: &[Rule], number: u32, index: &CatalogueIndex) -> bool {
    let matches = |filter: &str| {
        let filter: Filter = filter.parse().unwrap();
        index.eligible(&[&filter], None, &[]).contains(ProductIdx::new(number))
    };
    let speaks = rules.iter().filter_map(|it| match &it.effect {
        Effect::Exclude { products } => matches(products).then_some((it.priority, 1, false)),
        Effect::Include { products } => matches(products).then_some((it.priority, 0, true)),
        Effect::Pin { product, .. } => {
            (index.idx(product) == Some(ProductIdx::new(number))).then_some((it.priority, 0, true))
        }
        Effect::Boost { .. } | Effect::Bury { .. } => None,
    });
    let includes = rules.iter().any(|it| matches!(it.effect, Effect::Include { .. }));
    speaks.max().map_or(!includes, |it| it.2)
}

proptest! {
    #[test]
    fn whatever_the_rules_the_list_is_what_they_say(rules in any_rules(), n in 0..9_u32) {
        let (index, home) = (index(), home());
        let (eligible, candidates) = (index.eligible(&[], None, &[]), candidates(n));
        let apply = |set: &RuleSet| {
            let applied = set.in_force(&occasion(&home)).apply(&index, &eligible, &candidates, by_score);
            applied.list
        };
        let set = RuleSet::compile(&rules).0;
        let list = apply(&set);

        let shown: BTreeSet<u32> = list.iter().map(|it| it.product.get()).collect();
        prop_assert_eq!(shown.len(), list.len());
        let is_pinned = |number: u32| rules.iter().any(|it| {
            matches!(&it.effect, Effect::Pin { product, .. } if product.as_str() == format!("p{number}"))
        });
        for number in 0..N_PRODUCTS {
            let is_offered = number < n || is_pinned(number);
            prop_assert_eq!(shown.contains(&number), is_offered && is_shown(&rules, number, &index));
        }
        // Between pins, the list goes by scores.
        let free: Vec<f32> = list.iter().filter(|it| !it.is_pinned).map(|it| it.score).collect();
        prop_assert!(free.is_sorted_by(|a, b| a >= b));
        for it in &list {
            prop_assert_eq!(it.candidate.map(|it| candidates[it].product.get()).is_some(), it.product.get() < n);
        }

        let reversed: Vec<Rule> = rules.iter().rev().cloned().collect();
        prop_assert_eq!(apply(&RuleSet::compile(&reversed).0), list);
    }

    #[test]
    fn an_explanation_accounts_for_every_place(rules in any_rules(), n in 0..9_u32) {
        let (index, home) = (index(), home());
        let (eligible, candidates) = (index.eligible(&[], None, &[]), candidates(n));
        let set = RuleSet::compile(&rules).0;
        let in_force = set.in_force(&occasion(&home));
        let applied = in_force.apply(&index, &eligible, &candidates, by_score);
        let explained = applied.explain();
        for (place, it) in applied.list.iter().enumerate() {
            let one = explained.iter().find(|other| other.product == it.product).unwrap();
            prop_assert_eq!(one.after, Some(place));
            prop_assert_eq!(one.before, it.candidate);
            let pins = one.touches.iter().filter(|it| matches!(it.why, Why::Pinned | Why::PinnedNear));
            prop_assert_eq!(pins.count(), usize::from(it.is_pinned));
        }
        // Whoever is left out was left out by a rule.
        for it in explained.iter().filter(|it| it.after.is_none()) {
            prop_assert!(!it.touches.is_empty());
        }
        if rules.is_empty() {
            prop_assert!(explained.iter().all(|it| it.before == it.after && it.touches.is_empty()));
        }
    }
}
