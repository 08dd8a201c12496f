//! Looking at a backup: whether it is whole, before anything is made of it.

use domain::{Envelope, Position, Recorded};
use ports::{Artifacts, Row};

use super::error::off_runtime;
use super::packed::{PackedEvent, unpack};
use super::recent::Recent;
use super::rows::PackedRow;
use super::{
    BackupError, BackupPlaces, BackupProgress, FileEntry, HistoryEntry, MANIFEST, Manifest, Tell,
};

/// A backup, every file of which was checked.
#[derive(Debug)]
pub struct Backup {
    pub(super) places: BackupPlaces,
    pub(super) manifest: Manifest,
    /// What it is known by: the checksum of its manifest.
    pub(super) id: String,
    log_first: Position,
}

/// Which keys are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keys {
    Checked,
    Elsewhere,
}

impl Backup {
    /// Opens a backup and checks it: that every file is there and what it was, and that it can be read.
    ///
    /// # Errors
    ///
    /// [`BackupError`] names the first file that is not as it should be.
    pub async fn open(places: BackupPlaces, tell: Tell<'_>) -> Result<Backup, BackupError> {
        let (manifest, id) = read_manifest(&*places.data).await?;
        let log_first = check(&places, &manifest, Keys::Checked, tell).await?;
        Ok(Backup { places, manifest, id, log_first })
    }

    /// Checks a backup whose keys are elsewhere, but for those.
    ///
    /// # Errors
    ///
    /// As [`Backup::open`].
    pub async fn check_without_keys(
        data: std::sync::Arc<dyn Artifacts>,
        tell: Tell<'_>,
    ) -> Result<Manifest, BackupError> {
        let (manifest, _) = read_manifest(&*data).await?;
        let keys = std::sync::Arc::clone(&data);
        check(&BackupPlaces { data, keys }, &manifest, Keys::Elsewhere, tell).await?;
        Ok(manifest)
    }

    /// What it is of.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Where the log of the place begins that it is restored into: a log that does not exist yet must be
    /// made to begin here. The lake has all that is before, and what is behind it is in both.
    pub fn log_first(&self) -> Position {
        self.log_first
    }

    pub(super) async fn events(&self, entry: &HistoryEntry) -> Result<Vec<Recorded>, BackupError> {
        events(&*self.places.data, entry).await
    }
}

async fn read_manifest(data: &dyn Artifacts) -> Result<(Manifest, String), BackupError> {
    let bytes = data.get(MANIFEST).await;
    let bytes = bytes.map_err(BackupError::while_doing("reading the manifest"))?;
    let bytes = bytes.ok_or(BackupError::NoBackup)?;
    Ok((Manifest::read(&bytes)?, blake3::hash(&bytes).to_hex().to_string()))
}

/// Checks every file; answers where a log would begin.
async fn check(
    places: &BackupPlaces,
    manifest: &Manifest,
    keys: Keys,
    tell: Tell<'_>,
) -> Result<Position, BackupError> {
    check_order(manifest)?;
    let rows = manifest.records.iter().map(|it| (&places.data, it));
    let of_shoppers = manifest.keys.iter().map(|it| (&places.keys, it));
    let of_shoppers = of_shoppers.filter(|_| keys == Keys::Checked);
    let n_all = (manifest.records.len()
        + manifest.artifacts.len()
        + manifest.history.len()
        + if keys == Keys::Checked { manifest.keys.len() } else { 0 }) as u64;
    let mut n_done = 0;
    let mut done = || {
        n_done += 1;
        tell(BackupProgress { step: "checking", n_done, n_all });
    };
    for (place, file) in rows.chain(of_shoppers) {
        read_rows(&**place, file).await?;
        done();
    }
    for file in &manifest.artifacts {
        read(&*places.data, file).await?;
        done();
    }
    let mut recent = Recent::default();
    for entry in manifest.history.iter().rev() {
        let events = events(&*places.data, entry).await?;
        if !recent.is_over() {
            recent = off_runtime(move || {
                recent.look_back(&events);
                recent
            })
            .await?;
        }
        done();
    }
    Ok(recent.first(Position::new(manifest.position)))
}

/// Whether the files of history follow each other up to the position.
fn check_order(manifest: &Manifest) -> Result<(), BackupError> {
    let mut next = 1;
    for HistoryEntry { file, first, last } in &manifest.history {
        if *first != next || last < first {
            let fault = format!("has events from {first} to {last}, where {next} comes next");
            return Err(BackupError::damaged(&file.name, fault));
        }
        next = last.saturating_add(1);
    }
    if next != manifest.position.saturating_add(1) {
        let fault = format!("says {} and its events end before {next}", manifest.position);
        return Err(BackupError::damaged(MANIFEST, fault));
    }
    Ok(())
}

/// The bytes of a file, which are what they were.
pub(super) async fn read(place: &dyn Artifacts, file: &FileEntry) -> Result<Vec<u8>, BackupError> {
    let bytes = place.get(&file.name).await;
    let bytes = bytes.map_err(BackupError::while_doing("reading a file of the backup"))?;
    let bytes = bytes.ok_or_else(|| BackupError::Missing { name: file.name.clone() })?;
    let file = file.clone();
    off_runtime(move || file.check(&bytes).map(|()| bytes)).await?
}

/// The rows of a file.
pub(super) async fn read_rows(
    place: &dyn Artifacts,
    file: &FileEntry,
) -> Result<Vec<Row>, BackupError> {
    let bytes = read(place, file).await?;
    let name = file.name.clone();
    let unpacking = move || {
        let rows: Vec<PackedRow> = unpack(&name, &bytes)?;
        Ok(rows.into_iter().map(Row::from).collect())
    };
    off_runtime(unpacking).await?
}

/// The events of a file, which are those that it should have.
async fn events(place: &dyn Artifacts, entry: &HistoryEntry) -> Result<Vec<Recorded>, BackupError> {
    let bytes = read(place, &entry.file).await?;
    let entry = entry.clone();
    off_runtime(move || unpacked_events(&entry, &bytes)).await?
}

fn unpacked_events(entry: &HistoryEntry, bytes: &[u8]) -> Result<Vec<Recorded>, BackupError> {
    let HistoryEntry { file, first, last } = entry;
    let damaged = |fault: String| BackupError::damaged(&file.name, fault);
    let packed: Vec<PackedEvent> = unpack(&file.name, bytes)?;
    let n_expected = last - first + 1;
    if packed.len() as u64 != n_expected {
        return Err(damaged(format!("has {} events and not {n_expected}", packed.len())));
    }
    let mut events = Vec::with_capacity(packed.len());
    for (expected, PackedEvent { position, envelope }) in (*first..).zip(packed) {
        if position.get() != expected {
            return Err(damaged(format!("has event {position} where {expected} belongs")));
        }
        let envelope = Envelope::decode(&envelope)
            .map_err(|error| damaged(format!("has an event {position} of which {error}")))?;
        events.push(Recorded { position, envelope });
    }
    Ok(events)
}
