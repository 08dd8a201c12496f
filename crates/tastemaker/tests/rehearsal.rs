//! Replicas and their backends, killed, paused and refused: what they acknowledged is there, once.

use std::path::PathBuf;

use testkit::crash::{CrashReport, RehearsalPlan, RehearsalReport, rehearse};

#[tokio::test(flavor = "multi_thread")]
async fn whatever_befalls_replicas_and_backends_nothing_acknowledged_is_lost_or_doubled() {
    let plan = RehearsalPlan::of(PathBuf::from(env!("CARGO_BIN_EXE_tastemaker")));
    let Some(report) = rehearse(&plan).await.unwrap() else { return };
    let CrashReport { n_lost, n_doubled, n_changed, n_split, .. } = report.found;
    assert_eq!((n_lost, n_doubled, n_changed, n_split), (0, 0, 0, 0), "{report:?}");
    assert_eq!((report.found.n_lake_unequal, report.found.n_states_unequal), (0, 0), "{report:?}");
    let RehearsalReport { n_replicas_unequal, n_entries_unequal, .. } = report;
    assert_eq!((n_replicas_unequal, n_entries_unequal), (0, 0), "{report:?}");
    assert!(0 < report.found.n_acknowledged && 0 < report.n_entries, "{report:?}");
    assert!(0 < report.n_replicas_killed && report.n_backends_killed == 2, "{report:?}");
    assert!(report.n_decisions_missing * 20 < report.n_decisions, "served throughout: {report:?}");
}
