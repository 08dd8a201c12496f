//! Virtual time goes forward, the same seed is the same world, and many are in the shop at once.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::queue::Queue;
use super::{Comparison, VisitReport, Watch, World, WorldPlan, WorldReport};
use crate::catalogue::DemoShop;
use crate::fake_api::{FakeApi, Heard, test_time};
use crate::shoppers::Population;
use crate::simulation::arms::{Arm, declare_popular_arm};

/// Writes down what it is told.
#[derive(Default)]
struct Notes {
    moments: Vec<Timestamp>,
    visits: Vec<VisitReport>,
}

impl Watch for Notes {
    fn moment(&mut self, now: Timestamp) {
        self.moments.push(now);
    }

    fn visit(&mut self, visit: VisitReport) {
        self.visits.push(visit);
    }
}

/// Lets so many days pass in a world of sixty people.
async fn days(n_days: i64, seed: u64, comparison: Comparison) -> (Heard, Notes, WorldReport) {
    let shop = DemoShop::generate_small(1, 5);
    let population = Population::generate(1, 60);
    let api = FakeApi::start(&shop).await;
    let client = api.client();
    declare_popular_arm(&client).await.unwrap();
    let plan = WorldPlan { seed, start: test_time(), rush: 1.0, comparison };
    let mut world = World::new(&client, &shop, &population, plan);
    let mut notes = Notes::default();
    let end = test_time() + SignedDuration::from_hours(24 * n_days);
    world.run_until(end, &mut notes).await.unwrap();
    let report = world.report();
    (api.heard(), notes, report)
}

fn time_of(event: &serde_json::Value) -> Timestamp {
    event["timestamp"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_same_seed_gives_the_same_world_and_another_seed_another() {
    let (one, _, report) = days(1, 1, Comparison::On).await;
    let (same, _, same_report) = days(1, 1, Comparison::On).await;
    let (other, _, _) = days(1, 2, Comparison::Off).await;

    assert_eq!(report, same_report);
    assert_eq!(one.events, same.events);
    assert_eq!(one.asks, same.asks);
    assert_ne!(one.events, other.events);
}

#[tokio::test]
async fn time_never_goes_back_and_stops_at_the_end() {
    let (heard, notes, report) = days(2, 1, Comparison::Off).await;
    let end = test_time() + SignedDuration::from_hours(48);

    assert!(notes.moments.is_sorted());
    assert_eq!(notes.moments.last(), Some(&end));
    assert!(heard.events.iter().all(|it| time_of(it) < end));
    assert!(report.n_visits > 20 && report.n_events > 100, "{report:?}");
}

#[tokio::test]
async fn many_visits_are_under_way_at_once() {
    let (heard, _, _) = days(3, 1, Comparison::Off).await;
    // A visitor who speaks, then another, then the first again within the same visit.
    let visit_of = |it: &serde_json::Value| {
        let id = it["messageId"].as_str().unwrap().to_owned();
        id.rsplit_once('-').map_or(String::new(), |it| it.0.to_owned())
    };
    let mut last_seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut n_interleaved = 0;
    for (at, event) in heard.events.iter().enumerate() {
        if let Some(before) = last_seen.insert(visit_of(event), at) {
            n_interleaved += usize::from(before + 1 < at);
        }
    }
    assert!(n_interleaved > 10, "{n_interleaved} interleaved");
}

#[tokio::test]
async fn people_log_in_order_refuse_and_send_things_back() {
    let (heard, _, report) = days(30, 1, Comparison::Off).await;
    let n_of = |name: &str| heard.events.iter().filter(|it| it["event"] == name).count();

    assert!(report.n_orders > 5 && report.n_returns > 0, "{report:?}");
    assert_eq!(u64::try_from(n_of("Order Refunded")).unwrap(), report.n_returns);
    assert!(n_of("Consent Changed") > 10);
    assert!(heard.events.iter().any(|it| it["type"] == "identify" && it["userId"].is_string()));
    let ordered = heard.events.iter().filter(|it| it["event"] == "Order Completed");
    assert!(ordered.clone().any(|it| it["userId"].is_string()));
    assert!(ordered.clone().any(|it| it["userId"].is_null()));
    // Orders come from the shop's server, pages speak with the publishable key.
    assert!(heard.authorizations.iter().any(|it| it.starts_with("Basic c2tf")));
    assert!(heard.authorizations.iter().any(|it| it == "Bearer pk_test"));
}

#[tokio::test]
async fn each_shelf_is_filled_both_ways_and_judged() {
    let (heard, notes, report) = days(1, 1, Comparison::On).await;
    let placements: std::collections::BTreeSet<&str> =
        heard.asks.iter().map(|it| it["placement"].as_str().unwrap()).collect();

    assert!(placements.contains("home") && placements.contains("home_popular"));
    assert_eq!(report.n_decisions % 2, 0);
    assert!(notes.visits.iter().any(|it| it.shown == Arm::Personal));
    assert!(notes.visits.iter().any(|it| it.shown == Arm::Popular));
    for judgement in notes.visits.iter().flat_map(|it| &it.judgements) {
        // The stand-in fills every shelf alike, whatever it is asked.
        assert_eq!(judgement.personal, judgement.popular);
        assert!(judgement.best.margin_minor >= judgement.personal.margin_minor - 1e-9);
        assert!(serde_json::to_string(judgement).unwrap().contains(r#""time":"2026-"#));
    }
}

#[test]
fn what_is_due_first_comes_out_first_and_ties_in_the_order_of_going_in() {
    let at = |seconds| test_time() + SignedDuration::from_secs(seconds);
    let mut queue = Queue::default();
    for (seconds, what) in [(3, "c"), (1, "a"), (2, "b"), (1, "then"), (9, "late")] {
        queue.push(at(seconds), what);
    }
    let mut out = Vec::new();
    while let Some(due) = queue.pop_before(at(9)) {
        out.push(due.what);
    }
    assert_eq!(out, ["a", "then", "b", "c"]);
}

#[test]
fn about_half_of_all_shoppers_are_in_each_arm() {
    let n = (0..2_000).filter(|it| Arm::of(7, *it) == Arm::Personal).count();
    assert!((900..1_100).contains(&n), "{n} of 2000");
}
