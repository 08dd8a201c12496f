//! Events: who may send them and how, and what is kept of them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{Event, KeyKind, Verification};
use serde_json::{Value, json};

use crate::harness::{Shop, request};

fn page_viewed(visitor: &str) -> Value {
    json!({"type": "page", "anonymousId": visitor})
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_of_segments_api_takes_its_message() {
    let shop = Shop::open().await;
    let message =
        json!({"anonymousId": "v", "event": "x", "userId": "u", "groupId": "g", "previousId": "v"});
    for path in
        ["track", "identify", "page", "screen", "group", "alias", "t", "i", "p", "s", "g", "a"]
    {
        let answer = shop.call("POST", &format!("/v1/{path}"), message.clone()).await;
        assert_eq!(answer.json["accepted"], 1, "{path}: {}", answer.text);
        assert_eq!(answer.json["success"], true);
    }
    for path in ["batch", "import", "m"] {
        let body = json!({"batch": [page_viewed("v"), page_viewed("w")]});
        let answer = shop.call("POST", &format!("/v1/{path}"), body).await;
        assert_eq!(answer.json["accepted"], 2, "{path}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_may_come_in_any_form_that_segments_libraries_use() {
    let shop = Shop::open().await;
    let secret = &shop.secret;
    for credentials in [
        format!("Bearer {secret}"),
        format!("Basic {}", STANDARD.encode(format!("{secret}:"))),
        format!("Basic {}", STANDARD.encode(secret)),
    ] {
        let mut request = request("POST", "/v1/page", "", page_viewed("v").to_string());
        request.headers_mut().insert("authorization", credentials.parse().unwrap());
        assert_eq!(shop.send(request).await.status, 200, "{credentials}");
    }
    // `sendBeacon` can set no header, and sends plain text.
    let body = json!({"anonymousId": "v", "writeKey": shop.publishable});
    let mut beacon = request("POST", "/v1/page", "", body.to_string());
    beacon.headers_mut().remove("authorization");
    beacon.headers_mut().insert("content-type", "text/plain;charset=UTF-8".parse().unwrap());
    beacon.headers_mut().insert("origin", "https://shop.example".parse().unwrap());
    let answer = shop.send(beacon).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_sets_how_large_events_and_batches_may_be() {
    let limits = |it: &mut server::ServerLimits| {
        it.event_bytes_max = 60;
        it.batch_events_max = 2;
    };
    let shop = Shop::with(|_| {}, limits).await;
    let answer = shop.batch(json!([page_viewed("v"), page_viewed(&"v".repeat(60))])).await;
    assert_eq!(answer.summary(), "200, refused alone: `EVENT_TOO_LARGE`");
    let answer = shop.batch(json!(vec![page_viewed("v"); 3])).await;
    assert_eq!(answer.summary(), "413 `TOO_MANY_ITEMS`");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_browser_says_is_kept_unverified() {
    let shop = Shop::open().await;
    let order = json!([{"type": "track", "event": "Order Completed", "anonymousId": "v",
                        "properties": {"order_id": "o", "products": [{"product_id": "A", "price": 5}]}}]);
    shop.batch_from_page(order.clone()).await;
    shop.batch(order).await;
    let log = shop.test.log().await;
    let sources: Vec<_> = log.iter().map(|it| it.envelope.source).collect();
    assert!(log.iter().all(|it| matches!(it.envelope.event, Event::OrderCompleted(_))));
    assert_eq!(
        sources.iter().map(|it| (it.key, it.verification)).collect::<Vec<_>>(),
        [
            (KeyKind::Publishable, Verification::Unverified),
            (KeyKind::Secret, Verification::Verified)
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_identifier_is_left_in_the_open_part_of_an_event() {
    let shop = Shop::open().await;
    shop.batch(json!([
        {"type": "identify", "userId": "anna-7731", "traits": {"email": "anna@mail.example"},
         "context": {"ip": "198.51.100.77", "userAgent": "Secretbrowser/1", "page": {"url": "https://s/?q=anna"}}},
        {"type": "track", "event": "Products Searched", "anonymousId": "visitor-5512",
         "properties": {"query": "gift for anna@mail.example"}},
        {"type": "track", "event": "My Event", "anonymousId": "visitor-5512",
         "properties": {"phone": "0171-5512"}},
    ]))
    .await;
    let log = shop.test.log().await;
    assert_eq!(log.len(), 3);
    for recorded in log {
        assert!(!recorded.envelope.sealed.is_empty());
        let bytes = recorded.envelope.encode();
        let shown = String::from_utf8_lossy(&bytes);
        for identifier in
            ["anna", "7731", "5512", "198.51", "Secretbrowser", "mail.example", "0171"]
        {
            assert!(!shown.contains(identifier), "{identifier} in {shown:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn good_events_are_kept_when_others_are_refused_and_those_wait_in_the_quarantine() {
    let shop = Shop::open().await;
    let bad =
        json!({"type": "track", "event": "Product Viewed", "anonymousId": "v", "properties": {}});
    let forged = json!({"type": "page", "userId": "u", "context": {"user_signature": "00"}});
    let events = json!([page_viewed("v"), bad, forged, page_viewed("w")]);
    let answer = shop.batch_from_page(events).await;
    assert_eq!(answer.json["accepted"], 2);
    let at = |index: usize| answer.json["rejected"][index].clone();
    assert_eq!((&at(0)["index"], &at(0)["field"]), (&json!(1), &json!("properties.product_id")));
    assert_eq!((&at(1)["index"], &at(1)["code"]), (&json!(2), &json!("FORGED_SHOPPER_ID")));

    let first = shop.call("GET", "/v1/quarantine?page_size=1", Value::Null).await;
    let kept: Value =
        serde_json::from_str(first.json["events"][0]["body"].as_str().unwrap()).unwrap();
    assert_eq!(kept, bad);
    let token = first.json["next_page_token"].as_str().unwrap();
    let path = format!("/v1/quarantine?page_token={token}");
    let second = shop.call("GET", &path, Value::Null).await;
    assert_eq!(second.json["events"][0]["code"], "FORGED_SHOPPER_ID");
    assert_eq!(second.json["next_page_token"], Value::Null);
}
