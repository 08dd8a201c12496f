//! Where backups are: two folders that only their owner may read.

use std::fs::DirBuilder;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use app::backup::{BackupPlaces, FileEntry, Manifest};
use lake_delta::{Place, StoredArtifacts};
use ports::Artifacts;

/// Only the owner looks into it.
const OWNER_ONLY: u32 = 0o700;
/// What others may do.
const OTHERS: u32 = 0o077;

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
    let (real_data, real_keys) = (real(data)?, real(keys)?);
    if real_data.starts_with(&real_keys) || real_keys.starts_with(&real_data) {
        bail!("the keys would lie with the data they open; name a folder elsewhere with `--keys`");
    }
    if let Ok(found) = std::fs::metadata(keys)
        && found.permissions().mode() & OTHERS != 0
    {
        bail!(
            "others than its owner may look into {}, where the keys are to be; run `chmod 700 {0}`, or name \
             a folder that is not there yet with `--keys`",
            keys.display()
        );
    }
    for folder in [data, keys] {
        let made = DirBuilder::new().recursive(true).mode(OWNER_ONLY).create(folder);
        made.with_context(|| format!("making {}", folder.display()))?;
    }
    let open = async |folder: &Path| StoredArtifacts::open(&place(folder)).await.map(Arc::new);
    Ok(BackupPlaces { data: open(data).await?, keys: open(keys).await? })
}

/// Where a folder is, or would be, whatever links lead there.
fn real(folder: &Path) -> anyhow::Result<PathBuf> {
    let folder = std::path::absolute(folder)?;
    let there = folder.ancestors().find_map(|it| Some((it, it.canonicalize().ok()?)));
    let (there, real) = there.context("there is no root folder")?;
    Ok(real.join(folder.strip_prefix(there)?))
}

fn place(folder: &Path) -> Place {
    Place::Folder(folder.to_path_buf())
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
    // It may lie where nothing can be written.
    Ok(Arc::new(StoredArtifacts::find(&place(folder)).await?))
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
        let folder = tempfile::tempdir().unwrap();
        let (data, link) = (folder.path().join("data"), folder.path().join("link"));
        std::fs::create_dir(&data).unwrap();
        std::os::unix::fs::symlink(&data, &link).unwrap();
        make(&data, &link.join("keys")).await.unwrap_err();
        make(&link.join("data"), &data).await.unwrap_err();
        assert_eq!(
            std::fs::read_dir(&data).unwrap().count(),
            0,
            "nothing is made for what is refused"
        );
    }

    #[tokio::test]
    async fn keys_are_put_where_only_their_owner_looks() {
        let folder = tempfile::tempdir().unwrap();
        let (data, keys) = (folder.path().join("data"), folder.path().join("keys"));
        DirBuilder::new().mode(0o755).create(&keys).unwrap();
        let refused = make(&data, &keys).await.err().unwrap().to_string();
        assert!(refused.contains("chmod 700"), "{refused}");
        std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(OWNER_ONLY)).unwrap();
        make(&data, &keys).await.unwrap();
    }

    #[tokio::test]
    async fn whoever_only_reads_a_backup_writes_nothing_into_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("manifest.json"), "{}").unwrap();
        let found = find_one(folder.path()).await.unwrap();
        assert_eq!(found.get("manifest.json").await.unwrap().as_deref(), Some(&b"{}"[..]));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
