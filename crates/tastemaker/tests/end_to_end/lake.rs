//! The lake: what is told to a server goes there, the log forgets it, and everything is as before.

use serde_json::{Value, json};

use crate::server::{Server, views};
use crate::site::Site;

/// Archives by itself, keeps next to nothing in the log, and tends all the time.
const BUSY: &str = "[lake]\ncommit_events = 20\ncommit_secs = 0\nlog_keep_events = 10\n\
                    tend_every_commits = 2\nvacuum_after_secs = 0\n";

/// How the lake stands.
fn status(site: &Site) -> Value {
    serde_json::from_str(&site.run("lake status --json")).unwrap()
}

/// A question in SQL; the words of a command line may not hold spaces.
#[track_caller]
fn query(site: &Site, sql: &str) -> String {
    let mut command = site.command("lake query --json");
    let output = command.arg(sql).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

async fn told(site: &Site) -> String {
    let (server, keys) = Server::first(site);
    server.stock_up(&keys.secret, &["tent 199", "stove 89"]).await;
    for n in 0..40 {
        server.tell(&keys.secret, views(&format!("ada-{n}"), &["tent", "stove"])).await;
    }
    let decision = server.decide(&keys.publishable, json!({"visitor_id": "ada-1"})).await;
    server.stop();
    decision.json["decision_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_a_server_is_told_goes_into_the_lake_and_nobody_misses_it_in_the_log() {
    let site = Site::with(BUSY);
    let decision = told(&site).await;
    assert!(0 < status(&site)["archived"].as_u64().unwrap(), "the server archives by itself");
    site.run("lake archive");
    let stands = status(&site);
    let (archived, n_events) = (&stands["archived"], &stands["log"]["last"]);
    assert_eq!((archived, &stands["waiting"]), (n_events, &json!(0)));
    let n_rows: u64 =
        stands["tables"].as_array().unwrap().iter().map(|it| it["rows"].as_u64().unwrap()).sum();
    assert_eq!(Some(n_rows), n_events.as_u64());
    assert_eq!(stands["log"]["first"].as_u64(), Some(n_rows - 10 + 1), "the log forgot the rest");

    assert_eq!(site.run("lake export"), site.run("log export"));
    let counted = query(&site, "SELECT count(*) AS n FROM events WHERE kind = 'product_viewed'");
    assert_eq!(counted.trim(), r#"{"n":"80"}"#);
    // Where a scheduler is named nothing is answered without it.
    let mut command = site.command("lake query");
    command.env("TASTEMAKER_LAKE__SCHEDULER_URL", "df://127.0.0.1:1");
    let output = command.arg("SELECT count(*) FROM events").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("df://127.0.0.1:1"), "{said}");
    let state = site.state();
    std::fs::remove_dir_all(site.path("data/projections")).unwrap();
    assert_eq!(site.state(), state);

    // A decision of which only the lake still tells is explained, and life goes on.
    let secret = site.run("keys create secret");
    let secret = secret.split_whitespace().find(|it| it.starts_with("tms_")).unwrap().to_owned();
    let server = Server::start(&site);
    let why = server.call(&secret, &format!("GET /v1/decisions/{decision}"), Value::Null).await;
    assert_eq!(why.status, 200, "{}", why.text);
    server.tell(&secret, views("bo", &["tent"])).await;
    server.stop();
    site.run("lake archive");
    site.run("lake tend");
    assert_eq!(site.run("lake export"), site.run("log export"));
}

#[tokio::test]
async fn a_question_that_is_none_is_refused() {
    let site = Site::new();
    site.run("keys list");
    let refusal = site.refusal("lake query nonsense");
    assert!(refusal.contains("nonsense"), "{refusal}");
    let mut command = site.command("lake query");
    let output = command.arg("CREATE TABLE mine AS SELECT 1").output().unwrap();
    assert!(!output.status.success(), "the lake is only read");
}

#[tokio::test]
async fn a_shop_whose_lake_or_log_was_put_back_is_refused_and_told_what_to_do() {
    let site = Site::with(BUSY);
    told(&site).await;
    site.run("lake archive");
    std::fs::rename(site.path("data/lake"), site.path("lake")).unwrap();
    let refusal = site.refusal("state digest");
    assert!(refusal.contains("restore the folders `lake` and `log` from one backup"), "{refusal}");
    std::fs::remove_dir_all(site.path("data/lake")).unwrap();
    std::fs::rename(site.path("lake"), site.path("data/lake")).unwrap();
    site.state();

    std::fs::rename(site.path("data/log"), site.path("log")).unwrap();
    let refusal = site.refusal("state digest");
    assert!(refusal.contains("the log ends at 0 already"), "{refusal}");
    std::fs::remove_dir_all(site.path("data/log")).unwrap();
    std::fs::rename(site.path("log"), site.path("data/log")).unwrap();
    site.state();
}
