//! Placements, keys, the switch, the trail.

use serde_json::{Value, json};

use crate::harness::Shop;

#[tokio::test(flavor = "multi_thread")]
async fn a_placement_is_created_used_and_removed() {
    let shop = Shop::open().await;
    shop.stock_up(&["A", "B"]).await;
    let placement = json!({"title": "Landing", "filter": "price < 50",
                           "generators": [{"generator": "popular", "weight": 1.0}]});
    let put = shop.call("PUT", "/v1/placements/landing", placement).await;
    assert_eq!(put.status, 200, "{}", put.text);
    let body = json!({"visitor_id": "v", "placement": "landing"});
    let decided = shop.call("POST", "/v1/decisions", body.clone()).await;
    assert_eq!(decided.json["products"].as_array().unwrap().len(), 2, "{}", decided.text);

    let listed = shop.call("GET", "/v1/placements?page_size=1000", Value::Null).await.json;
    let ids: Vec<_> =
        listed["placements"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect();
    assert!(ids.contains(&json!("landing")) && ids.contains(&json!("home")), "{ids:?}");

    assert_eq!(shop.call("DELETE", "/v1/placements/landing", Value::Null).await.status, 204);
    let gone = shop.call("POST", "/v1/decisions", body).await;
    assert_eq!(gone.summary(), "404 `UNKNOWN_PLACEMENT`");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_placement_that_makes_no_sense_is_refused() {
    let shop = Shop::open().await;
    for (placement, code) in [
        (json!({"title": "x", "generators": []}), "INVALID_FIELD"),
        (
            json!({"title": "x", "generators": [{"generator": "magic", "weight": 1}]}),
            "INVALID_FIELD",
        ),
        (
            json!({"title": "x", "generators": [{"generator": "popular", "weight": -1}]}),
            "INVALID_FIELD",
        ),
        (
            json!({"title": "x", "filter": "price <", "generators": [{"generator": "popular", "weight": 1}]}),
            "INVALID_FILTER",
        ),
    ] {
        let answer = shop.call("PUT", "/v1/placements/x", placement).await;
        assert_eq!(answer.json["code"], code, "{}", answer.text);
    }
    let bad_id =
        shop.call("PUT", "/v1/placements/Bad%20Id", json!({"title": "x", "generators": []}));
    assert_eq!(bad_id.await.summary(), "400 `INVALID_FIELD`");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_works_at_once_and_is_never_shown_again() {
    let shop = Shop::open().await;
    let form = json!({"scope": "publishable", "allowed_origins": ["https://a.example"]});
    let new = shop.call("POST", "/v1/keys", form).await;
    assert_eq!(new.status, 201, "{}", new.text);
    let text = new.json["text"].as_str().unwrap();
    let event = json!({"anonymousId": "v"});
    assert_eq!(shop.call_with(text, "POST", "/v1/page", event).await.status, 200);
    let listed = shop.call("GET", "/v1/keys", Value::Null).await;
    assert_eq!(listed.json["keys"].as_array().unwrap().len(), 3);
    assert!(!listed.text.contains(text) && !listed.text.contains(&shop.secret));
    let unknown = shop.call("DELETE", "/v1/keys/key_0", Value::Null).await;
    assert_eq!(unknown.summary(), "404 `UNKNOWN_KEY_ID`");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_says_who_did_what() {
    let shop = Shop::open().await;
    shop.call("PUT", "/v1/personalization", json!({"personalization": "off"})).await;
    let trail = shop.call("GET", "/v1/audit?page_size=1", Value::Null).await.json;
    assert_eq!(trail["entries"][0]["action"], "personalization.set");
    assert!(trail["entries"][0]["actor"].as_str().unwrap().starts_with("key_"));

    let token = trail["next_page_token"].as_str().unwrap();
    let path = format!("/v1/audit?page_token={token}");
    let older = shop.call("GET", &path, Value::Null).await;
    let actions: Vec<_> =
        older.json["entries"].as_array().unwrap().iter().map(|it| it["action"].clone()).collect();
    assert_eq!(actions, ["key.create", "key.create"], "{}", older.text);
    assert_eq!(older.json["next_page_token"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_placements_come_page_by_page() {
    let shop = Shop::open().await;
    for (list, n_items) in [("keys", 2), ("placements", 6)] {
        let (mut n_seen, mut token) = (0, String::new());
        for _ in 0..n_items {
            let path = format!("/v1/{list}?page_size=1&page_token={token}");
            let page = shop.call("GET", &path, Value::Null).await;
            n_seen += page.json[list].as_array().unwrap().len();
            token = page.json["next_page_token"].as_str().unwrap_or_default().to_owned();
        }
        assert_eq!((n_seen, token.as_str()), (n_items, ""), "{list}");
    }
}
