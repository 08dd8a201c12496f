//! Many replicas: each knows its own shoppers, whoever is asked, and those of one that died.

use std::time::Duration;

use serde_json::{Value, json};

use crate::replicas::Shared;
use crate::server::{Answer, Keys, Server, did};

/// How long replicas may take to divide the shoppers, or what a dead one had: its leases end after ten
/// seconds, and each looks every three, on a busy machine.
const DIVIDED_WITHIN: Duration = Duration::from_secs(40);
const VISITORS: u32 = 8;

/// Waits until something is so, asking again and again.
async fn until<T>(what: &str, mut asked: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(found) = asked().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(DIVIDED_WITHIN, asking).await.unwrap_or_else(|_| panic!("{what}"))
}

/// What a visitor is shown: each has one product in the cart, which is left out by who knows the visit.
async fn decide(server: &Server, key: &str, visitor: u32) -> Answer {
    server.decide(key, json!({"visitor_id": format!("visitor {visitor}"), "count": 4})).await
}

/// The answers to all visitors, once each is known wherever asked.
async fn all_known(replicas: &[&Server], key: &str) -> Vec<Vec<Answer>> {
    until("somebody is not known", async || {
        let mut all = Vec::new();
        for visitor in 0..VISITORS {
            let mut answers = Vec::new();
            for server in replicas {
                let answer = decide(server, key, visitor).await;
                if answer.json["fallback"] == "shopper_unavailable" {
                    return None;
                }
                answers.push(answer);
            }
            all.push(answers);
        }
        Some(all)
    })
    .await
}

/// A figure of `/metrics`.
async fn metric(server: &Server, name: &str) -> u64 {
    let metrics = server.call("", "GET /metrics", Value::Null).await.text;
    let line = metrics.lines().find(|it| it.starts_with(&format!("{name} ")));
    line.map_or(0, |it| it.rsplit(' ').next().unwrap().parse().unwrap())
}

#[tokio::test]
async fn each_shopper_is_known_whoever_is_asked_and_when_a_replica_dies() {
    let Some(shared) = Shared::with("[replicas]\nwhole_up_to = 1\n") else { return };
    let (one, Keys { secret, .. }) = shared.first();
    let (two, three) = (shared.replica(2), shared.replica(3));
    one.stock_up(&secret, &["A 10", "B 10", "C 10", "D 10"]).await;
    for visitor in 0..VISITORS {
        let added = did(&format!("visitor {visitor}"), "Product Added", "A");
        one.tell(&secret, vec![added]).await;
    }
    let replicas = [&one, &two, &three];
    until("the shoppers are not divided", async || {
        let mut n_followed = Vec::new();
        for server in replicas {
            n_followed.push(metric(server, "followed_shares").await);
        }
        (n_followed.iter().sum::<u64>() == 16 && !n_followed.contains(&16)).then_some(())
    })
    .await;

    let answers = all_known(&replicas, &secret).await;
    for answers in &answers {
        for answer in answers {
            assert_eq!(answer.shown(), answers[0].shown(), "the same one decided");
            assert!(!answer.shown().contains(&"A"), "the cart is known: {}", answer.text);
        }
    }
    assert!(0 < metric(&one, "decisions_passed_on_total").await);
    check_explained(&two, &secret, &answers).await;

    drop(three);
    let answers = all_known(&[&one, &two], &secret).await;
    for answer in answers.iter().flatten() {
        assert!(!answer.shown().contains(&"A"), "the cart is known again: {}", answer.text);
    }
    check_explained(&two, &secret, &answers).await;
    one.stop();
    two.stop();
}

/// That the tables have all these decisions.
async fn check_explained(server: &Server, key: &str, answers: &[Vec<Answer>]) {
    for answer in answers.iter().flatten() {
        let path = format!("GET /v1/decisions/{}", answer.json["decision_id"].as_str().unwrap());
        until("a decision is not in the tables", async || {
            (server.call(key, &path, Value::Null).await.status == 200).then_some(())
        })
        .await;
    }
}
