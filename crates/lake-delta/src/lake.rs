//! The lake: two tables, one history.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use domain::{Position, Recorded, ShopId, Timestamp};
use ports::{Acts, ActsWanted, Lake, LakeTable, PortError, Report, Tended};

use crate::archive::{archive, check_order, off_runtime};
use crate::columns::TableName;
use crate::durable::{DurableStore, Watch, make_folder, unwatched};
use crate::error::{from_io, refused, unreadable};
use crate::read::Reader;
use crate::session::Sessions;
use crate::table::Table;
use crate::{Options, acts, query, tend};

/// Where files are written before they have a name.
const ASIDE: &str = "aside";
/// Where data sets and questions put what does not fit into memory.
const SPILL: &str = "tmp";

/// The lake of one shop in a folder: the Delta tables `events` and `decisions`.
///
/// One process opens it, and in it one task archives and tends; any number read.
pub struct DeltaLake {
    tables: [Arc<Table>; 2],
    options: Options,
    reader: Arc<Reader>,
    sessions: Sessions,
    /// Whether something failed or was given up half-way, so that only the disk knows how the tables stand.
    is_unsure: AtomicBool,
}

impl fmt::Debug for DeltaLake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeltaLake").field("archived", &self.archived()).finish_non_exhaustive()
    }
}

impl DeltaLake {
    /// Opens the lake of `shop` at `location`, a folder that is made if there is none.
    ///
    /// # Errors
    ///
    /// [`PortError::Unreadable`] when it is damaged, another shop's, or a newer program's: then nothing in
    /// it is changed. Otherwise when the folder cannot be written.
    pub async fn open(
        location: &Path,
        shop: &ShopId,
        options: Options,
    ) -> Result<Arc<DeltaLake>, PortError> {
        DeltaLake::open_watched(location, shop, options, unwatched()).await
    }

    /// As [`DeltaLake::open`], with somebody who sees every change of the disk and may refuse it.
    pub(crate) async fn open_watched(
        location: &Path,
        shop: &ShopId,
        options: Options,
        watch: Watch,
    ) -> Result<Arc<DeltaLake>, PortError> {
        let folder = location.to_owned();
        let (store, there) = off_runtime(move || open_store(&folder, watch)).await?;
        // Those that are there come first: nothing is made beside a table that is refused.
        let mut names = TableName::ALL;
        names.sort_by_key(|it| !there.contains(it));
        let mut tables: Vec<Arc<Table>> = Vec::with_capacity(names.len());
        for name in names {
            if !there.contains(&name) {
                check_alone(&tables, name)?;
                prepare(&store).await?;
                Table::create(&store, name, shop, &options).await?;
            }
            tables.push(Arc::new(Table::open(&store, name, shop).await?));
        }
        tables.sort_by_key(|it| it.name);
        let tables: [Arc<Table>; 2] =
            tables.try_into().map_err(|_| unreadable("the number of its tables".to_owned()))?;
        prepare(&store).await?;
        // What an earlier process committed may not be synced yet.
        for table in &tables {
            table.sync_log().await?;
        }
        let sessions = Sessions::open(&store, &location.join(SPILL), &options)?;
        let (reader, is_unsure) = (Arc::new(Reader::default()), AtomicBool::new(false));
        Ok(Arc::new(DeltaLake { tables, options, reader, sessions, is_unsure }))
    }

    /// Brings what is known of the tables up to what the disk holds, if something did not end well before.
    async fn be_sure(&self) -> Result<(), PortError> {
        if self.is_unsure.load(Ordering::Acquire) {
            tracing::warn!(
                "something did not end well in the lake; looking again at what it holds"
            );
            for table in &self.tables {
                table.refresh().await?;
            }
            self.is_unsure.store(false, Ordering::Release);
        }
        Ok(())
    }

    /// Bytes that running plans have on the disk.
    #[cfg(test)]
    pub(crate) fn spilled_bytes(&self) -> u64 {
        self.sessions.spilled_bytes()
    }

    async fn archive_both(&self, events: &Arc<Vec<Recorded>>) -> Result<(), PortError> {
        for table in &self.tables {
            archive(table, events).await?;
        }
        Ok(())
    }
}

/// Opens the folder, and finds the tables that are in it.
fn open_store(folder: &Path, watch: Watch) -> Result<(DurableStore, Vec<TableName>), PortError> {
    let store = make_folder(folder)
        .and_then(|()| DurableStore::open(folder, &folder.join(ASIDE), watch))
        .map_err(|err| from_io(&format!("opening the folder {}", folder.display()), err))?;
    let mut there = Vec::new();
    for name in TableName::ALL {
        if Table::is_there(&store, name)? {
            there.push(name);
        }
    }
    Ok((store, there))
}

async fn prepare(store: &DurableStore) -> Result<(), PortError> {
    let store = store.clone();
    off_runtime(move || {
        store.prepare().map_err(|err| from_io("removing what was begun and not finished", err))
    })
    .await
}

/// Refuses a lake of which one table is gone: the other knows events that would never come back.
fn check_alone(others: &[Arc<Table>], missing: TableName) -> Result<(), PortError> {
    if others.iter().any(|it| it.state().through != Position::START) {
        return Err(unreadable(format!(
            "no table {}, though the other one knows of events; restore the lake's folder from a backup",
            missing.text()
        )));
    }
    Ok(())
}

#[async_trait]
impl Lake for DeltaLake {
    fn archived(&self) -> Position {
        let [events, decisions] = self.tables.each_ref().map(|it| it.state().through);
        events.min(decisions)
    }

    async fn archive(&self, events: Vec<Recorded>) -> Result<Position, PortError> {
        if self.options.archive_events_max < events.len() {
            return Err(refused(format!(
                "{} events were to be archived at once, and {} may; archive fewer",
                events.len(),
                self.options.archive_events_max
            )));
        }
        self.be_sure().await?;
        check_order(self.archived(), &events)?;
        let events = Arc::new(events);
        // Until it ended well: who waits for it may also go away half-way.
        self.is_unsure.store(true, Ordering::Release);
        self.archive_both(&events).await?;
        self.is_unsure.store(false, Ordering::Release);
        off_runtime(move || {
            // Letting go of a million events takes its time.
            drop(events);
            Ok(())
        })
        .await?;
        Ok(self.archived())
    }

    async fn read(&self, after: Position, n_max: usize) -> Result<Vec<Recorded>, PortError> {
        let states = self.tables.each_ref().map(|it| it.state());
        let archived = self.archived().min(states[0].through.min(states[1].through));
        let reader = Arc::clone(&self.reader);
        let tables = self.tables.clone();
        off_runtime(move || {
            let sources = [(&*tables[0], &*states[0]), (&*tables[1], &*states[1])];
            reader.read(sources, after, archived, n_max)
        })
        .await
    }

    async fn acts(&self, wanted: ActsWanted) -> Result<Box<dyn Acts>, PortError> {
        if self.archived() < wanted.through {
            return Err(refused(format!(
                "a data set was to hold events up to {}, but only those up to {} are archived; archive \
                 first",
                wanted.through,
                self.archived()
            )));
        }
        Ok(acts::acts(&self.sessions, &self.tables[0], wanted))
    }

    async fn query(&self, sql: &str, n_rows_max: usize) -> Result<Report, PortError> {
        query::query(&self.sessions, &self.tables, sql, n_rows_max).await
    }

    async fn tend(&self, now: Timestamp) -> Result<Tended, PortError> {
        self.be_sure().await?;
        self.is_unsure.store(true, Ordering::Release);
        let mut tended = Tended::default();
        for table in &self.tables {
            let done = tend::tend(table, &self.options, now).await?;
            tended.n_files_merged += done.n_files_merged;
            tended.n_files_written += done.n_files_written;
            tended.n_files_removed += done.n_files_removed;
        }
        self.is_unsure.store(false, Ordering::Release);
        Ok(tended)
    }

    async fn tables(&self) -> Result<Vec<LakeTable>, PortError> {
        let table = |table: &Arc<Table>| {
            let state = table.state();
            LakeTable {
                name: table.name.text(),
                version: state.version,
                through: state.through,
                n_rows: state.files.iter().map(|it| it.n_rows).sum(),
                n_files: state.files.len() as u64,
                n_bytes: state.files.iter().map(|it| it.n_bytes).sum(),
            }
        };
        Ok(self.tables.iter().map(table).collect())
    }
}
