//! What is archived in any portions is what is read, and the tables say so to others.

use domain::{Position, Recorded, Timestamp};
use ports::conformance::history;
use ports::{ActKind, ActsWanted, Lake};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{LATER, open, small};
use crate::Options;

fn bytes(events: &[Recorded]) -> Vec<(Position, Vec<u8>)> {
    events.iter().map(|it| (it.position, it.envelope.encode())).collect()
}

/// Archives a history in portions, tends where it is said, and reads it in pieces of `n_read`.
async fn check(portions: &[(usize, bool)], n_read: usize) {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path(), small()).await.unwrap();
    let n: usize = portions.iter().map(|(n, _)| n).sum();
    let events = history(n as u64);
    let mut archived = 0;
    for (n, is_tended) in portions {
        lake.archive(events[archived..archived + n].to_vec()).await.unwrap();
        archived += n;
        if *is_tended {
            lake.tend(LATER).await.unwrap();
        }
    }
    let mut found = Vec::new();
    while found.len() < n {
        let after = Position::new(found.len() as u64);
        found.extend(lake.read(after, n_read).await.unwrap());
    }
    assert!(bytes(&found) == bytes(&events), "what is read is what was archived");
}

#[test]
fn any_events_in_any_portions_are_read_as_they_were() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let portions = prop::collection::vec((1_usize..80, any::<bool>()), 1..6);
    let mut runner = TestRunner::new(Config { cases: 12, ..Config::default() });
    let run = runner.run(&(portions, 1_usize..200), |(portions, n_read)| {
        runtime.block_on(check(&portions, n_read));
        Ok(())
    });
    run.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn events_without_a_day_in_any_calendar_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path(), small()).await.unwrap();
    let mut events = history(20);
    let times = [i64::MIN, i64::MAX, -1, 0, i64::MAX / 2, i64::MIN / 2];
    for (it, micros) in events.iter_mut().zip(times) {
        it.envelope.event_time = Timestamp::from_micros(micros);
    }
    lake.archive(events.clone()).await.unwrap();
    let found = lake.read(Position::START, 100).await.unwrap();
    assert!(bytes(&found) == bytes(&events));
    drop(lake);
    let lake = open(folder.path(), small()).await.unwrap();
    let years = "SELECT min(day), max(day), min(event_time), max(event_time) FROM events";
    let report = lake.query(years, 1).await.unwrap();
    let shown: Vec<_> = report.rows[0].iter().map(|it| it.as_deref().unwrap()).collect();
    assert_eq!(shown[..2], ["0001-01-01", "9999-12-31"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tending_leaves_few_files_and_does_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path(), small()).await.unwrap();
    let events = history(600);
    for some in events.chunks(50) {
        lake.archive(some.to_vec()).await.unwrap();
    }
    let n_files = |tables: Vec<ports::LakeTable>| tables.iter().map(|it| it.n_files).sum::<u64>();
    let before = n_files(lake.tables().await.unwrap());
    let tended = lake.tend(LATER).await.unwrap();
    let after = n_files(lake.tables().await.unwrap());
    assert_eq!(before - tended.n_files_merged + tended.n_files_written, after);
    assert!(after <= 2 * 6 * 3, "one file in each folder of either table, not {after} of {before}");
    assert_eq!(tended.n_files_removed, tended.n_files_merged, "nobody else reads them");
    let again = lake.tend(LATER).await.unwrap();
    assert_eq!(again, ports::Tended::default(), "what is compact is left alone");
    assert!(bytes(&lake.read(Position::START, 1_000).await.unwrap()) == bytes(&events));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_being_read_is_not_removed() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path(), small()).await.unwrap();
    let events = history(400);
    for some in events.chunks(40) {
        lake.archive(some.to_vec()).await.unwrap();
    }
    let wanted = ActsWanted {
        kinds: vec![ActKind::Viewed, ActKind::Ordered],
        from: Timestamp::from_secs(0),
        until: LATER,
        through: Position::new(400),
    };
    let mut acts = lake.acts(wanted.clone()).await.unwrap();
    let tended = lake.tend(LATER).await.unwrap();
    assert!(tended.n_files_merged > 0);
    let mut n_acts = 0;
    while let Some(some) = acts.next().await.unwrap() {
        n_acts += some.len();
    }
    let mut again = lake.acts(wanted).await.unwrap();
    let mut n_again = 0;
    while let Some(some) = again.next().await.unwrap() {
        n_again += some.len();
    }
    assert_eq!(n_acts, n_again, "a reader sees the lake as it was when it began");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_set_larger_than_its_memory_is_complete_and_in_order() {
    const EVENTS: u64 = 60_000;
    let folder = tempfile::tempdir().unwrap();
    let options = Options { buckets: 1, memory_bytes: 6 << 20, ..Options::default() };
    let lake = open(folder.path(), options).await.unwrap();
    lake.archive(history(EVENTS)).await.unwrap();
    let wanted = ActsWanted {
        kinds: vec![ActKind::Viewed, ActKind::Ordered, ActKind::Added, ActKind::Removed],
        from: Timestamp::from_secs(0),
        until: LATER,
        through: Position::new(EVENTS),
    };
    let (mut found, mut n_acts) = (Vec::new(), 0);
    let mut acts = lake.acts(wanted).await.unwrap();
    while let Some(some) = acts.next().await.unwrap() {
        if n_acts == 0 {
            assert!(lake.spilled_bytes() > 0, "what is sorted does not fit into the memory");
        }
        n_acts += some.len();
        found.extend(some.iter().map(|it| (it.shopper, it.time, it.position)));
    }
    assert!(found.is_sorted(), "a data set is in order");
    found.dedup();
    // Of ten kinds four are wanted, and of those orders every fifth has no line.
    assert!(n_acts > found.len() && found.len() as u64 > EVENTS * 3 / 10, "{}", found.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lake_keeps_the_buckets_it_was_made_with() {
    let folder = tempfile::tempdir().unwrap();
    let events = history(200);
    let lake = open(folder.path(), small()).await.unwrap();
    lake.archive(events[..100].to_vec()).await.unwrap();
    drop(lake);
    let lake = open(folder.path(), Options { buckets: 200, ..small() }).await.unwrap();
    lake.archive(events[100..].to_vec()).await.unwrap();
    let report = lake.query("SELECT count(DISTINCT bucket) FROM events", 1).await.unwrap();
    assert_eq!(report.rows, [[Some("3".to_owned())]]);
}
