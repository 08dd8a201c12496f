//! From the cart to the door, and back: what is ordered, what returns, and what is left for the shop.

use crate::catalogue::Product;
use crate::catalogue::product::cents;
use crate::shoppers::fit::Choice;

/// How likely somebody thinks better of something in the cart, each thing by itself.
pub(crate) const REGRETS: f64 = 0.06;
/// How likely a cart is ordered.
pub(crate) const ORDERS: f64 = 0.58;
/// The chance that something in the cart is ordered.
pub(crate) const ORDERED_OF_CART: f64 = (1.0 - REGRETS) * ORDERS;
/// What one return costs the shop beside the lost margin, in euro cents.
pub(crate) const RETURN_COST_MINOR: f64 = 650.0;
/// After how many days the earliest and the latest return comes in.
pub(crate) const RETURN_DAYS: std::ops::RangeInclusive<i64> = 3..=14;

/// What the shop earns in the mean, in cents, on something that is ordered.
pub(crate) fn margin_when_ordered_minor(product: &Product, choice: &Choice<'_>) -> f64 {
    let returns = choice.return_chance(product);
    (1.0 - returns) * cents(product.margin_minor()) - returns * RETURN_COST_MINOR
}
