//! The log on a stream keeps the contract of every log, on a real server, and what is its own.

#![expect(clippy::unwrap_used, reason = "a test may stop at any surprise")]

use std::sync::Arc;
use std::time::Duration;

use domain::{Envelope, Position, ShopId, ShopperKey, Span};
use log_nats::{Access, NatsLog, Options};
use ports::conformance::{any_event, check_log};
use ports::{Log, PortError, Receipt};
use test_backends::NatsServer;
use tokio::task::JoinSet;

/// So small that every limit is met.
fn small() -> Options {
    Options {
        queue_events: 100,
        read_events: 300,
        read_bytes: 40_000,
        state_every: Duration::from_millis(50),
        ..Options::default()
    }
}

async fn open(server: &NatsServer, options: Options) -> Result<Arc<NatsLog>, PortError> {
    NatsLog::open(&Access::parse(&server.url())?, &ShopId::new("shop").unwrap(), options).await
}

async fn check(options: Options) {
    let Some(server) = NatsServer::start() else { return };
    let open = async || Ok(open(&server, options).await? as Arc<dyn Log>);
    check_log(open).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_keeps_its_contract() {
    check(Options::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_keeps_its_contract_when_every_limit_is_met() {
    check(small()).await;
}

/// Appends in calls of ten, and checks that the receipts are in order.
async fn append_calls(log: Arc<NatsLog>, first: u64, n_calls: u64) -> Vec<Receipt> {
    let mut receipts = Vec::new();
    for call in 0..n_calls {
        let events = (first + call * 10..first + call * 10 + 10).map(any_event).collect();
        receipts.extend(log.append(events).await.unwrap());
    }
    assert!(receipts.is_sorted_by_key(|it| it.position()), "a program's calls are in order");
    receipts
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_append_at_once_and_see_each_other_s_events() {
    let Some(server) = NatsServer::start() else { return };
    let (one, other) =
        (open(&server, small()).await.unwrap(), open(&server, small()).await.unwrap());
    let mut callers = JoinSet::new();
    for (log, first) in [(&one, 0), (&other, 10_000), (&one, 20_000), (&other, 30_000)] {
        callers.spawn(append_calls(Arc::clone(log), first, 30));
    }
    let receipts = callers.join_all().await.concat();
    let last = Position::new(receipts.len() as u64);
    let mut positions: Vec<_> = receipts.iter().map(|it| it.position()).collect();
    positions.sort();
    let expected: Vec<_> = (1..=last.get()).map(Position::new).collect();
    assert_eq!(positions, expected, "one order for both, without gaps");

    let before_last = Position::new(last.get() - 1);
    assert_eq!(one.wait_past(before_last).await, last, "one learns of the other's events");
    assert_eq!(other.wait_past(before_last).await, last, "and the other of the one's");
    let everything = one.read(Position::START, usize::MAX).await.unwrap();
    assert_eq!(everything.len(), receipts.len());
    assert_eq!(other.read(Position::START, usize::MAX).await.unwrap(), everything);
    let again = other.append(vec![any_event(5)]).await.unwrap();
    assert!(matches!(again[..], [Receipt::Duplicate(_)]), "counted once for both: {again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_program_forgets_the_other_does_not_miss() {
    let Some(server) = NatsServer::start() else { return };
    let (one, other) =
        (open(&server, small()).await.unwrap(), open(&server, small()).await.unwrap());
    append_calls(Arc::clone(&one), 0, 20).await;
    other.wait_past(Position::new(199)).await;
    one.forget(Position::new(120)).await.unwrap();
    while other.tail() <= Position::new(120) {
        // It learns of it within `state_every`; until then it may read what is still kept.
        let event = other.read(Position::START, 1).await.unwrap();
        assert!(event[0].position <= Position::new(121));
    }
    let found = other.read(Position::START, usize::MAX).await.unwrap();
    assert_eq!(found.len(), 80, "reading goes on where the stream begins now");
    assert_eq!(other.tail(), Position::new(121));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_of_a_shop_is_not_another_s() {
    let Some(server) = NatsServer::start() else { return };
    let one = open(&server, small()).await.unwrap();
    append_calls(Arc::clone(&one), 0, 1).await;
    let access = Access::parse(&server.url()).unwrap();
    let other = NatsLog::open(&access, &ShopId::new("shop-2").unwrap(), small()).await.unwrap();
    assert_eq!(other.head(), Position::START);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_stream_refuses_and_takes_events_again_when_some_are_forgotten() {
    let Some(server) = NatsServer::start() else { return };
    let options = Options { max_bytes: Some(64 << 10), remembered: Span::ZERO, ..small() };
    let log = open(&server, options).await.unwrap();
    assert_eq!(log.room_bytes(), Some(64 << 10));
    let mut n_kept = 0;
    let refused = loop {
        match log.append(vec![any_event(n_kept)]).await {
            Ok(receipts) => assert_eq!(receipts, [Receipt::Appended(log.head())]),
            Err(error) => break error,
        }
        n_kept += 1;
    };
    assert!(matches!(refused, PortError::Full { .. }), "{refused:?}");
    assert!(refused.to_string().contains("give the stream more bytes"), "{refused}");
    assert_eq!(log.read(Position::START, usize::MAX).await.unwrap().len() as u64, n_kept);

    log.forget(Position::new(n_kept / 2)).await.unwrap();
    let receipts = log.append(vec![any_event(n_kept)]).await.unwrap();
    assert_eq!(receipts, [Receipt::Appended(Position::new(n_kept + 1))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_larger_than_the_server_takes_is_refused() {
    let Some(server) = NatsServer::start_with("max_payload: 8192\njetstream { store_dir: store }")
    else {
        return;
    };
    let log = open(&server, small()).await.unwrap();
    let mut long = any_event(1);
    long.sealed = vec![1; 9_000];
    let refused = log.append(vec![any_event(0), long]).await.unwrap_err();
    assert!(matches!(refused, PortError::Refused { .. }), "{refused:?}");
    assert_eq!(log.head(), Position::START, "nothing of the call is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_with_other_settings_is_refused() {
    let Some(server) = NatsServer::start() else { return };
    drop(open(&server, small()).await.unwrap());
    let options = Options { duplicate_window: Span::MINUTE, ..small() };
    let refused = open(&server, options).await.unwrap_err();
    assert!(matches!(refused, PortError::Refused { .. }), "{refused:?}");
    assert_eq!(
        refused.to_string(),
        "the log refused: its stream tastemaker-shop-log has duplicate_window 600s, but 60s is asked \
         for; change the settings, or the stream (`nats stream edit tastemaker-shop-log`)"
    );
}

/// Asks the server itself, as an administrator would.
async fn administrator(server: &NatsServer) -> async_nats::jetstream::Context {
    async_nats::jetstream::new(async_nats::connect(server.url()).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_a_newer_program_is_refused_and_so_is_a_stranger_s() {
    let Some(server) = NatsServer::start() else { return };
    drop(open(&server, small()).await.unwrap());
    let administrator = administrator(&server).await;
    let stream = administrator.get_stream("tastemaker-shop-log").await.unwrap();
    let mut config = stream.cached_info().config.clone();
    config.metadata.insert("tastemaker-format".to_owned(), "9".to_owned());
    administrator.update_stream(&config).await.unwrap();
    let refused = open(&server, small()).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the log holds something unreadable: its stream tastemaker-shop-log has format 9, but this \
         program reads up to 1; start a newer tastemaker on this data"
    );
    config.metadata.clear();
    administrator.update_stream(&config).await.unwrap();
    let refused = open(&server, small()).await.unwrap_err();
    assert!(refused.to_string().contains("was not made by Tastemaker"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_missing_in_the_middle_is_reported() {
    let Some(server) = NatsServer::start() else { return };
    let log = open(&server, small()).await.unwrap();
    append_calls(Arc::clone(&log), 0, 2).await;
    let of_another_partition =
        Envelope { shopper: ShopperKey::from_bytes([200; 16]), ..any_event(20) };
    log.append(vec![of_another_partition]).await.unwrap();
    append_calls(Arc::clone(&log), 30, 1).await;
    let stream = administrator(&server).await.get_stream("tastemaker-shop-log").await.unwrap();
    stream.delete_message(21).await.unwrap_err();
    // What no deleting can do, forgetting one subject does.
    stream.purge().filter("tastemaker.shop.log.200").await.unwrap();
    let damaged = log.read(Position::START, usize::MAX).await.unwrap_err();
    assert!(matches!(damaged, PortError::Unreadable { .. }), "{damaged:?}");
    assert!(damaged.to_string().contains("the event at 21 is missing"), "{damaged}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_what_it_always_was_and_a_newer_program_s_is_read_too() {
    let Some(server) = NatsServer::start() else { return };
    let log = open(&server, small()).await.unwrap();
    log.append(vec![any_event(1)]).await.unwrap();
    let administrator = administrator(&server).await;
    let stream = administrator.get_stream("tastemaker-shop-log").await.unwrap();
    let stored = stream.get_raw_message(1).await.unwrap();
    assert_eq!(stored.subject.as_str(), "tastemaker.shop.log.0");
    let id = stored.headers.get("Nats-Msg-Id").map(|it| it.as_str());
    assert_eq!(id, Some("9e3779b97f4a7c150000000000000001"));
    assert_eq!(stored.headers.len(), 1, "{:?}", stored.headers);
    assert_eq!(stored.payload[..], any_event(1).encode(), "whose bytes `domain` pins");

    let newer = Envelope { unknown: vec![(40, vec![1])], ..any_event(2) };
    let mut headers = async_nats::HeaderMap::new();
    headers.insert("Nats-Msg-Id", "9e3779b97f4a7c150000000000000002");
    headers.insert("Tastemaker-Of-The-Future", "yes");
    let published =
        administrator.publish_with_headers(stored.subject, headers, newer.encode().into()).await;
    published.unwrap().await.unwrap();
    log.wait_past(Position::new(1)).await;
    let read = log.read(Position::new(1), 10).await.unwrap();
    assert_eq!(read[0].envelope, newer, "with what is not known");
}
