//! One visit without recommendations: how people shop when they must find things themselves.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use crate::catalogue::{DemoShop, Product};
use crate::client::events::{self, Happening, Pieces};
use crate::shoppers::Shopper;
use crate::shoppers::attention::prefer;
use crate::shoppers::mind::Mind;
use crate::shoppers::purchase::{ORDERS, REGRETS, RETURN_DAYS};

/// How many products of a kind somebody leafs through.
const LEAFED_THROUGH: usize = 12;
/// How likely somebody goes on to the next kind of a mission before anything is in the cart.
const NEXT_KIND: f64 = 0.6;
/// How likely when something is: who has a tent needs a sleeping bag.
const NEXT_KIND_WITH_CART: f64 = 0.88;
/// How likely a list is found by the search box.
const BY_SEARCH: f64 = 0.2;
/// How likely something liked and not bought is put on the wish list.
const WISHES: f64 = 0.07;
/// The seconds of a day.
const DAY_SECONDS: i64 = 86_400;

/// Something done in a visit, and how long after the thing before.
#[derive(Debug)]
pub(crate) struct Step {
    /// What.
    pub(crate) happening: Happening,
    /// How many seconds later.
    pub(crate) seconds_later: i64,
}

/// Plays the visit that a shopper has in mind; `order` is the id that an order would get.
pub(crate) fn play<'a>(
    shop: &'a DemoShop,
    mind: Mind<'a>,
    order: &str,
    rng: &mut ChaCha12Rng,
) -> Vec<Step> {
    let mut steps = Steps::default();
    let mut cart: Vec<&Product> = Vec::new();
    for (nth, kind) in mind.mission.kinds.iter().enumerate() {
        let go_on = if cart.is_empty() { NEXT_KIND } else { NEXT_KIND_WITH_CART };
        if nth > 0 && !rng.random_bool(go_on) {
            continue;
        }
        if let Some(product) = browse(shop, mind, kind, &mut steps, rng) {
            cart.push(product);
        }
    }
    if !cart.is_empty() {
        check_out(mind.shopper, &mut cart, order, &mut steps, rng);
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
    mind: Mind<'_>,
    kind: &str,
    steps: &mut Steps,
    rng: &mut ChaCha12Rng,
) -> Option<&'a Product> {
    let all: Vec<&Product> = shop.of_kind(kind).iter().filter(|it| it.stock > 0).collect();
    let first = all.first()?;
    let start = rng.random_range(0..all.len());
    let list: Vec<&Product> =
        all.iter().cycle().skip(start).take(LEAFED_THROUGH.min(all.len())).copied().collect();
    if rng.random_bool(BY_SEARCH) {
        steps.push(events::products_searched(&first.kind.noun.to_lowercase()), rng);
    }
    steps.push(events::product_list_viewed(&first.category(), list.iter().copied()), rng);

    let mut best: Option<(&Product, f64)> = None;
    for _ in 0..rng.random_range(1..=3) {
        let Some(product) = prefer(&mind, &list, rng) else { break };
        steps.push(events::product_viewed(product), rng);
        let liking = mind.liking(product);
        if best.is_none_or(|(_, known)| liking > known) {
            best = Some((product, liking));
        }
    }
    let (product, _) = best?;
    if rng.random_bool(mind.want_chance(product)) {
        steps.push(events::product_added(one(mind.shopper, product)), rng);
        return Some(product);
    }
    if rng.random_bool(WISHES) {
        steps.push(events::wishlisted(product), rng);
    }
    None
}

/// Looks at the cart, may think better of something, may order the rest, and may send some of it back.
fn check_out(
    shopper: &Shopper,
    cart: &mut Vec<&Product>,
    order: &str,
    steps: &mut Steps,
    rng: &mut ChaCha12Rng,
) {
    let lines: Vec<Pieces<'_>> = cart.iter().map(|it| one(shopper, it)).collect();
    steps.push(events::cart_viewed(&lines), rng);
    cart.retain(|it| {
        let regrets = rng.random_bool(REGRETS);
        if regrets {
            steps.push(events::product_removed(one(shopper, it)), rng);
        }
        !regrets
    });
    if cart.is_empty() || !rng.random_bool(ORDERS) {
        return;
    }
    let lines: Vec<Pieces<'_>> = cart.iter().map(|it| one(shopper, it)).collect();
    steps.push(events::checkout_started(order, &lines), rng);
    steps.push(events::order_completed(order, &lines), rng);
    let mut goes_back = |it: &&Pieces<'_>| {
        let choice = shopper.body.choose(it.product);
        rng.random_bool(choice.return_chance(it.product))
    };
    let returned: Vec<Pieces<'_>> = lines.iter().filter(|it| goes_back(it)).copied().collect();
    if !returned.is_empty() {
        let seconds_later = rng.random_range(RETURN_DAYS) * DAY_SECONDS;
        steps.0.push(Step { happening: events::order_refunded(order, &returned), seconds_later });
    }
}

/// One piece, in the size that a shopper takes.
pub(crate) fn one<'a>(shopper: &Shopper, product: &'a Product) -> Pieces<'a> {
    let variant = shopper.body.choose(product).variant();
    Pieces { product, variant: variant.map(|it| it.id.as_str()), quantity: 1 }
}
