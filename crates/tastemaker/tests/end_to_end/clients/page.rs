//! A page of a shop's own with the JavaScript client: it asks from another site, draws what it is
//! answered, tells what came into view, and loses nothing when it is left.

use serde_json::{Value, json};

use super::{folder, script};
use crate::server::Server;
use crate::site::Site;

#[tokio::test]
async fn a_page_draws_a_decision_tells_what_came_into_view_and_has_a_last_word() {
    let Some(node) = testkit::tools::node(&folder()) else { return };
    let Some(browser) = testkit::tools::browser() else { return };
    let site = Site::new();
    let (server, keys) = Server::first(&site);
    server.stock_up(&keys.secret, &["A 129", "B 89", "C 19"]).await;

    let arguments = [&*server.url, &keys.publishable, &browser.to_string_lossy()];
    let saw = script(&node, "page.mjs", &arguments);

    let decision = &saw["decision"];
    let shown: Vec<_> = decision["products"].as_array().unwrap().iter().collect();
    let shown: Vec<_> = shown.iter().map(|it| it["product_id"].as_str().unwrap()).collect();
    assert_eq!((shown.len(), &decision["behind"]), (3, &json!(0)), "{saw}");
    // The first was in view; the second when it was half in view; what came later, later.
    let seen = json!([[format!("1 {}", shown[0])], [format!("2 {}", shown[1])], ["4 LATER"]]);
    assert_eq!(saw["seen"], seen);
    assert_eq!(saw["parting"]["accepted"], 1, "{saw}");

    let after = json!({"visitor_id": "somebody", "after": saw["position"]});
    assert_eq!(server.decide(&keys.secret, after).await.json["behind"], 0);
    let call = format!("GET /v1/decisions/{}", decision["decision_id"].as_str().unwrap());
    let account = server.call(&keys.secret, &call, Value::Null).await;
    let outcomes = account.json["outcomes"].as_array().unwrap();
    let outcomes = outcomes.iter().map(|it| (&it["kind"], &it["product_id"], &it["join"]));
    let outcomes: Vec<_> = outcomes.collect();
    for product in &shown[..2] {
        let seen = (&json!("exposed"), &json!(product), &json!("named"));
        assert!(outcomes.contains(&seen), "{outcomes:?}");
    }
    server.stop();
    let told = |kind: &str| site.log().iter().filter(|it| it["kind"] == kind).count();
    assert_eq!(told("checkout_started"), 1);
}
