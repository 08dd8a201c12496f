//! No identifier in the clear: not in a log line, not in a metric, not in any file.
//!
//! The program talks as much as it can, is told good events and bad ones full of identifiers, and asked
//! for decisions with them; then everything it wrote is searched.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::server::{Keys, Server, did, send};
use crate::site::{Site, files};

/// What must be nowhere. Each is unlike all others in its first letters, so that no compression can
/// hide one behind another.
const IDENTIFIERS: [&str; 18] = [
    "anna.q7w@mail.example",
    "Zwetschgenbaum",
    "+49-171-5550123",
    "Birkenallee 77b",
    "kd-4711-anna",
    "v9f3e1-anonymous",
    "previous-0b55c2",
    "gift for my ex wife",
    "Left at the back door",
    "203.0.113.77",
    "Secretbrowser/9.1",
    "https://shop.example/?who=",
    "IDFA-77aa-0c1d",
    "HAPPYBDAYANNA",
    "engraved: To Uwe",
    "grp-chess-club-81",
    "bad-price-of-uwe",
    "purpose-of-petra",
];

/// What is open: it shows that the search finds what is there.
const OPEN: &str = "tent-in-the-open";

fn good_events() -> Value {
    let [email, name, phone, street, user, visitor, previous, query, ..] = IDENTIFIERS;
    let [.., review, ip, agent, url, device, coupon, engraving, group, _, _] = IDENTIFIERS;
    let context = json!({
        "ip": ip, "userAgent": agent, "page": {"url": url, "referrer": url, "title": name},
        "device": {"advertisingId": device}, "traits": {"email": email}, "locale": "de-DE",
        "location": {"city": street},
    });
    let mut order = did("somebody", "Order Completed", OPEN);
    order["anonymousId"] = json!(visitor);
    let bought = &mut order["properties"];
    bought["coupon"] = json!(coupon);
    bought["shipping"] = json!({"name": name, "street": street});
    bought["products"][0]["engraving"] = json!(engraving);
    let track = |event: &str, properties: Value| {
        json!({"type": "track", "event": event, "anonymousId": visitor, "userId": user,
               "messageId": format!("{event} of {email}"), "context": context,
               "properties": properties})
    };
    json!([
        {"type": "identify", "anonymousId": visitor, "userId": user, "context": context,
         "traits": {"email": email, "name": name, "phone": phone, "address": {"street": street}}},
        {"type": "alias", "previousId": previous, "userId": user},
        {"type": "group", "anonymousId": visitor, "groupId": group, "traits": {"name": group}},
        {"type": "page", "anonymousId": visitor, "name": name, "context": context,
         "properties": {"url": url, "path": url, "referrer": url, "search": query}},
        {"type": "screen", "anonymousId": visitor, "name": name},
        track("Product Viewed", json!({"product_id": OPEN, "note": review, "url": url})),
        track("Products Searched", json!({"query": query, "filters": [{"value": name}]})),
        track("Product Reviewed", json!({"product_id": OPEN, "rating": 4, "review_body": review})),
        track("Asked For Help", json!({"phone": phone, email: email})),
        order,
    ])
}

fn bad_events() -> Value {
    let [email, name, phone, _, user, visitor, ..] = IDENTIFIERS;
    let [.., bad_price, bad_purpose] = IDENTIFIERS;
    let track = |event: &str, properties: Value| json!({"type": "track", "event": event, "anonymousId": visitor, "properties": properties});
    json!([
        track("Product Viewed", json!({"email": email})),
        track("Product Viewed", json!({"product_id": {"name": name}})),
        track("Product Viewed", json!({"product_id": format!("{email}\u{7}")})),
        track("Product Clicked", json!({"product_id": OPEN, "decision_id": email})),
        track("Product Clicked", json!({"product_id": OPEN, "position": phone})),
        track("Product Added", json!({"product_id": OPEN, "price": bad_price})),
        track("Product Added", json!({"product_id": OPEN, "price": 1, "currency": name})),
        track("Product Reviewed", json!({"product_id": OPEN, "rating": phone})),
        track("Decision Exposed", json!({"decision_id": email})),
        track("Product List Viewed", json!({"category": [{"name": name}]})),
        track("Product List Viewed", json!({"products": ["tent", {"note": email}]})),
        track("Consent Changed", json!({"purposes": {bad_purpose: true}})),
        track("Consent Changed", json!({"purposes": {bad_purpose: "perhaps"}})),
        track("Consent Changed", json!({"purposes": {"marketing": bad_purpose}})),
        {"type": email, "anonymousId": visitor},
        {"type": "page", "userId": "", "name": name},
        {"type": "page", "anonymousId": [visitor]},
        {"type": "page", "anonymousId": email.repeat(50)},
        {"type": "page", "anonymousId": visitor, "timestamp": phone},
        {"type": "page", "anonymousId": visitor, "messageId": email.repeat(10)},
        {"type": "page", "anonymousId": visitor, "context": name},
        {"type": "page", "anonymousId": visitor, "context": {"market": email.repeat(9)}},
        {"type": "page", "anonymousId": visitor,
         "context": {"consent": {"categoryPreferences": {"marketing": bad_purpose}}}},
        {"type": "page", "anonymousId": visitor, "userId": user,
         "context": {"user_signature": email}},
        email,
    ])
}

/// Requests that are refused whole, and say who somebody is in every place there is.
async fn odd_requests(server: &Server, keys: &Keys) {
    let [email, name, _, _, user, visitor, ..] = IDENTIFIERS;
    for (call, body) in [
        ("POST /v1/track", format!("{{\"email\": \"{email}\", ")),
        ("POST /v1/batch", format!("{{\"batch\": \"{email}\"}}")),
        ("POST /v1/batch", format!("[\"{email}\"]")),
        ("POST /v1/decisions", format!("{{\"placement\": \"{email}\"}}")),
        ("POST /v1/decisions", format!("{{\"placement\": \"home\", \"{email}\": 1}}")),
        ("POST /v1/decisions", format!("{{\"placement\": \"home\", \"count\": \"{name}\"}}")),
        ("POST /v1/decisions", format!("{{\"placement\": \"home\", \"filter\": \"{email}\"}}")),
        (
            "POST /v1/decisions",
            json!({"placement": "home", "user_id": user, "user_signature": visitor}).to_string(),
        ),
    ] {
        let request = server.request(call).bearer_auth(&keys.publishable).body(body);
        let answer = send(request.header("content-type", "application/json")).await;
        assert!(answer.status.is_client_error(), "{call}: {}", answer.text);
    }
    for path in ["products", "decisions", "placements", "keys", "products?page_token=", ""] {
        let call = format!("GET /v1/{path}/{email}?email={email}");
        let request = server.request(&call).bearer_auth(&keys.secret);
        let [.., ip, agent, url, _, _, _, _, _, _] = IDENTIFIERS;
        let request = request.header("user-agent", agent).header("referer", url);
        let request = request.header("x-forwarded-for", ip).header("x-request-id", email);
        let answer = send(request.header("cookie", format!("who={visitor}"))).await;
        assert!(answer.status.is_client_error(), "{call}: {}", answer.text);
    }
    let answer = server.call(email, "GET /v1/products", Value::Null).await;
    assert_eq!(answer.summary(), "401 UNKNOWN_KEY");
}

/// Tells and asks everything with both keys; answers what `/metrics` says then.
async fn live_a_day(server: &Server, keys: &Keys) -> String {
    let [_, _, _, _, user, visitor, ..] = IDENTIFIERS;
    server.stock_up(&keys.secret, &[&format!("{OPEN} 199"), "stove 89"]).await;
    for key in [&keys.secret, &keys.publishable] {
        let batch = |events: &Value| json!({"batch": events});
        let good = server.call(key, "POST /v1/batch", batch(&good_events())).await;
        assert_eq!(good.json["rejected"], json!([]), "{}", good.text);
        let bad = server.call(key, "POST /v1/batch", batch(&bad_events())).await;
        let n_rejected = bad.json["rejected"].as_array().map_or(0, Vec::len);
        assert_eq!(n_rejected, bad_events().as_array().map_or(0, Vec::len), "{}", bad.text);
        let question = json!({"visitor_id": visitor, "after": good.json["position"]});
        assert!(!server.decide(key, question).await.shown().is_empty());
    }
    server.decide(&keys.secret, json!({"user_id": user})).await;
    odd_requests(server, keys).await;
    server.call(&keys.secret, "GET /v1/quarantine?page_size=1000", Value::Null).await;
    server.call(&keys.secret, "GET /metrics", Value::Null).await.text
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|it| it.eq_ignore_ascii_case(text.as_bytes()))
}

#[tokio::test]
async fn no_identifier_and_no_secret_is_written_anywhere_in_the_clear() {
    let settings = "[log]\nlevel = \"trace\"\n[server]\ntrusted_proxies = [\"127.0.0.1/32\"]\n";
    let site = Site::with(settings);
    let signing_secret = site.run("keys signing-secret");
    let (server, keys) = Server::first(&site);
    let metrics = live_a_day(&server, &keys).await;
    let shown_at_start = server.said.clone();
    let mut written = vec![("the metrics".to_owned(), metrics.into_bytes())];
    let said = server.stop();
    let logged = said.strip_prefix(&shown_at_start).expect("the first lines come first").to_owned();
    assert!(logged.contains("TRACE"), "the program talks as much as it can");
    written.push(("the log lines".to_owned(), logged.into_bytes()));
    let events = site.run("log export");
    assert!(events.lines().count() > 20, "{events}");
    written.push(("the exported events".to_owned(), events.into_bytes()));
    for path in files(&site.path("data")) {
        written.push((path.display().to_string(), std::fs::read(&path).unwrap()));
    }

    let root_key = std::fs::read_to_string(site.root_key()).unwrap();
    let secrets = [&*keys.secret, &keys.publishable, root_key.trim(), signing_secret.trim()];
    let mut found = String::new();
    for (place, bytes) in &written {
        for hidden in IDENTIFIERS.iter().chain(&secrets).filter(|it| holds(bytes, it)) {
            writeln!(found, "{hidden} in {place}").unwrap();
        }
    }
    assert_eq!(found, "");
    let n_open = written.iter().filter(|(_, bytes)| holds(bytes, OPEN)).count();
    assert!(n_open >= 2, "log and projections hold {OPEN}, and the search finds it");
}
