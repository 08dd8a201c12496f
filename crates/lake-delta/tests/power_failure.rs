//! A disk that drops unsynced bytes at the kill loses nothing archived, whatever was being tended.
//!
//! The test runs itself under `strace` as a program that archives and tends and says what was answered.
//! Then the folder is built again as the strictest disk would hold it at many moments of that run, and
//! opened.

#![expect(clippy::unwrap_used, reason = "a test may stop at any surprise")]

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use domain::{Position, Recorded, ShopId, Span, Timestamp};
use lake_delta::{DeltaLake, Options, Place, StoredArtifacts};
use ports::conformance::history;
use ports::{Artifacts as _, Lake as _};
use testkit::unsynced::{Replay, record};

const FOLDER_VARIABLE: &str = "TRACED_LAKE_FOLDER";
const EVENTS: u64 = 120;
const PORTION: usize = 12;
/// How many moments of the run are looked at right after an answer, and as many others.
const MOMENTS: usize = 14;
/// Long after every event.
const LATER: Timestamp = Timestamp::from_secs(1_900_000_000);

/// So small that there is merging, checkpoints and removal all the time.
fn options() -> Options {
    Options {
        buckets: 1,
        merge_files: 2,
        checkpoint_commits: 2,
        vacuum_after: Span::ZERO,
        ..Options::default()
    }
}

/// A history of one day, so that a run has few files.
fn events() -> Vec<Recorded> {
    let mut events = history(EVENTS);
    for it in &mut events {
        it.envelope.event_time = it.envelope.received_time;
    }
    events
}

async fn open(folder: &Path) -> Arc<DeltaLake> {
    let (place, scratch) = (Place::Folder(folder.join("lake")), folder.join("lake/tmp"));
    let shop = ShopId::new("shop").unwrap();
    DeltaLake::open(&place, &scratch, &shop, options()).await.unwrap()
}

async fn open_artifacts(folder: &Path) -> StoredArtifacts {
    StoredArtifacts::open(&Place::Folder(folder.join("artifacts"))).await.unwrap()
}

fn artifact(n: usize) -> (String, Vec<u8>) {
    (format!("models/{n}.bin"), vec![7; 5_000 + n])
}

/// What runs under `strace`; in every other run it has nothing to do.
#[tokio::test(flavor = "multi_thread")]
async fn the_traced_program_archives_and_tends() {
    let Some(folder) = std::env::var_os(FOLDER_VARIABLE) else { return };
    let folder = PathBuf::from(folder);
    let lake = open(&folder).await;
    let artifacts = open_artifacts(&folder).await;
    for (n, some) in events().chunks(PORTION).enumerate() {
        let archived = lake.archive(some.to_vec()).await.unwrap();
        let (name, bytes) = artifact(n);
        artifacts.put(&name, bytes).await.unwrap();
        // One line is one write: standard output breaks at lines.
        writeln!(io::stdout(), "archived {archived} and {n}").unwrap();
        lake.tend(LATER).await.unwrap();
    }
}

/// Opens what is left, and looks for everything answered, exactly once; then goes on.
async fn check(folder: &Path, answered: Option<(u64, usize)>) {
    let lake = open(folder).await;
    let archived = lake.archived();
    let (through, n_artifacts) = answered.map_or((0, 0), |(through, n)| (through, n + 1));
    assert!(through <= archived.get(), "nothing that was answered is lost");
    let events = events();
    for some in events.chunks(PORTION) {
        lake.archive(some.to_vec()).await.unwrap();
    }
    let found = lake.read(Position::START, usize::MAX).await.unwrap();
    assert!(found == events, "each event is there once, unchanged");
    let n_rows: u64 = lake.tables().await.unwrap().iter().map(|it| it.n_rows).sum();
    assert_eq!(n_rows, EVENTS);

    let artifacts = open_artifacts(folder).await;
    for n in 0..n_artifacts {
        let (name, bytes) = artifact(n);
        assert_eq!(artifacts.get(&name).await.unwrap(), Some(bytes), "{name} is there, whole");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_archived_survives_a_disk_that_drops_what_was_not_synced() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("trace"));
    std::fs::create_dir(&data).unwrap();
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args(["--exact", "the_traced_program_archives_and_tends", "--nocapture"]);
    program.env(FOLDER_VARIABLE, &data);
    let trace = record(&program, &file).unwrap();

    let mut answered: Vec<(usize, (u64, usize))> = Vec::new();
    for (step, bytes) in trace.written_to(1) {
        for line in String::from_utf8_lossy(bytes).lines() {
            let numbers = line.strip_prefix("archived ").and_then(|it| it.split_once(" and "));
            let parsed = numbers.and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
            answered.extend(parsed.map(|it| (step, it)));
        }
    }
    let n_portions = events().chunks(PORTION).len();
    assert_eq!(answered.len(), n_portions, "the program did all its work");

    let (first_step, n_steps) = (answered[0].0, trace.n_steps());
    let mut moments: Vec<usize> = (1..=MOMENTS)
        .flat_map(|n| {
            let right_after = answered[(answered.len() - 1) * n / MOMENTS].0;
            [right_after, first_step + (n_steps - first_step) * n / MOMENTS]
        })
        .collect();
    moments.sort_unstable();
    moments.dedup();
    let mut replay = Replay::new(&trace, &data);
    for moment in moments {
        replay.advance_to(moment);
        let left = tempfile::tempdir().unwrap();
        replay.save(left.path()).unwrap();
        let last = answered.iter().rev().find(|(step, _)| *step <= moment).map(|(_, it)| *it);
        check(left.path(), last).await;
    }
}
