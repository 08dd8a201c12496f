//! What may be shown: a change of catalogue, placement or switch holds for the very next decision.

use serde_json::{Value, json};

use crate::server::{Answer, Keys, Server, views};
use crate::site::Site;

async fn home(server: &Server, keys: &Keys) -> Answer {
    server.decide(&keys.publishable, json!({"visitor_id": "me"})).await
}

#[tokio::test]
async fn a_product_is_shown_from_its_import_on_and_never_after_it_is_gone() {
    let site = Site::new();
    let (server, keys) = Server::first(&site);
    assert_eq!(home(&server, &keys).await.json["fallback"], "nothing_eligible");
    server.stock_up(&keys.secret, &["tent 199", "stove 89", "rug 49", "lamp 29"]).await;
    assert_eq!(home(&server, &keys).await.shown().len(), 4);

    for (change, body, gone) in [
        ("DELETE /v1/products/tent", Value::Null, "tent"),
        ("PATCH /v1/products/stove", json!({"stock": 0}), "stove"),
        ("PATCH /v1/products/rug", json!({"visibility": "hidden"}), "rug"),
    ] {
        let changed = server.call(&keys.secret, change, body).await;
        assert_eq!(changed.status, 200, "{change}: {}", changed.text);
        let answer = home(&server, &keys).await;
        assert!(!answer.shown().contains(&gone), "{change}: {}", answer.text);
    }
    server.stop();
    let server = Server::start(&site);
    assert_eq!(home(&server, &keys).await.shown(), ["lamp"]);
    server.call(&keys.secret, "PATCH /v1/products/stove", json!({"stock": 1})).await;
    let mut shown = home(&server, &keys).await.json["products"].take();
    shown.as_array_mut().unwrap().sort_by_key(|it| it["product_id"].to_string());
    assert_eq!(
        (&shown[0]["product_id"], &shown[1]["product_id"]),
        (&json!("lamp"), &json!("stove"))
    );
}

#[tokio::test]
async fn a_placement_holds_from_its_making_to_its_end() {
    let site = Site::new();
    let (server, keys) = Server::first(&site);
    server.stock_up(&keys.secret, &["tent 199", "stove 89", "rug 49"]).await;
    let placement = json!({"title": "Under a hundred", "filter": "price < 100",
                           "generators": [{"generator": "popular", "weight": 1.0}]});
    let question = json!({"visitor_id": "me", "placement": "cheap"});
    let unknown = server.decide(&keys.publishable, question.clone()).await;
    assert_eq!(unknown.summary(), "404 UNKNOWN_PLACEMENT");
    let put = server.call(&keys.secret, "PUT /v1/placements/cheap", placement).await;
    assert_eq!(put.status, 200, "{}", put.text);
    let mut shown = server.decide(&keys.publishable, question.clone()).await;
    let mut ids = shown.shown();
    ids.sort_unstable();
    assert_eq!(ids, ["rug", "stove"]);
    server.stop();

    let server = Server::start(&site);
    shown = server.decide(&keys.publishable, question.clone()).await;
    assert_eq!(shown.shown().len(), 2, "{}", shown.text);
    let gone = server.call(&keys.secret, "DELETE /v1/placements/cheap", Value::Null).await;
    assert_eq!(gone.status, 204);
    assert_eq!(server.decide(&keys.publishable, question).await.summary(), unknown.summary());
}

#[tokio::test]
async fn the_switch_turns_personalization_off_for_the_very_next_decision() {
    let site = Site::new();
    let (server, keys) = Server::first(&site);
    server.stock_up(&keys.secret, &["tent 199", "stove 89"]).await;
    let past = ["ada", "bo", "cy"].iter().flat_map(|it| views(it, &["tent", "stove"])).collect();
    server.tell(&keys.secret, past).await;
    let position = server.tell(&keys.publishable, views("me", &["tent"])).await;
    let question = json!({"visitor_id": "me", "after": position});
    let personal = "Because you looked at The tent";
    for (switch, reason) in [("on", personal), ("off", "On the rise"), ("on", personal)] {
        let switched = json!({"personalization": switch});
        let answer = server.call(&keys.secret, "PUT /v1/personalization", switched).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let answer = server.decide(&keys.publishable, question.clone()).await;
        assert_eq!(answer.reason("stove"), reason, "{}", answer.text);
        assert_eq!(answer.json["fallback"] == "switched_off", switch == "off", "{}", answer.text);
    }
}
