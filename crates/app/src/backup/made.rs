//! Making a backup, while the shop is served.

use domain::{Position, Recorded};
use ports::{Artifacts, Row};

use super::error::off_runtime;
use super::packed::{PackedEvent, Packer};
use super::rows::PackedRow;
use super::state::Folded;
use super::{
    BackupError, BackupPlaces, BackupProgress, Counts, FileEntry, HistoryEntry, MANIFEST, Manifest,
    StateAt, Tell, manifest,
};
use crate::{App, Caller, import, migrate};

/// How many events are read at once.
const READ_MAX: usize = 4_096;

impl App {
    /// Makes a backup of the shop as it is at this moment, in two empty places. The shop goes on meanwhile.
    ///
    /// Whoever gives it up may drop the future: without a manifest, what it left is no backup.
    ///
    /// # Errors
    ///
    /// [`BackupError`] when a place is not empty, or a backend or place fails.
    pub async fn back_up(
        &self,
        caller: &Caller,
        to: &BackupPlaces,
        tell: Tell<'_>,
    ) -> Result<Manifest, BackupError> {
        ensure_empty(&*to.data, "the data").await?;
        ensure_empty(&*to.keys, "the keys").await?;
        let position = self.history().head();
        let create_time = self.now();
        let mut counts = Counts { events: position.get(), ..Counts::default() };
        let dumped = self.back_up_records(position, to, &mut counts, tell).await?;
        let (history, state) = self.back_up_history(position, &*to.data, tell).await?;
        let manifest = Manifest {
            format: manifest::FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            shop: self.shop_id().to_string(),
            position: position.get(),
            create_time: create_time.to_string(),
            root_key_check: self.directory.root().check(),
            state,
            counts,
            history,
            records: dumped.records,
            artifacts: dumped.artifacts,
            keys: dumped.keys,
        };
        let writing = BackupError::while_doing("writing the manifest");
        to.data.put(MANIFEST, manifest.write()).await.map_err(writing)?;
        let noting = BackupError::while_doing("noting the backup in the audit trail");
        self.audit(caller, "shop.backup", &format!("at {position}")).await.map_err(noting)?;
        Ok(manifest)
    }

    /// Records and models, as of one moment after `position`.
    async fn back_up_records(
        &self,
        position: Position,
        to: &BackupPlaces,
        counts: &mut Counts,
        tell: Tell<'_>,
    ) -> Result<Dumped, BackupError> {
        let reading = || BackupError::while_doing("reading records");
        let mut records = Files::new(&*to.data, "records/rows");
        let mut keys = Files::new(&*to.keys, "keys/shoppers");
        let mut artifacts = Vec::new();
        let mut n_done = 0;
        let mut rows = self.backends.records.dump().await.map_err(reading())?;
        while let Some(batch) = rows.next().await.map_err(reading())? {
            n_done += batch.len() as u64;
            let mut of_shoppers = Vec::new();
            let mut others = Vec::with_capacity(batch.len());
            for row in batch {
                match row {
                    Row::Shopper(_) => of_shoppers.push(row),
                    Row::Model(model) => {
                        // One whose file is gone was forgotten since, or never decides again.
                        if let Some(file) = self.back_up_model(&model.artifact, to).await? {
                            artifacts.push(file);
                            others.push(Row::Model(model));
                        }
                    }
                    row => others.extend(as_of(row, position)),
                }
            }
            counts.shoppers += of_shoppers.len() as u64;
            let n_ids = others.iter().filter(|it| matches!(it, Row::Id { .. })).count();
            counts.ids += n_ids as u64;
            counts.other_rows += (others.len() - n_ids) as u64;
            keys.add(of_shoppers).await?;
            records.add(others).await?;
            tell(BackupProgress { step: "records", n_done, n_all: 0 });
        }
        counts.models = artifacts.len() as u64;
        Ok(Dumped { records: records.finish().await?, keys: keys.finish().await?, artifacts })
    }

    async fn back_up_model(
        &self,
        artifact: &str,
        to: &BackupPlaces,
    ) -> Result<Option<FileEntry>, BackupError> {
        let bytes = self.backends.artifacts.get(artifact).await;
        let bytes = bytes.map_err(BackupError::while_doing("reading a model"))?;
        let Some(bytes) = bytes else { return Ok(None) };
        let file = put(&*to.data, format!("artifacts/{artifact}"), bytes).await?;
        Ok(Some(file))
    }

    /// The events up to `position`, and the state that they give.
    async fn back_up_history(
        &self,
        position: Position,
        to: &dyn Artifacts,
        tell: Tell<'_>,
    ) -> Result<(Vec<HistoryEntry>, StateAt), BackupError> {
        let history = self.history();
        let folded = Folded::new(self.shop().currency, self.settings.visitors_max);
        let mut packing = Packing { folded, open: None, full: Vec::new() };
        let mut entries = Vec::new();
        let mut last = Position::START;
        while last < position {
            let n_left = usize::try_from(position.get() - last.get()).unwrap_or(usize::MAX);
            let events = history.read(last, n_left.min(READ_MAX)).await;
            let events = events.map_err(BackupError::while_doing("reading the history"))?;
            last = events.last().map_or(position, |it| it.position);
            packing = off_runtime(move || packing.with(&events)).await?;
            packing.put_full(to, &mut entries).await?;
            tell(BackupProgress { step: "history", n_done: last.get(), n_all: position.get() });
        }
        packing.close_file();
        packing.put_full(to, &mut entries).await?;
        let state = off_runtime(move || packing.folded.state()).await?;
        Ok((entries, state))
    }
}

/// What became of records.
struct Dumped {
    records: Vec<FileEntry>,
    keys: Vec<FileEntry>,
    artifacts: Vec<FileEntry>,
}

/// A row as it was when the history ended at `position`, as far as it tells of the history.
fn as_of(row: Row, position: Position) -> Option<Row> {
    match row {
        Row::Fact { name, .. } if is_of_place(&name) => None,
        Row::Fact { name, value } => {
            let value = import::progress_as_of(&name, value, position)?;
            Some(Row::Fact { name, value })
        }
        row => Some(row),
    }
}

/// Whether a fact says something of the place that the shop is in, and not of the shop.
pub(crate) fn is_of_place(fact: &str) -> bool {
    [super::RESTORED_FACT, migrate::CARRIED_FACT, migrate::MOVED_FACT].contains(&fact)
}

async fn ensure_empty(place: &dyn Artifacts, what: &'static str) -> Result<(), BackupError> {
    let names = place.list("").await.map_err(BackupError::while_doing("looking at a place"))?;
    match names.into_iter().next() {
        Some(name) => Err(BackupError::PlaceTaken { what, name }),
        None => Ok(()),
    }
}

async fn put(
    place: &dyn Artifacts,
    name: String,
    bytes: Vec<u8>,
) -> Result<FileEntry, BackupError> {
    let file = FileEntry::of(name, &bytes);
    let writing = BackupError::while_doing("writing a file of the backup");
    place.put(&file.name, bytes).await.map_err(writing)?;
    Ok(file)
}

/// Files of rows, numbered.
struct Files<'a> {
    place: &'a dyn Artifacts,
    name: &'static str,
    open: Packer,
    done: Vec<FileEntry>,
}

impl<'a> Files<'a> {
    fn new(place: &'a dyn Artifacts, name: &'static str) -> Files<'a> {
        Files { place, name, open: Packer::new(), done: Vec::new() }
    }

    async fn add(&mut self, rows: Vec<Row>) -> Result<(), BackupError> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut open = std::mem::replace(&mut self.open, Packer::new());
        let packing = move || {
            rows.into_iter().for_each(|it| open.add(&PackedRow::from(it)));
            open
        };
        self.open = off_runtime(packing).await?;
        if self.open.is_full() { self.close_file().await } else { Ok(()) }
    }

    async fn close_file(&mut self) -> Result<(), BackupError> {
        let full = std::mem::replace(&mut self.open, Packer::new());
        let name = format!("{}-{:06}.gz", self.name, self.done.len() + 1);
        self.done.push(put(self.place, name, full.finish()).await?);
        Ok(())
    }

    async fn finish(mut self) -> Result<Vec<FileEntry>, BackupError> {
        if !self.open.is_empty() {
            self.close_file().await?;
        }
        Ok(self.done)
    }
}

/// Events on their way into files, folded on the way.
struct Packing {
    folded: Folded,
    open: Option<HistoryFile>,
    full: Vec<HistoryFile>,
}

struct HistoryFile {
    first: Position,
    last: Position,
    events: Packer,
}

impl Packing {
    fn with(mut self, events: &[Recorded]) -> Packing {
        self.folded.fold(events);
        for Recorded { position, envelope } in events {
            let position = *position;
            let new = || HistoryFile { first: position, last: position, events: Packer::new() };
            let file = self.open.get_or_insert_with(new);
            file.events.add(&PackedEvent { position, envelope: envelope.encode() });
            file.last = position;
            if file.events.is_full() {
                self.close_file();
            }
        }
        self
    }

    fn close_file(&mut self) {
        self.full.extend(self.open.take());
    }

    async fn put_full(
        &mut self,
        to: &dyn Artifacts,
        entries: &mut Vec<HistoryEntry>,
    ) -> Result<(), BackupError> {
        for HistoryFile { first, last, events } in self.full.drain(..) {
            let name = format!("history/events-{:020}.gz", first.get());
            let file = put(to, name, events.finish()).await?;
            entries.push(HistoryEntry { file, first: first.get(), last: last.get() });
        }
        Ok(())
    }
}
