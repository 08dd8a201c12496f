//! Where backups are: two folders that only their owner may read.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use app::backup::{BackupPlaces, FileEntry, Manifest};
use lake_delta::{Place, StoredArtifacts};
use ports::Artifacts;

/// Only the owner looks into it.
const OWNER_ONLY: u32 = 0o700;

/// The folder for the keys where none is named: beside that of the data.
pub(crate) fn keys_beside(data: &Path) -> PathBuf {
    let mut name = data.components().as_path().as_os_str().to_owned();
    name.push(".keys");
    name.into()
}

/// The places for a new backup, which are made if there are none.
///
/// # Errors
///
/// When they cannot be made, or one is within the other.
pub(crate) async fn make(data: &Path, keys: &Path) -> anyhow::Result<BackupPlaces> {
    if data.starts_with(keys) || keys.starts_with(data) {
        bail!("the keys would lie with the data they open; name a folder elsewhere with `--keys`");
    }
    for folder in [data, keys] {
        let made = DirBuilder::new().recursive(true).mode(OWNER_ONLY).create(folder);
        made.with_context(|| format!("making {}", folder.display()))?;
    }
    Ok(BackupPlaces { data: open(data).await?, keys: open(keys).await? })
}

/// The places of a backup that is there.
///
/// # Errors
///
/// When one is not there.
pub(crate) async fn find(data: &Path, keys: &Path) -> anyhow::Result<BackupPlaces> {
    Ok(BackupPlaces { data: find_one(data).await?, keys: find_one(keys).await? })
}

/// One of the places of a backup that is there.
///
/// # Errors
///
/// When it is not there.
pub(crate) async fn find_one(folder: &Path) -> anyhow::Result<Arc<dyn Artifacts>> {
    if !folder.is_dir() {
        bail!(
            "there is no folder {}; name that of the backup (`--keys` that of its keys)",
            folder.display()
        );
    }
    open(folder).await
}

async fn open(folder: &Path) -> anyhow::Result<Arc<dyn Artifacts>> {
    Ok(Arc::new(StoredArtifacts::open(&Place::Folder(folder.to_path_buf())).await?))
}

/// What a backup is, in a line.
pub(crate) fn summary(manifest: &Manifest) -> String {
    let Manifest { shop, position, create_time, counts, .. } = manifest;
    let history = manifest.history.iter().map(|it| &it.file);
    let files = history.chain(&manifest.records).chain(&manifest.artifacts).chain(&manifest.keys);
    let n_bytes: u64 = files.map(|it: &FileEntry| it.bytes).sum();
    format!(
        "shop `{shop}` at {position}, {create_time}: {} events, {} shoppers, {} models, {n_bytes} bytes",
        counts.events, counts.shoppers, counts.models
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn keys_lie_beside_the_data_and_not_within() {
        assert_eq!(keys_beside(Path::new("/b/monday/")), Path::new("/b/monday.keys"));
        let (data, within) = (Path::new("/nowhere/b"), Path::new("/nowhere/b/keys"));
        make(data, within).await.unwrap_err();
        make(within, data).await.unwrap_err();
    }
}
