//! The tables: small entries in an embedded key-value store, with the positions of their
//! shares.
//!
//! The keyspaces of tables carry the number of their generation. Clearing begins the next generation in
//! the same batch that resets the position, and drops the last one afterwards.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};

use domain::Position;
use fjall::{Database, Keyspace, KeyspaceCreateOptions, OwnedWriteBatch, PersistMode};
use ports::{Batch, N_SHARES, PortError, Table, Write};

use crate::Options;
use crate::error::{from_io, from_store, newer};

/// The version of the tables' layout, and the newest that this program reads.
const FORMAT: u16 = 1;
const FORMAT_ENTRY: &str = "format";
const GENERATION_ENTRY: &str = "generation";
/// The position of the share that has least, for programs that know of one position only.
const POSITION_ENTRY: &str = "position";
/// The positions of all shares.
const POSITIONS_ENTRY: &str = "positions";
const POSITION_BYTES: usize = size_of::<u64>();
const META: &str = "meta";
/// One thread is plenty: nobody waits for a flush.
const WORKER_THREADS: usize = 1;

/// A key and its value.
pub(crate) type Entry = (Vec<u8>, Vec<u8>);

/// One generation of all tables.
struct Generation {
    number: u64,
    decisions: Keyspace,
    outcomes: Keyspace,
}

impl Generation {
    fn open(db: &Database, number: u64, options: &Options) -> fjall::Result<Generation> {
        let open = |table: &str| {
            db.keyspace(&format!("{table}-{number}"), || {
                KeyspaceCreateOptions::default().max_memtable_size(options.memtable_bytes)
            })
        };
        Ok(Generation { number, decisions: open("decisions")?, outcomes: open("outcomes")? })
    }

    fn table(&self, table: Table) -> &Keyspace {
        match table {
            Table::Decisions => &self.decisions,
            Table::Outcomes => &self.outcomes,
        }
    }
}

/// The open tables.
pub(crate) struct Tables {
    generation: RwLock<Generation>,
    meta: Keyspace,
    db: Database,
    folder: PathBuf,
    options: Options,
    /// Held by whoever writes: positions are read before they are moved.
    writing: Mutex<()>,
}

impl Tables {
    /// Opens the tables in `folder`, which is made if there is none.
    pub(crate) fn open(folder: &Path, options: Options) -> Result<Tables, PortError> {
        let opening = |err| from_store("opening the tables", err);
        let builder = || {
            Database::builder(folder)
                .cache_size(options.cache_bytes)
                .max_journaling_size(options.journal_bytes)
                .worker_threads(WORKER_THREADS)
        };
        let db = match builder().open() {
            // Batches are not synced, so a power failure may leave a journal with holes.
            Err(error @ fjall::Error::JournalRecovery(_)) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the tables were torn by a power failure; they are computed again"
                );
                fs::remove_dir_all(folder)
                    .map_err(|err| from_io("removing the torn tables", err))?;
                builder().open()
            }
            opened => opened,
        };
        let db = db.map_err(opening)?;
        let meta = db.keyspace(META, KeyspaceCreateOptions::default).map_err(opening)?;
        check_format(folder, &meta)?;
        let number = number(&meta, GENERATION_ENTRY).map_err(opening)?;
        let generation = Generation::open(&db, number, &options).map_err(opening)?;
        sync_names(folder)?;
        drop_others(&db, &generation).map_err(opening)?;
        let folder = folder.to_owned();
        let (generation, writing) = (RwLock::new(generation), Mutex::default());
        Ok(Tables { generation, meta, db, folder, options, writing })
    }

    fn generation(&self) -> RwLockReadGuard<'_, Generation> {
        self.generation.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Up to where the shares contain the log.
    pub(crate) fn positions(&self) -> Result<[Position; N_SHARES], PortError> {
        let reading = |err| from_store("reading the tables' positions", err);
        let bytes = self.meta.get(POSITIONS_ENTRY).map_err(reading)?;
        let bytes = bytes.filter(|it| it.len() == N_SHARES * POSITION_BYTES);
        let Some(bytes) = bytes else {
            // Written before there were shares.
            let position = number(&self.meta, POSITION_ENTRY).map_err(reading)?;
            return Ok([Position::new(position); N_SHARES]);
        };
        let mut positions = [Position::START; N_SHARES];
        let (chunks, _) = bytes.as_chunks::<POSITION_BYTES>();
        for (position, chunk) in positions.iter_mut().zip(chunks) {
            *position = Position::new(u64::from_be_bytes(*chunk));
        }
        Ok(positions)
    }

    /// Writes entries and positions, all or nothing; `false` when a share lacks something before.
    pub(crate) fn apply(&self, batch: Batch) -> Result<bool, PortError> {
        let generation = self.generation();
        let _alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let Batch { shares, after, through, writes } = batch;
        let mut positions = self.positions()?;
        for share in shares {
            let position = &mut positions[share.index()];
            if *position < after {
                return Ok(false);
            }
            *position = through.max(*position);
        }
        let mut batch = self.db.batch();
        for Write { table, key, value } in writes {
            batch.insert(generation.table(table), key, value);
        }
        self.insert_positions(&mut batch, &positions);
        batch.commit().map_err(|err| from_store("writing to the tables", err))?;
        Ok(true)
    }

    fn insert_positions(&self, batch: &mut OwnedWriteBatch, positions: &[Position; N_SHARES]) {
        let least = positions.iter().min().copied().unwrap_or_default();
        let bytes: Vec<u8> = positions.iter().flat_map(|it| it.get().to_be_bytes()).collect();
        batch.insert(&self.meta, POSITION_ENTRY, least.get().to_be_bytes());
        batch.insert(&self.meta, POSITIONS_ENTRY, bytes);
    }

    /// The entry under `key`.
    pub(crate) fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, PortError> {
        let value = self.generation().table(table).get(key);
        let value = value.map_err(|err| from_store("reading from the tables", err))?;
        Ok(value.map(|it| it.to_vec()))
    }

    /// At most `n_max` entries whose keys begin with `prefix`.
    pub(crate) fn scan(
        &self,
        table: Table,
        prefix: &[u8],
        n_max: usize,
    ) -> Result<Vec<Entry>, PortError> {
        let generation = self.generation();
        let entries = generation.table(table).prefix(prefix).take(n_max);
        let entries = entries.map(|entry| {
            let (key, value) = entry.into_inner()?;
            Ok((key.to_vec(), value.to_vec()))
        });
        entries.collect::<fjall::Result<_>>().map_err(|err| from_store("scanning the tables", err))
    }

    /// Makes everything written so far durable.
    pub(crate) fn sync(&self) -> Result<(), PortError> {
        self.db.persist(PersistMode::SyncData).map_err(|err| from_store("syncing the tables", err))
    }

    /// Empties the tables and resets their position.
    pub(crate) fn clear(&self) -> Result<(), PortError> {
        let clearing = |err| from_store("clearing the tables", err);
        let mut generation = self.generation.write().unwrap_or_else(PoisonError::into_inner);
        let next = Generation::open(&self.db, generation.number + 1, &self.options);
        let next = next.map_err(clearing)?;
        sync_names(&self.folder)?;
        let mut batch = self.db.batch().durability(Some(PersistMode::SyncData));
        batch.insert(&self.meta, GENERATION_ENTRY, next.number.to_be_bytes());
        self.insert_positions(&mut batch, &[Position::START; N_SHARES]);
        batch.commit().map_err(clearing)?;
        *generation = next;
        drop_others(&self.db, &generation).map_err(clearing)
    }
}

/// Where the tables are in the projections' folder.
pub(crate) fn folder(projections: &Path) -> PathBuf {
    projections.join("tables")
}

/// Makes the names of new keyspaces' folders durable, which the store leaves to chance: a table whose name
/// is lost would be empty, whatever its position says.
fn sync_names(folder: &Path) -> Result<(), PortError> {
    File::open(folder.join("keyspaces"))
        .and_then(|folder| folder.sync_all())
        .map_err(|err| from_io("syncing the tables' folder", err))
}

fn drop_others(db: &Database, generation: &Generation) -> fjall::Result<()> {
    let own = [META, generation.decisions.name(), generation.outcomes.name()];
    for name in db.list_keyspace_names() {
        if !own.contains(&&*name) {
            db.delete_keyspace(db.keyspace(&name, KeyspaceCreateOptions::default)?)?;
        }
    }
    Ok(())
}

fn number(meta: &Keyspace, name: &str) -> fjall::Result<u64> {
    let bytes = meta.get(name)?;
    // An entry of another length would be damage, which the store's checksums have ruled out.
    Ok(bytes.and_then(|it| (&*it).try_into().ok()).map_or(0, u64::from_be_bytes))
}

fn check_format(folder: &Path, meta: &Keyspace) -> Result<(), PortError> {
    let found = number(meta, FORMAT_ENTRY);
    match found.map_err(|err| from_store("reading the tables' format", err))? {
        0 => meta
            .insert(FORMAT_ENTRY, u64::from(FORMAT).to_be_bytes())
            .map_err(|err| from_store("writing the tables' format", err)),
        found if u64::from(FORMAT) < found => {
            Err(newer(folder, u16::try_from(found).unwrap_or(u16::MAX), FORMAT))
        }
        _ => Ok(()),
    }
}
