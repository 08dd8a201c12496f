//! What is in a table's log, by the names of its files.

use ports::PortError;

use super::LOG;
use crate::columns::TableName;
use crate::error::from_store;
use crate::store::Store;

/// The files of a table's log.
pub(crate) struct LogFiles {
    /// Commits that are still there: the version that each made, and its name within the store.
    pub commits: Vec<(u64, String)>,
    /// The version of the newest checkpoint. Only we write them, each in one file.
    pub last_checkpoint: Option<u64>,
}

impl LogFiles {
    /// Lists them.
    pub(crate) async fn list(store: &Store, table: TableName) -> Result<LogFiles, PortError> {
        let log = format!("{}/{LOG}", table.text());
        let found = store.list(&log).await;
        let found = found.map_err(|err| from_store(&format!("listing {log}"), err))?;
        let mut files = LogFiles { commits: Vec::new(), last_checkpoint: None };
        for name in found.iter().map(|it| &it.name) {
            match version_of(name) {
                Some((version, Kind::Commit)) => {
                    files.commits.push((version, format!("{log}/{name}")));
                }
                Some((version, Kind::Checkpoint)) => {
                    files.last_checkpoint = files.last_checkpoint.max(Some(version));
                }
                None => {}
            }
        }
        Ok(files)
    }
}

/// What a file of a log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Commit,
    Checkpoint,
}

/// The version that a file tells of; nothing where it is of another sort.
pub(super) fn version_of(name: &str) -> Option<(u64, Kind)> {
    let checkpoint = name.strip_suffix(".checkpoint.parquet").map(|it| (it, Kind::Checkpoint));
    let (version, kind) =
        checkpoint.or_else(|| Some((name.strip_suffix(".json")?, Kind::Commit)))?;
    Some((version.parse().ok()?, kind))
}
