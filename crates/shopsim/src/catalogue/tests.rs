//! What makes the catalogue believable, checked over many seeds' worth of products.

use std::collections::BTreeSet;

use super::DemoShop;
use super::departments::DEPARTMENTS;
use super::fit::Cut;
use super::generate::makers;
use super::reviews::{REVIEWS_MAX, mean_stars};

/// Generates a shop and checks every one of its products.
#[track_caller]
fn check(what: &str, holds: impl Fn(&super::Product) -> bool) {
    for seed in [1, 7] {
        for product in DemoShop::generate(seed).products() {
            assert!(holds(product), "{what}: {product:?}");
        }
    }
}

#[test]
fn there_are_about_two_thousand_four_hundred_products() {
    let n = DemoShop::generate(1).products().len();

    assert!((2_250..=2_550).contains(&n), "{n} products");
}

#[test]
fn ids_and_titles_are_unique() {
    let shop = DemoShop::generate(1);
    let ids: BTreeSet<_> = shop.products().iter().map(super::Product::id).collect();
    let titles: BTreeSet<_> = shop.products().iter().map(super::Product::title).collect();

    assert_eq!(ids.len(), shop.products().len());
    assert_eq!(titles.len(), shop.products().len());
}

#[test]
fn a_price_lies_in_the_band_of_its_kind_and_above_its_cost() {
    check("price", |it| {
        let (low, high) = it.kind.band_eur;
        (low * 100..=high * 100).contains(&it.price_minor) && it.cost_minor < it.price_minor
    });
}

#[test]
fn a_description_is_one_to_three_whole_sentences() {
    check("description", |it| {
        (20..400).contains(&it.description.len())
            && it.description.starts_with(char::is_uppercase)
            && it.description.ends_with('.')
            && !it.description.contains("  ")
            && !it.description.contains("..")
    });
}

#[test]
fn stock_is_the_sum_over_the_sizes() {
    check("stock", |it| {
        it.variants.is_empty()
            || it.stock == it.variants.iter().map(|variant| variant.stock).sum::<u32>()
    });
}

#[test]
fn a_few_products_are_sold_out_and_nearly_all_are_not() {
    let shop = DemoShop::generate(1);
    let n_sold_out = shop.products().iter().filter(|it| it.stock == 0).count();

    assert!((20..200).contains(&n_sold_out), "{n_sold_out} sold out");
}

#[test]
fn every_group_has_several_makers_and_every_category_name_is_unique() {
    let mut names = BTreeSet::new();
    for department in DEPARTMENTS {
        for group in department.groups {
            assert!(makers(department, group).len() >= 2, "{} has too few makers", group.name);
            assert!(names.insert(group.name), "{} occurs twice", group.name);
            for kind in group.kinds {
                assert!(names.insert(kind.plural), "{} occurs twice", kind.plural);
            }
        }
    }
}

#[test]
fn what_a_brand_makes_is_a_department_or_a_group() {
    let known: BTreeSet<_> = DEPARTMENTS
        .iter()
        .flat_map(|it| std::iter::once(it.name).chain(it.groups.iter().map(|group| group.name)))
        .collect();
    for brand in super::brand::BRANDS {
        for made in brand.makes {
            assert!(known.contains(made), "{} makes {made}, which the shop has not", brand.name);
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_shop_and_another_seed_another() {
    let text = |seed| format!("{:?}", DemoShop::generate(seed).products());

    assert_eq!(text(3), text(3));
    assert_ne!(text(3), text(4));
}

#[test]
fn a_search_finds_by_words_of_title_brand_and_category() {
    let shop = DemoShop::generate(1);

    assert!(shop.search("fjellvik tent").all(|it| it.group.name == "Tents"));
    assert!(shop.search("fjellvik tent").count() > 0);
    assert_eq!(shop.search("").count(), 0);
}

#[test]
fn every_size_has_its_line_in_the_chart() {
    check("chart", |it| it.kind.sizes.chart().len() == it.kind.sizes.names().len());
}

#[test]
fn better_made_products_have_more_stars() {
    let shop = DemoShop::generate(1);
    let mut mean_of = [Vec::new(), Vec::new()];
    for product in shop.products() {
        let reviews = product.reviews();
        assert!(reviews.len() <= REVIEWS_MAX);
        assert!(reviews.iter().all(|it| (1..=5).contains(&it.stars) && it.days_ago >= 1));
        assert_eq!(reviews, product.reviews());
        let half = usize::from(product.workmanship() > 0.5);
        mean_of[half].extend(mean_stars(&reviews));
    }
    let mean = |all: &[f64]| all.iter().sum::<f64>() / f64::from(u32::try_from(all.len()).unwrap());
    let [worse, better] = mean_of.map(|it| mean(&it));
    assert!(better > worse + 0.6, "{better} and {worse} stars");
}

#[test]
fn reviews_say_how_things_are_cut_and_nothing_else_about_it() {
    let shop = DemoShop::generate(1);
    let mut n_said = 0;
    for product in shop.products() {
        for review in product.reviews() {
            let said = |word: &str| review.text.contains(word);
            assert!(!said("Runs small") || product.cut() == Cut::RunsSmall);
            assert!(!said("Runs large") || product.cut() == Cut::RunsLarge);
            n_said += usize::from(said("Runs"));
        }
    }
    assert!(n_said > 50, "{n_said}");
}

#[test]
fn the_products_of_a_kind_stand_together() {
    let shop = DemoShop::generate(1);
    for product in shop.products() {
        let of_kind = shop.of_kind(product.kind.plural);
        assert!(of_kind.iter().any(|it| it.id() == product.id()));
        assert!(of_kind.iter().all(|it| it.kind.plural == product.kind.plural));
    }
    assert!(shop.of_kind("Submarines").is_empty());
}

#[test]
fn a_small_shop_has_a_few_products_of_every_kind() {
    let (small, whole) = (DemoShop::generate_small(1, 4), DemoShop::generate(1));

    for product in small.products() {
        assert_eq!(small.of_kind(product.kind.plural).len(), 4);
        assert_eq!(product.title(), whole.product(product.id()).unwrap().title());
    }
    assert!((400..600).contains(&small.products().len()), "{}", small.products().len());
}
