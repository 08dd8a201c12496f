//! Whenever the disk fails or the process dies, each event is there once, and what was answered is there.
//!
//! The rehearsal lets the disk fail at its first change, then at its second, and so on, until a whole run
//! of archiving and tending gets through; after each failure the lake goes on, or is opened again.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::{Position, Recorded, Span};
use ports::conformance::history;
use ports::{Artifacts as _, Lake as _, PortError};

use super::{LATER, scratch, shop, small};
use crate::durable::{Step, Watch, unwatched};
use crate::{DeltaLake, Options, Place, StoredArtifacts};

const EVENTS: u64 = 24;
const PORTION: usize = 8;

/// Fails at the `n`th step and at every later one, as a full or dying disk does, or at that one only.
fn failing_at(n: usize, then: Then) -> (Watch, Arc<AtomicUsize>) {
    let counted = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&counted);
    let watch: Watch = Arc::new(move |_: Step, _: &str| {
        let now = counter.fetch_add(1, Ordering::SeqCst);
        match then {
            Then::Recover if now == n => Err(io::Error::other("the disk fails once")),
            Then::StayBroken if n <= now => Err(io::Error::other("the disk fails")),
            _ => Ok(()),
        }
    });
    (watch, counted)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Recover,
    StayBroken,
}

/// A history of few days, so that a run has few files and all its steps can be tried.
fn events() -> Vec<Recorded> {
    let mut events = history(EVENTS);
    for it in &mut events {
        let day = i64::try_from(it.position.get() / 18).unwrap();
        it.envelope.event_time = it.envelope.received_time.minus(Span::DAY.times(day));
    }
    events
}

/// Archives all, tending in between; tells how far it was answered, and whether all went well.
async fn run(lake: &DeltaLake) -> (Position, Result<(), PortError>) {
    let events = events();
    let mut answered = lake.archived();
    for some in events.chunks(PORTION) {
        match lake.archive(some.to_vec()).await {
            Ok(archived) => answered = answered.max(archived),
            Err(err) => return (answered, Err(err)),
        }
        if let Err(err) = lake.tend(LATER).await {
            return (answered, Err(err));
        }
    }
    (answered, Ok(()))
}

async fn check_whole(lake: &DeltaLake, moment: &str) {
    let events = events();
    assert_eq!(lake.archived(), Position::new(EVENTS), "{moment}");
    let found = lake.read(Position::START, usize::MAX).await.unwrap();
    assert!(found == events, "{moment}: each event is there once, unchanged");
    let n_rows: u64 = lake.tables().await.unwrap().iter().map(|it| it.n_rows).sum();
    assert_eq!(n_rows, EVENTS, "{moment}: and no more");
}

async fn open(folder: &Path, watch: Watch) -> Result<Arc<DeltaLake>, PortError> {
    let options = Options { buckets: 1, ..small() };
    let place = Place::Folder(folder.join("lake"));
    DeltaLake::open_watched(&place, &scratch(folder), &shop(), options, watch).await
}

/// Runs with a failure at every step in turn; `then` says what the disk does after it.
async fn check(then: Then) {
    for n in 0.. {
        let moment = format!("failure at step {n}, {then:?}");
        let folder = tempfile::tempdir().unwrap();
        let (watch, counted) = failing_at(n, then);
        let answered = match open(folder.path(), watch).await {
            Err(_) => Position::START,
            Ok(lake) => {
                let (answered, result) = run(&lake).await;
                if then == Then::Recover && result.is_err() {
                    // The same process goes on.
                    let (_, result) = run(&lake).await;
                    result.unwrap_or_else(|err| panic!("{moment}: {err:?}"));
                    check_whole(&lake, &moment).await;
                }
                answered
            }
        };
        // Another process comes after it.
        let lake = open(folder.path(), unwatched()).await;
        let lake = lake.unwrap_or_else(|err| panic!("{moment}: {err:?}"));
        assert!(answered <= lake.archived(), "{moment}: what was answered is there");
        let (_, result) = run(&lake).await;
        result.unwrap_or_else(|err| panic!("{moment}: {err:?}"));
        check_whole(&lake, &moment).await;
        if counted.load(Ordering::SeqCst) <= n {
            assert!(n > 40, "the rehearsal meets many steps, not {n}");
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fails_once_at_any_step_costs_nothing() {
    check(Then::Recover).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_dies_at_any_step_leaves_a_good_lake() {
    check(Then::StayBroken).await;
}

#[tokio::test]
async fn an_artifact_is_there_whole_or_not_at_all() {
    for n in 0..4 {
        let folder = tempfile::tempdir().unwrap();
        let (watch, _) = failing_at(n, Then::StayBroken);
        let place = Place::Folder(folder.path().to_owned());
        let store = StoredArtifacts::open_watched(&place, watch).await.unwrap();
        let put = store.put("models/a.bin", vec![5; 10_000]).await;
        drop(store);
        let store = StoredArtifacts::open(&place).await.unwrap();
        let found = store.get("models/a.bin").await.unwrap();
        assert!(put.is_err() || found.is_some(), "what was answered is there");
        assert!(found.is_none_or(|it| it == vec![5; 10_000]), "and whole");
        store.put("models/a.bin", vec![5; 10_000]).await.unwrap();
        assert_eq!(store.list("").await.unwrap(), ["models/a.bin"]);
    }
}
