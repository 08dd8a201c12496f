//! The real server, killed under load: what it acknowledged is there, once.
//!
//! The benchmark `crash` runs the same with more rounds.

use std::path::PathBuf;

use testkit::crash::{CrashPlan, CrashReport, PowerReport, crash, power_failure};

fn plan(n_rounds: u32) -> CrashPlan {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_tastemaker"));
    CrashPlan { binary, n_rounds, seed: 1 }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_loses_and_doubles_nothing() {
    let report = crash(&plan(5)).await.unwrap();
    assert!(0 < report.n_acknowledged, "{report:?}");
    let CrashReport { n_lost, n_doubled, n_changed, n_split, .. } = report;
    assert_eq!((n_lost, n_doubled, n_changed, n_split), (0, 0, 0, 0), "{report:?}");
    assert_eq!((report.n_lake_unequal, report.n_states_unequal), (0, 0), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_comes_before_the_sync_that_covers_it_and_none_outlives_its_events() {
    let report = power_failure(&plan(3)).await.unwrap();
    assert!(0 < report.n_answers, "{report:?}");
    assert_eq!(report.n_early, 0, "{report:?}");
    let PowerReport { n_lost, n_doubled, n_changed, n_split, .. } = report;
    assert_eq!((n_lost, n_doubled, n_changed, n_split), (0, 0, 0, 0), "{report:?}");
    assert_eq!((report.n_lake_unequal, report.n_states_unequal), (0, 0), "{report:?}");
}
