//! A browser in the demo's storefront: the JavaScript client tells what could be seen and what was
//! clicked, and after a no it keeps nothing and names nobody.

use serde_json::{Value, json};

use super::{folder, script};
use crate::demo::{open, prepare};
use crate::server::{Server, views};
use crate::site::Site;

/// What the page sent of that name.
fn sent<'a>(visit: &'a Value, event: &str) -> Vec<&'a Value> {
    let messages = visit["messages"].as_array().unwrap();
    messages.iter().filter(|it| it["event"] == event).collect()
}

/// What became of a decision, as `kind product, join`.
async fn outcomes(server: &Server, key: &str, decision: &Value) -> Vec<String> {
    let call = format!("GET /v1/decisions/{}", decision.as_str().unwrap());
    let answer = server.call(key, &call, Value::Null).await;
    let outcomes = answer.json["outcomes"].as_array();
    let outcomes = outcomes.unwrap_or_else(|| panic!("no account: {}", answer.text));
    let text = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    outcomes
        .iter()
        .map(|it| format!("{} {}, {}", text(it, "kind"), text(it, "product_id"), text(it, "join")))
        .collect()
}

/// Checks what one visit told: what was in view and what was clicked, and nothing else of the page.
async fn check_told(server: &Server, key: &str, visit: &Value) {
    let taken = json!({"status": 200, "rejected": []});
    assert!(visit["answers"].as_array().unwrap().iter().all(|it| *it == taken), "{visit}");
    let exposed = sent(visit, "Decision Exposed");
    let seen = exposed.iter().flat_map(|it| it["properties"]["products"].as_array().unwrap());
    let seen: Vec<_> = seen.collect();
    assert!(seen.contains(&&json!({"product_id": visit["product"], "position": 1})), "{visit}");
    // The shelf below the fold was decided, too, but nobody could see it.
    let below = &visit["below"];
    assert!(*below != visit["decision"], "{visit}");
    assert!(exposed.iter().all(|it| it["properties"]["decision_id"] != *below), "{visit}");
    let clicked = sent(visit, "Product Clicked");
    assert_eq!(clicked.len(), 1, "{visit}");
    let click = json!({
        "product_id": visit["product"], "position": 1, "decision_id": visit["decision"],
    });
    assert_eq!(clicked[0]["properties"], click);

    let outcomes = outcomes(server, key, &visit["decision"]).await;
    let product = visit["product"].as_str().unwrap();
    for kind in ["exposed", "clicked"] {
        let outcome = format!("{kind} {product}, named");
        assert_eq!(outcomes.iter().filter(|it| **it == outcome).count(), 1, "{outcomes:?}");
    }
}

/// Checks that a visit kept nothing in the browser and told nothing of who it was.
fn check_discreet(visit: &Value, visitor: &Value) {
    let kept = &visit["kept"];
    assert_eq!(kept["told"], "denied");
    assert_eq!((&kept["local"], &kept["session"]), (&json!([]), &json!([])), "{kept}");
    assert_eq!(kept["cookie"], "", "{kept}");
    for message in visit["messages"].as_array().unwrap() {
        let preferences = &message["context"]["consent"]["categoryPreferences"];
        assert_eq!(preferences["personalization"], false, "{message}");
        assert_ne!(&message["anonymousId"], visitor, "{message}");
        assert_eq!(message.get("userId"), None, "{message}");
    }
}

#[tokio::test]
async fn a_page_tells_what_was_seen_and_clicked_and_after_a_no_keeps_and_names_nobody() {
    let Some(node) = testkit::tools::node(&folder()) else { return };
    let Some(browser) = testkit::tools::browser() else { return };
    let site = Site::new();
    prepare(&site);
    let key = site.run_with(
        "keys create secret",
        &[
            ("TASTEMAKER_DATA__FOLDER", "kept/data"),
            ("TASTEMAKER_DATA__ROOT_KEY_FILE", "kept/root.key"),
        ],
    );
    let key = key.trim();
    let server = open(&site);

    let saw = script(&node, "shopper.mjs", &[&server.url, &browser.to_string_lossy()]);

    assert_eq!(saw["faults"], json!([]));
    // A decision after the last event has seen all before it, and so has what is asked next.
    let after = server.tell(key, views("somebody", &["none"])).await;
    let last = server.decide(key, json!({"visitor_id": "somebody", "after": after})).await;
    assert_eq!(last.json["behind"], 0, "{}", last.text);
    for visit in ["allowed", "refused", "signalled"] {
        check_told(&server, key, &saw[visit]).await;
    }
    let visitor = &saw["visitor"];
    let allowed = saw["allowed"]["messages"].as_array().unwrap();
    assert!(allowed.iter().all(|it| it["anonymousId"] == *visitor), "{saw}");
    check_discreet(&saw["refused"], visitor);
    check_discreet(&saw["signalled"], visitor);
    server.stop();
}
