//! `train` and `models`: a model from a file of events to the decisions that it makes.

use serde_json::{Value, json};

use crate::server::Server;
use crate::site::Site;

/// How many rows of products there are: who orders one of a row goes on to the others of it. They are so
/// many that no list names all products.
const N_ROWS: usize = 10;
/// How many products a row has.
const ROW_LEN: usize = 6;

fn id(row: usize, at: usize) -> String {
    format!("r{}-{}", row % N_ROWS, at % ROW_LEN)
}

fn products() -> String {
    let ids = (0..N_ROWS).flat_map(|row| (0..ROW_LEN).map(move |at| id(row, at)));
    ids.map(|id| json!({"id": id, "title": id, "price": 20}).to_string() + "\n").collect()
}

/// Orders of forty people over twelve days.
fn events() -> String {
    let mut lines = String::new();
    for day in 0..12_usize {
        for person in 0..40_usize {
            let product = id(person, person / N_ROWS + day);
            let event = json!({
                "type": "track", "event": "Order Completed", "userId": format!("user-{person}"),
                "timestamp": format!("2026-01-{:02}T10:00:00Z", 2 + day),
                "properties": {
                    "order_id": format!("o-{person}-{day}"),
                    "products": [{"product_id": product, "quantity": 1}],
                },
            });
            lines += &format!("{event}\n");
        }
    }
    lines
}

fn trained_site() -> Site {
    let site =
        Site::with("[training]\ninteractions_min = 100\nevery_hours = 0\ncanary_percent = 0\n");
    site.write("products.jsonl", &products());
    site.write("events.jsonl", &events());
    site.run("import products products.jsonl");
    site.run("import events events.jsonl");
    site
}

#[test]
fn all_that_placements_draw_on_is_trained_at_once_and_the_ranker_over_it() {
    let site = trained_site();
    let trained = site.run("train --json");
    let trained: Vec<Value> = trained.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let ids: Vec<&str> = trained.iter().filter_map(|it| it["id"].as_str()).collect();
    assert_eq!(ids, ["item_neighbors-1", "ranker-1"]);
    let checks = trained[1]["lineage"]["gate"].as_array().unwrap();
    assert!(checks.iter().any(|it| it["says"].as_str().unwrap().contains("item_neighbors")));
    assert!(site.run("models list").contains("ranker-1"));
}

#[tokio::test]
async fn a_model_is_trained_listed_promoted_gone_back_from_and_decides() {
    let site = trained_site();
    let first: Value =
        serde_json::from_str(&site.run("train --generator item_neighbors --json")).unwrap();
    assert_eq!(
        (&first["id"], &first["stage"]),
        (&json!("item_neighbors-1"), &json!("live")),
        "{first}"
    );
    assert_eq!(first["lineage"]["data"]["acts"], 480);
    let told = site.run("train --generator item_neighbors --seed 2");
    assert!(told.contains("learned from   480 acts of 40 shoppers with 60 products"), "{told}");
    assert!(told.contains("item_neighbors-2 is live: passed the gate"), "{told}");

    let diff = site.run("models diff item_neighbors-1 item_neighbors-2");
    assert!(diff.contains("lineage.seed") && diff.contains("1  →  2"), "{diff}");
    let shown = site.run("models show item_neighbors-2");
    assert!(shown.contains("candidate      recall@20"), "{shown}");
    let back = site.run("models rollback item_neighbors");
    assert!(back.starts_with("item_neighbors-1         live"), "{back}");
    let canary = site.run("models promote item_neighbors-2 --canary 25");
    assert!(canary.contains("canary 25 %"), "{canary}");
    let listed = site.run("models list");
    assert_eq!(listed.lines().count(), 2, "{listed}");
    let refusal = site.refusal("models promote item_neighbors-9");
    assert!(refusal.contains("there is no model `item_neighbors-9`"), "{refusal}");
    site.run("models rollback item_neighbors");

    let (server, keys) = Server::first(&site);
    let answer = server.decide(&keys.publishable, json!({"visitor_id": "me"})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[test]
fn parameters_that_were_searched_on_other_data_are_taken_with_a_note() {
    let site = trained_site();
    // Twelve days of history: training holds two of them out.
    for (days, is_noted) in [(2, false), (3, true)] {
        let tune = "tune --generator item_neighbors --rounds 1 --out params.toml";
        site.run(&format!("{tune} --split last-days:{days}"));
        let told = site.run("train --generator item_neighbors --params params.toml");
        assert!(told.contains("parameters     search "), "{told}");
        assert_eq!(told.contains("searched on other data than"), is_noted, "{told}");
    }
}

#[tokio::test]
async fn parameters_that_no_search_wrote_are_refused() {
    let site = trained_site();
    site.write("params.toml", "[item_neighbors]\nneighbors = 5\n");
    let refusal = site.refusal("train --generator item_neighbors --params params.toml");
    assert!(refusal.contains("only such files are taken"), "{refusal}");
    assert_eq!(site.run("models list"), "");
}
