//! A message counts once over a whole day, long after the server forgot its id, for every program that has
//! the log open; and who cannot know that appends nothing.

#![expect(clippy::unwrap_used, reason = "a test may stop at any surprise")]

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::Stream;
use async_nats::jetstream::{self, Context};
use domain::{Envelope, Position, ShopId, Span};
use futures::TryStreamExt as _;
use log_nats::{Access, NatsLog, Options};
use ports::conformance::any_event;
use ports::{Log, PortError, Receipt};
use test_backends::NatsServer;

const STREAM: &str = "tastemaker-shop-log";

/// The server forgets message ids soon.
fn forgetful() -> Options {
    Options {
        duplicate_window: Span::MILLISECOND.times(200),
        state_every: Duration::from_millis(50),
        timeout: Duration::from_secs(3),
        ..Options::default()
    }
}

async fn open(server: &NatsServer, options: Options) -> Arc<NatsLog> {
    let access = Access::parse(&server.url()).unwrap();
    loop {
        // A machine with much else to do may need more than the time that is left it.
        match NatsLog::open(&access, &ShopId::new("shop").unwrap(), options).await {
            Ok(log) => return log,
            Err(error) => assert!(error.is_transient(), "{error:?}"),
        }
    }
}

/// Sends events until they are acknowledged.
async fn insist(log: &NatsLog, events: &[Envelope]) -> Vec<Receipt> {
    loop {
        match log.append(events.to_vec()).await {
            Ok(receipts) => return receipts,
            Err(error) => assert!(error.is_transient(), "{error:?}"),
        }
    }
}

fn repeats(receipts: &[Receipt]) -> Vec<Receipt> {
    receipts.iter().map(|it| Receipt::Duplicate(it.position())).collect()
}

async fn administrator(server: &NatsServer) -> Context {
    jetstream::new(async_nats::connect(server.url()).await.unwrap())
}

async fn stream(server: &NatsServer) -> Stream {
    administrator(server).await.get_stream(STREAM).await.unwrap()
}

/// Waits until the server has forgotten the ids of what was appended before: until it takes an event of
/// `n` a second time, sent past the log.
async fn server_forgets(server: &NatsServer, n: u64) {
    let administrator = administrator(server).await;
    let event = any_event(n);
    let mut n_taken = 0;
    while n_taken < 2 {
        let message = PublishMessage::build()
            .payload(event.encode().into())
            .message_id(event.message.to_string());
        let subject = format!("tastemaker.shop.log.{}", event.partition().get());
        let answer = administrator.send_publish(subject, message).await.unwrap().await.unwrap();
        n_taken += u64::from(!answer.duplicate);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_counts_once_after_the_server_forgot_its_id() {
    let Some(mut server) = NatsServer::start() else { return };
    let (one, other) = (open(&server, forgetful()).await, open(&server, forgetful()).await);
    let events: Vec<_> = (0..20).map(any_event).collect();
    let first = insist(&one, &events).await;
    server_forgets(&server, 100).await;
    let head = stream(&server).await.cached_info().state.last_sequence;
    assert_eq!(one.append(events.clone()).await.unwrap(), repeats(&first), "from the same program");
    assert_eq!(other.append(events.clone()).await.unwrap(), repeats(&first), "from another");
    drop((one, other));

    let again = open(&server, forgetful()).await;
    assert_eq!(again.append(events.clone()).await.unwrap(), repeats(&first), "over a restart");
    drop(again);
    server.kill();
    server.start_again();
    let again = open(&server, forgetful()).await;
    assert_eq!(again.append(events.clone()).await.unwrap(), repeats(&first), "of the server, too");
    assert_eq!(again.head(), Position::new(head), "nothing was added");

    let mut mixed = events;
    mixed.insert(7, any_event(200));
    let receipts = insist(&again, &mixed).await;
    assert_eq!(receipts[7].position(), Position::new(head + 1), "what is new among them is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forgotten_counts_once_after_a_restart_of_the_server_too() {
    let Some(mut server) = NatsServer::start() else { return };
    let log = open(&server, forgetful()).await;
    let events: Vec<_> = (0..300).map(any_event).collect();
    let first = insist(&log, &events).await;
    log.forget(Position::new(300)).await.unwrap();
    assert_eq!(log.read(Position::START, 10).await.unwrap(), []);
    server_forgets(&server, 1_000).await;
    server.kill();
    server.start_again();
    let log = open(&server, forgetful()).await;
    assert_eq!(log.tail(), Position::new(301));
    assert_eq!(log.append(events).await.unwrap(), repeats(&first));
    assert_eq!(stream(&server).await.cached_info().state.first_sequence, 1, "a day is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forgotten_and_old_is_removed() {
    let Some(server) = NatsServer::start() else { return };
    let log = open(&server, Options { remembered: Span::ZERO, ..Options::default() }).await;
    for n in 0..10 {
        insist(&log, &[any_event(n)]).await;
    }
    log.forget(Position::new(6)).await.unwrap();
    assert_eq!(stream(&server).await.cached_info().state.first_sequence, 7);
    assert_eq!(log.read(Position::START, 10).await.unwrap().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_does_not_learn_what_others_append_appends_nothing() {
    let Some(server) = NatsServer::start() else { return };
    let one = open(&server, forgetful()).await;
    let stream = stream(&server).await;
    let consumers: Vec<String> = stream.consumer_names().try_collect().await.unwrap();
    let in_an_hour = async_nats::datetime::now() + Duration::from_secs(3_600);
    for consumer in &consumers {
        assert!(stream.pause_consumer(consumer, in_an_hour).await.unwrap().paused);
    }
    let other = open(&server, forgetful()).await;
    let first = insist(&other, &[any_event(1)]).await;
    server_forgets(&server, 100).await;

    let refused = one.append(vec![any_event(1)]).await.unwrap_err();
    assert!(refused.is_transient(), "{refused:?}");
    assert!(refused.to_string().contains("has not come to this program"), "{refused}");
    assert_eq!(one.read(Position::START, 10).await.unwrap().len(), 3, "it can be read");
    for consumer in &consumers {
        assert!(!stream.resume_consumer(consumer).await.unwrap().paused);
    }
    assert_eq!(insist(&one, &[any_event(1)]).await, repeats(&first));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_events_are_taken_than_message_keys_are_remembered() {
    let Some(server) = NatsServer::start() else { return };
    let few = Options { remembered_events: 100, ..Options::default() };
    let log = open(&server, few).await;
    let mut n_kept = 0;
    let refused = loop {
        match log.append(vec![any_event(n_kept)]).await {
            Ok(_) => n_kept += 1,
            Err(error) => break error,
        }
    };
    assert!((100..1_000).contains(&n_kept), "{n_kept} are taken");
    assert!(matches!(refused, PortError::Unavailable { .. }), "{refused:?}");
    assert!(refused.to_string().contains("raise the limit"), "{refused}");
    drop(log);
    let log = open(&server, few).await;
    log.append(vec![any_event(n_kept)]).await.unwrap_err();
    assert_eq!(log.read(Position::START, usize::MAX).await.unwrap().len() as u64, n_kept);
    drop(log);
    let log = open(&server, Options::default()).await;
    insist(&log, &[any_event(n_kept)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_log_may_begin_where_a_restored_history_goes_on() {
    let Some(server) = NatsServer::start() else { return };
    let options = Options { first: Position::new(5_000_000_001), ..Options::default() };
    let log = open(&server, options).await;
    assert_eq!((log.head().get(), log.tail().get()), (5_000_000_000, 5_000_000_001));
    assert_eq!(log.read(Position::START, 10).await.unwrap(), []);
    let receipts = insist(&log, &[any_event(1)]).await;
    assert_eq!(receipts[0].position(), options.first);
    assert_eq!(log.wait_past(Position::new(5_000_000_000)).await, options.first);
    drop(log);
    let log = open(&server, Options::default()).await;
    assert_eq!((log.head(), log.tail()), (options.first, options.first));
    assert_eq!(log.append(vec![any_event(1)]).await.unwrap(), repeats(&receipts));
    assert_eq!(log.read(Position::START, 10).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_was_put_back_does_not_forget_what_comes_next() {
    let Some(server) = NatsServer::start() else { return };
    let log = open(&server, Options::default()).await;
    insist(&log, &(0..10).map(any_event).collect::<Vec<_>>()).await;
    drop(log);
    let mut config = stream(&server).await.cached_info().config.clone();
    config.metadata.insert("tastemaker-forgotten".to_owned(), "500".to_owned());
    administrator(&server).await.update_stream(&config).await.unwrap();
    let log = open(&server, Options::default()).await;
    assert_eq!(log.tail(), Position::new(11));
    insist(&log, &[any_event(10)]).await;
    assert_eq!(log.read(Position::START, 10).await.unwrap().len(), 1);
}
