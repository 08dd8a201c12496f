//! The demo shop's catalogue: about 2,400 believable products, generated from a seed.
//!
//! ```text
//! departments (kinds) ─┐
//! brands, names ───────┼──▶ generate ──▶ DemoShop: by id, by category, by search
//! colours ─────────────┘        │
//!                                └──▶ fit (cut, size charts), reviews: of each product, from its seed
//! ```
//!
//! Start with [`DemoShop`]. How products look is drawn in `pictures`; who likes them is for `shoppers`.

pub(crate) mod brand;
pub(crate) mod colour;
pub(crate) mod departments;
pub(crate) mod fit;
pub(crate) mod generate;
pub(crate) mod kind;
pub(crate) mod naming;
pub(crate) mod product;
pub(crate) mod reviews;

use std::ops::Range;

use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use rustc_hash::FxHashMap;

pub use crate::catalogue::product::Product;

/// A shop: its products, and the ways to find them.
///
/// The same seed gives the same shop, to the byte.
#[derive(Debug)]
pub struct DemoShop {
    products: Vec<Product>,
    by_id: FxHashMap<String, usize>,
    /// Where the products of each kind begin and end; they stand together.
    by_kind: FxHashMap<&'static str, Range<usize>>,
}

impl DemoShop {
    /// Generates the shop of a seed. Takes a few milliseconds.
    pub fn generate(seed: u64) -> DemoShop {
        DemoShop::of(generate::products(&mut ChaCha12Rng::seed_from_u64(seed)))
    }

    /// A small shop: at most so many products of each kind of the same shop. There are about 120 kinds.
    pub fn generate_small(seed: u64, per_kind: usize) -> DemoShop {
        let whole = DemoShop::generate(seed);
        let mut n_of_kind: FxHashMap<&'static str, usize> = FxHashMap::default();
        let products = whole.products.into_iter().filter(|it| {
            let n = n_of_kind.entry(it.kind.plural).or_default();
            *n += 1;
            *n <= per_kind
        });
        DemoShop::of(products.collect())
    }

    fn of(products: Vec<Product>) -> DemoShop {
        let by_id = products.iter().enumerate().map(|(at, it)| (it.id.clone(), at)).collect();
        let mut by_kind: FxHashMap<&'static str, Range<usize>> = FxHashMap::default();
        for (at, product) in products.iter().enumerate() {
            by_kind.entry(product.kind.plural).or_insert(at..at).end = at + 1;
        }
        DemoShop { products, by_id, by_kind }
    }

    /// Every product, department by department.
    pub fn products(&self) -> &[Product] {
        &self.products
    }

    /// The product with this id.
    pub fn product(&self, id: &str) -> Option<&Product> {
        self.by_id.get(id).map(|at| &self.products[*at])
    }

    /// The products of a kind, by the name of its category.
    pub(crate) fn of_kind(&self, name: &str) -> &[Product] {
        self.by_kind.get(name).map_or(&[], |it| &self.products[it.clone()])
    }

    /// The products in a category, named from the department downward, in the shop's order.
    pub(crate) fn in_category<'s, 'n>(
        &'s self,
        names: &'n [&str],
    ) -> impl Iterator<Item = &'s Product> + use<'s, 'n> {
        self.products.iter().filter(move |it| it.category().starts_with(names))
    }

    /// The products in whose title, brand or category every word of the query occurs.
    pub(crate) fn search<'a>(&'a self, query: &str) -> impl Iterator<Item = &'a Product> + use<'a> {
        let words: Vec<String> = query.split_whitespace().take(8).map(str::to_lowercase).collect();
        self.products.iter().filter(move |it| {
            let text = format!(
                "{} {} {} {} {}",
                it.title,
                it.brand.name,
                it.category().join(" "),
                it.colour.name,
                it.material
            );
            let text = text.to_lowercase();
            !words.is_empty() && words.iter().all(|word| text.contains(word.as_str()))
        })
    }
}

#[cfg(test)]
mod tests;
