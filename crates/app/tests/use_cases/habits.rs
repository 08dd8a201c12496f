//! What a shopper comes back to: kept over months, proposed again, forgotten when they say so.

use app::Decision;
use domain::{GeneratorShare, Personalization, Placement, Purpose, Reason, Span};
use testkit::TestShop;
use testkit::shop::phrases::{consents, orders, product, request, views};
use testkit::shop::{browser, server};

/// A shop with a placement that asks for nothing but what the shopper comes back to.
async fn shop() -> TestShop {
    let shop = TestShop::new().await;
    shop.stock(["lamp", "vase", "mug", "rug"].map(product)).await;
    let share = GeneratorShare { generator: "buy_again".to_owned(), weight: 1.0 };
    let placement = Placement {
        id: "again".parse().unwrap(),
        title: "Again".to_owned(),
        generators: vec![share],
        filter: None,
        personalization: Personalization::On,
        steering: domain::Steering::default(),
    };
    shop.app.put_placement(&server(), placement).await.unwrap();
    shop
}

/// What is shown because of the shopper's own past, with why.
fn again(decision: &Decision) -> String {
    let own = decision.slate.iter().filter_map(|it| match it.reason {
        Reason::BoughtBefore => Some(format!("{} bought", it.product)),
        Reason::SeenBefore => Some(format!("{} seen", it.product)),
        _ => None,
    });
    Vec::from_iter(own).join(", ")
}

async fn check(shop: &TestShop, visitor: &str, expected: &str) {
    assert_eq!(again(&shop.decide(request(visitor, "again")).await), expected);
}

#[tokio::test]
async fn months_later_a_shopper_is_shown_what_they_bought_and_most_what_they_bought_often() {
    let shop = shop().await;
    for (order, bought) in [("one", "vase mug"), ("two", "mug"), ("three", "mug")] {
        shop.ingest(vec![orders("phone", order, bought)]).await;
        shop.clock.advance(Span::DAY.times(20));
    }
    shop.ingest(vec![views("phone", "rug")]).await;
    shop.clock.advance(Span::DAY.times(60));
    check(&shop, "phone", "mug bought, vase bought, rug seen").await;
    check(&shop, "laptop", "").await;
}

#[tokio::test]
async fn who_refuses_personalization_has_no_habits_any_more() {
    let shop = shop().await;
    shop.ingest(vec![orders("phone", "one", "vase")]).await;
    shop.clock.advance(Span::DAY);
    check(&shop, "phone", "vase bought").await;
    shop.ingest(vec![consents("phone", &[], &[Purpose::Personalization])]).await;
    check(&shop, "phone", "").await;
    shop.ingest(vec![consents("phone", &[Purpose::Personalization], &[])]).await;
    check(&shop, "phone", "").await;
}

#[tokio::test]
async fn an_order_that_only_a_browser_tells_of_makes_no_habit() {
    let shop = shop().await;
    shop.ingest_as(&browser(), vec![orders("phone", "one", "vase")]).await;
    shop.clock.advance(Span::DAY);
    check(&shop, "phone", "").await;
}

#[tokio::test]
async fn habits_survive_a_restart_and_a_crash() {
    let shop = shop().await;
    shop.ingest(vec![orders("phone", "one", "vase")]).await;
    let shop = shop.restart().await.crash().await;
    shop.clock.advance(Span::DAY);
    check(&shop, "phone", "vase bought").await;
}
