//! Data sets and questions on the executors of a Ballista scheduler: what they answer is what this process does.

use std::sync::Arc;

use domain::{Position, Timestamp};
use ports::conformance::history;
use ports::{Act, ActKind, ActsWanted, Lake, PortError};
use test_backends::{Ballista, S3Server};

use super::{Home, LATER, small};
use crate::{DeltaLake, Options, Scheduler};

const EVENTS: u64 = 1_500;
const EXECUTORS: usize = 2;
/// Into how many parts a step of a plan is divided.
const PARTS: u32 = 2;

/// Questions of every shape that the executors have to know: groups, lists, joins, windows, subqueries, all
/// columns, what is known without them, and nothing at all.
const QUESTIONS: [&str; 10] = [
    "SELECT event_time::date AS on_day, kind, count(*), approx_distinct(shopper), sum(revenue_minor) \
     FROM events GROUP BY 1, 2 ORDER BY 1, 2",
    "SELECT piece.product, sum(piece.quantity), count(*) FROM (SELECT unnest(products) AS piece \
     FROM events WHERE kind = 'order_completed') GROUP BY 1 ORDER BY 1",
    "SELECT d.placement, e.kind, count(*) FROM decisions d LEFT JOIN events e \
     ON e.position BETWEEN d.position - 1 AND d.position + 1 AND e.bucket = d.bucket \
     GROUP BY 1, 2 ORDER BY 1, 2",
    "SELECT position, row_number() OVER (PARTITION BY kind ORDER BY position) FROM events \
     WHERE position BETWEEN 100 AND 300 ORDER BY 1",
    "SELECT count(*) FROM events WHERE day = (SELECT max(day) FROM events)",
    "SELECT count(*) FROM events WHERE decision_id NOT IN (SELECT decision_id FROM decisions)",
    "SELECT day, bucket, count(*), min(position), max(position) FROM decisions GROUP BY 1, 2 ORDER BY 1, 2",
    "SELECT * FROM events ORDER BY position LIMIT 40",
    "SELECT table_name, column_name, data_type FROM information_schema.columns \
     WHERE table_schema = 'public' ORDER BY table_name, ordinal_position",
    "SELECT count(*) FROM events WHERE day = '1980-01-01'",
];

fn on(url: &str) -> Options {
    Options { scheduler: Some(Scheduler::parse(url, PARTS).unwrap()), ..small() }
}

fn everything() -> ActsWanted {
    ActsWanted {
        kinds: ActKind::ALL.to_vec(),
        from: Timestamp::from_secs(0),
        until: LATER,
        through: Position::new(EVENTS),
    }
}

async fn acts(lake: &dyn Lake) -> Result<Vec<Act>, PortError> {
    let mut reading = lake.acts(everything()).await?;
    let mut all = Vec::new();
    while let Some(some) = reading.next().await? {
        all.extend(some);
    }
    Ok(all)
}

/// A lake of several files in each folder.
async fn fill(home: &Home) -> Arc<DeltaLake> {
    let lake = home.open(small()).await.unwrap();
    let events = history(EVENTS);
    for some in events.chunks(600) {
        lake.archive(some.to_vec()).await.unwrap();
    }
    lake
}

async fn check(home: Home, cluster: Ballista, questions: &[&str]) {
    let here = fill(&home).await;
    let there = home.open(on(&cluster.url())).await.unwrap();
    let expected = acts(&*here).await.unwrap();
    assert!(!expected.is_empty());
    assert!(acts(&*there).await.unwrap() == expected, "the same acts in the same order");
    for question in questions {
        let expected = here.query(question, 1_000).await.unwrap();
        assert!(!expected.rows.is_empty(), "{question} has an answer");
        let found = there.query(question, 1_000).await;
        assert_eq!(
            found.unwrap_or_else(|err| panic!("{question}: {err:?}")),
            expected,
            "{question}"
        );
    }
    let few = there.query("SELECT position FROM events", 7).await.unwrap();
    assert_eq!(few.rows.len(), 7, "no more rows than may be");
    let both = "SELECT count(*) FROM events, information_schema.tables";
    for wrong in ["DROP TABLE events", both] {
        let refused = there.query(wrong, 7).await.unwrap_err();
        assert!(matches!(refused, PortError::Refused { .. }), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn executors_answer_what_this_process_answers() {
    let Some(cluster) = Ballista::start(EXECUTORS, 1, &[]) else { return };
    check(Home::in_a_folder(), cluster, &QUESTIONS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn executors_answer_what_this_process_answers_from_s3() {
    let mut home = Home::in_s3();
    let endpoint = home.server().endpoint();
    let environment = [
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", S3Server::ACCESS_KEY_ID),
        ("AWS_SECRET_ACCESS_KEY", S3Server::SECRET_ACCESS_KEY),
    ];
    let Some(cluster) = Ballista::start(EXECUTORS, 1, &environment) else { return };
    check(home, cluster, &QUESTIONS[..2]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_executor_that_dies_costs_time_and_no_act() {
    let home = Home::in_a_folder();
    let here = fill(&home).await;
    let Some(mut cluster) = Ballista::start(EXECUTORS, 1, &[]) else { return };
    let there = home.open(on(&cluster.url())).await.unwrap();
    let expected = acts(&*here).await.unwrap();
    let mut reading = there.acts(everything()).await.unwrap();
    let mut found = reading.next().await.unwrap().unwrap();
    // By now the plan of the next bucket is on its way.
    cluster.kill_executor(0);
    let ended = loop {
        match reading.next().await {
            Ok(Some(some)) => found.extend(some),
            Ok(None) => break Ok(found),
            Err(err) => break Err(err),
        }
    };
    match ended {
        Ok(found) => assert!(found == expected, "the other one did what was left"),
        // What it had ready is lost; whoever wanted it asks again, as after any backend's failure.
        Err(err) => assert!(err.is_transient(), "{err:?}"),
    }
    assert!(acts(&*there).await.unwrap() == expected, "one executor is enough");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduler_that_is_away_is_named_and_nothing_is_answered_in_its_place() {
    let home = Home::in_a_folder();
    fill(&home).await;
    let Some(mut cluster) = Ballista::start(0, 1, &[]) else { return };
    let there = home.open(on(&cluster.url())).await.unwrap();
    cluster.kill_scheduler();
    let question = there.query("SELECT count(*) FROM events WHERE kind <> 'x'", 1).await;
    for err in [question.unwrap_err(), acts(&*there).await.unwrap_err()] {
        assert!(err.is_transient(), "{err:?}");
        let said = err.to_string();
        assert!(said.contains(&cluster.url()) && said.contains("lake.scheduler_url"), "{said}");
    }
}
