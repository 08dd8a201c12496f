//! The server is killed, and comes back with everything or without: nothing acknowledged is lost or doubled
//! unnoticed.

#![expect(clippy::unwrap_used, reason = "a test may stop at any surprise")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use domain::{MessageKey, Position, ShopId};
use log_nats::{Access, NatsLog, Options};
use ports::conformance::any_event;
use ports::{Log, PortError, Receipt};
use test_backends::NatsServer;
use tokio::sync::watch;
use tokio::task::JoinSet;

const CALLERS: u64 = 4;
const CALLS: u64 = 150;
const EVENTS: u64 = 20;
/// How many times the server is killed.
const KILLS: u64 = 4;

fn options() -> Options {
    Options { state_every: Duration::from_millis(50), ..Options::default() }
}

async fn open(server: &NatsServer) -> Arc<NatsLog> {
    let access = Access::parse(&server.url()).unwrap();
    NatsLog::open(&access, &ShopId::new("shop").unwrap(), options()).await.unwrap()
}

/// Sends every event until it is acknowledged, and counts the calls that are.
async fn insist(
    log: Arc<NatsLog>,
    caller: u64,
    n_calls: Arc<watch::Sender<u64>>,
) -> Vec<(MessageKey, Position)> {
    let mut kept = Vec::new();
    for call in 0..CALLS {
        let first = (caller * CALLS + call) * EVENTS;
        let events: Vec<_> = (first..first + EVENTS).map(any_event).collect();
        let receipts = loop {
            match log.append(events.clone()).await {
                Ok(receipts) => break receipts,
                Err(error) => assert!(error.is_transient(), "{error:?}"),
            }
        };
        kept.extend(events.iter().zip(receipts).map(|(it, at)| (it.message, at.position())));
        n_calls.send_modify(|it| *it += 1);
    }
    kept
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_in_the_middle_of_appends_loses_and_doubles_nothing() {
    let Some(mut server) = NatsServer::start() else { return };
    let log = open(&server).await;
    let n_calls = Arc::new(watch::Sender::new(0));
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        callers.spawn(insist(Arc::clone(&log), caller, Arc::clone(&n_calls)));
    }
    for kill in 1..=KILLS {
        let due = CALLERS * CALLS * kill / (KILLS + 1);
        n_calls.subscribe().wait_for(|it| due <= *it).await.unwrap();
        server.kill();
        server.start_again();
    }
    let kept = callers.join_all().await.concat();
    assert_eq!(kept.len() as u64, CALLERS * CALLS * EVENTS);

    server.kill();
    server.start_again();
    let log_again = open(&server).await;
    let mut found = BTreeMap::new();
    let everything = log_again.read(Position::START, usize::MAX).await.unwrap();
    for (n, recorded) in (1..).zip(&everything) {
        assert_eq!(recorded.position, Position::new(n), "there is no gap");
        let twin = found.insert(recorded.envelope.message, recorded.position);
        assert_eq!(twin, None, "nothing is there twice");
    }
    for (message, position) in kept {
        assert_eq!(found.get(&message), Some(&position), "what was acknowledged is where it was");
    }
    assert_eq!(log.head(), log_again.head(), "who stayed knows the same end");
    assert_eq!(log.read(Position::START, usize::MAX).await.unwrap(), everything);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_learns_of_events_after_the_server_came_back() {
    let Some(mut server) = NatsServer::start() else { return };
    let (one, other) = (open(&server).await, open(&server).await);
    one.append(vec![any_event(1)]).await.unwrap();
    server.kill();
    server.start_again();
    let follower = tokio::spawn(async move { other.wait_past(Position::new(1)).await });
    while one.append(vec![any_event(2)]).await.is_err() {}
    assert_eq!(follower.await.unwrap(), Position::new(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_append_that_is_not_acknowledged_may_be_sent_again() {
    let Some(mut server) = NatsServer::start() else { return };
    let access = Access::parse(&server.url()).unwrap();
    let impatient = Options { timeout: Duration::from_secs(1), ..Options::default() };
    let shop = ShopId::new("shop").unwrap();
    let log = loop {
        // A machine with much else to do may need more than the second.
        if let Ok(log) = NatsLog::open(&access, &shop, impatient).await {
            break log;
        }
    };
    server.kill();
    let unavailable = log.append(vec![any_event(1)]).await.unwrap_err();
    assert!(unavailable.is_transient(), "{unavailable:?}");
    assert!(unavailable.to_string().contains("again is safe"), "{unavailable}");
    server.start_again();
    let receipts = loop {
        if let Ok(receipts) = log.append(vec![any_event(1)]).await {
            break receipts;
        }
    };
    assert_eq!(receipts[0].position(), Position::new(1), "once, whichever time was the first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_beginning_stays_forgotten_when_the_server_is_killed() {
    let Some(mut server) = NatsServer::start() else { return };
    let log = open(&server).await;
    log.append((0..100).map(any_event).collect()).await.unwrap();
    log.forget(Position::new(60)).await.unwrap();
    server.kill();
    server.start_again();
    let log = open(&server).await;
    assert_eq!((log.tail(), log.head()), (Position::new(61), Position::new(100)));
    log.forget(Position::new(100)).await.unwrap();
    server.kill();
    server.start_again();
    let log = open(&server).await;
    assert_eq!((log.tail(), log.head()), (Position::new(101), Position::new(100)));
    let receipts = log.append(vec![any_event(1_000)]).await.unwrap();
    assert_eq!(
        receipts,
        [Receipt::Appended(Position::new(101))],
        "a position is never given twice"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_lost_acknowledged_events_is_not_written_to_any_more() {
    let Some(mut server) = NatsServer::start() else { return };
    let log = open(&server).await;
    log.append((0..100).map(any_event).collect()).await.unwrap();
    server.kill_and_lose_everything();
    server.start_again();
    let other = open(&server).await;
    other.append(vec![any_event(500)]).await.unwrap();
    let lost = loop {
        match log.append(vec![any_event(501)]).await {
            Ok(receipts) => panic!("a position was given twice: {receipts:?}"),
            Err(error) if error.is_transient() => {}
            Err(error) => break error,
        }
    };
    assert!(matches!(lost, PortError::Unreadable { .. }), "{lost:?}");
    assert!(lost.to_string().contains("when 100 had been acknowledged"), "{lost}");
    let refused = log.read(Position::START, 10).await.unwrap_err();
    assert_eq!(refused.to_string(), lost.to_string(), "nor is it read");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_with_the_connection_is_not_sent_later() {
    let Some(mut server) = NatsServer::start() else { return };
    let log = open(&server).await;
    server.kill();
    for n in 0..3 {
        log.append(vec![any_event(n)]).await.unwrap_err();
    }
    server.start_again();
    let receipts = loop {
        if let Ok(receipts) = log.append(vec![any_event(500)]).await {
            break receipts;
        }
    };
    assert_eq!(receipts, [Receipt::Appended(Position::new(1))]);
}
