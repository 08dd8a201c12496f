//! Several processes are one shop, on servers that they share.

use std::time::Duration;

use serde_json::{Value, json};
use test_backends::{NatsServer, Postgres, S3Server};

use crate::server::{Keys, Server, views};
use crate::site::Site;

/// Servers of the kinds that replicas share, and a folder with the settings that name them.
pub(crate) struct Shared {
    pub(crate) site: Site,
    /// They end with this.
    _servers: (Postgres, NatsServer, S3Server),
}

impl Shared {
    /// `None` where their programs are absent.
    pub(crate) fn start() -> Option<Shared> {
        Shared::with("")
    }

    /// The same, with settings of the test's own.
    pub(crate) fn with(settings: &str) -> Option<Shared> {
        let (postgres, nats, s3) = (Postgres::start()?, NatsServer::start()?, S3Server::start());
        let site = Site::with(&format!(
            "[backends]\nlog_url = \"{}\"\nrecords_url = \"{}\"\nlake_url = \"{}\"\n\
             [s3]\nendpoint = \"{}\"\nregion = \"us-east-1\"\naccess_key_id = \"{}\"\nsecret_access_key = \"{}\"\n\
             {settings}",
            nats.url(),
            postgres.database(),
            s3.url("shop"),
            s3.endpoint(),
            S3Server::ACCESS_KEY_ID,
            S3Server::SECRET_ACCESS_KEY,
        ));
        Some(Shared { site, _servers: (postgres, nats, s3) })
    }

    /// Starts a replica with a folder of its own.
    pub(crate) fn replica(&self, number: u32) -> Server {
        Server::run(&self.site, &format!("serve --listen 127.0.0.1:0 --data scratch-{number}"))
    }

    /// Starts the first replica, which makes the shop.
    pub(crate) fn first(&self) -> (Server, Keys) {
        let server = self.replica(1);
        let keys = Keys { secret: server.key("tms_"), publishable: server.key("tmp_") };
        (server, keys)
    }
}

/// Asks until the answer is as wanted; a change made through one replica holds on all within a second, and
/// the test gives it ten on a busy machine.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let so = tokio::time::timeout(Duration::from_secs(10), waiting).await;
    assert!(so.is_ok(), "{what}");
}

#[tokio::test]
async fn what_one_replica_is_told_all_decide_by() {
    let Some(shared) = Shared::start() else { return };
    let (one, Keys { secret, publishable }) = shared.first();
    let other = shared.replica(2);
    one.stock_up(&secret, &["A 10", "B 10", "C 10"]).await;
    one.tell(&secret, views("zoe", &["A", "B"])).await;
    let position = one.tell(&publishable, views("anna", &["A"])).await;

    let asked = json!({"visitor_id": "anna", "after": position, "count": 3});
    let answer = other.decide(&secret, asked).await;
    assert_eq!(answer.json["behind"], 0, "it waited for what was told: {}", answer.text);
    assert!(answer.shown().contains(&"B"), "{}", answer.text);

    let decision = answer.json["decision_id"].as_str().unwrap().to_owned();
    let path = format!("GET /v1/decisions/{decision}");
    until("a decision of one is explained by the other", async || {
        one.call(&secret, &path, Value::Null).await.status == 200
    })
    .await;
    for server in [one, other] {
        server.stop();
    }
    assert_eq!(shared.site.state(), shared.site.state(), "the same from snapshot and history");
}

#[tokio::test]
async fn what_is_decided_at_one_replica_is_in_force_at_the_others() {
    let Some(shared) = Shared::start() else { return };
    let (one, Keys { secret, .. }) = shared.first();
    let other = shared.replica(2);

    let made = one.call(&secret, "POST /v1/keys", json!({"scope": "secret"})).await;
    let (id, text) = (made.json["key"]["id"].as_str(), made.json["text"].as_str());
    let (id, text) = (id.unwrap().to_owned(), text.unwrap().to_owned());
    until("a new key", async || other.call(&text, "GET /v1/keys", Value::Null).await.status == 200)
        .await;
    one.call(&secret, &format!("DELETE /v1/keys/{id}"), Value::Null).await;
    until("a revoked key", async || {
        other.call(&text, "GET /v1/keys", Value::Null).await.status == 401
    })
    .await;

    let placement =
        json!({"title": "Shelf", "generators": [{"generator": "popular", "weight": 1}]});
    let put = one.call(&secret, "PUT /v1/placements/shelf", placement).await;
    assert!(put.status.is_success(), "{}", put.text);
    let shelf = "GET /v1/placements/shelf";
    until("a placement", async || other.call(&secret, shelf, Value::Null).await.status == 200)
        .await;

    let off = json!({"personalization": "off"});
    let switched = other.call(&secret, "PUT /v1/personalization", off).await;
    assert!(switched.status.is_success(), "{}", switched.text);
    until("the switch", async || {
        let switch = one.call(&secret, "GET /v1/personalization", Value::Null).await;
        switch.json["personalization"] == "off"
    })
    .await;
}

#[tokio::test]
async fn a_message_sent_to_two_replicas_counts_once() {
    let Some(shared) = Shared::start() else { return };
    let (one, Keys { secret, .. }) = shared.first();
    let other = shared.replica(2);
    one.stock_up(&secret, &["A 10"]).await;
    let mut event = views("anna", &["A"]);
    event[0]["messageId"] = json!("the same");
    let sent = json!({"batch": event});
    let (first, again) = tokio::join!(
        one.call(&secret, "POST /v1/batch", sent.clone()),
        other.call(&secret, "POST /v1/batch", sent.clone()),
    );
    let counted = |it: &Value| (it["accepted"].as_u64(), it["duplicates"].as_u64());
    let mut both = [counted(&first.json), counted(&again.json)];
    both.sort_unstable();
    assert_eq!(both, [(Some(0), Some(1)), (Some(1), Some(0))], "{} {}", first.text, again.text);
    assert_eq!(first.json["position"], again.json["position"], "both are told where it is");
    one.stop();
    other.stop();
    let told = shared.site.log().iter().filter(|it| it["kind"] == "product_viewed").count();
    assert_eq!(told, 1);
}

#[tokio::test]
async fn a_replica_in_the_folder_of_another_or_with_another_root_key_is_refused() {
    let Some(shared) = Shared::start() else { return };
    let (_one, _) = shared.first();
    let refusal = shared.site.refusal("serve --listen 127.0.0.1:0 --data scratch-1");
    assert!(refusal.contains("another process uses the data folder scratch-1"), "{refusal}");
    std::fs::write(shared.site.root_key(), "ab".repeat(32)).unwrap();
    let refusal = shared.site.refusal("serve --listen 127.0.0.1:0 --data scratch-2");
    assert!(refusal.contains("the root key is not the one this shop was made with"), "{refusal}");
}
