//! What a shopper wants at a moment: taste, and what passes.
//!
//! ```text
//! Taste ────────▶┐
//! Mission ──────▶┤
//! Season ───────▶┼──▶ Mind: liking ──▶ chance of a click
//! Belongings ───▶┤        └──────────▶ chance of wanting it, less the price ──▶ cart, order, return
//! Cart ─────────▶┘
//! ```
//!
//! Both what simulated people do and what [`truth`](crate::truth) says of slates come from here, so the
//! two cannot differ.

use jiff::Timestamp;

use crate::catalogue::Product;
use crate::shoppers::Shopper;
use crate::shoppers::attention::{click_chance, want_chance};
use crate::shoppers::belongings::Belongings;
use crate::shoppers::fit::Choice;
use crate::shoppers::mission::Mission;
use crate::shoppers::{purchase, season};

/// How much being what somebody came for adds to liking.
const CAME_FOR_IT: f64 = 1.5;
/// How much being in the cart already takes from it.
const IN_CART: f64 = 6.0;
/// How much another product of its kind in the cart takes from it.
const KIND_IN_CART: f64 = 2.0;

/// A shopper at a moment of a visit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mind<'a> {
    /// Who.
    pub(crate) shopper: &'a Shopper,
    /// Why they came.
    pub(crate) mission: &'a Mission,
    time: Timestamp,
    /// How much it is summer then.
    summer: f64,
    belongings: &'a Belongings<'a>,
    cart: &'a [&'a Product],
}

impl<'a> Mind<'a> {
    /// The mind of a shopper who came for something, at a time, with what they bought before.
    pub(crate) fn new(
        shopper: &'a Shopper,
        mission: &'a Mission,
        time: Timestamp,
        belongings: &'a Belongings<'a>,
    ) -> Mind<'a> {
        Mind { shopper, mission, time, summer: season::summer_of(time), belongings, cart: &[] }
    }

    /// The same with something in the cart.
    pub(crate) const fn with_cart(self, cart: &'a [&'a Product]) -> Mind<'a> {
        Mind { cart, ..self }
    }

    /// How much they like a product now.
    pub(crate) fn liking(&self, product: &Product) -> f64 {
        let came_for_it = match self.mission.kinds.contains(&product.kind.plural) {
            true => CAME_FOR_IT,
            false => 0.0,
        };
        let enough = if self.holds(product) {
            IN_CART
        } else if self.cart.iter().any(|it| it.kind.plural == product.kind.plural) {
            KIND_IN_CART
        } else {
            0.0
        };
        self.shopper.taste.liking(product)
            + season::pull(product, self.summer)
            + self.belongings.longing(product, self.time)
            + came_for_it
            - enough
    }

    /// Whether a product lies in the cart.
    fn holds(&self, product: &Product) -> bool {
        self.cart.iter().any(|it| std::ptr::eq(*it, product))
    }

    /// The chance that they click a product that they notice.
    pub(crate) fn click_chance(&self, product: &Product) -> f64 {
        click_chance(self.liking(product))
    }

    /// The chance that a product whose page is open goes into the cart; none
    /// without a size for them, and none twice.
    pub(crate) fn want_chance(&self, product: &Product) -> f64 {
        match self.shopper.body.choose(product) {
            Choice::Nothing => 0.0,
            _ if self.holds(product) => 0.0,
            Choice::TheOnlyOne | Choice::Size { .. } => {
                want_chance(self.liking(product) - self.shopper.taste.reluctance(product))
            }
        }
    }

    /// What the shop earns in the mean, in cents, once a product is in the cart: it may be left there,
    /// and it may come back.
    pub(crate) fn margin_of_cart_minor(&self, product: &Product) -> f64 {
        let choice = self.shopper.body.choose(product);
        purchase::ORDERED_OF_CART * purchase::margin_when_ordered_minor(product, &choice)
    }
}
