//! The made-up shop that load is put on: products, visitors and what they send.
//!
//! Products are looked at by a power law (Zipf's, exponent 1) and visits stay within a neighbourhood of
//! the catalogue, so that counts, sessions and caches are filled as a real shop fills them.

use rand::{Rng, RngExt};

/// How many products lie in one neighbourhood, which is also a category.
const NEIGHBORHOOD: usize = 40;

/// A made-up shop of so many products and visitors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShopLoad {
    /// How many products it has.
    pub(crate) n_products: usize,
    /// How many visitors come.
    pub(crate) n_visitors: usize,
}

impl ShopLoad {
    /// The catalogue as lines of JSON, in bodies of at most `rows_max` products.
    pub(crate) fn catalogue(self, rows_max: usize) -> impl Iterator<Item = String> {
        (0..self.n_products).step_by(rows_max).map(move |start| {
            let rows = start..(start + rows_max).min(self.n_products);
            rows.map(|product| {
                let neighborhood = product / NEIGHBORHOOD;
                let department = neighborhood % 25;
                let brand = product % 97;
                let amount_minor = 500 + (product * 7_919) % 50_000;
                format!(
                    r#"{{"id":"p{product}","title":"Product {product}","brand":"Brand {brand}","categories":[["Department {department}","Shelf {neighborhood}"]],"attributes":{{"colour":["colour {}"]}},"price":{{"amount_minor":{amount_minor},"currency":"EUR"}},"stock":100}}"#,
                    product % 12,
                ) + "\n"
            })
            .collect()
        })
    }

    /// A product that a visitor whose number is `visitor` may look at next.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank lies between one and the number of neighbourhoods"
    )]
    pub(crate) fn product(self, visitor: usize, rng: &mut impl Rng) -> usize {
        let n_neighborhoods = (self.n_products / NEIGHBORHOOD).max(1);
        // Zipf by inversion: ranks are as likely as their inverse.
        let rank = ((n_neighborhoods as f64).powf(rng.random::<f64>())) as usize - 1;
        let neighborhood = if rng.random_bool(0.7) { visitor % n_neighborhoods } else { rank };
        (neighborhood * NEIGHBORHOOD + rng.random_range(0..NEIGHBORHOOD)) % self.n_products
    }

    /// A body for `/v1/batch` of `n_events` events of random visitors.
    pub(crate) fn batch(self, n_events: usize, batch_id: u64, rng: &mut impl Rng) -> String {
        use std::fmt::Write;
        let mut body = String::with_capacity(n_events * 260);
        body.push_str(r#"{"batch":["#);
        for index in 0..n_events {
            let visitor = rng.random_range(0..self.n_visitors);
            let product = self.product(visitor, rng);
            let comma = if index == 0 { "" } else { "," };
            let event = match rng.random_range(0..20) {
                0 => "Product Added",
                1 => "Product Clicked",
                _ => "Product Viewed",
            };
            write!(
                body,
                r#"{comma}{{"type":"track","event":"{event}","anonymousId":"visitor-{visitor}","messageId":"{batch_id:x}-{index:x}","properties":{{"product_id":"p{product}","price":19.99,"currency":"EUR","quantity":1}},"context":{{"ip":"10.{}.{}.{}","page":{{"path":"/products/p{product}"}}}}}}"#,
                visitor >> 16 & 255,
                visitor >> 8 & 255,
                visitor & 255,
            )
            .expect("writing to memory cannot fail");
        }
        body.push_str("]}");
        body
    }

    /// A body for `/v1/decisions` of a random visitor, with 300 candidates behind it.
    pub(crate) fn decision(self, rng: &mut impl Rng) -> String {
        let visitor = rng.random_range(0..self.n_visitors);
        let product = self.product(visitor, rng);
        let placement = ["home", "similar", "cart", "category"][rng.random_range(0..4)];
        let context = match placement {
            "similar" => format!(r#"{{"product_ids":["p{product}"]}}"#),
            "cart" => format!(r#"{{"cart_product_ids":["p{product}"]}}"#),
            "category" => {
                let neighborhood = product / NEIGHBORHOOD;
                format!(r#"{{"category":["Department {}"]}}"#, neighborhood % 25)
            }
            _ => "{}".to_owned(),
        };
        format!(
            r#"{{"visitor_id":"visitor-{visitor}","placement":"{placement}","context":{context},"count":12}}"#
        )
    }
}
