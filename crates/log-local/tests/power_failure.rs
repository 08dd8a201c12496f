//! A disk that drops unsynced bytes at the kill loses nothing acknowledged.
//!
//! The test runs itself under `strace` as a program that appends under load and says what was
//! acknowledged. Then the folder is built again as the strictest disk would hold it at many moments of
//! that run, and opened.

#![expect(clippy::unwrap_used, reason = "a test may stop at any surprise")]

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use domain::{Envelope, MessageKey, Position, Span};
use log_local::{LocalLog, Options};
use ports::conformance::any_event;
use ports::{Log, Receipt};
use testkit::unsynced::{Replay, record};
use tokio::task::JoinSet;

const FOLDER_VARIABLE: &str = "TRACED_LOG_FOLDER";
const CALLERS: u64 = 8;
const CALLS: u64 = 40;
const EVENTS: u64 = 20;
/// How many moments of the run are looked at right after an acknowledgement, and as many others.
const MOMENTS: usize = 12;

/// So small that memtables are flushed, segments and generations turned, tables compacted.
fn options() -> Options {
    Options {
        segment_events: 2_000,
        memtable_bytes: 256 << 10,
        reserve_bytes: 0,
        ..Options::default()
    }
}

/// The run lasts 40 hours of received time: longer than a generation of message keys.
fn event(n: u64) -> Envelope {
    let mut event = any_event(n);
    let hours = i64::try_from(n / EVENTS % CALLS).unwrap();
    event.received_time = event.received_time.plus(Span::HOUR.times(hours));
    event
}

/// What runs under `strace`; in every other run it has nothing to do.
#[tokio::test(flavor = "multi_thread")]
async fn the_traced_program_appends_under_load() {
    let Some(folder) = std::env::var_os(FOLDER_VARIABLE) else { return };
    let log = LocalLog::open(&PathBuf::from(folder), options()).unwrap();
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let log = Arc::clone(&log);
        callers.spawn(async move {
            for call in 0..CALLS {
                let first = (caller * CALLS + call) * EVENTS;
                log.append((first..first + EVENTS).map(event).collect()).await.unwrap();
                // One line is one write: standard output breaks at lines.
                writeln!(io::stdout(), "acknowledged {first}").unwrap();
            }
        });
    }
    while let Some(caller) = callers.join_next().await {
        caller.unwrap();
    }
}

/// Opens what is left of the log and looks for everything acknowledged, exactly once.
async fn check(folder: &Path, acknowledged: &[u64]) {
    let log = LocalLog::open(folder, options()).unwrap();
    let found = log.read(Position::START, usize::MAX).await.unwrap();
    let mut by_message = BTreeMap::<MessageKey, Position>::new();
    for (n, recorded) in (1..).zip(&found) {
        assert_eq!(recorded.position, Position::new(n), "there is no gap");
        let twin = by_message.insert(recorded.envelope.message, recorded.position);
        assert_eq!(twin, None, "nothing is there twice");
    }
    let sent: Vec<Envelope> =
        acknowledged.iter().flat_map(|first| (*first..first + EVENTS).map(event)).collect();
    let lost = sent.iter().filter(|it| !by_message.contains_key(&it.message)).count();
    assert_eq!(lost, 0, "nothing acknowledged is lost, of {}", sent.len());

    let expected: Vec<_> =
        sent.iter().map(|it| Receipt::Duplicate(by_message[&it.message])).collect();
    let receipts = log.append(sent).await.unwrap();
    assert!(receipts == expected, "what is kept counts once");
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_disk_that_drops_what_was_not_synced() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("trace"));
    std::fs::create_dir(&data).unwrap();
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args(["--exact", "the_traced_program_appends_under_load", "--nocapture"]);
    program.env(FOLDER_VARIABLE, data.join("log"));
    let trace = record(&program, &file).unwrap();

    let mut acknowledged = Vec::new();
    for (step, bytes) in trace.written_to(1) {
        for line in String::from_utf8_lossy(bytes).lines() {
            let first = line.strip_prefix("acknowledged ").and_then(|it| it.parse::<u64>().ok());
            acknowledged.extend(first.map(|it| (step, it)));
        }
    }
    assert_eq!(acknowledged.len() as u64, CALLERS * CALLS, "the program did all its work");

    let (first_step, n_steps) = (acknowledged[0].0, trace.n_steps());
    let mut moments: Vec<usize> = (1..=MOMENTS)
        .flat_map(|n| {
            let right_after = acknowledged[(acknowledged.len() - 1) * n / MOMENTS].0;
            [right_after, first_step + (n_steps - first_step) * n / MOMENTS]
        })
        .collect();
    moments.sort_unstable();
    let mut replay = Replay::new(&trace, &data);
    for moment in moments {
        replay.advance_to(moment);
        let left = tempfile::tempdir().unwrap();
        replay.save(left.path()).unwrap();
        let acknowledged: Vec<u64> =
            acknowledged.iter().filter(|(step, _)| *step <= moment).map(|(_, it)| *it).collect();
        check(&left.path().join("log"), &acknowledged).await;
    }
}
