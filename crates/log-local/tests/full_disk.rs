//! A full disk: events are refused, nothing half-written is acknowledged, and work goes on with the room.

use std::path::PathBuf;
use std::process::Command;

use domain::Position;
use log_local::{LocalLog, Options};
use ports::conformance::any_event;
use ports::{Log, PortError, Receipt};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

const FOLDER_VARIABLE: &str = "LIMITED_LOG_FOLDER";
/// Events enough for the journal to be longer than [`LIMIT_BYTES`].
const EVENTS: u64 = 1_000;
/// No file may grow beyond this while the disk is "full".
const LIMIT_BYTES: u64 = 64 << 10;

#[tokio::test]
async fn a_log_refuses_events_rather_than_touch_its_reserve() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { reserve_bytes: u64::MAX / 2, ..Options::default() };
    let log = LocalLog::open(folder.path(), options).unwrap();
    assert_eq!(log.room_bytes(), Some(0));
    let refused = log.append(vec![any_event(1)]).await.unwrap_err();
    assert!(matches!(refused, PortError::Full { .. }), "{refused}");
    assert!(refused.to_string().contains("free disk space, then try again"), "{refused}");
    assert_eq!(log.head(), Position::START);
    drop(log);

    let log = LocalLog::open(folder.path(), Options { reserve_bytes: 0, ..options }).unwrap();
    assert!(log.room_bytes().unwrap() > 0);
    log.append(vec![any_event(1)]).await.unwrap();
}

/// What runs with its files limited; in every other run it has nothing to do.
#[tokio::test]
async fn the_limited_program_writes_again_when_it_may() {
    let Some(folder) = std::env::var_os(FOLDER_VARIABLE) else { return };
    let folder = PathBuf::from(folder);
    let options = Options { reserve_bytes: 0, ..Options::default() };
    let log = LocalLog::open(&folder, options).unwrap();
    let kept: Vec<_> = (0..EVENTS).map(any_event).collect();
    log.append(kept.clone()).await.unwrap();

    let without_limit = getrlimit(Resource::Fsize);
    let limit = Rlimit { current: Some(LIMIT_BYTES), ..without_limit };
    setrlimit(Resource::Fsize, limit).unwrap();
    let more: Vec<_> = (EVENTS..2 * EVENTS).map(any_event).collect();
    for _ in 0..3 {
        let refused = log.append(more.clone()).await.unwrap_err();
        assert!(matches!(refused, PortError::Full { .. }), "{refused}");
        assert_eq!(log.head(), Position::new(EVENTS), "nothing half-written is shown");
    }
    setrlimit(Resource::Fsize, without_limit).unwrap();

    let receipts = log.append(more.clone()).await.unwrap();
    assert_eq!(receipts[0], Receipt::Appended(Position::new(EVENTS + 1)), "work goes on");
    drop(log);
    let log = LocalLog::open(&folder, options).unwrap();
    let found = log.read(Position::START, usize::MAX).await.unwrap();
    let found: Vec<_> = found.into_iter().map(|it| it.envelope).collect();
    assert!(found == [kept, more].concat(), "everything acknowledged is there, once");
}

#[test]
fn a_log_goes_on_when_there_is_room_again() {
    let folder = tempfile::tempdir().unwrap();
    // A program that writes beyond its limit gets a signal, and an error if it ignores that.
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"trap "" XFSZ; exec "$0" "$@""#]);
    shell.arg(std::env::current_exe().unwrap());
    shell.args(["--exact", "the_limited_program_writes_again_when_it_may", "--nocapture"]);
    let output = shell.env(FOLDER_VARIABLE, folder.path().join("log")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
