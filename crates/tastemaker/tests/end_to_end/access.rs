//! Who may say and see what: a browser's key, a shopper's signed id.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::server::{Answer, Server, did, send, views};
use crate::site::Site;

/// What the shop's own server does with the secret that `keys signing-secret` prints.
fn sign(secret: &str, user: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let signature = mac.chain_update(user.as_bytes()).finalize().into_bytes();
    signature.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_publishable_key_neither_reads_nor_changes_the_shop() {
    let site = Site::new();
    let (server, keys) = Server::first(&site);
    server.stock_up(&keys.secret, &["tent 199"]).await;
    for call in [
        "GET /v1/products",
        "DELETE /v1/products/tent",
        "GET /v1/placements",
        "DELETE /v1/placements/home",
        "GET /v1/keys",
        "POST /v1/keys",
        "PUT /v1/personalization",
        "GET /v1/quarantine",
        "GET /v1/audit",
        "GET /v1/decisions/00000000000000000000000000000000",
        "POST /v1/products:import",
    ] {
        let answer = server.call(&keys.publishable, call, Value::Null).await;
        assert_eq!(answer.summary(), "403 SECRET_KEY_NEEDED", "{call}");
    }
    let answer = server.decide(&keys.publishable, json!({"visitor_id": "me"})).await;
    assert_eq!(answer.shown(), ["tent"]);
}

#[tokio::test]
async fn a_publishable_key_is_good_on_the_sites_it_names_only() {
    let site = Site::new();
    let key = site.run("keys create publishable --origin https://shop.example");
    let server = Server::start(&site);
    for (origin, expected) in
        [("https://shop.example", "200"), ("https://evil.example", "403 ORIGIN_NOT_ALLOWED")]
    {
        let request = server.request("POST /v1/page").bearer_auth(key.trim());
        let event = json!({"anonymousId": "me"});
        let answer = send(request.header("origin", origin).json(&event)).await;
        assert_eq!(answer.summary(), expected);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
}

#[tokio::test]
async fn an_order_from_a_browser_is_kept_unverified() {
    let site = Site::new();
    let (server, keys) = Server::first(&site);
    server.tell(&keys.publishable, vec![did("me", "Order Completed", "tent")]).await;
    server.tell(&keys.secret, vec![did("you", "Order Completed", "tent")]).await;
    server.stop();
    let log = site.log();
    let told: Vec<_> = log.iter().map(|it| it["verification"].as_str().unwrap()).collect();
    assert_eq!(told, ["Unverified", "Verified"]);
    assert_ne!(log[0]["shopper"], log[1]["shopper"]);
}

#[tokio::test]
async fn a_known_shopper_needs_the_shops_signature() {
    let site = Site::new();
    let signing_secret = site.run("keys signing-secret");
    let (server, keys) = Server::first(&site);
    server.stock_up(&keys.secret, &["tent 199", "stove 89", "rug 49", "lamp 29"]).await;
    let past = ["ada", "bo", "cy"].iter().flat_map(|it| views(it, &["tent", "stove"])).collect();
    server.tell(&keys.secret, past).await;
    // Anna told the shop's own server what she looked at, on another device.
    let mut view = did("annas phone", "Product Viewed", "tent");
    view["userId"] = json!("anna");
    let position = server.tell(&keys.secret, vec![view]).await;

    let ask = async |user: &str, signature: Option<String>| -> Answer {
        let question = json!({"user_id": user, "user_signature": signature, "after": position});
        server.decide(&keys.publishable, question).await
    };
    let signature = sign(signing_secret.trim(), "anna");
    let known = ask("anna", Some(signature.clone())).await;
    assert_eq!(known.reason("stove"), "Because you looked at The tent", "{}", known.text);
    assert_eq!(ask("bert", Some(signature.clone())).await.summary(), "403 FORGED_SHOPPER_ID");
    assert_eq!(ask("anna", Some("00".repeat(32))).await.summary(), "403 FORGED_SHOPPER_ID");
    assert_eq!(ask("anna", None).await.summary(), "400 NO_VISITOR");

    let told = async |user: &str| -> String {
        let event = json!({"userId": user, "context": {"user_signature": signature}});
        server.call(&keys.publishable, "POST /v1/page", event).await.summary()
    };
    assert_eq!(told("anna").await, "200");
    assert_eq!(told("bert").await, "200 FORGED_SHOPPER_ID");
}
