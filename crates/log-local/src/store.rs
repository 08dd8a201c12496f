//! The key-value store under the log: one batch, one sync.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use domain::{Envelope, MessageKey, Position};
use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode};
use ports::{Counted, PortError, Receipt};
use rustc_hash::FxHashMap;

use crate::Options;
use crate::error::{BACKEND, from_io, from_store, unreadable};
use crate::messages::Messages;
use crate::segments::Segments;
use crate::{disk, journal};

/// The version of the log's own layout in the store, and the newest that this program reads.
const FORMAT: u16 = 1;
const FORMAT_ENTRY: &str = "format";
const FORGOTTEN_ENTRY: &str = "forgotten";
/// One flushes and compacts in turn. Of two, one was measured to turn idly while the other compacts: at
/// 40,000 events a second on two cores, appends then waited twice as long.
const WORKER_THREADS: usize = 1;

/// An event on its way into the log.
pub(crate) struct Arrived {
    /// The event.
    pub envelope: Envelope,
    /// Its encoding.
    pub bytes: Vec<u8>,
}

/// The open store.
pub(crate) struct Store {
    /// Events, for readers and the writer.
    pub segments: Segments,
    messages: Mutex<Messages>,
    meta: Keyspace,
    db: Database,
    folder: PathBuf,
    options: Options,
}

impl Store {
    /// Opens the store in `folder`, which is made if there is none.
    pub(crate) fn open(folder: &Path, options: Options) -> Result<Store, PortError> {
        disk::make_folder(folder).map_err(|err| from_io("making its folder", err))?;
        journal::mend(folder)?;
        let opening = |err| from_store("opening the store", err);
        let db = Database::builder(folder)
            .cache_size(options.cache_bytes)
            .max_journaling_size(options.journal_bytes)
            .worker_threads(WORKER_THREADS)
            .manual_journal_persist(true)
            .open()
            .map_err(opening)?;
        let meta = db.keyspace("meta", KeyspaceCreateOptions::default).map_err(opening)?;
        check_format(&db, &meta, options.first)?;
        let segments = Segments::open(&db, &options).map_err(opening)?;
        let messages = Mutex::new(Messages::open(&db, &meta, &options).map_err(opening)?);
        let folder = folder.to_owned();
        let store = Store { segments, messages, meta, db, folder, options };
        store.sync_names()?;
        Ok(store)
    }

    /// The last event that is forgotten.
    pub(crate) fn forgotten(&self) -> Result<Position, PortError> {
        let entry = self
            .meta
            .get(FORGOTTEN_ENTRY)
            .map_err(|err| from_store("reading how far is forgotten", err))?;
        match entry.as_deref().map(TryInto::try_into) {
            None => Ok(Position::START),
            Some(Ok(bytes)) => Ok(Position::new(u64::from_be_bytes(bytes))),
            Some(Err(_)) => {
                Err(unreadable("how far is forgotten; restore it from a backup".to_owned()))
            }
        }
    }

    /// Keeps what was not counted before behind `head`, durably, and answers for each event.
    pub(crate) fn append(
        &self,
        head: Position,
        events: &[&Arrived],
    ) -> Result<Vec<Receipt>, PortError> {
        let writing = |err| from_store("writing events", err);
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        let mut batch = self.db.batch().durability(Some(PersistMode::SyncData));
        let mut oldest = None;

        let latest = events.iter().map(|it| it.envelope.received_time).max();
        if let Some(latest) = latest.filter(|it| messages.are_due(*it)) {
            oldest = messages
                .begin(&self.db, &self.meta, &mut batch, latest, &self.options)
                .map_err(writing)?;
            self.sync_names()?;
        }
        let segment = match self.segments.with_room(head.next(), &self.options) {
            Some(segment) => segment,
            None => {
                let segment =
                    self.segments.add(&self.db, head.next(), &self.options).map_err(writing)?;
                self.sync_names()?;
                segment
            }
        };

        let mut receipts = Vec::with_capacity(events.len());
        let mut group = FxHashMap::<MessageKey, Counted>::default();
        let mut position = head;
        for event in events {
            let (key, received) = (event.envelope.message, event.envelope.received_time);
            let before = match group.get(&key) {
                Some(counted) => Some(*counted),
                None => messages.find(key).map_err(writing)?,
            };
            if let Some(counted) = before.filter(|it| it.covers(received)) {
                receipts.push(Receipt::Duplicate(counted.position));
                continue;
            }
            position = position.next();
            let counted = Counted { position, received };
            batch.insert(&segment, position.get().to_be_bytes(), event.bytes.as_slice());
            messages.insert(&mut batch, key, counted);
            group.insert(key, counted);
            receipts.push(Receipt::Appended(position));
        }

        batch.commit().map_err(writing)?;
        if let Some(oldest) = oldest {
            self.db.delete_keyspace(oldest).map_err(writing)?;
        }
        Ok(receipts)
    }

    /// Notes durably that nothing up to `through` may be read, and drops the segments before it.
    pub(crate) fn forget(&self, through: Position) -> Result<(), PortError> {
        let forgetting = |err| from_store("forgetting events", err);
        let mut batch = self.db.batch().durability(Some(PersistMode::SyncData));
        batch.insert(&self.meta, FORGOTTEN_ENTRY, through.get().to_be_bytes());
        batch.commit().map_err(forgetting)?;
        self.segments.drop_through(&self.db, through).map_err(forgetting)
    }

    /// Makes the names of new keyspaces' folders durable, which the store itself leaves to chance.
    fn sync_names(&self) -> Result<(), PortError> {
        File::open(self.folder.join("keyspaces"))
            .and_then(|folder| folder.sync_all())
            .map_err(|err| from_io("syncing the store's folder", err))
    }
}

/// Checks the format of a log that exists, and writes that of a new one together with where it begins.
fn check_format(db: &Database, meta: &Keyspace, first: Position) -> Result<(), PortError> {
    let reading = |err| from_store("reading the log's format", err);
    let found = match meta.get(FORMAT_ENTRY).map_err(reading)?.as_deref().map(TryInto::try_into) {
        None => {
            let mut batch = db.batch().durability(Some(PersistMode::SyncData));
            batch.insert(meta, FORMAT_ENTRY, FORMAT.to_be_bytes());
            let before_first = first.get().saturating_sub(1);
            if before_first > 0 {
                batch.insert(meta, FORGOTTEN_ENTRY, before_first.to_be_bytes());
            }
            return batch.commit().map_err(|err| from_store("writing the log's format", err));
        }
        Some(Ok(bytes)) => u16::from_be_bytes(bytes),
        Some(Err(_)) => {
            return Err(unreadable("its format's number; restore it from a backup".to_owned()));
        }
    };
    if FORMAT < found {
        return Err(PortError::Unreadable {
            backend: BACKEND,
            what: format!(
                "it has format {found}, but this program reads up to {FORMAT}; start a newer \
                 tastemaker on this data"
            ),
            source: None,
        });
    }
    Ok(())
}
