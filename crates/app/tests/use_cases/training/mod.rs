//! Models: trained from events, judged, swapped under way, gone back from; and what must not teach them.

mod models;
mod restored;
mod runs;
mod trials;

use app::{AppSettings, Backends, Decision, ModelStatus, TrainOptions, Trained};
use domain::{GeneratorShare, Personalization, Placement, Span};
use testkit::TestShop;
use testkit::shop::phrases::{orders, product, request};
use testkit::shop::server;

const GENERATOR: &str = "item_neighbors";
const PLACEMENT: &str = "trained";
/// How many rows of products there are: who orders one of a row goes on to the others of it. They are so
/// many that no list names all products.
const N_ROWS: usize = 12;
/// How many products a row has.
const ROW_LEN: usize = 6;

fn id(row: usize, at: usize) -> String {
    format!("r{}-{}", row % N_ROWS, at % ROW_LEN)
}

/// A shop in which `n_shoppers` ordered from one row each, on several days.
async fn shop_with_orders(n_shoppers: usize, change: impl FnOnce(&mut AppSettings)) -> TestShop {
    shop_on(n_shoppers, change, |_| {}).await
}

/// The same on backends of the test's own.
async fn shop_on(
    n_shoppers: usize,
    change: impl FnOnce(&mut AppSettings),
    replace: impl FnOnce(&mut Backends),
) -> TestShop {
    let few = |settings: &mut AppSettings| {
        settings.training.interactions_min = 10;
        change(settings);
    };
    let shop = TestShop::with_backends(few, replace).await;
    fill(&shop, n_shoppers).await;
    shop
}

/// The same with sixty shoppers, and the backends on which another process would stand.
async fn shop_and_backends(change: impl FnOnce(&mut AppSettings)) -> (TestShop, Backends) {
    let mut backends = None;
    let shop = shop_on(60, change, |it| backends = Some(it.clone())).await;
    (shop, backends.unwrap())
}

/// The same in which two models were trained.
async fn shop_with_two_models(change: impl FnOnce(&mut AppSettings)) -> TestShop {
    let shop = shop_with_orders(60, change).await;
    train(&shop).await;
    train(&shop).await;
    shop
}

/// Six days of orders.
async fn fill(shop: &TestShop, n_shoppers: usize) {
    let rows = (0..N_ROWS).flat_map(|row| (0..ROW_LEN).map(move |at| id(row, at)));
    shop.stock(rows.map(|id| product(&id))).await;
    shop.app.put_placement(&server(), placement()).await.unwrap();
    for day in 0..6 {
        order_on(shop, n_shoppers, day).await;
    }
}

fn placement() -> Placement {
    Placement {
        id: PLACEMENT.parse().unwrap(),
        title: "Trained".to_owned(),
        generators: vec![GeneratorShare { generator: GENERATOR.to_owned(), weight: 1.0 }],
        filter: None,
        personalization: Personalization::On,
        steering: domain::Steering::default(),
    }
}

/// A day on which every shopper orders the next product of their row.
async fn order_on(shop: &TestShop, n_shoppers: usize, day: usize) {
    let order = |n: usize| {
        orders(&format!("shopper-{n}"), &format!("order-{n}-{day}"), &id(n, n / N_ROWS + day))
    };
    shop.ingest((0..n_shoppers).map(order).collect()).await;
    shop.clock.advance(Span::DAY);
}

async fn train(shop: &TestShop) -> Trained {
    shop.app.train(&server(), TrainOptions::of(GENERATOR)).await.unwrap()
}

fn decided_by(decision: &Decision) -> &str {
    &decision.versions[0]
}

async fn decide(shop: &TestShop, visitor: &str) -> Decision {
    shop.decide(request(visitor, PLACEMENT)).await
}

/// Every model and its stage, the newest first.
async fn stages(shop: &TestShop) -> String {
    let models = shop.app.models().await.unwrap();
    let one = |it: &ModelStatus| format!("{} {:?}", it.record.id, it.record.stage);
    models.iter().map(one).collect::<Vec<_>>().join(", ")
}
