//! Backups: a shop as it was at one position, in files that any other place can be filled from.
//!
//! ```text
//!          head of the log: position p
//!                │
//! records ──dump─┼─▶ records/…    placements, keys' hashes, switch, trail, facts, models, whose ids are whose
//!                ├─▶ keys/…       in a place of their own: the shoppers' wrapped seal keys
//! artifacts ─────┼─▶ artifacts/…  the models that the registry names
//! history 1..=p ─┴─▶ history/…    every event, and folded on the way: digests of the state at p
//!                          └─▶ manifest.json, the last of all: position, counts, checksums of every file
//! ```
//!
//! # Where to start
//!
//! [`App::back_up`](crate::App::back_up) makes one while the shop is served, [`Backup::open`] checks one, and
//! [`Backup::restore`] fills an empty place from it.
//!
//! # Invariants
//!
//! - Records are read after the position is known, and as of one moment: no event refers to a shopper that
//!   the map does not know. What records say of events behind the position is put right.
//! - Without its manifest it is no backup. With it, every file is what it was, or the backup is refused
//!   before anything is written.
//! - A place is filled whole or not served: records say that it is being filled before anything else is
//!   written, and the same backup may be restored there again until it is done.
//! - The root key is in neither place.
//!
//! # What does not live here
//!
//! Projections are not in it: they are computed again. Where the two places are is the caller's to say:
//! any store of artifacts will do.
//!
//! # Cost
//!
//! Making one reads the history once and holds one more live state; checking reads every file once; a file
//! of history is some 24 MiB before it is packed, and held whole.

mod error;
mod forgotten;
mod made;
mod manifest;
mod open;
mod packed;
mod recent;
mod restore;
mod rows;
mod state;

pub use error::BackupError;
pub use forgotten::{Forgotten, ForgottenError};
pub(crate) use made::is_of_place;
pub use manifest::{Counts, FileEntry, HistoryEntry, Manifest, StateAt, StatePart};
pub use open::Backup;
pub(crate) use recent::Recent;
pub use restore::{RESTORED_FACT, Restored};
pub(crate) use restore::{append, is_under_way};
pub(crate) use rows::PackedRow;

use std::sync::Arc;

use ports::Artifacts;

/// Where a backup is.
#[derive(Clone)]
pub struct BackupPlaces {
    /// Everything but the shoppers' keys.
    pub data: Arc<dyn Artifacts>,
    /// The shoppers' keys.
    pub keys: Arc<dyn Artifacts>,
}

impl std::fmt::Debug for BackupPlaces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BackupPlaces").finish_non_exhaustive()
    }
}

/// How far a piece of work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackupProgress {
    /// What is being done.
    pub step: &'static str,
    /// How much of it is done, in events, rows or files.
    pub n_done: u64,
    /// How much there is to do; 0 where that is not known.
    pub n_all: u64,
}

/// Is told how far it is.
pub type Tell<'a> = &'a (dyn Fn(BackupProgress) + Send + Sync);

/// The file without which it is no backup.
const MANIFEST: &str = "manifest.json";
