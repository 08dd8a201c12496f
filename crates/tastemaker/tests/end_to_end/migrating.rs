//! A shop moves from its folder to backends and back, while senders send and visitors are decided for; and
//! what becomes of it when somebody dies on the way.

use std::collections::BTreeSet;
use std::process::Output;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use test_backends::{NatsServer, Postgres, S3Server};
use tokio::task::JoinHandle;

use crate::replicas::until;
use crate::server::{Keys, SERVE, Server, did, views};
use crate::site::Site;

/// Archives by itself and keeps next to nothing in the log, so that both lake and log are carried over.
const BUSY: &str = "[lake]\ncommit_events = 100\nlog_keep_events = 10\n";
/// How long a sender waits before it tries again.
const PAUSE: Duration = Duration::from_millis(20);
const N_SENDERS: usize = 2;
/// What is looked at, in turn: so unequal that a minute more or less does not change what is popular.
const LIKED: [&str; 6] = ["tent", "tent", "tent", "tent", "stove", "stove"];

/// A shop in a folder, and servers to which it may move.
struct Moving {
    site: Site,
    /// `migrate --to` the servers.
    there: String,
    postgres: Postgres,
    /// The database in it.
    records: String,
    _servers: (NatsServer, S3Server),
}

impl Moving {
    /// `None` where the servers' programs are absent.
    fn start() -> Option<Moving> {
        let (postgres, nats, s3) = (Postgres::start()?, NatsServer::start()?, S3Server::start());
        let access = format!(
            "{BUSY}[s3]\nendpoint = \"{}\"\nregion = \"us-east-1\"\naccess_key_id = \"{}\"\nsecret_access_key = \"{}\"\n",
            s3.endpoint(),
            S3Server::ACCESS_KEY_ID,
            S3Server::SECRET_ACCESS_KEY,
        );
        let (log, records, lake) = (nats.url(), postgres.database(), s3.url("shop"));
        let site = Site::with(&access);
        let backends = format!(
            "{access}[backends]\nlog_url = \"{log}\"\nrecords_url = \"{records}\"\nlake_url = \"{lake}\"\n"
        );
        site.write("replicas.toml", &backends);
        let there = format!("migrate --to {log} {records} {lake}");
        Some(Moving { site, there, postgres, records, _servers: (nats, s3) })
    }

    /// Serves the shop on the servers.
    fn replica(&self, number: u32) -> Server {
        let folder = format!("--config replicas.toml --data scratch-{number}");
        Server::run(&self.site, &format!("{SERVE} {folder}"))
    }

    /// Runs a command beside whatever else goes on.
    fn beside(&self, line: &str) -> JoinHandle<Output> {
        let mut command = self.site.command(line);
        tokio::task::spawn_blocking(move || command.output().unwrap())
    }
}

/// What a command said that did what it was asked.
#[track_caller]
fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Senders and visitors who go on whatever happens.
struct Load {
    /// Where the shop is; nowhere, to end.
    url: tokio::sync::watch::Sender<Option<String>>,
    senders: Vec<JoinHandle<()>>,
    visitors: JoinHandle<u32>,
    acknowledged: Acknowledged,
}

/// The events that were acknowledged.
type Acknowledged = Arc<Mutex<Vec<Value>>>;

impl Load {
    fn on(server: &Server, keys: &Keys, name: &'static str) -> Load {
        let url = tokio::sync::watch::Sender::new(Some(server.url.clone()));
        let acknowledged = Acknowledged::default();
        let sender = |number| {
            let (urls, key) = (url.subscribe(), keys.secret.clone());
            let who = format!("{name}-{number}");
            tokio::spawn(send_on(urls, key, who, Arc::clone(&acknowledged)))
        };
        let senders = (0..N_SENDERS).map(sender).collect();
        let visitors = tokio::spawn(decide_on(url.subscribe(), keys.publishable.clone()));
        Load { url, senders, visitors, acknowledged }
    }

    /// Ends when everybody has their answer; how many decisions were made, and what was acknowledged.
    async fn end(self) -> (u32, Vec<Value>) {
        self.url.send_replace(None);
        for it in self.senders {
            it.await.unwrap();
        }
        let n_decisions = self.visitors.await.unwrap();
        (n_decisions, std::mem::take(&mut self.acknowledged.lock().unwrap()))
    }

    fn n_acknowledged(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }
}

/// Sends events one after the other, each until it is taken.
async fn send_on(
    urls: tokio::sync::watch::Receiver<Option<String>>,
    key: String,
    who: String,
    acknowledged: Acknowledged,
) {
    let client = Client::builder().no_proxy().build().unwrap();
    for n in 0.. {
        let visitor = format!("{who}-{}", n % 7);
        let mut event = did(&visitor, "Product Viewed", LIKED[n % LIKED.len()]);
        event["messageId"] = json!(format!("{who}-{n}"));
        let body = json!({"batch": [event]});
        loop {
            let Some(url) = urls.borrow().clone() else { return };
            let request = client.post(format!("{url}/v1/batch")).bearer_auth(&key).json(&body);
            let Ok(response) = request.send().await else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            if response.status() == StatusCode::SERVICE_UNAVAILABLE {
                assert!(
                    response.headers().contains_key("retry-after"),
                    "it says when to come again"
                );
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            assert_eq!(response.status(), StatusCode::OK, "{}", response.text().await.unwrap());
            acknowledged.lock().unwrap().push(event);
            // A key may send only so much.
            tokio::time::sleep(PAUSE).await;
            break;
        }
    }
}

/// Asks for decisions, every one of which must be made.
async fn decide_on(urls: tokio::sync::watch::Receiver<Option<String>>, key: String) -> u32 {
    let client = Client::builder().no_proxy().build().unwrap();
    for n in 0.. {
        let Some(url) = urls.borrow().clone() else { return n };
        let asked = json!({"placement": "home", "visitor_id": format!("cy-{}", n % 9), "count": 2});
        let request = client.post(format!("{url}/v1/decisions")).bearer_auth(&key).json(&asked);
        let response = request.send().await.unwrap();
        let status = response.status();
        assert_eq!(status, StatusCode::OK, "{}", response.text().await.unwrap());
        tokio::time::sleep(PAUSE).await;
    }
    unreachable!("it goes on until it is told to end")
}

/// The digests of the shop's state, and what it shows some visitors.
async fn face(server: &Server, key: &str) -> (Value, Vec<Vec<String>>) {
    // First, for what is shown becomes part of it.
    let state = server.call(key, "GET /v1/state", Value::Null).await;
    assert_eq!(state.status, 200, "{}", state.text);
    let mut shown = Vec::new();
    for visitor in ["ada", "bo", "nobody-yet"] {
        let answer = server.decide(key, json!({"visitor_id": visitor, "count": 3})).await;
        shown.push(answer.shown().iter().map(|it| (*it).to_owned()).collect());
    }
    (state.json, shown)
}

/// Sends everything again that was acknowledged: each of it is known.
async fn check_acknowledged(server: &Server, key: &str, acknowledged: &[Value]) {
    for events in acknowledged.chunks(50) {
        let again = server.call(key, "POST /v1/batch", json!({"batch": events})).await;
        assert_eq!(again.json["duplicates"], events.len(), "{}", again.text);
    }
}

/// One move under load, from `old` to what `start` starts; answers what the command said.
async fn move_under_load(
    moving: &Moving,
    (old, command): (Server, &str),
    start: impl FnOnce() -> Server,
    (keys, name): (&Keys, &'static str),
) -> (Server, String) {
    let load = Load::on(&old, keys, name);
    until("senders are under way", async || 20 < load.n_acknowledged()).await;
    let decided = old.decide(&keys.secret, json!({"visitor_id": "ada"})).await;
    let decision = decided.json["decision_id"].as_str().unwrap().to_owned();
    let explained = format!("GET /v1/decisions/{decision}");
    until("the decision is logged", async || {
        old.call(&keys.secret, &explained, Value::Null).await.status == 200
    })
    .await;
    let said = said(&moving.beside(command).await.unwrap());

    let refused =
        old.call(&keys.secret, "POST /v1/batch", json!({"batch": views("ada", &["rug"])}));
    assert_eq!(refused.await.summary(), "503 BACKEND_UNAVAILABLE");
    let ready = old.call(&keys.secret, "GET /readyz?need=log,records", Value::Null).await;
    assert_eq!(ready.status, 503, "senders are sent elsewhere: {}", ready.text);
    let expected = face(&old, &keys.secret).await;
    let new = start();
    assert_eq!(face(&new, &keys.secret).await, expected, "decisions and state are the same");
    load.url.send_replace(Some(new.url.clone()));
    let n_before = load.n_acknowledged();
    until("senders go on", async || n_before + 20 < load.n_acknowledged()).await;
    let (n_decisions, acknowledged) = load.end().await;
    assert!(0 < n_decisions);
    old.stop();
    check_acknowledged(&new, &keys.secret, &acknowledged).await;
    until("an old decision is explained", async || {
        new.call(&keys.secret, &explained, Value::Null).await.status == 200
    })
    .await;
    (new, said)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_moves_to_backends_and_back_under_load() {
    let Some(moving) = Moving::start() else { return };
    let site = &moving.site;
    let (old, keys) = Server::first(site);
    old.stock_up(&keys.secret, &["tent 199", "stove 89", "rug 49"]).await;
    old.tell(&keys.secret, views("ada", &["tent", "stove"])).await;
    old.tell(&keys.secret, views("bo", &["rug"])).await;

    let there = (old, moving.there.as_str());
    let (replica, said) =
        move_under_load(&moving, there, || moving.replica(1), (&keys, "there")).await;
    assert!(said.contains("the shop is moved") && said.contains("Start it on nats://"), "{said}");
    let refusal = site.refusal(SERVE);
    assert!(refusal.contains("the shop was moved to nats://"), "{refusal}");

    let other = moving.replica(2);
    until("each of two replicas keeps a half of the tables", async || {
        let metrics = replica.call(&keys.secret, "GET /metrics", Value::Null).await;
        metrics.text.contains("table_shares 8")
    })
    .await;
    let back = "migrate --config replicas.toml --data scratch-1 --to back";
    let refusal = site.refusal(back);
    assert!(refusal.contains("1 other replicas of this shop live"), "{refusal}");
    other.stop();
    let start = || Server::run(site, &format!("{SERVE} --data back"));
    let (single, said) = move_under_load(&moving, (replica, back), start, (&keys, "back")).await;
    assert!(said.contains("Start it on the folder "), "{said}");
    single.stop();
    let state = site.run("state --data back digest");
    assert_eq!(state, site.run("state --data back digest --from-history"));
    let log = site.run("log --data back export");
    let messages: Vec<Value> = log.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let known: BTreeSet<&str> = messages.iter().map(|it| it["message"].as_str().unwrap()).collect();
    assert_eq!(known.len(), messages.len(), "nothing is there twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_while_its_shop_moves_goes_on_where_it_was() {
    let Some(moving) = Moving::start() else { return };
    let (old, keys) = Server::first(&moving.site);
    old.stock_up(&keys.secret, &["tent 199", "stove 89"]).await;
    old.tell(&keys.secret, views("ada", &["tent", "stove"])).await;
    let stays = moving.site.run(&format!("{} --stay", moving.there));
    assert!(stays.contains("the shop goes on here"), "{stays}");
    old.tell(&keys.secret, views("bo", &["tent"])).await;
    // It dies while nothing is written any more: the new place takes its time to be cleared.
    moving.postgres.sql_in(
        &moving.records,
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN PERFORM pg_sleep(4); RETURN NULL; END';
         CREATE TRIGGER slow BEFORE DELETE ON placement EXECUTE FUNCTION wait();",
    );
    let dying = moving.beside(&moving.there);
    until("it cuts over", async || old.logged().contains("nothing is written any more")).await;
    drop(old);
    assert!(!dying.await.unwrap().status.success());
    moving.postgres.sql_in(&moving.records, "DROP TRIGGER slow ON placement");

    let site = &moving.site;
    let refusal = site.refusal(&format!("{SERVE} --config replicas.toml --data scratch-1"));
    assert!(refusal.contains("is being carried over to here"), "{refusal}");
    let old = Server::start(site);
    old.tell(&keys.secret, views("cy", &["stove"])).await;
    old.stop();
    // With no server running it is the command that moves the shop.
    let moved = site.run(&moving.there);
    assert!(moved.contains("the shop is moved"), "{moved}");
    let again = site.run(&moving.there);
    assert!(again.contains("the shop is moved"), "the last word may be said again: {again}");
    assert!(!site.path("data/moving").exists(), "nothing of use to nobody is left");
    let new = moving.replica(1);
    let known = new.decide(&keys.secret, json!({"visitor_id": "ada", "count": 2})).await;
    assert_eq!(known.shown().len(), 2, "{}", known.text);
}
