//! What a shopper likes.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use crate::catalogue::Product;
use crate::catalogue::brand::{BRANDS, Style};
use crate::catalogue::departments::DEPARTMENTS;
use crate::catalogue::product::{Eco, cents};

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
    /// How much it hurts them to pay, from 0 to 1.
    thrift: f64,
    /// What makes their whims their own.
    whim: u64,
}

/// The price at which paying neither tempts nor hurts, in euro cents.
const EASY_PRICE_MINOR: f64 = 6_000.0;
/// How far a low price can tempt, in units of liking at full thrift.
const BARGAIN_MAX: f64 = 0.8;

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
            thrift: rng.random_range(0.0..1.0),
            whim: rng.random(),
        }
    }

    /// How much they like a product: about -2 for the wrong thing, above 3 for a find.
    ///
    /// This is the truth that the simulation knows. It never changes; what does, such as plans and
    /// seasons, is added by [`Mind`](super::mind::Mind).
    pub(crate) fn liking(&self, product: &Product) -> f64 {
        let department = self
            .departments
            .iter()
            .position(|it| *it == product.department.name)
            .map_or(-0.5, |rank| [1.0, 0.7, 0.5].get(rank).copied().unwrap_or(0.4));
        let style = if self.styles.contains(&product.style) { 1.0 } else { 0.0 };
        let brand = if self.brands.contains(&product.brand.name) { 1.0 } else { 0.0 };
        let price = -2.0 * (self.appetite - product.price_level()).abs();
        let eco = if product.eco == Eco::Yes { self.eco } else { 0.0 };
        weight::DEPARTMENT * department
            + weight::STYLE * style
            + weight::BRAND * brand
            + weight::PRICE * price
            + weight::ECO * eco
            + weight::APPEAL * appeal(product)
            + weight::WHIM * self.whim(product)
    }

    /// How much the price keeps them from buying what they like, in units of liking; below zero for a
    /// bargain. Looking costs nothing, so this is no part of [`liking`](Taste::liking).
    pub(crate) fn reluctance(&self, product: &Product) -> f64 {
        (self.thrift * (cents(product.price_minor) / EASY_PRICE_MINOR).ln()).max(-BARGAIN_MAX)
    }

    /// A liking or dislike without a reason, from -1 to 1.
    fn whim(&self, product: &Product) -> f64 {
        let mixed = (self.whim ^ product.look).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let bits = u16::try_from(mixed >> 48).expect("sixteen bits are left");
        f64::from(bits) / f64::from(u16::MAX) * 2.0 - 1.0
    }
}

/// How well a product is made, apart from taste: few stand out, most are ordinary; from 0 to 1.
fn appeal(product: &Product) -> f64 {
    product.workmanship().powi(4)
}

/// Draws `n` different elements, in random order.
fn some<T: Copy>(all: &[T], n: usize, rng: &mut ChaCha12Rng) -> Vec<T> {
    let mut left = all.to_vec();
    (0..n.min(left.len())).map(|_| left.swap_remove(rng.random_range(0..left.len()))).collect()
}
