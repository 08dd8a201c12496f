//! Segment's libraries, unmodified. The one for Node: a purchase arrives once and whole, over a connection
//! that fails and from a clock that is wrong. The one for pages: from another site, one by one and batched.

use serde_json::{Value, json};

use super::{folder, script};
use crate::server::{Keys, Server};
use crate::site::Site;

/// What the script tells, in the order of names.
const PURCHASE: [&str; 11] = [
    "cart_viewed",
    "checkout_started",
    "identified",
    "identified",
    "order_completed",
    "page_viewed",
    "product_added",
    "product_clicked",
    "product_list_viewed",
    "product_viewed",
    "products_searched",
];
/// How many letters of a time are its date and whole seconds.
const SECONDS: usize = "2026-11-21T09:30:00".len();

/// Runs the purchase with one of a new shop's keys and compares what the log holds then.
#[track_caller]
fn check(key: fn(&Keys) -> &str, verification: &str) {
    let Some(node) = testkit::tools::node(&folder()) else { return };
    let site = Site::new();
    let (server, keys) = Server::first(&site);
    let saw = script(&node, "purchase.mjs", &[&server.url, key(&keys)]);
    server.stop();

    let answers = saw["answers"].as_array().unwrap();
    assert!(answers.iter().all(|it| it["status"] == 200 && it["rejected"] == json!([])), "{saw}");
    let sum = |name: &str| answers.iter().map(|it| it[name].as_u64().unwrap()).sum::<u64>();
    assert_eq!(sum("accepted"), 11, "{saw}");
    assert!(sum("duplicates") > 0, "the answer that was lost led to no repetition: {saw}");

    let log = site.log();
    let text = |event: &Value, name: &str| event[name].as_str().unwrap().to_owned();
    let mut kinds: Vec<_> = log.iter().map(|it| text(it, "kind")).collect();
    kinds.sort();
    assert_eq!(kinds, PURCHASE);
    for event in &log {
        assert_eq!(event["verification"], verification, "{event}");
        let second = |it: &str| it.get(..SECONDS).unwrap().to_owned();
        let (begin, end) = (second(&text(&saw, "beginTime")), second(&text(&saw, "endTime")));
        let time = second(&text(event, "event_time"));
        assert!(begin <= time && time <= end, "{event} is not between {begin} and {end}");
    }
}

#[test]
fn segments_library_tells_a_whole_purchase_once_from_a_server() {
    check(|keys| &keys.secret, "Verified");
}

#[test]
fn with_a_publishable_key_nothing_of_it_is_verified() {
    check(|keys| &keys.publishable, "Unverified");
}

#[test]
fn segments_library_for_pages_tells_from_another_site_one_by_one_and_batched() {
    let Some(node) = testkit::tools::node(&folder()) else { return };
    let Some(browser) = testkit::tools::browser() else { return };
    let site = Site::new();
    let (server, keys) = Server::first(&site);
    let arguments = [&*server.url, &keys.publishable, &browser.to_string_lossy()];
    let saw = script(&node, "site.mjs", &arguments);
    server.stop();

    assert_eq!(saw["answers"], json!(["/v1/b 200", "/v1/i 200", "/v1/p 200", "/v1/t 200"]));
    let log = site.log();
    let mut kinds: Vec<_> = log.iter().map(|it| it["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    let each = ["identified", "page_viewed", "product_viewed"];
    assert_eq!(kinds, each.map(|it| [it, it]).concat());
    assert!(log.iter().all(|it| it["verification"] == "Unverified"), "{log:?}");
}
