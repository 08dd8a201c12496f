//! What is answered while a shop is being opened.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use domain::Position;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use server::{Entrance, OpeningProgress};
use tower::ServiceExt;

use crate::harness::Shop;

async fn get(entrance: &Entrance, path: &str) -> (u16, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = entrance.router().oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_is_being_opened_says_how_far_it_is_and_then_serves() {
    let far = OpeningProgress {
        applied: Position::new(400),
        head: Position::new(1_000),
        waits_for: None,
    };
    let entrance = Entrance::new(Arc::new(move || far));
    assert_eq!(get(&entrance, "/healthz").await, (200, "ok\n".to_owned()));
    let (status, text) = get(&entrance, "/readyz").await;
    let view: Value = serde_json::from_str(&text).unwrap();
    let expected = json!({
        "ready": false, "position": "400", "behind": 600, "archived": "0", "intake": "starting",
        "decisions_waiting": 0, "missing": [], "backends": [],
    });
    assert_eq!((status, view), (503, expected));
    let (status, text) = get(&entrance, "/v1/decisions").await;
    let problem: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, &problem["code"]), (503, &json!("BACKEND_UNAVAILABLE")));
    assert!(text.contains("600 events are still to be read"), "{text}");

    let shop = Shop::open().await;
    entrance.open(shop.router.clone());
    let (status, text) = get(&entrance, "/readyz").await;
    assert_eq!(status, 200, "{text}");
}

#[tokio::test]
async fn a_shop_that_cannot_be_opened_yet_says_what_it_waits_for() {
    let waiting = OpeningProgress { waits_for: Some("the lake"), ..OpeningProgress::default() };
    let entrance = Entrance::new(Arc::new(move || waiting));
    assert_eq!(get(&entrance, "/healthz").await.0, 200);
    let (status, text) = get(&entrance, "/readyz").await;
    let view: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, &view["waits_for"]), (503, &json!("the lake")));
    let (status, text) = get(&entrance, "/v1/decisions").await;
    assert!(status == 503 && text.contains("when the lake is there"), "{text}");
}
