//! What the catalogue says of products, as flat arrays: the data beside histories that models are fitted on.
//!
//! ```text
//! texts    [white lantern │ red lantern … │ …]     titles and descriptions
//! traits   [3, 7 │ 3, 9, 12 │ …]                   categories, brands and attributes, by number
//! prices   [2.95, none, …]
//! ```
//!
//! A trait is numbered when it is first told of; a product of a category is one of all wider ones too. A
//! product that the catalogue lost has a number and nothing else.
//!
//! # What does not live here
//!
//! What is made of it: the generator `content` in `recommend`.

use std::collections::BTreeMap;

use domain::{Product, Timestamp};

/// How many bytes of a product's words are kept, the title's first.
pub const TEXT_BYTES_MAX: usize = 2_000;
/// How many traits of a product are kept.
pub const TRAITS_MAX: usize = 64;

/// What kind of trait it is: a colour and a brand may have one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TraitKind {
    /// A category, by its whole path.
    Category,
    /// Who makes it.
    Brand,
    /// An attribute and its value.
    Attribute,
}

/// What is said of one product.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProductFact {
    /// Its title and what else is told of it in words.
    pub text: String,
    /// What it shares with others.
    pub traits: Vec<(TraitKind, String)>,
    /// Its price, in a unit that all of the shop's prices are in.
    pub price: Option<f32>,
    /// Since when the shop has it.
    pub came: Option<Timestamp>,
}

impl From<&Product> for ProductFact {
    fn from(product: &Product) -> ProductFact {
        let mut text = product.title.clone();
        if let Some(description) = &product.description {
            text.push('\n');
            text.push_str(description);
        }
        let categories = (product.categories.iter().flat_map(|it| it.prefixes()))
            .map(|it| (TraitKind::Category, it.to_string()));
        let brand = product.brand.iter().map(|it| (TraitKind::Brand, it.to_string()));
        let attributes = product.attributes.iter().flat_map(|it| {
            let pair = move |value| (TraitKind::Attribute, format!("{}: {value}", it.name));
            it.values.iter().map(pair)
        });
        ProductFact {
            text,
            traits: categories.chain(brand).chain(attributes).collect(),
            price: product.price.map(|it| it.amount_minor() as f32),
            came: product.create_time,
        }
    }
}

/// What the catalogue says of many products, by their numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProductFacts {
    texts: String,
    /// Where each product's text ends.
    text_ends: Vec<usize>,
    traits: Vec<u32>,
    /// Where each product's traits end.
    trait_ends: Vec<usize>,
    prices: Vec<Option<f32>>,
    came: Vec<Option<Timestamp>>,
    /// The numbers of traits.
    numbers: BTreeMap<(TraitKind, String), u32>,
}

impl ProductFacts {
    /// Of no product.
    pub const fn new() -> ProductFacts {
        ProductFacts {
            texts: String::new(),
            text_ends: Vec::new(),
            traits: Vec::new(),
            trait_ends: Vec::new(),
            prices: Vec::new(),
            came: Vec::new(),
            numbers: BTreeMap::new(),
        }
    }

    /// Adds the product of the next number; words and traits beyond the most are left out.
    pub fn push(&mut self, fact: ProductFact) {
        let end = fact.text.floor_char_boundary(TEXT_BYTES_MAX);
        self.texts.push_str(fact.text.get(..end).unwrap_or_default());
        self.text_ends.push(self.texts.len());
        let start = self.traits.len();
        for it in fact.traits.into_iter().take(TRAITS_MAX) {
            let next = u32::try_from(self.numbers.len()).expect("a name takes more than a byte");
            self.traits.push(*self.numbers.entry(it).or_insert(next));
        }
        let mut own = self.traits.split_off(start);
        own.sort_unstable();
        own.dedup();
        self.traits.append(&mut own);
        self.trait_ends.push(self.traits.len());
        self.prices.push(fact.price.filter(|it| it.is_finite()));
        self.came.push(fact.came);
    }

    /// Forgets all but the first `n_products` products.
    pub fn truncate(&mut self, n_products: usize) {
        self.text_ends.truncate(n_products);
        self.trait_ends.truncate(n_products);
        self.prices.truncate(n_products);
        self.came.truncate(n_products);
        self.texts.truncate(self.text_ends.last().copied().unwrap_or(0));
        self.traits.truncate(self.trait_ends.last().copied().unwrap_or(0));
    }

    /// How many products there are.
    pub fn n_products(&self) -> usize {
        self.text_ends.len()
    }

    /// How many traits there are.
    pub fn n_traits(&self) -> usize {
        self.numbers.len()
    }

    /// The words of the product of that number; none beyond the last.
    pub fn text(&self, product: usize) -> &str {
        let bounds = bounds(&self.text_ends, product);
        bounds.and_then(|it| self.texts.get(it)).unwrap_or_default()
    }

    /// Its traits, ascending, each once; none beyond the last.
    pub fn traits(&self, product: usize) -> &[u32] {
        let bounds = bounds(&self.trait_ends, product);
        bounds.and_then(|it| self.traits.get(it)).unwrap_or_default()
    }

    /// Its price, if it is known.
    pub fn price(&self, product: usize) -> Option<f32> {
        self.prices.get(product).copied().flatten()
    }

    /// Since when the shop has it, if that is known.
    pub fn came(&self, product: usize) -> Option<Timestamp> {
        self.came.get(product).copied().flatten()
    }

    /// Whether nothing is said of the product of that number.
    pub fn is_silent(&self, product: usize) -> bool {
        self.text(product).is_empty()
            && self.traits(product).is_empty()
            && self.price(product).is_none()
    }

    /// Bytes of memory held, about.
    pub fn memory_bytes(&self) -> usize {
        let names: usize = self.numbers.keys().map(|(_, name)| name.capacity() + 40).sum();
        self.texts.capacity()
            + (self.text_ends.capacity() + self.trait_ends.capacity()) * size_of::<usize>()
            + self.traits.capacity() * size_of::<u32>()
            + self.prices.capacity() * size_of::<Option<f32>>()
            + self.came.capacity() * size_of::<Option<Timestamp>>()
            + names
    }
}

/// Where a product's part of an array lies, of which the ends are told.
fn bounds(ends: &[usize], product: usize) -> Option<std::ops::Range<usize>> {
    let end = *ends.get(product)?;
    let start = product.checked_sub(1).and_then(|it| ends.get(it)).copied().unwrap_or(0);
    Some(start..end)
}

#[cfg(test)]
mod tests {
    use domain::{Attribute, CategoryPath, Currency, Money};

    use super::*;

    fn lantern() -> Product {
        let category = ["home", "lights"].map(|it| it.parse().unwrap()).to_vec();
        let colour = Attribute {
            name: "colour".parse().unwrap(),
            values: ["red", "white"].map(|it| it.parse().unwrap()).to_vec(),
        };
        Product {
            id: "l1".parse().unwrap(),
            title: "lantern".to_owned(),
            description: Some("of tin".to_owned()),
            url: None,
            brand: Some("red".parse().unwrap()),
            categories: vec![CategoryPath::new(category).unwrap()],
            attributes: vec![colour],
            price: Some(Money::new(295, Currency::EUR)),
            cost: None,
            stock: None,
            images: Vec::new(),
            variants: Vec::new(),
            visibility: domain::Visibility::Visible,
            markets: Vec::new(),
            create_time: Some(Timestamp::from_secs(7)),
        }
    }

    #[test]
    fn a_product_is_told_of_in_words_traits_and_a_price() {
        let mut facts = ProductFacts::new();
        facts.push(ProductFact::default());
        facts.push(ProductFact::from(&lantern()));
        facts.push(ProductFact {
            text: "candle".to_owned(),
            traits: vec![
                (TraitKind::Attribute, "colour: red".to_owned()),
                (TraitKind::Category, "home".to_owned()),
            ],
            ..ProductFact::default()
        });
        assert_eq!((facts.n_products(), facts.n_traits()), (3, 5));
        assert!(facts.is_silent(0) && !facts.is_silent(1) && facts.is_silent(3));
        assert_eq!(
            (facts.text(1), facts.text(2), facts.text(3)),
            ("lantern\nof tin", "candle", "")
        );
        // home, home > lights, the brand red, two colours; a brand's name is no colour's.
        assert_eq!((facts.traits(1), facts.traits(2)), (&[0, 1, 2, 3, 4][..], &[0, 3][..]));
        assert_eq!((facts.price(1), facts.price(2)), (Some(295.0), None));
        assert_eq!(facts.came(1), Some(Timestamp::from_secs(7)));
    }

    #[test]
    fn the_last_products_are_forgotten() {
        let mut facts = ProductFacts::new();
        facts.push(ProductFact::from(&lantern()));
        let one = facts.clone();
        facts.push(ProductFact { text: "vase".to_owned(), ..ProductFact::default() });
        facts.truncate(5);
        assert_eq!((facts.n_products(), facts.text(1)), (2, "vase"));
        facts.truncate(1);
        assert_eq!(facts, one);
    }

    #[test]
    fn words_and_traits_beyond_the_most_are_left_out() {
        let mut facts = ProductFacts::new();
        let trait_of = |it: usize| (TraitKind::Brand, it.to_string());
        facts.push(ProductFact {
            text: "ö".repeat(TEXT_BYTES_MAX),
            traits: (0..100).map(trait_of).collect(),
            ..ProductFact::default()
        });
        assert_eq!(facts.text(0).len(), TEXT_BYTES_MAX);
        assert_eq!(facts.traits(0).len(), TRAITS_MAX);
    }
}
