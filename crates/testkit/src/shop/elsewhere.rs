//! Backups of shops for tests, and other places into which they are restored.

use std::path::Path;
use std::sync::Arc;

use app::backup::{Backup, BackupError, BackupPlaces, Forgotten, Restored};
use app::{AppSettings, Backends, OpenError, RootKey};
use domain::Position;
use lake_delta::{Place, StoredArtifacts};
use tempfile::TempDir;

use super::{ROOT_KEY, TestShop, backends, try_open};
use crate::ManualClock;

/// The places of a backup in a folder: `data` and `keys`.
///
/// # Panics
///
/// If they cannot be opened, as do all functions here.
pub async fn backup_places(folder: &Path) -> BackupPlaces {
    let place = async |name: &str| {
        let store = StoredArtifacts::open(&Place::Folder(folder.join(name))).await;
        Arc::new(store.expect("a place for a backup can be opened"))
    };
    BackupPlaces { data: place("data").await, keys: place("keys").await }
}

/// A backup of a shop as it is now, checked.
pub async fn back_up(shop: &TestShop, folder: &Path) -> Backup {
    let places = backup_places(folder).await;
    let made = shop.app.back_up(&app::Caller::command(), &places, &|_| {}).await;
    made.expect("a backup can be made");
    Backup::open(places, &|_| {}).await.expect("the backup is whole")
}

/// Another place for a shop, empty at first, at the same time of day.
#[derive(Debug)]
pub struct Elsewhere {
    /// The settings there.
    pub settings: AppSettings,
    /// The root key there.
    pub root_key: [u8; app::ROOT_KEY_BYTES],
    clock: Arc<ManualClock>,
    folder: TempDir,
}

impl Elsewhere {
    /// An empty place with the settings of `shop`.
    pub fn of(shop: &TestShop) -> Elsewhere {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (settings, clock) = (shop.settings.clone(), Arc::clone(&shop.clock));
        Elsewhere { settings, root_key: ROOT_KEY, clock, folder }
    }

    /// Restores a backup here.
    ///
    /// # Errors
    ///
    /// As [`Backup::restore`].
    pub async fn restore(
        &self,
        backup: &Backup,
        forgotten: &Forgotten,
    ) -> Result<Restored, BackupError> {
        self.restore_on(backup, forgotten, |_| {}).await
    }

    /// The same on backends of the test's own.
    ///
    /// # Errors
    ///
    /// As [`Backup::restore`].
    pub async fn restore_on(
        &self,
        backup: &Backup,
        forgotten: &Forgotten,
        replace: impl FnOnce(&mut Backends),
    ) -> Result<Restored, BackupError> {
        let mut backends = self.backends(backup.log_first()).await;
        replace(&mut backends);
        let root_key = RootKey::new(&self.root_key);
        backup.restore((&self.settings.shop, &root_key), &backends, forgotten, &|_| {}).await
    }

    /// Opens the shop that is here.
    ///
    /// # Errors
    ///
    /// When it cannot be served.
    pub async fn open(self) -> Result<TestShop, OpenError> {
        let backends = self.backends(Position::new(1)).await;
        let app = try_open(backends, self.settings.clone()).await?;
        let Elsewhere { settings, clock, folder, .. } = self;
        Ok(TestShop { app, clock, settings, n_openings: 1, folder })
    }

    /// The backends here, open; a log that did not exist begins at `log_first`.
    pub async fn backends(&self, log_first: Position) -> Backends {
        let clock = Arc::clone(&self.clock);
        // Its chances are not those that the shop had.
        backends(self.folder.path(), &self.settings, clock, (1_000, log_first)).await
    }
}
