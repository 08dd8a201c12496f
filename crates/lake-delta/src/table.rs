//! One Delta table: opened, or made; the files it consists of; a commit.

mod check;
mod log_files;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel as _;
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake_core::kernel::{Action, StructType, Transaction};
use deltalake_core::logstore::{LogStoreRef, StorageConfig, default_logstore};
use deltalake_core::operations::create::CreateBuilder;
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::{DeltaTable, DeltaTableError};
use domain::{Position, ShopId};
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use ports::PortError;
use url::Url;

use crate::Options;
use crate::columns::{BUCKET, DAY, POSITION, TableName};
use crate::data_file::DataFile;
use crate::error::{from_delta, from_store, unreadable};
use crate::rows::column_position;
use crate::store::{ROOT, Store};

pub(crate) use log_files::LogFiles;

/// The folder of a table's log within the table's.
const LOG: &str = "_delta_log";
/// The application transaction that says how far a table is archived.
const ARCHIVE: &str = "archive";
/// The version of the tables' layout, and the newest that this program reads.
const FORMAT: u32 = 1;
const FORMAT_PROPERTY: &str = "tastemaker.format";
const SHOP_PROPERTY: &str = "tastemaker.shop";
const BUCKETS_PROPERTY: &str = "tastemaker.buckets";

/// A table as it stood after one commit.
pub(crate) struct TableState {
    /// The library's view of it.
    pub delta: DeltaTable,
    /// The version: how many commits it has seen.
    pub version: u64,
    /// The last event that it knows of.
    pub through: Position,
    /// Its files, by their first positions.
    pub files: Vec<DataFile>,
}

/// How a commit ended, if it did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Commit {
    /// The table has it.
    Made,
    /// Somebody committed first: the table is known as they left it. It may have been this very commit,
    /// of which only the answer was lost.
    Overtaken,
}

/// One table. In this process there is one who changes it; readers hold states.
pub(crate) struct Table {
    /// Which.
    pub name: TableName,
    /// Into how many buckets its shoppers are divided.
    pub n_buckets: u16,
    log_store: LogStoreRef,
    store: Store,
    state: Mutex<Arc<TableState>>,
    /// States that readers may still hold.
    held: Mutex<Vec<Weak<TableState>>>,
}

impl Table {
    /// Makes the table, empty.
    pub(crate) async fn create(
        store: &Store,
        name: TableName,
        shop: &ShopId,
        options: &Options,
    ) -> Result<(), PortError> {
        create(&log_store(store, name)?, name, shop, options).await
    }

    /// Opens the table, and changes nothing.
    pub(crate) async fn open(
        store: &Store,
        name: TableName,
        shop: &ShopId,
    ) -> Result<Table, PortError> {
        let log_store = log_store(store, name)?;
        check::before_loading(store, name).await?;
        let mut delta = DeltaTable::new(Arc::clone(&log_store));
        delta.load().await.map_err(|err| opening(name, err))?;
        let n_buckets = check::after_loading(&delta, name, shop)?;
        let state = state_of(delta, None).await?;
        let state = Mutex::new(Arc::new(state));
        let store = store.clone();
        Ok(Table { name, n_buckets, log_store, store, state, held: Mutex::default() })
    }

    /// Whether there is a table of this name, or its remains; empty folders are those of one that was
    /// never made.
    pub(crate) async fn is_there(store: &Store, name: TableName) -> Result<bool, PortError> {
        let is_there = store.has_files(name.text()).await;
        is_there.map_err(|err| from_store(&format!("looking for the table {}", name.text()), err))
    }

    /// The table as it stands. What the state names is kept as long as the state is held.
    pub(crate) fn state(&self) -> Arc<TableState> {
        let state = Arc::clone(&self.state.lock().unwrap_or_else(PoisonError::into_inner));
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|it| it.strong_count() != 0);
        if held.last().is_none_or(|it| !std::ptr::eq(it.as_ptr(), Arc::as_ptr(&state))) {
            held.push(Arc::downgrade(&state));
        }
        state
    }

    /// The states that somebody holds, beside the present one.
    pub(crate) fn held(&self) -> Vec<Arc<TableState>> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.iter().filter_map(Weak::upgrade).collect()
    }

    /// The library's way to the table's log.
    pub(crate) fn log_store(&self) -> &LogStoreRef {
        &self.log_store
    }

    /// The name within the store of a file of this table.
    pub(crate) fn stored(&self, file: &str) -> String {
        format!("{}/{file}", self.name.text())
    }

    /// Where its files are written.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Commits `actions`, and `through` as the last event that the table knows of, unless somebody
    /// committed since this process looked.
    ///
    /// After an error it is not known whether the commit was made; [`Table::refresh`] tells.
    pub(crate) async fn commit(
        &self,
        actions: Vec<Action>,
        through: Option<Position>,
        operation: DeltaOperation,
    ) -> Result<Commit, PortError> {
        let state = self.state();
        // Never on top of what another program did meanwhile: that may be the same events. Checkpoints and
        // the removal of old commits are tending, not archiving.
        let mut properties = CommitProperties::default()
            .with_max_retries(0)
            .with_create_checkpoint(false)
            .with_cleanup_expired_logs(Some(false));
        if let Some(through) = through {
            let archived = Transaction::new(ARCHIVE, column_position(through));
            properties = properties.with_application_transaction(archived);
        }
        let snapshot = state.delta.snapshot().map_err(|err| opening(self.name, err))?;
        let committed = CommitBuilder::from(properties)
            .with_actions(actions)
            .build(Some(snapshot), Arc::clone(&self.log_store), operation)
            .await;
        let committed = match committed {
            Ok(committed) => committed,
            // The library has several words for this, and none where an old commit is gone already.
            Err(_) if self.catch_up().await? => {
                tracing::warn!(
                    table = self.name.text(),
                    "another program committed first; giving way to it"
                );
                return Ok(Commit::Overtaken);
            }
            Err(err) => {
                return Err(from_delta(&format!("committing to {}", self.name.text()), err));
            }
        };
        let mut delta = state.delta.clone();
        delta.state = Some(committed.snapshot());
        let state = state_of(delta, Some(through.unwrap_or(state.through))).await?;
        self.put_state(state);
        Ok(Commit::Made)
    }

    /// Makes durable what the table's log holds, whoever wrote it.
    pub(crate) async fn sync_log(&self) -> Result<(), PortError> {
        let synced = self.store.sync_names(&self.stored(LOG)).await;
        synced.map_err(|err| from_store("syncing the table's log", err))
    }

    /// Learns what others committed, if they did; one request where they did not. Says whether they did.
    pub(crate) async fn catch_up(&self) -> Result<bool, PortError> {
        let version = self.state().version;
        let log = self.stored(LOG);
        // Not the next commit alone: it may be gone, with a later checkpoint in its stead.
        let found = self.store.first_after(&log, &format!("{version:020}.json")).await;
        let found = found.map_err(|err| from_store(&format!("looking into {log}"), err))?;
        let is_behind = found.is_some_and(|it| log_files::version_of(&it.name).is_some());
        if is_behind {
            self.refresh().await?;
        }
        Ok(is_behind)
    }

    /// Looks at the table's log again: after an error, nobody knows what it holds.
    pub(crate) async fn refresh(&self) -> Result<(), PortError> {
        self.sync_log().await?;
        let mut delta = DeltaTable::new(Arc::clone(&self.log_store));
        delta.load().await.map_err(|err| opening(self.name, err))?;
        let state = state_of(delta, None).await?;
        self.put_state(state);
        Ok(())
    }

    fn put_state(&self, state: TableState) {
        let mut present = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // Who looked before a commit may come after it.
        if present.version <= state.version {
            *present = Arc::new(state);
        }
    }
}

fn opening(name: TableName, error: DeltaTableError) -> PortError {
    from_delta(&format!("reading the log of the table {}", name.text()), error)
}

/// The library sees the lake's place as a store of its own, wherever it is.
fn log_store(store: &Store, name: TableName) -> Result<LogStoreRef, PortError> {
    let url = Url::parse(&format!("{ROOT}/{}/", name.text()))
        .map_err(|_| unreadable(format!("the name of the table {}", name.text())))?;
    let own = PrefixStore::new(store.objects(), Path::from(name.text()));
    Ok(default_logstore(Arc::new(own), store.objects(), &url, &StorageConfig::default()))
}

async fn create(
    log_store: &LogStoreRef,
    name: TableName,
    shop: &ShopId,
    options: &Options,
) -> Result<(), PortError> {
    let schema: StructType = (&name.table_schema())
        .try_into_kernel()
        .map_err(|err| opening(name, DeltaTableError::Arrow { source: err }))?;
    let days = options.vacuum_after.as_micros() / domain::Span::DAY.as_micros();
    let retention = format!("interval {} days", days.max(7));
    let properties = [
        (FORMAT_PROPERTY, FORMAT.to_string()),
        (SHOP_PROPERTY, shop.to_string()),
        (BUCKETS_PROPERTY, options.buckets.clamp(1, 256).to_string()),
        // How far back files are chosen by statistics; the days are in the folders' names.
        ("delta.dataSkippingStatsColumns", POSITION.to_owned()),
        ("delta.deletedFileRetentionDuration", retention),
    ];
    let properties: HashMap<String, Option<String>> =
        properties.into_iter().map(|(name, it)| (name.to_owned(), Some(it))).collect();
    CreateBuilder::new()
        .with_log_store(Arc::clone(log_store))
        .with_save_mode(SaveMode::ErrorIfExists)
        .with_table_name(name.text())
        .with_columns(schema.fields().cloned())
        .with_partition_columns([DAY, BUCKET])
        .with_raise_if_key_not_exists(false)
        .with_configuration(properties)
        .await
        .map_err(|err| from_delta(&format!("making the table {}", name.text()), err))?;
    Ok(())
}

/// Gathers what the program needs to know of a table; `through` where that is known.
async fn state_of(delta: DeltaTable, through: Option<Position>) -> Result<TableState, PortError> {
    let reading = |err| from_delta("reading the log of a table", err);
    let snapshot = delta.snapshot().map_err(reading)?;
    let through = match through {
        Some(through) => through,
        None => {
            let log_store = delta.log_store();
            let found = snapshot.transaction_version(&*log_store, ARCHIVE).await;
            let found = found.map_err(reading)?.unwrap_or(0);
            crate::data_file::position_of(found)?
        }
    };
    let mut files = Vec::with_capacity(snapshot.log_data().num_files());
    for view in snapshot.log_data().iter() {
        let file = DataFile::of(&view).ok_or_else(|| {
            unreadable(format!(
                "the file {} without a day, a bucket and positions, which another program wrote; \
                 restore the lake's folder from a backup, and let only tastemaker write there",
                view.path()
            ))
        })?;
        files.push(file);
    }
    files.sort_by(|a, b| (a.first, &a.name).cmp(&(b.first, &b.name)));
    let version = snapshot.version();
    Ok(TableState { version, through, files, delta })
}
