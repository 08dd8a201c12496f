//! One visit without recommendations: how people shop when they must find things themselves.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use crate::catalogue::{DemoShop, Product};
use crate::client::events::{self, Happening, Pieces};
use crate::shoppers::Shopper;
use crate::shoppers::attention::{prefer, want_chance};
use crate::shoppers::mission::Mission;

/// How many products of a kind somebody leafs through.
const LEAFED_THROUGH: usize = 12;
/// How likely somebody goes on to the next kind of a mission before anything is in the cart.
const NEXT_KIND: f64 = 0.6;
/// How likely when something is: who has a tent needs a sleeping bag.
const NEXT_KIND_WITH_CART: f64 = 0.88;
/// How likely a list is found by the search box.
const BY_SEARCH: f64 = 0.2;
/// How likely a full cart is ordered.
const ORDERS: f64 = 0.55;
/// How likely something liked and not bought is put on the wish list.
const WISHES: f64 = 0.07;
/// How likely somebody thinks better of something in the cart.
const REGRETS: f64 = 0.06;

/// Something done in a visit, and how long after the thing before.
#[derive(Debug)]
pub(crate) struct Step {
    /// What.
    pub(crate) happening: Happening,
    /// How many seconds later.
    pub(crate) seconds_later: i64,
}

/// Plays a visit of a shopper with a mission; `order` is the id that an order would get.
pub(crate) fn play(
    shop: &DemoShop,
    shopper: &Shopper,
    mission: &Mission,
    order: &str,
    rng: &mut ChaCha12Rng,
) -> Vec<Step> {
    let mut steps = Steps::default();
    let mut cart: Vec<&Product> = Vec::new();
    for (nth, kind) in mission.kinds.iter().enumerate() {
        let go_on = if cart.is_empty() { NEXT_KIND } else { NEXT_KIND_WITH_CART };
        if nth > 0 && !rng.random_bool(go_on) {
            continue;
        }
        browse(shop, shopper, kind, &mut cart, &mut steps, rng);
    }
    if !cart.is_empty() {
        check_out(&mut cart, order, &mut steps, rng);
    }
    steps.0
}

#[derive(Default)]
struct Steps(Vec<Step>);

impl Steps {
    fn push(&mut self, happening: Happening, rng: &mut ChaCha12Rng) {
        self.0.push(Step { happening, seconds_later: rng.random_range(4..90) });
    }
}

/// Leafs through one kind, opens what is liked, and puts the best of it into the cart.
fn browse<'a>(
    shop: &'a DemoShop,
    shopper: &Shopper,
    kind: &str,
    cart: &mut Vec<&'a Product>,
    steps: &mut Steps,
    rng: &mut ChaCha12Rng,
) {
    let all: Vec<&Product> =
        shop.products().iter().filter(|it| it.kind.plural == kind && it.stock > 0).collect();
    let Some(first) = all.first() else { return };
    let start = rng.random_range(0..all.len());
    let list: Vec<&Product> =
        all.iter().cycle().skip(start).take(LEAFED_THROUGH.min(all.len())).copied().collect();
    if rng.random_bool(BY_SEARCH) {
        steps.push(events::products_searched(&first.kind.noun.to_lowercase()), rng);
    }
    steps.push(events::product_list_viewed(&first.category(), list.iter().copied()), rng);

    let mut best: Option<(&Product, f64)> = None;
    for _ in 0..rng.random_range(1..=3) {
        let Some(product) = prefer(&shopper.taste, &list, rng) else { break };
        steps.push(events::product_viewed(product), rng);
        let liking = shopper.taste.liking(product);
        if best.is_none_or(|(_, known)| liking > known) {
            best = Some((product, liking));
        }
    }
    if let Some((product, liking)) = best {
        if rng.random_bool(want_chance(liking)) {
            steps.push(events::product_added(one(product)), rng);
            cart.push(product);
        } else if rng.random_bool(WISHES) {
            steps.push(events::wishlisted(product), rng);
        }
    }
}

/// Looks at the cart, may think better of something, and may order the rest.
fn check_out(cart: &mut Vec<&Product>, order: &str, steps: &mut Steps, rng: &mut ChaCha12Rng) {
    let lines: Vec<Pieces<'_>> = cart.iter().map(|it| one(it)).collect();
    steps.push(events::cart_viewed(&lines), rng);
    if cart.len() > 1 && rng.random_bool(REGRETS) {
        let regretted = cart.swap_remove(rng.random_range(0..cart.len()));
        steps.push(events::product_removed(one(regretted)), rng);
    }
    if rng.random_bool(ORDERS) {
        let lines: Vec<Pieces<'_>> = cart.iter().map(|it| one(it)).collect();
        steps.push(events::checkout_started(order, &lines), rng);
        steps.push(events::order_completed(order, &lines), rng);
    }
}

/// One piece, in any size that is there.
pub(crate) fn one(product: &Product) -> Pieces<'_> {
    let variant = product.variants.iter().find(|it| it.stock > 0).map(|it| it.id.as_str());
    Pieces { product, variant, quantity: 1 }
}
