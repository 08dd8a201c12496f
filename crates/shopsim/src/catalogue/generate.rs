//! Turns the hand-written material into products.
//!
//! Every choice comes from one seeded generator, so a seed is a shop. Prices, eco claims and looks
//! follow from the brand; titles are unique because a taken one is drawn again.

use std::collections::BTreeSet;

use rand::{Rng, RngExt};
use rand_chacha::ChaCha12Rng;

use crate::catalogue::brand::{BRANDS, Brand, Footprint};
use crate::catalogue::departments::DEPARTMENTS;
use crate::catalogue::kind::{Department, Group, Kind};
use crate::catalogue::product::{Eco, Product, Variant};

/// How many products one kind has, at least and at most.
const PRODUCTS_PER_KIND: std::ops::RangeInclusive<u32> = 17..=21;
/// How many times a title is drawn before a kind makes do with fewer products.
const TITLE_DRAWS_MAX: u32 = 200;
/// Of a thousand products, this many are sold out.
const SOLD_OUT_PERMILLE: u32 = 35;
/// No product is older than this.
const AGE_DAYS_MAX: i64 = 900;

/// Generates every product of a shop, department by department.
pub(crate) fn products(rng: &mut ChaCha12Rng) -> Vec<Product> {
    let mut titles = BTreeSet::new();
    let mut all = Vec::new();
    for department in DEPARTMENTS {
        for group in department.groups {
            for kind in group.kinds {
                let place = Place { department, group, kind };
                for _ in 0..rng.random_range(PRODUCTS_PER_KIND) {
                    let Some((brand, title)) = title(place, &mut titles, rng) else { break };
                    all.push(product(place, brand, title, rng));
                }
            }
        }
    }
    all
}

/// Where a product stands.
#[derive(Clone, Copy)]
struct Place {
    department: &'static Department,
    group: &'static Group,
    kind: &'static Kind,
}

/// Chooses an element; the lists of the catalogue are never empty.
fn choose<'a, T>(all: &'a [T], rng: &mut ChaCha12Rng) -> &'a T {
    &all[rng.random_range(0..all.len())]
}

/// The brands that make things for a group.
pub(crate) fn makers(department: &Department, group: &Group) -> Vec<&'static Brand> {
    let makes =
        |brand: &&Brand| brand.makes.iter().any(|it| *it == department.name || *it == group.name);
    BRANDS.iter().filter(makes).collect()
}

/// Draws a brand and a title that is not taken.
fn title(
    place: Place,
    taken: &mut BTreeSet<String>,
    rng: &mut ChaCha12Rng,
) -> Option<(&'static Brand, String)> {
    let makers = makers(place.department, place.group);
    for _ in 0..TITLE_DRAWS_MAX {
        let brand = *choose(&makers, rng);
        let name = choose(brand.theme.names(), rng);
        let bare = format!("{name} {}", place.kind.noun);
        // The bare name is reserved too: two editions of one name would read like one product twice.
        if !taken.insert(bare.clone()) {
            continue;
        }
        let edition = match place.kind.editions {
            [] => "",
            editions => choose(editions, rng),
        };
        return Some((brand, if edition.is_empty() { bare } else { format!("{bare} {edition}") }));
    }
    None
}

fn product(place: Place, brand: &'static Brand, title: String, rng: &mut ChaCha12Rng) -> Product {
    let kind = place.kind;
    let material = *choose(kind.materials, rng);
    let eco = eco(brand, material, rng);
    let price_minor = price_minor(kind, brand, rng);
    let margin_percent = rng.random_range(28..=58);
    let id = slug(&title);
    let sold_out = rng.random_range(0..1000) < SOLD_OUT_PERMILLE;
    let variants = variants(&id, kind, sold_out, rng);
    let stock = match (sold_out, variants.as_slice()) {
        (true, _) => 0,
        (false, []) => rng.random_range(2..120),
        (false, sizes) => sizes.iter().map(|it| it.stock).sum(),
    };
    Product {
        description: description(kind, brand, material, rng),
        id,
        title,
        brand,
        department: place.department,
        group: place.group,
        kind,
        colour: *choose(kind.palette, rng),
        material,
        style: brand.style,
        eco,
        price_minor,
        cost_minor: price_minor * (100 - margin_percent) / 100,
        stock,
        variants,
        // Squared, so that there are more young products than old ones.
        age_days: rng.random_range(0..=30) * rng.random_range(0..=AGE_DAYS_MAX / 30),
        look: rng.next_u64(),
    }
}

/// Words in a material that let a product be called eco.
const ECO_WORDS: [&str; 8] =
    ["organic", "recycled", "responsible", "natural", "linen", "cork", "hemp", "vegetable-tanned"];

fn eco(brand: &Brand, material: &str, rng: &mut ChaCha12Rng) -> Eco {
    let claimed = ECO_WORDS.iter().any(|it| material.contains(it));
    match brand.footprint {
        Footprint::Light if claimed || rng.random_bool(0.7) => Eco::Yes,
        Footprint::Ordinary if claimed && rng.random_bool(0.6) => Eco::Yes,
        Footprint::Light | Footprint::Ordinary => Eco::No,
    }
}

/// A price in the kind's band, near where the brand stands, that ends as prices do.
fn price_minor(kind: &Kind, brand: &Brand, rng: &mut ChaCha12Rng) -> i64 {
    let (low, high) = kind.band_eur;
    let stand: i64 = i64::from(brand.tier_percent) + rng.random_range(-18..=18);
    let euros = low + (high - low) * stand.clamp(0, 100) / 100;
    let minor = match euros {
        ..20 => euros * 100 - 10,
        20..100 => euros * 100 - 5,
        _ => euros / 5 * 500,
    };
    minor.clamp(low * 100, high * 100)
}

fn variants(id: &str, kind: &Kind, sold_out: bool, rng: &mut ChaCha12Rng) -> Vec<Variant> {
    let names = kind.sizes.names().iter().copied();
    let mut all: Vec<Variant> = names
        .map(|size| {
            let stock = if sold_out || rng.random_bool(0.12) { 0 } else { rng.random_range(1..25) };
            let suffix: String = size.chars().filter(char::is_ascii_alphanumeric).collect();
            Variant { id: format!("{id}-{}", suffix.to_lowercase()), size, stock }
        })
        .collect();
    if let Some(first) = all.first_mut()
        && !sold_out
    {
        first.stock = first.stock.max(1);
    }
    all
}

/// One to three sentences: what it is for, what it is made of, who makes it.
fn description(kind: &Kind, brand: &Brand, material: &str, rng: &mut ChaCha12Rng) -> String {
    let opening = choose(kind.openings, rng);
    let feature = choose(kind.features, rng);
    let made = if rng.random_bool(0.5) {
        format!("Made of {material}, with {feature}.")
    } else {
        format!("In {material}, with {feature}.")
    };
    match rng.random_range(0..10) {
        0 => format!("{opening} {}", brand.voice),
        1..=3 => format!("{opening} {made}"),
        _ => format!("{opening} {made} {}", brand.voice),
    }
}

/// The id that a title gives: its letters and digits, lower case, joined by hyphens.
pub(crate) fn slug(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    for character in title.replace("'", "").chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}
