//! Trained models over HTTP.

use app::TrainOptions;
use serde_json::{Value, json};
use testkit::shop::phrases::{orders, product};
use testkit::shop::server;

use crate::harness::Shop;

/// A shop in which people ordered, so that there is something to learn from.
async fn shop_with_orders() -> Shop {
    let shop = Shop::with(
        |settings| {
            settings.training.interactions_min = 10;
            settings.training.canary_percent = 0;
        },
        |_| {},
    )
    .await;
    // Rows of products that go together; more of them than a list names.
    let id = |row: usize, at: usize| format!("r{}-{}", row % 10, at % 6);
    let rows = (0..10).flat_map(|row| (0..6).map(move |at| (row, at)));
    shop.test.stock(rows.map(|(row, at)| product(&id(row, at)))).await;
    for day in 0..6 {
        let order =
            |n: usize| orders(&format!("v{n}"), &format!("order-{n}-{day}"), &id(n, n / 10 + day));
        shop.test.ingest((0..40).map(order).collect()).await;
        shop.test.clock.advance(domain::Span::DAY);
    }
    shop
}

async fn train(shop: &Shop) {
    let trained = shop.test.app.train(&server(), TrainOptions::of("item_neighbors")).await.unwrap();
    assert_eq!(trained.model.stage, ports::Stage::Live, "{}", trained.model.reason);
}

#[tokio::test(flavor = "multi_thread")]
async fn models_are_listed_promoted_and_gone_back_from() {
    let shop = shop_with_orders().await;
    assert_eq!(shop.call("GET", "/v1/models", Value::Null).await.json, json!({"models": []}));
    train(&shop).await;
    train(&shop).await;

    let first_page = shop.call("GET", "/v1/models?page_size=1", Value::Null).await.json;
    assert_eq!(first_page["models"][0]["id"], "item_neighbors-2");
    let token = first_page["next_page_token"].as_str().unwrap();
    let path = format!("/v1/models?page_size=1&page_token={token}");
    let second_page = shop.call("GET", &path, Value::Null).await.json;
    assert_eq!(second_page["models"][0]["id"], "item_neighbors-1");
    assert_eq!(second_page["models"][0]["stage"], "retired");
    assert_eq!(second_page.get("next_page_token"), None);

    let back = json!({"generator": "item_neighbors"});
    let decides = shop.call("POST", "/v1/models:rollback", back.clone()).await;
    assert_eq!((decides.status.as_u16(), &decides.json["id"]), (200, &json!("item_neighbors-1")));
    let nothing = shop.call("POST", "/v1/models:rollback", back).await;
    assert_eq!(nothing.summary(), "409 `NO_EARLIER_MODEL`");

    let form = json!({"id": "item_neighbors-2", "canary_percent": 20});
    let promoted = shop.call("POST", "/v1/models:promote", form).await;
    assert_eq!(promoted.json["stage"], "canary", "{}", promoted.text);
    let shown = shop.call("GET", "/v1/models/item_neighbors-2", Value::Null).await.json;
    assert_eq!((&shown["canary_percent"], &shown["in_use"]), (&json!(20), &json!(true)));
    assert_eq!(shown["lineage"]["data"]["acts"], 240);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_whose_file_is_gone_is_not_promoted() {
    let shop = shop_with_orders().await;
    train(&shop).await;
    let file = shop.test.folder().join("artifacts/models/item_neighbors-1.model");
    std::fs::remove_file(file).unwrap();
    let refused = shop.call("POST", "/v1/models:promote", json!({"id": "item_neighbors-1"})).await;
    assert_eq!(refused.summary(), "409 `MODEL_REFUSED`");
    assert!(
        refused.json["detail"].as_str().unwrap().contains("is missing; restore"),
        "{}",
        refused.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused() {
    let shop = Shop::open().await;
    for (method, path, form, expected) in [
        ("GET", "/v1/models/nothing-1", Value::Null, "404 `UNKNOWN_MODEL`"),
        ("POST", "/v1/models:promote", json!({"id": "nothing-1"}), "404 `UNKNOWN_MODEL`"),
        (
            "POST",
            "/v1/models:promote",
            json!({"id": "item_neighbors-1", "canary_percent": 100}),
            "400 `INVALID_FIELD`",
        ),
        ("POST", "/v1/models:rollback", json!({"generator": "popular"}), "400 `INVALID_FIELD`"),
        ("POST", "/v1/models:train", json!({"generator": "popular"}), "400 `INVALID_FIELD`"),
        ("GET", "/v1/models?page_token=x", Value::Null, "400 `INVALID_FIELD`"),
    ] {
        assert_eq!(shop.call(method, path, form).await.summary(), expected, "{path}");
    }
    let asked = shop.call("POST", "/v1/models:train", json!({"generator": "item_neighbors"})).await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    let browser = shop.publishable.clone();
    let refused = shop.call_with(&browser, "GET", "/v1/models", Value::Null).await;
    assert_eq!(refused.summary(), "403 `SECRET_KEY_NEEDED`");
}
