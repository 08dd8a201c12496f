//! The lake: two tables, one history.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use domain::{Position, Recorded, ShopId, Timestamp};
use ports::{Acts, ActsWanted, Lake, LakeTable, PortError, Report, Tended};

use crate::archive::{archive, check_order, off_runtime, waiting_off_runtime};
use crate::columns::TableName;
use crate::durable::{Watch, unwatched};
use crate::error::{from_store, refused, unreadable};
use crate::read::Reader;
use crate::session::Sessions;
use crate::store::Store;
use crate::table::{Commit, Table};
use crate::{Options, Place, acts, query, tend};

/// Where files are written before they have a name.
const ASIDE: &str = "aside";

/// The lake of one shop: the Delta tables `events` and `decisions`.
///
/// In a process one task archives and tends; any number read. Other processes may do so too, above all in
/// S3: of two who commit at once one gives way, and nothing is doubled or lost.
pub struct DeltaLake {
    tables: [Arc<Table>; 2],
    options: Options,
    reader: Arc<Reader>,
    sessions: Sessions,
    /// Whether something failed or was given up half-way, so that nobody here knows how the tables stand.
    is_unsure: AtomicBool,
}

impl fmt::Debug for DeltaLake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeltaLake").field("archived", &self.archived()).finish_non_exhaustive()
    }
}

impl DeltaLake {
    /// Opens the lake of `shop` at `place`. `scratch` is a folder of this machine that is emptied, and
    /// takes what data sets and questions do not hold in memory.
    ///
    /// # Errors
    ///
    /// [`PortError::Unreadable`] when it is damaged, another shop's, or a newer program's: then nothing in
    /// it is changed. Otherwise when the place or the folder cannot be written.
    pub async fn open(
        place: &Place,
        scratch: &Path,
        shop: &ShopId,
        options: Options,
    ) -> Result<Arc<DeltaLake>, PortError> {
        DeltaLake::open_watched(place, scratch, shop, options, unwatched()).await
    }

    /// As [`DeltaLake::open`], with somebody who sees every change of what is stored and may refuse it.
    pub(crate) async fn open_watched(
        place: &Place,
        scratch: &Path,
        shop: &ShopId,
        options: Options,
        watch: Watch,
    ) -> Result<Arc<DeltaLake>, PortError> {
        let store = Store::open(place, ASIDE, watch).await;
        let store = store.map_err(|err| from_store(&format!("opening {place}"), err))?;
        let tables = open_tables(&store, shop, &options).await?;
        prepare(&store).await?;
        // What an earlier process committed may not be synced yet.
        for table in &tables {
            table.sync_log().await?;
        }
        let sessions = Sessions::open(place, &store, scratch, &options)?;
        let (reader, is_unsure) = (Arc::new(Reader::default()), AtomicBool::new(false));
        Ok(Arc::new(DeltaLake { tables, options, reader, sessions, is_unsure }))
    }

    /// Brings what is known of the tables up to what is stored, if something did not end well before.
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

    /// Learns what other programs did.
    async fn catch_up(&self) -> Result<(), PortError> {
        for table in &self.tables {
            table.catch_up().await?;
        }
        Ok(())
    }

    async fn archive_both(&self, events: &Arc<Vec<Recorded>>) -> Result<(), PortError> {
        for table in &self.tables {
            if archive(table, events).await? == Commit::Overtaken {
                // Another program is at it, with these events or others: how far, is what is answered.
                return self.catch_up().await;
            }
        }
        Ok(())
    }
}

/// Opens both tables; makes those that are not there.
async fn open_tables(
    store: &Store,
    shop: &ShopId,
    options: &Options,
) -> Result<[Arc<Table>; 2], PortError> {
    let mut there = Vec::new();
    for name in TableName::ALL {
        if Table::is_there(store, name).await? {
            there.push(name);
        }
    }
    // Those that are there come first: nothing is made beside a table that is refused.
    let mut names = TableName::ALL;
    names.sort_by_key(|it| !there.contains(it));
    let mut tables: Vec<Arc<Table>> = Vec::with_capacity(names.len());
    for name in names {
        if !there.contains(&name) {
            check_alone(&tables, name)?;
            prepare(store).await?;
            let made = Table::create(store, name, shop, options).await;
            // Another program may make it at the same time; then it is as good.
            if made.is_err() && !Table::is_there(store, name).await? {
                made?;
            }
        }
        tables.push(Arc::new(Table::open(store, name, shop).await?));
    }
    tables.sort_by_key(|it| it.name);
    tables.try_into().map_err(|_| unreadable("the number of its tables".to_owned()))
}

async fn prepare(store: &Store) -> Result<(), PortError> {
    let prepared = store.prepare().await;
    prepared.map_err(|err| from_store("making ready to write", err))
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
        if check_order(self.archived(), &events).is_err() {
            // What is between may have been archived elsewhere.
            self.catch_up().await?;
            check_order(self.archived(), &events)?;
        }
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

    async fn refresh(&self) -> Result<Position, PortError> {
        self.catch_up().await?;
        Ok(self.archived())
    }

    async fn read(&self, after: Position, n_max: usize) -> Result<Vec<Recorded>, PortError> {
        let states = self.tables.each_ref().map(|it| it.state());
        let archived = self.archived().min(states[0].through.min(states[1].through));
        let reader = Arc::clone(&self.reader);
        let tables = self.tables.clone();
        waiting_off_runtime(move || async move {
            let sources = [(&*tables[0], &*states[0]), (&*tables[1], &*states[1])];
            reader.read(sources, after, archived, n_max).await
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
        self.catch_up().await?;
        self.is_unsure.store(true, Ordering::Release);
        let mut tended = Tended::default();
        for table in &self.tables {
            let done = match tend::tend(table, &self.options, now).await {
                // What was to be merged may be merged elsewhere, and gone.
                Err(err) if table.catch_up().await? => {
                    tracing::warn!(error = %err, "another program tended first; giving way to it");
                    continue;
                }
                done => done?,
            };
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
