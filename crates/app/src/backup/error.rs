//! Why a backup was not made, not accepted or not restored.

use domain::Position;
use ports::PortError;

/// Why a backup was not made, not accepted or not restored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// Somebody else writes where a shop is being restored.
    #[error(
        "the lake stays at {position}, because somebody else writes to it; stop every other process on this \
         shop and restore again"
    )]
    Overtaken {
        /// Where it stays.
        position: Position,
    },
    /// The place for a backup has something in it.
    #[error(
        "the place for {what} is not empty, it holds `{name}`; name an empty one (what an unfinished backup \
         left has no manifest.json, and can be deleted)"
    )]
    PlaceTaken {
        /// For what it was named.
        what: &'static str,
        /// The first thing in it.
        name: String,
    },
    /// There is no backup.
    #[error(
        "there is no manifest.json: this is no backup, or one that was not finished; name another"
    )]
    NoBackup,
    /// The manifest makes no sense.
    #[error("manifest.json is damaged; take another copy of this backup, or another backup")]
    Manifest(#[source] serde_json::Error),
    /// A newer program made it.
    #[error(
        "the backup has format {found} and this program reads up to {known}; start the newer tastemaker \
         that made it"
    )]
    Newer {
        /// Its format.
        found: u32,
        /// The newest that is known.
        known: u32,
    },
    /// A file is not there.
    #[error(
        "the file `{name}` of the backup is missing; take another copy of this backup, or another backup"
    )]
    Missing {
        /// Its name.
        name: String,
    },
    /// A file is not what it was.
    #[error(
        "the file `{name}` of the backup {fault}; take another copy of this backup, or another backup"
    )]
    Damaged {
        /// Its name.
        name: String,
        /// What is wrong with it.
        fault: String,
    },
    /// It is another shop's.
    #[error("the backup is of the shop `{found}`, and the settings say `{wanted}`; mend `shop.id`")]
    ForeignShop {
        /// Whose it is.
        found: String,
        /// The shop of the settings.
        wanted: String,
    },
    /// The root key is another one.
    #[error(
        "the root key is not the one that the backup's shop was made with; put the right key in its place \
         (it is in no backup)"
    )]
    ForeignRootKey,
    /// The place to fill has a shop in it.
    #[error(
        "{what}, so this place is not empty and nothing is restored over it; name an empty data folder and \
         empty backends"
    )]
    NotEmpty {
        /// What is there.
        what: String,
    },
    /// Another backup was begun to be restored there.
    #[error(
        "another backup was begun to be restored here and not finished; restore that one again, or begin in \
         an empty place"
    )]
    OtherRestore,
    /// The log numbers events differently.
    #[error(
        "the log did not take the event at {position} at its place; begin again in an empty place, and tell \
         the makers if it happens again"
    )]
    Misplaced {
        /// The event's place.
        position: Position,
    },
    /// What was restored is not what was backed up.
    #[error(
        "the restored history gives another state than the one that was backed up, in: {}; the place is not \
         to be served, begin again in an empty one",
        parts.join(", ")
    )]
    Unequal {
        /// The parts of the state that differ.
        parts: Vec<String>,
    },
    /// A backend failed, or the place of the backup did.
    #[error("{doing} failed")]
    Backend {
        /// What was being done.
        doing: &'static str,
        /// Why.
        #[source]
        source: PortError,
    },
    /// The program ends.
    #[error("the program ends; begin again")]
    Ending,
}

impl BackupError {
    /// Says what was being done when a backend failed.
    pub(super) fn while_doing(doing: &'static str) -> impl FnOnce(PortError) -> BackupError {
        move |source| BackupError::Backend { doing, source }
    }

    pub(super) fn damaged(name: &str, fault: impl Into<String>) -> BackupError {
        BackupError::Damaged { name: name.to_owned(), fault: fault.into() }
    }
}

/// Work for the processor that takes long, off the runtime's threads.
pub(super) async fn off_runtime<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, BackupError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| BackupError::Ending)
}
