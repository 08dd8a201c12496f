//! What a shopper notices and clicks.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use crate::catalogue::Product;
use crate::shoppers::mind::Mind;

/// The chance that the next place in a list is looked at when this one was.
pub(crate) const GO_ON: f64 = 0.86;
/// The liking at which a product that was noticed is clicked every second time.
const CLICK_AT: f64 = 4.4;
/// The liking at which a product that was opened is put into the cart every second time.
const WANT_AT: f64 = 3.6;

/// The chance that a product that was noticed is clicked.
pub(crate) fn click_chance(liking: f64) -> f64 {
    logistic(liking - CLICK_AT)
}

/// The chance that a product that was opened is wanted in the cart.
pub(crate) fn want_chance(liking: f64) -> f64 {
    logistic(liking - WANT_AT)
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Looks along a list from its first place, and returns how far, and what was clicked if anything.
///
/// Attention fades from place to place, so what stands first is clicked more often than it deserves:
/// the position bias that an honest measurement has to undo.
pub(crate) fn look_along<'a>(
    mind: &Mind<'_>,
    list: &[&'a Product],
    rng: &mut ChaCha12Rng,
) -> Glance<'a> {
    for (at, product) in list.iter().enumerate() {
        if rng.random_bool(mind.click_chance(product)) {
            return Glance { n_seen: at + 1, clicked: Some((at + 1, product)) };
        }
        if !rng.random_bool(GO_ON) {
            return Glance { n_seen: at + 1, clicked: None };
        }
    }
    Glance { n_seen: list.len(), clicked: None }
}

/// What came of looking along a list.
#[derive(Debug)]
pub(crate) struct Glance<'a> {
    /// How many places were seen.
    pub(crate) n_seen: usize,
    /// What was clicked, with its place counted from 1.
    pub(crate) clicked: Option<(usize, &'a Product)>,
}

/// Chooses one of several products, the better liked ones much more often.
pub(crate) fn prefer<'a>(
    mind: &Mind<'_>,
    among: &[&'a Product],
    rng: &mut ChaCha12Rng,
) -> Option<&'a Product> {
    let weights: Vec<f64> = among.iter().map(|it| mind.liking(it).exp()).collect();
    let mut left = rng.random_range(0.0..1.0) * weights.iter().sum::<f64>();
    for (product, weight) in among.iter().zip(weights) {
        left -= weight;
        if left <= 0.0 {
            return Some(product);
        }
    }
    among.last().copied()
}
