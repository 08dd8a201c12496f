//! The demo shop's catalogue: about 2,400 believable products, generated from a seed.
//!
//! ```text
//! departments (kinds) ─┐
//! brands, names ───────┼──▶ generate ──▶ DemoShop: by id, by category, by search
//! colours ─────────────┘
//! ```
//!
//! Start with [`DemoShop`]. How products look is drawn in `pictures`; who likes them is for `shoppers`.

pub(crate) mod brand;
pub(crate) mod colour;
pub(crate) mod departments;
pub(crate) mod generate;
pub(crate) mod kind;
pub(crate) mod naming;
pub(crate) mod product;

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
}

impl DemoShop {
    /// Generates the shop of a seed. Takes a few milliseconds.
    pub fn generate(seed: u64) -> DemoShop {
        let products = generate::products(&mut ChaCha12Rng::seed_from_u64(seed));
        let by_id = products.iter().enumerate().map(|(at, it)| (it.id.clone(), at)).collect();
        DemoShop { products, by_id }
    }

    /// Every product, department by department.
    pub fn products(&self) -> &[Product] {
        &self.products
    }

    /// The product with this id.
    pub fn product(&self, id: &str) -> Option<&Product> {
        self.by_id.get(id).map(|at| &self.products[*at])
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
