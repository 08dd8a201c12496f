//! The past is plausible and repeatable; live visitors speak the interface.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::past::past;
use super::{
    LivePlan, PastPlan, run_live_visitors, seed_catalogue, simulate_past, simulate_past_badly,
};
use crate::catalogue::DemoShop;
use crate::client::Faults;
use crate::client::events::Event;
use crate::fake_api::{FakeApi, test_time};
use crate::shoppers::Population;

const PLAN: PastPlan = PastPlan { seed: 1, n_visits: 2_000, n_days: 30 };

fn a_past(seed: u64) -> (DemoShop, Vec<Value>) {
    let shop = DemoShop::generate(1);
    let people = Population::generate(1, 400);
    let events = past(&shop, &people, PastPlan { seed, ..PLAN }, test_time());
    (shop, events.iter().map(Event::to_json).collect())
}

/// Checks that two kinds share orders at least four times as often as by chance.
#[track_caller]
fn check_together(orders: &[Vec<&str>], kinds: [&str; 2]) {
    let n_with = |wanted: &[&str]| {
        orders.iter().filter(|order| wanted.iter().all(|it| order.contains(it))).count()
    };
    let (a, b, both) = (n_with(&kinds[..1]), n_with(&kinds[1..]), n_with(&kinds));
    let lift_is_four = both * orders.len() > 4 * a * b;
    assert!(lift_is_four && both > 5, "{kinds:?}: {both} of {a} and {b} in {}", orders.len());
}

#[test]
fn the_same_seed_gives_the_same_past_and_message_ids_never_repeat() {
    let (_, one) = a_past(1);
    let (_, same) = a_past(1);
    let (_, other) = a_past(2);
    let ids: std::collections::BTreeSet<_> =
        one.iter().map(|it| it["messageId"].as_str().unwrap()).collect();

    assert_eq!(one, same);
    assert_ne!(one, other);
    assert_eq!(ids.len(), one.len());
}

#[test]
fn the_past_is_in_order_within_its_days_and_over() {
    let (_, events) = a_past(1);
    let times: Vec<jiff::Timestamp> =
        events.iter().map(|it| it["timestamp"].as_str().unwrap().parse().unwrap()).collect();

    assert!(times.is_sorted());
    assert!(*times.last().unwrap() < test_time());
    let earliest = test_time() - jiff::SignedDuration::from_hours(24 * 31);
    assert!(times[0] >= earliest, "{} is too early", times[0]);
}

#[test]
fn every_step_of_a_purchase_occurs_and_fewer_go_on_than_begin() {
    let (_, events) = a_past(1);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for event in &events {
        *counts.entry(event["event"].as_str().unwrap()).or_default() += 1;
    }
    assert!(counts.contains_key("Order Refunded"), "{counts:?}");
    let count = |name| counts.get(name).copied().unwrap_or(0);

    assert!(count("Product Viewed") > count("Product Added"));
    assert!(count("Product Added") > count("Order Completed"));
    assert!(count("Order Completed") > 100, "{counts:?}");
    for name in ["Products Searched", "Product Added to Wishlist", "Product Removed", "Cart Viewed"]
    {
        assert!(count(name) > 0, "{counts:?}");
    }
}

#[test]
fn things_that_belong_together_are_bought_together() {
    let shop = DemoShop::generate(1);
    let people = Population::generate(1, 1_000);
    let events = past(&shop, &people, PastPlan { n_visits: 6_000, ..PLAN }, test_time());
    let kind = |line: &Value| -> &str {
        shop.product(line["product_id"].as_str().unwrap()).unwrap().kind.plural
    };
    let orders: Vec<Vec<&str>> = events
        .iter()
        .map(Event::to_json)
        .filter(|it| it["event"] == "Order Completed")
        .map(|it| it["properties"]["products"].as_array().unwrap().iter().map(kind).collect())
        .collect();

    check_together(&orders, ["Dome tents", "Sleeping bags"]);
    check_together(&orders, ["Duvet covers", "Fitted sheets"]);
    check_together(&orders, ["Coffee grinders", "Pour-over drippers"]);
    check_together(&orders, ["Hiking backpacks", "Trekking poles"]);
}

#[tokio::test]
async fn the_catalogue_arrives_line_by_line_under_the_secret_key() {
    let shop = DemoShop::generate(1);
    let api = FakeApi::start(&shop).await;

    let accepted = seed_catalogue(&api.client(), &shop).await.unwrap();

    let heard = api.heard();
    assert_eq!(accepted, shop.products().len());
    assert_eq!(heard.products.len(), shop.products().len());
    assert_eq!(heard.placements, ["trending"]);
    assert_eq!(heard.products[0]["price"]["currency"], "EUR");
    assert_eq!(heard.products[0]["categories"][0].as_array().unwrap().len(), 3);
    assert!(heard.authorizations.iter().all(|it| it == "Bearer sk_test"));
}

#[tokio::test]
async fn the_past_arrives_whole_even_when_the_server_puts_it_off() {
    let shop = DemoShop::generate(1);
    let api = FakeApi::start(&shop).await;
    let people = Population::generate(1, 50);
    let plan = PastPlan { n_visits: 150, ..PLAN };
    api.put_off(2);

    let report = simulate_past(&api.client(), &shop, &people, plan).await.unwrap();

    let sent = past(&shop, &people, plan, test_time());
    assert!(report.n_batches >= 2);
    assert_eq!(report.n_accepted, sent.len());
    assert_eq!(api.heard().events, sent.iter().map(Event::to_json).collect::<Vec<_>>());
}

#[tokio::test]
async fn live_visitors_ask_look_click_and_speak_with_the_publishable_key() {
    let shop = DemoShop::generate(1);
    let api = FakeApi::start(&shop).await;
    let people = Population::generate(1, 50);
    let plan = LivePlan { seed: 1, n_visitors: 4, pause: Duration::from_micros(50) };

    let report = run_live_visitors(&api.client(), &shop, &people, plan, api.asked(300)).await;

    let heard = api.heard();
    assert!(report.n_decisions >= 290 && report.n_errors == 0, "{report:?}");
    assert!(report.n_clicks > 0, "{report:?}");
    // The page's key for what a page says; the server's only for what the shop's server says.
    let (page, server) = ("Basic cGtfdGVzdDo=", "Basic c2tfdGVzdDo=");
    let known = |it: &String| [page, server, "Bearer pk_test"].contains(&it.as_str());
    assert!(heard.authorizations.iter().all(known));
    let n_by = |key| heard.authorizations.iter().filter(|it| *it == key).count();
    assert!(n_by(page) > 5 * n_by(server));
    let names = api.event_names();
    for name in ["Decision Exposed", "Product Clicked", "Product Viewed", "Product List Viewed"] {
        assert!(names.iter().any(|it| it == name), "no {name}");
    }
    let clicked = heard.events.iter().find(|it| it["event"] == "Product Clicked").unwrap();
    assert!(clicked["properties"]["decision_id"].is_string());
}

#[tokio::test]
async fn a_bad_line_changes_nothing_of_what_is_counted_in_the_end() {
    let shop = DemoShop::generate(1);
    let people = Population::generate(1, 50);
    let plan = PastPlan { n_visits: 120, ..PLAN };
    let sent = past(&shop, &people, plan, test_time());
    for seed in 1..=3 {
        let api = FakeApi::start(&shop).await;
        api.put_off(2);
        let faults = Faults { clock_skew: jiff::SignedDuration::ZERO, ..Faults::all(seed) };

        let report =
            simulate_past_badly(&api.client(), &shop, &people, plan, faults).await.unwrap();

        let key = |it: &Value| it["messageId"].as_str().unwrap().to_owned();
        let mut heard = api.heard().events;
        let in_order = heard.iter().map(key).collect::<Vec<_>>();
        heard.sort_by_key(key);
        let mut all: Vec<Value> = sent.iter().map(Event::to_json).collect();
        assert_ne!(in_order, all.iter().map(key).collect::<Vec<_>>(), "nothing was out of order");
        all.sort_by_key(key);
        assert_eq!(heard, all);
        let n_faults = [
            report.n_slow,
            report.n_cut_off_sending,
            report.n_cut_off_waiting,
            report.n_repeated,
            report.n_out_of_order,
        ];
        assert!(n_faults.iter().all(|it| *it > 0), "{report:?}");
    }
}
