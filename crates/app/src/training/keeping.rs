//! Which models are kept, and what becomes of the files of others.

use ports::{ModelRecord, PortError, Stage};

use crate::App;
use crate::models::live_before;

/// The folder of models among the artifacts.
pub(super) const FOLDER: &str = "models";

impl App {
    /// Forgets the oldest models of a generator beyond the setting `training.keep_models`, but none that
    /// decides and not the one that can be gone back to.
    pub(super) async fn forget_old_models(&self, generator: &str) -> Result<(), PortError> {
        let records = self.backends.registry.models().await?;
        let own: Vec<&ModelRecord> =
            records.iter().filter(|it| it.generator == generator).collect();
        let n_kept = usize::try_from(self.settings.training.keep_models).unwrap_or(usize::MAX);
        let forgotten = forgotten(&own, n_kept);
        if forgotten.is_empty() {
            return Ok(());
        }
        let ids = forgotten.iter().map(|it| it.id.clone()).collect();
        // The registry first: a model without a file would be refused, a file without a model is swept.
        self.backends.registry.remove_models(ids).await?;
        for it in forgotten {
            self.backends.artifacts.delete(&it.artifact).await?;
        }
        Ok(())
    }

    /// Removes files that belong to no model: left by a process that died before it registered them, or
    /// before it removed them. Only who has the lease of training may.
    pub(super) async fn sweep_artifacts(
        &self,
        generator: &str,
        records: &[ModelRecord],
    ) -> Result<(), PortError> {
        let artifacts = &self.backends.artifacts;
        for name in artifacts.list(&format!("{FOLDER}/{generator}-")).await? {
            if !records.iter().any(|it| it.artifact == name) {
                tracing::info!(name, "a file that belongs to no model is removed");
                artifacts.delete(&name).await?;
            }
        }
        Ok(())
    }
}

/// Which of a generator's models, the newest first, are not kept.
fn forgotten<'a>(own: &[&'a ModelRecord], n_kept: usize) -> Vec<&'a ModelRecord> {
    let live = own.iter().find(|it| it.stage == Stage::Live);
    let before = live.and_then(|live| live_before(live, own.iter().copied()));
    let is_needed = |it: &ModelRecord| {
        matches!(it.stage, Stage::Live | Stage::Canary)
            || before.is_some_and(|before| before.id == it.id)
    };
    let old = own.iter().copied().skip(n_kept.max(1));
    old.filter(|it| !is_needed(it)).collect()
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;

    #[track_caller]
    fn check(stages: &[Stage], n_kept: usize, expected: &[usize]) {
        let changed: Vec<(Stage, i64)> = stages.iter().map(|it| (*it, 0)).collect();
        check_changed(&changed, n_kept, expected);
    }

    /// The same of models whose stages changed at these seconds.
    #[track_caller]
    fn check_changed(stages: &[(Stage, i64)], n_kept: usize, expected: &[usize]) {
        let record = |(n, (stage, changed)): (usize, &(Stage, i64))| ModelRecord {
            id: n.to_string(),
            generator: String::new(),
            stage: *stage,
            canary_percent: 0,
            create_time: Timestamp::default(),
            change_time: Timestamp::from_secs(*changed),
            reason: String::new(),
            artifact: String::new(),
            checksum: String::new(),
            n_bytes: 0,
            lineage: String::new(),
        };
        let records: Vec<ModelRecord> = stages.iter().enumerate().map(record).collect();
        let own: Vec<&ModelRecord> = records.iter().collect();
        let ids: Vec<usize> =
            forgotten(&own, n_kept).iter().map(|it| it.id.parse().unwrap()).collect();
        assert_eq!(ids, expected, "{stages:?}");
    }

    #[test]
    fn the_oldest_go_but_none_that_is_needed() {
        use Stage::{Canary, Candidate, Live, Refused, Retired};
        check(&[Live, Retired, Retired, Retired], 2, &[2, 3]);
        check(&[Refused, Refused, Refused, Live, Retired, Retired], 2, &[2, 5]);
        check(&[Refused, Canary, Candidate, Live, Retired], 1, &[2]);
        check(&[Retired, Retired], 10, &[]);
        check(&[Refused, Refused], 0, &[1]);
    }

    #[test]
    fn who_was_live_before_is_kept_and_not_who_was_rolled_back_from() {
        use Stage::{Live, Retired};
        check_changed(&[(Live, 30), (Retired, 20), (Retired, 30), (Retired, 10)], 1, &[1, 3]);
    }
}
