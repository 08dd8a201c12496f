//! What a shopper likes.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use crate::catalogue::Product;
use crate::catalogue::brand::{BRANDS, Style};
use crate::catalogue::departments::DEPARTMENTS;
use crate::catalogue::product::Eco;

/// How strongly each part of a taste speaks, in units of liking.
mod weight {
    pub(super) const DEPARTMENT: f64 = 1.6;
    pub(super) const STYLE: f64 = 1.3;
    pub(super) const BRAND: f64 = 1.1;
    pub(super) const PRICE: f64 = 1.8;
    pub(super) const ECO: f64 = 0.8;
    pub(super) const APPEAL: f64 = 2.2;
    pub(super) const WHIM: f64 = 0.9;
}

/// The hidden taste of one shopper.
#[derive(Clone, Debug)]
pub(crate) struct Taste {
    /// Departments they care for, favourite first.
    pub(crate) departments: Vec<&'static str>,
    /// Styles they like.
    styles: Vec<Style>,
    /// Brands they trust.
    brands: Vec<&'static str>,
    /// Where in a kind's price band they feel at home, from 0 to 1.
    appetite: f64,
    /// How much they care for the earth, from 0 to 1.
    eco: f64,
    /// What makes their whims their own.
    whim: u64,
}

impl Taste {
    /// Draws a taste.
    pub(crate) fn draw(rng: &mut ChaCha12Rng) -> Taste {
        let n_departments = rng.random_range(2..=3);
        let n_styles = rng.random_range(1..=2);
        let styles = some(&Style::ALL, n_styles, rng);
        // People trust makers of their own style more than others.
        let brands: Vec<_> = BRANDS
            .iter()
            .filter(|it| rng.random_bool(if styles.contains(&it.style) { 0.35 } else { 0.05 }))
            .map(|it| it.name)
            .collect();
        let names: Vec<_> = DEPARTMENTS.iter().map(|it| it.name).collect();
        Taste {
            departments: some(&names, n_departments, rng),
            styles,
            brands,
            appetite: rng.random_range(0.05..0.95),
            eco: rng.random_range(0.0_f64..1.0).powi(2),
            whim: rng.random(),
        }
    }

    /// How much they like a product: about -2 for the wrong thing, above 3 for a find.
    ///
    /// This is the truth that the simulation knows. It does not change during a visit.
    pub(crate) fn liking(&self, product: &Product) -> f64 {
        let department = self
            .departments
            .iter()
            .position(|it| *it == product.department.name)
            .map_or(-0.5, |rank| [1.0, 0.7, 0.5].get(rank).copied().unwrap_or(0.4));
        let style = if self.styles.contains(&product.style) { 1.0 } else { 0.0 };
        let brand = if self.brands.contains(&product.brand.name) { 1.0 } else { 0.0 };
        let price = -2.0 * (self.appetite - price_level(product)).abs();
        let eco = if product.eco == Eco::Yes { self.eco } else { 0.0 };
        weight::DEPARTMENT * department
            + weight::STYLE * style
            + weight::BRAND * brand
            + weight::PRICE * price
            + weight::ECO * eco
            + weight::APPEAL * appeal(product)
            + weight::WHIM * self.whim(product)
    }

    /// A liking or dislike without a reason, from -1 to 1.
    fn whim(&self, product: &Product) -> f64 {
        let mixed = (self.whim ^ product.look).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let bits = u16::try_from(mixed >> 48).expect("sixteen bits are left");
        f64::from(bits) / f64::from(u16::MAX) * 2.0 - 1.0
    }
}

/// Where a product stands in the price band of its kind, from 0 to 1.
fn price_level(product: &Product) -> f64 {
    let (low, high) = product.kind.band_eur;
    let cents = |minor: i64| f64::from(i32::try_from(minor).unwrap_or(i32::MAX));
    (cents(product.price_minor) - cents(low * 100)) / cents((high - low).max(1) * 100)
}

/// How well a product is made, apart from taste: few stand out, most are ordinary; from 0 to 1.
fn appeal(product: &Product) -> f64 {
    let bits = u16::try_from((product.look >> 40) & 0xffff).expect("masked to sixteen bits");
    (f64::from(bits) / f64::from(u16::MAX)).powi(4)
}

/// Draws `n` different elements, in random order.
fn some<T: Copy>(all: &[T], n: usize, rng: &mut ChaCha12Rng) -> Vec<T> {
    let mut left = all.to_vec();
    (0..n.min(left.len())).map(|_| left.swap_remove(rng.random_range(0..left.len()))).collect()
}
