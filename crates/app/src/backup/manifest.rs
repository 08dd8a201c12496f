//! The manifest: what a backup is of, and what each of its files must be.

use serde::{Deserialize, Serialize};

use super::BackupError;
use crate::StateDigest;

/// The newest format that is known.
pub(super) const FORMAT: u32 = 1;

/// What a backup is of, and what each of its files must be.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Manifest {
    /// The format of the backup.
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    /// The shop.
    pub shop: String,
    /// The last event in it.
    pub position: u64,
    /// When it was begun.
    pub create_time: String,
    /// A text by which the shop's root key is known again; it tells nothing about it.
    pub root_key_check: String,
    /// What the history gives when it is folded.
    pub state: StateAt,
    /// How much is in it.
    pub counts: Counts,
    /// The events, in order.
    pub history: Vec<HistoryEntry>,
    /// What people decide, and whose ids are whose.
    pub records: Vec<FileEntry>,
    /// The models.
    pub artifacts: Vec<FileEntry>,
    /// The shoppers' wrapped seal keys, in a place of their own.
    pub keys: Vec<FileEntry>,
}

/// How much is in a backup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Counts {
    /// Events.
    pub events: u64,
    /// Shoppers.
    pub shoppers: u64,
    /// Outside ids.
    pub ids: u64,
    /// Everything else that records hold.
    pub other_rows: u64,
    /// Models.
    pub models: u64,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct FileEntry {
    /// Its name within its place.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its BLAKE3 checksum, in hexadecimal.
    pub blake3: String,
}

/// One file of events.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct HistoryEntry {
    /// The file.
    #[serde(flatten)]
    pub file: FileEntry,
    /// The position of its first event.
    pub first: u64,
    /// The position of its last event.
    pub last: u64,
}

/// The live state that the history gives, and what it was folded with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct StateAt {
    /// The shop's currency.
    pub currency: String,
    /// How many visitors were held.
    pub visitors_max: u32,
    /// Its parts.
    pub parts: Vec<StatePart>,
}

/// A part of the live state.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct StatePart {
    /// Its name, as `tastemaker state digest` tells it.
    pub part: String,
    /// Its digest.
    pub digest: String,
    /// Its size.
    pub bytes: u64,
}

impl From<StateDigest> for StatePart {
    fn from(it: StateDigest) -> StatePart {
        StatePart { part: it.name.to_owned(), digest: it.digest, bytes: it.n_bytes as u64 }
    }
}

impl FileEntry {
    pub(super) fn of(name: String, bytes: &[u8]) -> FileEntry {
        FileEntry {
            name,
            bytes: bytes.len() as u64,
            blake3: blake3::hash(bytes).to_hex().to_string(),
        }
    }

    /// Whether `bytes` are the file's.
    pub(super) fn check(&self, bytes: &[u8]) -> Result<(), BackupError> {
        let n_bytes = bytes.len() as u64;
        if n_bytes != self.bytes {
            let fault = format!("has {n_bytes} bytes and not {}", self.bytes);
            return Err(BackupError::damaged(&self.name, fault));
        }
        if blake3::hash(bytes).to_hex().as_str() != self.blake3 {
            return Err(BackupError::damaged(&self.name, "is damaged: its checksum does not fit"));
        }
        Ok(())
    }
}

/// What is looked at before anything else of a manifest is read.
#[derive(Deserialize)]
struct Form {
    format: u32,
}

impl Manifest {
    /// Reads a manifest of a format that is known.
    pub(super) fn read(bytes: &[u8]) -> Result<Manifest, BackupError> {
        let Form { format } = serde_json::from_slice(bytes).map_err(BackupError::Manifest)?;
        if FORMAT < format {
            return Err(BackupError::Newer { found: format, known: FORMAT });
        }
        serde_json::from_slice(bytes).map_err(BackupError::Manifest)
    }

    pub(super) fn write(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).expect("a manifest is texts and numbers")
    }
}
