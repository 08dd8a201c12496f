//! The projections as their callers see them.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use domain::Position;
use ports::{Batch, N_SHARES, PortError, Projections, Snapshot, Table};
use tokio::task;

use crate::error::{from_io, unavailable};
use crate::tables::Tables;
use crate::{Options, snapshot, tables};

/// The projections in a folder of their own.
///
/// One process may have a folder open; a second one is refused. Dropping them syncs the tables.
///
/// # Cost
///
/// An `apply` costs one write to the journal and no sync; saving a snapshot costs writing it and two
/// syncs. Memory is bounded by [`Options`], and by the snapshot that is being saved or loaded.
pub struct LocalProjections {
    tables: Arc<Tables>,
    folder: PathBuf,
    /// Held while a snapshot is written: whoever gave up waiting for one may save the next.
    saving: Arc<Mutex<()>>,
}

impl LocalProjections {
    /// Opens the projections in `folder`, which is made if there is none.
    ///
    /// # Errors
    ///
    /// [`PortError::Unavailable`] when another process has them open, [`PortError::Unreadable`] when they
    /// are of a newer program or damaged: deleting the folder mends that.
    pub fn open(folder: &Path, options: Options) -> Result<Arc<LocalProjections>, PortError> {
        fs::create_dir_all(folder).map_err(|err| from_io("making the folder", err))?;
        let tables = Arc::new(Tables::open(&tables::folder(folder), options)?);
        let saving = Arc::default();
        Ok(Arc::new(LocalProjections { tables, folder: folder.to_owned(), saving }))
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Tables) -> Result<T, PortError> + Send + 'static,
    ) -> Result<T, PortError> {
        let tables = Arc::clone(&self.tables);
        task::spawn_blocking(move || work(&tables))
            .await
            .map_err(|err| unavailable("the work was given up".to_owned(), Some(err.into())))?
    }
}

#[async_trait]
impl Projections for LocalProjections {
    async fn positions(&self) -> Result<[Position; N_SHARES], PortError> {
        self.blocking(Tables::positions).await
    }

    async fn apply(&self, batch: Batch) -> Result<bool, PortError> {
        self.blocking(move |tables| tables.apply(batch)).await
    }

    async fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, PortError> {
        let key = key.to_vec();
        self.blocking(move |tables| tables.get(table, &key)).await
    }

    async fn scan(
        &self,
        table: Table,
        prefix: &[u8],
        n_max: usize,
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>, PortError> {
        let prefix = prefix.to_vec();
        self.blocking(move |tables| tables.scan(table, &prefix, n_max)).await
    }

    async fn load_snapshot(&self, name: &str) -> Result<Option<Snapshot>, PortError> {
        let file = snapshot::path(&self.folder, name);
        self.blocking(move |_| snapshot::load(&file)).await
    }

    async fn save_snapshot(&self, name: &str, snapshot: Snapshot) -> Result<(), PortError> {
        let file = snapshot::path(&self.folder, name);
        let saving = Arc::clone(&self.saving);
        self.blocking(move |tables| {
            let _alone = saving.lock().unwrap_or_else(PoisonError::into_inner);
            // Tables and snapshots are read together after a start; let neither be much older.
            tables.sync()?;
            snapshot::save(&file, &snapshot).map_err(|err| from_io("writing a snapshot", err))
        })
        .await
    }

    async fn clear(&self) -> Result<(), PortError> {
        let folder = self.folder.clone();
        self.blocking(move |tables| {
            snapshot::delete_all(&folder).map_err(|err| from_io("deleting snapshots", err))?;
            tables.clear()
        })
        .await
    }
}

impl Drop for LocalProjections {
    fn drop(&mut self) {
        if let Err(error) = self.tables.sync() {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the tables were not synced; their last moments may be computed again"
            );
        }
    }
}

impl fmt::Debug for LocalProjections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalProjections").field("folder", &self.folder).finish_non_exhaustive()
    }
}
