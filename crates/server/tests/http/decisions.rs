//! Decisions: what is shown, why, and what is never shown.

use serde_json::{Value, json};

use crate::harness::{Answer, Shop};

async fn decide(shop: &Shop, body: Value) -> Answer {
    shop.call_with(&shop.publishable, "POST", "/v1/decisions", body).await
}

fn shown(answer: &Answer) -> Vec<String> {
    let products = answer.json["products"].as_array();
    let products = products.unwrap_or_else(|| panic!("no decision: {}", answer.text));
    products.iter().map(|it| it["product_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_says_what_why_and_how_far_it_saw() {
    let shop = Shop::open().await;
    shop.stock_up(&["A", "B", "C"]).await;
    let viewed = json!([{"type": "track", "event": "Product Viewed", "anonymousId": "w",
                         "properties": {"product_id": "B"}}]);
    let position = shop.batch(viewed).await.json["position"].as_str().unwrap().to_owned();
    let body = json!({"visitor_id": "v", "placement": "home", "count": 2, "exclude": ["A"],
                      "after": position, "deadline_ms": 1000});
    let answer = decide(&shop, body).await;
    let ids = shown(&answer);
    assert_eq!(ids.len(), 2, "{}", answer.text);
    assert!(!ids.contains(&"A".to_owned()));
    assert_eq!((&answer.json["behind"], &answer.json["placement"]), (&json!(0), &json!("home")));
    let first = &answer.json["products"][0];
    assert_eq!(first["rank"], 1);
    assert!(!first["reason"]["text"].as_str().unwrap().is_empty());
    assert!(!first["generator"].as_str().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deleted_hidden_or_sold_out_a_moment_ago_is_not_shown() {
    let shop = Shop::open().await;
    shop.stock_up(&["A", "B", "C", "D"]).await;
    shop.call("DELETE", "/v1/products/A", Value::Null).await;
    shop.call("PATCH", "/v1/products/B", json!({"visibility": "hidden"})).await;
    shop.call("PATCH", "/v1/products/C", json!({"stock": 0})).await;
    let answer = decide(&shop, json!({"visitor_id": "v", "placement": "home"})).await;
    assert_eq!(shown(&answer), ["D"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn why_something_was_shown_is_answered_to_the_shop_only() {
    let shop = Shop::open().await;
    shop.stock_up(&["A", "B"]).await;
    let answer = decide(&shop, json!({"visitor_id": "v", "placement": "home"})).await;
    let path = format!("/v1/decisions/{}", answer.json["decision_id"].as_str().unwrap());
    shop.test.app.flush_decisions().await;
    let click = json!([{"type": "track", "event": "Product Clicked", "anonymousId": "v",
        "properties": {"product_id": "A", "decision_id": answer.json["decision_id"]}}]);
    let position = shop.batch(click).await.json["position"].as_str().unwrap().parse().unwrap();
    shop.test.app.wait_until_seen(domain::Position::new(position)).await;

    let explained = shop.call("GET", &path, Value::Null).await;
    assert_eq!(explained.status, 200, "{}", explained.text);
    assert_eq!(explained.json["products"], answer.json["products"]);
    assert_eq!(explained.json["propensity"], 1.0);
    assert_eq!(explained.json["outcomes"][0]["kind"], "clicked", "{}", explained.text);
    let refused = shop.call_with(&shop.publishable, "GET", &path, Value::Null).await;
    assert_eq!(refused.summary(), "403 `SECRET_KEY_NEEDED`");
    let unknown = shop.call("GET", &format!("/v1/decisions/{}", "0".repeat(32)), Value::Null).await;
    assert_eq!(unknown.summary(), "404 `UNKNOWN_DECISION`");
}

#[tokio::test(flavor = "multi_thread")]
async fn reasons_speak_the_language_of_the_shop() {
    let shop = Shop::with(|it| it.shop.language = "de-DE".to_owned(), |_| {}).await;
    shop.stock_up(&["A"]).await;
    let answer = decide(&shop, json!({"visitor_id": "v", "placement": "home"})).await;
    let text = answer.json["products"][0]["reason"]["text"].as_str().unwrap();
    let german = ["Aus unserem Sortiment", "Gerade beliebt", "Im Kommen"];
    assert!(german.contains(&text), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_switch_holds_from_the_next_decision_on() {
    let shop = Shop::open().await;
    shop.stock_up(&["A"]).await;
    let off = json!({"personalization": "off"});
    assert_eq!(shop.call("PUT", "/v1/personalization", off).await.status, 200);
    let answer = decide(&shop, json!({"visitor_id": "v", "placement": "home"})).await;
    assert_eq!(answer.json["fallback"], "switched_off", "{}", answer.text);
    assert_eq!(shown(&answer), ["A"]);
}
