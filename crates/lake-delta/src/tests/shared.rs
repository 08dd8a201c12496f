//! Several programs use one lake: who is behind gives way, and nothing is lost, doubled or taken away.

use std::fs::{self, File};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, SystemTime};

use domain::{Position, Recorded};
use ports::conformance::history;
use ports::{Lake as _, PortError};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{Home, LATER, small};
use crate::DeltaLake;
use crate::durable::{Step, Watch};

/// Where somebody stands still until they are let go.
struct Pause {
    reached: oneshot::Receiver<()>,
    go: mpsc::Sender<()>,
}

/// Stands still before the first file whose name ends in `name` gets it.
fn pausing_before(name: &'static str) -> (Watch, Pause) {
    let (tell, reached) = oneshot::channel();
    let (go, wait) = mpsc::channel();
    let once = Mutex::new(Some((tell, wait)));
    let watch: Watch = Arc::new(move |step: Step, file: &str| {
        let is_it = step == Step::BeforeName && file.ends_with(name);
        let once = if is_it { once.lock().unwrap().take() } else { None };
        if let Some((tell, wait)) = once {
            tell.send(()).unwrap();
            wait.recv().unwrap();
        }
        Ok(())
    });
    (watch, Pause { reached, go })
}

/// The first commit after the one that makes the table.
const FIRST: &str = "events/_delta_log/00000000000000000001.json";

/// Two archivists of one lake.
struct Race {
    /// Stands still between its files and its first commit, until it may `go`.
    slow: Arc<DeltaLake>,
    quick: Arc<DeltaLake>,
    go: mpsc::Sender<()>,
    /// What `slow` does.
    task: JoinHandle<Result<Position, PortError>>,
}

/// Lets one archive `events`, and waits until it stands still.
async fn race(home: &Home, events: &[Recorded]) -> Race {
    let (watch, Pause { reached, go }) = pausing_before(FIRST);
    let slow = home.open_watched(small(), watch).await.unwrap();
    let quick = home.open(small()).await.unwrap();
    let task = tokio::spawn({
        let (slow, events) = (Arc::clone(&slow), events.to_vec());
        async move { slow.archive(events).await }
    });
    reached.await.unwrap();
    Race { slow, quick, go, task }
}

async fn check_whole(lakes: &[&DeltaLake], events: &[Recorded]) {
    for lake in lakes {
        let archived = lake.refresh().await.unwrap();
        assert_eq!(archived, Position::new(events.len() as u64), "all is archived");
        let found = lake.read(Position::START, usize::MAX).await.unwrap();
        assert!(found == events, "each event is there once, unchanged");
        let n_rows: u64 = lake.tables().await.unwrap().iter().map(|it| it.n_rows).sum();
        assert_eq!(n_rows, events.len() as u64, "and no more");
    }
}

/// One stands still between its files and its commit, while the other archives some of the same events.
async fn check_overtaken_archivist(home: Home) {
    let events = history(100);
    let Race { slow, quick, go, task } = race(&home, &events).await;
    assert_eq!(quick.archive(events[..60].to_vec()).await.unwrap(), Position::new(60));
    assert_eq!(quick.archive(events[60..80].to_vec()).await.unwrap(), Position::new(80));
    quick.tend(LATER).await.unwrap();
    go.send(()).unwrap();
    let answered = task.await.unwrap().unwrap();
    assert_eq!(answered, Position::new(80), "who is overtaken is told how far it is");
    assert_eq!(slow.archive(events[80..].to_vec()).await.unwrap(), Position::new(100));
    let third = home.open(small()).await.unwrap();
    check_whole(&[&slow, &quick, &third], &events).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archivist_that_is_overtaken_gives_way() {
    check_overtaken_archivist(Home::in_a_folder()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archivist_that_is_overtaken_gives_way_in_s3() {
    check_overtaken_archivist(Home::in_s3()).await;
}

/// One stands still between its files and its commit, while the other removes what nobody needs.
async fn check_files_before_their_commit(home: Home) {
    let events = history(100);
    let Race { slow, quick, go, task } = race(&home, &events).await;
    assert_eq!(quick.tend(LATER).await.unwrap(), ports::Tended::default(), "it has just begun");
    go.send(()).unwrap();
    assert_eq!(task.await.unwrap().unwrap(), Position::new(100), "nobody was quicker");
    check_whole(&[&slow, &quick], &events).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_program_is_about_to_commit_is_not_removed() {
    check_files_before_their_commit(Home::in_a_folder()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_program_is_about_to_commit_is_not_removed_in_s3() {
    check_files_before_their_commit(Home::in_s3()).await;
}

/// One stands still before it commits what it merged, while the other does the same, and removes files and
/// commits. A third only reads, and sees of it what it can before and after.
async fn check_overtaken_tending(home: Home) {
    let events = history(120);
    let (watch, pause) = pausing_before("events/_delta_log/00000000000000000005.json");
    let slow = home.open_watched(small(), watch).await.unwrap();
    for some in events.chunks(30) {
        slow.archive(some.to_vec()).await.unwrap();
    }
    let (quick, reader) = (home.open(small()).await.unwrap(), home.open(small()).await.unwrap());
    let task = tokio::spawn({
        let slow = Arc::clone(&slow);
        async move { slow.tend(LATER).await }
    });
    pause.reached.await.unwrap();
    let tended = quick.tend(LATER).await.unwrap();
    assert!(tended.n_files_removed > 0, "{tended:?}");
    pause.go.send(()).unwrap();
    task.await.unwrap().unwrap();
    check_whole(&[&slow, &quick, &reader], &events).await;
    // Its own files, which no commit names, are too young to go.
    assert_eq!(slow.tend(LATER).await.unwrap().n_files_removed, 0);
    check_whole(&[&slow, &quick, &reader], &events).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_tend_one_gives_way() {
    check_overtaken_tending(Home::in_a_folder()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_tend_one_gives_way_in_s3() {
    check_overtaken_tending(Home::in_s3()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_program_left_goes_when_it_is_old() {
    let home = Home::in_a_folder();
    let lake = home.open(small()).await.unwrap();
    lake.archive(history(20)).await.unwrap();
    let folder = home.folder.path().join("lake/events/day=2027-01-15/bucket=0");
    fs::create_dir_all(&folder).unwrap();
    let newest = fs::metadata(home.folder.path().join("lake").join(FIRST)).unwrap();
    let newest: SystemTime = newest.modified().unwrap();
    for (name, hours) in [("old.parquet", 25), ("young.parquet", 1)] {
        let file = File::create(folder.join(name)).unwrap();
        file.set_modified(newest - Duration::from_secs(hours * 3_600)).unwrap();
    }
    assert_eq!(lake.tend(LATER).await.unwrap().n_files_removed, 1);
    assert!(!folder.join("old.parquet").exists() && folder.join("young.parquet").exists());
}
