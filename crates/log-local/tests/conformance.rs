//! The log in the data folder keeps the contract of every log, and what is its own.

#![expect(clippy::unwrap_used, reason = "a test may stop at any surprise")]

use std::path::Path;
use std::sync::Arc;

use domain::{Position, Span};
use log_local::{LocalLog, Options};
use ports::conformance::{any_event, check_log};
use ports::{DUPLICATE_WINDOW, Log, Receipt};

/// So small that every limit is met.
fn small() -> Options {
    Options {
        queue_events: 100,
        group_events: 64,
        tail_events: 50,
        tail_bytes: 20_000,
        segment_events: 300,
        reserve_bytes: 0,
        memtable_bytes: 1 << 20,
        ..Options::default()
    }
}

async fn check(options: Options) {
    let folder = tempfile::tempdir().unwrap();
    let open = async || Ok(LocalLog::open(folder.path(), options)? as Arc<dyn Log>);
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

fn received_late(n: u64, by: Span) -> domain::Envelope {
    let mut event = any_event(n);
    event.received_time = event.received_time.plus(by);
    event
}

async fn append_one(log: &LocalLog, event: domain::Envelope) -> Receipt {
    log.append(vec![event]).await.unwrap()[0]
}

#[tokio::test]
async fn a_message_counts_again_after_the_window_whatever_the_machine_s_clock_says() {
    let folder = tempfile::tempdir().unwrap();
    let mut n_appended = 0;
    for days in 0..6 {
        // Every other time the log is closed in between.
        let log = LocalLog::open(folder.path(), small()).unwrap();
        for _ in 0..2 {
            let just_after = Span::from_micros((DUPLICATE_WINDOW.as_micros() + 1) * days);
            let receipt = append_one(&log, received_late(1, just_after)).await;
            n_appended += u64::from(receipt == Receipt::Appended(log.head()));
            let just_within = just_after.as_micros() + DUPLICATE_WINDOW.as_micros();
            let receipt = append_one(&log, received_late(1, Span::from_micros(just_within))).await;
            assert_eq!(receipt, Receipt::Duplicate(log.head()), "still in the window, day {days}");
        }
    }
    assert_eq!(n_appended, 6, "once a window");
}

#[tokio::test]
async fn one_event_with_a_clock_gone_wrong_does_not_make_others_count_twice() {
    let folder = tempfile::tempdir().unwrap();
    let log = LocalLog::open(folder.path(), small()).unwrap();
    let first = append_one(&log, any_event(1)).await;
    append_one(&log, received_late(2, Span::DAY.times(400))).await;
    for n in 3..10 {
        append_one(&log, any_event(n)).await;
    }
    let again = append_one(&log, received_late(1, Span::HOUR)).await;
    assert_eq!(again, Receipt::Duplicate(first.position()));
}

#[tokio::test]
async fn a_second_process_is_refused_while_the_log_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let log = LocalLog::open(folder.path(), small()).unwrap();
    let refused = LocalLog::open(folder.path(), small()).unwrap_err();
    assert!(refused.to_string().contains("another program has the folder open"), "{refused}");
    drop(log);
    LocalLog::open(folder.path(), small()).unwrap();
}

#[tokio::test]
async fn a_new_log_may_begin_at_a_later_position_and_one_that_exists_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let open = |first| {
        let options = Options { first: Position::new(first), ..small() };
        LocalLog::open(folder.path(), options).unwrap()
    };
    let ends = |log: &LocalLog| (log.tail().get(), log.head().get());
    let log = open(5_000);
    assert_eq!(ends(&log), (5_000, 4_999));
    assert_eq!(log.read(Position::START, 10).await.unwrap(), []);
    drop(log);
    let log = open(1);
    assert_eq!(ends(&log), (5_000, 4_999), "where it begins is durable");
    let receipts = log.append((0..400).map(any_event).collect()).await.unwrap();
    assert_eq!(receipts[0], Receipt::Appended(Position::new(5_000)));
    let expected = log.read(Position::new(4_999), 1_000).await.unwrap();
    assert_eq!((expected.len(), expected[0].position), (400, Position::new(5_000)));
    drop(log);
    let log = open(9_000);
    assert_eq!(ends(&log), (5_000, 5_399));
    assert_eq!(log.read(Position::START, 1_000).await.unwrap(), expected);
    log.forget(Position::new(5_199)).await.unwrap();
    assert_eq!(ends(&log), (5_200, 5_399));
}

#[tokio::test]
async fn forgetting_gives_the_disk_its_room_back() {
    let folder = tempfile::tempdir().unwrap();
    let log = LocalLog::open(folder.path(), small()).unwrap();
    for call in 0..20 {
        let events = (call * 150..(call + 1) * 150).map(any_event);
        let long =
            events.map(|it| domain::Envelope { sealed: it.message.as_bytes().repeat(300), ..it });
        log.append(long.collect()).await.unwrap();
    }
    let segments = || std::fs::read_dir(folder.path().join("keyspaces")).unwrap().count();
    let before = segments();
    log.forget(Position::new(2_000)).await.unwrap();
    // A segment goes when the last of the store's threads lets go of it.
    drop(log);
    drop(LocalLog::open(folder.path(), small()).unwrap());
    assert_eq!(before - segments(), 2_000 / 300, "segments are dropped whole");
}

#[tokio::test]
async fn a_message_counts_once_within_the_window_also_when_its_event_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let log = LocalLog::open(folder.path(), small()).unwrap();
    let events: Vec<_> = (0..1_000).map(any_event).collect();
    let receipts = log.append(events.clone()).await.unwrap();
    log.forget(log.head()).await.unwrap();
    let expected: Vec<_> = receipts.iter().map(|it| Receipt::Duplicate(it.position())).collect();
    assert_eq!(log.append(events.clone()).await.unwrap(), expected);
    drop(log);
    let log = LocalLog::open(folder.path(), small()).unwrap();
    assert_eq!(log.append(events).await.unwrap(), expected, "over a restart, too");
}

#[tokio::test]
async fn a_log_of_a_newer_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(LocalLog::open(folder.path(), small()).unwrap());
    write_meta(folder.path(), "format", &9u16.to_be_bytes());
    let refused = LocalLog::open(folder.path(), small()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the log holds something unreadable: it has format 9, but this program reads up to 1; \
         start a newer tastemaker on this data"
    );
}

fn write_meta(folder: &Path, name: &str, value: &[u8]) {
    let db = fjall::Database::builder(folder).open().unwrap();
    let meta = db.keyspace("meta", fjall::KeyspaceCreateOptions::default).unwrap();
    meta.insert(name, value).unwrap();
}
