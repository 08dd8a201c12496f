//! What happened: seen by the next decision, kept over a stop, joined to what was decided, and told
//! to the shop.

use serde_json::{Value, json};

use crate::server::{Server, did, views};
use crate::site::Site;

/// Three visitors who looked at a tent and went on to a stove.
fn campers() -> Vec<Value> {
    ["ada", "bo", "cy"].iter().flat_map(|it| views(it, &["tent", "stove"])).collect()
}

#[tokio::test]
async fn a_decision_sees_what_was_told_before_it_and_so_does_one_after_a_restart() {
    let site = Site::new();
    let (server, keys) = Server::first(&site);
    server.stock_up(&keys.secret, &["tent 199", "stove 89", "rug 49", "lamp 29"]).await;
    server.tell(&keys.secret, campers()).await;
    let position = server.tell(&keys.publishable, views("me", &["tent"])).await;
    let question = json!({"visitor_id": "me", "after": position});

    let before = server.decide(&keys.publishable, question.clone()).await;
    assert_eq!(before.json["behind"], 0, "{}", before.text);
    assert_eq!(before.shown()[0], "stove", "{}", before.text);
    assert_eq!(before.reason("stove"), "Because you looked at The tent");
    server.stop();

    let kept = site.state();
    let server = Server::start(&site);
    assert!(!server.said.contains("key"), "{}", server.said);
    let after = server.decide(&keys.publishable, question).await;
    assert_eq!(after.shown(), before.shown());
    // The stop came right behind the decision, and still it is in the history.
    let why = format!("GET /v1/decisions/{}", before.json["decision_id"].as_str().unwrap());
    let explained = server.call(&keys.secret, &why, Value::Null).await;
    assert_eq!(explained.json["products"], before.json["products"], "{}", explained.text);
    server.stop();
    assert_eq!(site.log().iter().filter(|it| it["kind"] == "decision_made").count(), 2);
    assert_ne!(site.state(), kept, "two decisions are part of the state");
}

#[tokio::test]
async fn what_became_of_a_decision_is_joined_to_it() {
    let site = Site::new();
    let (server, keys) = Server::first(&site);
    server.stock_up(&keys.secret, &["tent 199", "stove 89"]).await;
    let shown = server.decide(&keys.publishable, json!({"visitor_id": "me"})).await;
    let decision = &shown.json["decision_id"];
    // A decision is logged beside its answer, and nobody orders within that moment: the stop waits.
    server.stop();
    let server = Server::start(&site);
    let mut click = did("me", "Product Clicked", "tent");
    click["properties"]["decision_id"] = decision.clone();
    server.tell(&keys.publishable, vec![click]).await;
    server.tell(&keys.secret, vec![did("me", "Order Completed", "tent")]).await;
    server.stop();

    let server = Server::start(&site);
    let why = format!("GET /v1/decisions/{}", decision.as_str().unwrap());
    let explained = server.call(&keys.secret, &why, Value::Null).await;
    let outcomes = explained.json["outcomes"].as_array().expect("a list of outcomes");
    let told: Vec<_> = outcomes.iter().map(|it| (&it["kind"], &it["join"])).collect();
    let (clicked, ordered) = (json!("clicked"), json!("ordered"));
    let (named, inferred) = (json!("named"), json!("inferred"));
    assert_eq!(told, [(&clicked, &named), (&ordered, &inferred)], "{}", explained.text);
}

#[tokio::test]
async fn an_event_sent_twice_counts_once_over_a_restart_too() {
    let site = Site::new();
    let (server, keys) = Server::first(&site);
    let mut order = did("me", "Order Completed", "tent");
    order["messageId"] = json!("order 1");
    server.tell(&keys.secret, vec![order.clone()]).await;
    server.stop();
    let server = Server::start(&site);
    let again = server.call(&keys.secret, "POST /v1/batch", json!({"batch": [order]})).await;
    assert_eq!((&again.json["accepted"], &again.json["duplicates"]), (&json!(0), &json!(1)));
}

#[tokio::test]
async fn a_refused_event_waits_in_the_quarantine_and_others_are_kept() {
    let site = Site::new();
    let (server, keys) = Server::first(&site);
    let bad = json!({"type": "track", "event": "Product Added", "anonymousId": "me",
                     "properties": {"product_id": "tent", "price": -5}});
    let batch = json!({"batch": [did("me", "Product Viewed", "tent"), bad]});
    let answer = server.call(&keys.publishable, "POST /v1/batch", batch).await;
    assert_eq!(
        (&answer.json["accepted"], &answer.json["rejected"][0]["index"]),
        (&json!(1), &json!(1))
    );
    server.stop();

    let server = Server::start(&site);
    let kept = server.call(&keys.secret, "GET /v1/quarantine", Value::Null).await;
    let event = &kept.json["events"][0];
    assert_eq!(
        (&event["code"], &event["field"]),
        (&json!("INVALID_PRICE"), &json!("properties.price"))
    );
    let body: Value = serde_json::from_str(event["body"].as_str().unwrap()).unwrap();
    assert_eq!(body, bad);
}

#[tokio::test]
async fn the_trail_tells_who_changed_what() {
    let site = Site::new();
    let (server, keys) = Server::first(&site);
    let off = json!({"personalization": "off"});
    assert_eq!(server.call(&keys.secret, "PUT /v1/personalization", off).await.status, 200);
    server.stop();
    site.run("keys create publishable");
    let server = Server::start(&site);
    let trail = server.call(&keys.secret, "GET /v1/audit", Value::Null).await;
    let entries = trail.json["entries"].as_array().expect("a list of entries");
    let told: Vec<_> = entries.iter().map(|it| it["action"].as_str().unwrap()).collect();
    assert_eq!(told, ["key.create", "personalization.set", "key.create", "key.create"]);
    assert_eq!(entries[0]["actor"], "command");
    assert!(entries[1]["actor"].as_str().unwrap().starts_with("key_"), "{}", trail.text);
}
