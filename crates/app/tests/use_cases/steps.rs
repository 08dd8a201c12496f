//! What may happen in a shop, made up at random: for the tests that hold for every history.

use std::fmt;

use app::{CatalogueChange, DecisionRequest};
use domain::{Currency, Money, Product, ProductPatch, Purpose, Span, Visibility};
use proptest::prelude::*;
use testkit::TestShop;
use testkit::shop::phrases::{
    adds, consents, orders, product_id, product_in, removes, request, sees, views,
};
use testkit::shop::{browser, server};

/// The products that may be in the catalogue.
pub(crate) const PRODUCTS: [&str; 8] =
    ["lamp", "vase", "mug", "cup", "rug", "bed", "sofa", "clock"];
/// The visitors that may come.
pub(crate) const VISITORS: [&str; 4] = ["phone", "laptop", "tablet", "kiosk"];
/// The placements that every shop has.
const PLACEMENTS: [&str; 6] =
    ["home", "category", "similar", "bought_together", "cart", "order_confirmation"];

/// Something that happens.
#[derive(Clone)]
pub(crate) enum Step {
    /// The catalogue changes.
    Catalogue(CatalogueChange),
    /// A visitor looks at a product.
    Viewed(&'static str, &'static str),
    /// A visitor puts a product into the cart.
    Added(&'static str, &'static str),
    /// A visitor takes a product out of the cart.
    Removed(&'static str, &'static str),
    /// A visitor orders two products; the shop's server or the browser says so.
    Ordered(&'static str, [&'static str; 2], Teller),
    /// A visitor allows or refuses personalization.
    Consented(&'static str, Answer),
    /// A visitor is shown a slate, which is exposed.
    Decided(Box<DecisionRequest>),
    /// Time passes.
    Waited(Span),
}

/// In so few words that a history of them can be read.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Catalogue(CatalogueChange::Upsert(it)) => {
                let price = it.price.map_or(0, |it| it.amount_minor());
                write!(f, "{} for {price}, {:?}, {:?}", it.id, it.stock, it.visibility)
            }
            Step::Catalogue(CatalogueChange::Patch(id, it)) => {
                let price = it.price.map(|it| it.amount_minor());
                write!(f, "{id} patched: {price:?}, {:?}, {:?}", it.stock, it.visibility)
            }
            Step::Catalogue(CatalogueChange::Delete(id)) => write!(f, "{id} deleted"),
            Step::Viewed(visitor, id) => write!(f, "{visitor} viewed {id}"),
            Step::Added(visitor, id) => write!(f, "{visitor} added {id}"),
            Step::Removed(visitor, id) => write!(f, "{visitor} removed {id}"),
            Step::Ordered(visitor, [a, b], by) => write!(f, "{visitor} ordered {a} {b} by {by:?}"),
            Step::Consented(visitor, it) => write!(f, "{visitor} said {it:?}"),
            Step::Decided(it) => write!(f, "{:?} asked for {}", it.visitor, it.placement),
            Step::Waited(span) => write!(f, "{} s passed", span.as_secs_f64()),
        }
    }
}

/// Who tells of an order.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Teller {
    Server,
    Browser,
}

/// A yes or a no.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    Yes,
    No,
}

fn any_product() -> impl Strategy<Value = &'static str> {
    prop::sample::select(PRODUCTS.to_vec())
}

fn any_visitor() -> impl Strategy<Value = &'static str> {
    prop::sample::select(VISITORS.to_vec())
}

fn any_products() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(PRODUCTS.to_vec(), 0..4)
}

fn any_price() -> impl Strategy<Value = Money> {
    (100..4_000_i64).prop_map(|cents| Money::new(cents, Currency::EUR))
}

fn any_stock() -> impl Strategy<Value = Option<u32>> {
    prop_oneof![Just(None), Just(Some(0)), (1..6_u32).prop_map(Some)]
}

fn any_visibility() -> impl Strategy<Value = Visibility> {
    prop_oneof![4 => Just(Visibility::Visible), 1 => Just(Visibility::Hidden)]
}

/// A product as it may be, in one of two categories.
fn any_product_data() -> impl Strategy<Value = Product> {
    let category = prop_oneof![Just("Home > Light"), Just("Home > Table")];
    (any_product(), category, any_price(), any_stock(), any_visibility()).prop_map(
        |(id, category, price, stock, visibility)| Product {
            price: Some(price),
            stock,
            visibility,
            ..product_in(category, id)
        },
    )
}

fn any_change() -> impl Strategy<Value = CatalogueChange> {
    let patch = (prop::option::of(any_price()), any_stock(), prop::option::of(any_visibility()));
    let patch = patch.prop_map(|(price, stock, visibility)| ProductPatch {
        price,
        stock,
        visibility,
        ..ProductPatch::default()
    });
    prop_oneof![
        3 => any_product_data().prop_map(|it| CatalogueChange::Upsert(Box::new(it))),
        3 => (any_product(), patch).prop_map(|(id, it)| CatalogueChange::Patch(product_id(id), it)),
        1 => any_product().prop_map(|id| CatalogueChange::Delete(product_id(id))),
    ]
}

/// A request of anybody for anything, without a filter.
pub(crate) fn any_request() -> impl Strategy<Value = DecisionRequest> {
    let placement = prop::sample::select(PLACEMENTS.to_vec());
    let products = [any_products().boxed(), any_products().boxed(), any_products().boxed()];
    (any_visitor(), placement, products, 1..10_usize).prop_map(
        |(visitor, placement, [products, cart, exclude], count)| {
            let ids = |ids: Vec<&str>| ids.into_iter().map(product_id).collect();
            DecisionRequest {
                products: ids(products),
                cart: ids(cart),
                exclude: ids(exclude),
                count,
                ..request(visitor, placement)
            }
        },
    )
}

/// Anything that may happen.
pub(crate) fn any_step() -> impl Strategy<Value = Step> {
    let pair = || (any_visitor(), any_product());
    let two = [any_product().boxed(), any_product().boxed()];
    let teller = prop_oneof![2 => Just(Teller::Server), 1 => Just(Teller::Browser)];
    let answer = prop_oneof![2 => Just(Answer::Yes), 1 => Just(Answer::No)];
    let minutes = prop_oneof![3 => 1..20_i64, 1 => 31..120_i64, 1 => 1440..4000_i64];
    prop_oneof![
        4 => any_change().prop_map(Step::Catalogue),
        6 => pair().prop_map(|(visitor, product)| Step::Viewed(visitor, product)),
        2 => pair().prop_map(|(visitor, product)| Step::Added(visitor, product)),
        1 => pair().prop_map(|(visitor, product)| Step::Removed(visitor, product)),
        2 => (any_visitor(), two, teller).prop_map(|(it, two, by)| Step::Ordered(it, two, by)),
        1 => (any_visitor(), answer).prop_map(|(visitor, it)| Step::Consented(visitor, it)),
        3 => any_request().prop_map(|it| Step::Decided(Box::new(it))),
        2 => minutes.prop_map(|it| Step::Waited(Span::MINUTE.times(it))),
    ]
}

/// A catalogue to begin with, then what happens.
pub(crate) fn any_history(n_steps: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Step>> {
    let upsert = |it| Step::Catalogue(CatalogueChange::Upsert(Box::new(it)));
    let products = prop::collection::vec(any_product_data(), 4..8);
    (products, prop::collection::vec(any_step(), n_steps))
        .prop_map(move |(products, steps)| products.into_iter().map(upsert).chain(steps).collect())
}

/// Lets a step happen, and everything that follows from it.
pub(crate) async fn happen(shop: &TestShop, step: &Step) {
    let browser = browser();
    let event = match step.clone() {
        Step::Catalogue(change) => {
            shop.change(vec![change]).await;
            return;
        }
        Step::Decided(asked) => {
            let visitor = asked.visitor.clone().expect("made-up requests name a visitor");
            let decision = shop.decide(*asked).await;
            sees(&visitor, decision.id, "")
        }
        Step::Waited(span) => return shop.clock.advance(span),
        Step::Viewed(visitor, id) => views(visitor, id),
        Step::Added(visitor, id) => adds(visitor, id),
        Step::Removed(visitor, id) => removes(visitor, id),
        Step::Ordered(visitor, two, teller) => {
            let caller = match teller {
                Teller::Server => server(),
                Teller::Browser => browser,
            };
            let order = format!("order-{}", shop.app.readiness().head);
            shop.ingest_as(&caller, vec![orders(visitor, &order, &two.join(" "))]).await;
            return;
        }
        Step::Consented(visitor, Answer::Yes) => {
            consents(visitor, &[Purpose::Personalization], &[])
        }
        Step::Consented(visitor, Answer::No) => consents(visitor, &[], &[Purpose::Personalization]),
    };
    let report = shop.ingest_as(&browser, vec![event]).await;
    assert_eq!(report.rejected, []);
}
