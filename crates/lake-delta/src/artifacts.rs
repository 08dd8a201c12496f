//! Artifacts as files in a folder.

use std::fmt;
use std::path::Path;

use async_trait::async_trait;
use futures::TryStreamExt as _;
use object_store::path::Path as Name;
use object_store::{Error, ObjectStore as _, ObjectStoreExt as _, PutMode, PutOptions};
use ports::{Artifacts, PortError};

use crate::archive::off_runtime;
use crate::durable::{DurableStore, Watch, make_folder, unwatched};

/// How operators know this backend.
const BACKEND: &str = "the store of artifacts";
/// Where files are written before they have a name. No artifact's name has capitals.
const ASIDE: &str = "ASIDE";
/// The longest name, in bytes.
const NAME_BYTES_MAX: usize = 512;

/// Artifacts in a folder: each a file of its name.
pub struct StoredArtifacts {
    store: DurableStore,
}

impl fmt::Debug for StoredArtifacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredArtifacts").field("store", &self.store).finish()
    }
}

impl StoredArtifacts {
    /// Opens the store in `folder`, which is made if there is none.
    ///
    /// # Errors
    ///
    /// [`PortError`] when the folder cannot be written.
    pub fn open(folder: &Path) -> Result<StoredArtifacts, PortError> {
        StoredArtifacts::open_watched(folder, unwatched())
    }

    /// As [`StoredArtifacts::open`], with somebody who sees every change of the disk and may refuse it.
    pub(crate) fn open_watched(folder: &Path, watch: Watch) -> Result<StoredArtifacts, PortError> {
        let opening = |err: std::io::Error| {
            translate(&format!("opening the folder {}", folder.display()), err.into())
        };
        make_folder(folder).map_err(opening)?;
        let store = DurableStore::open(folder, &folder.join(ASIDE), watch).map_err(opening)?;
        store.prepare().map_err(opening)?;
        Ok(StoredArtifacts { store })
    }

    async fn get_named(&self, name: &Name) -> Result<Option<Vec<u8>>, PortError> {
        let reading = |err: Error| translate(&format!("reading {name}"), err.into());
        match self.store.get(name).await {
            Ok(found) => Ok(Some(found.bytes().await.map_err(reading)?.to_vec())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(err) => Err(reading(err)),
        }
    }
}

fn translate(what: &str, error: Box<dyn std::error::Error + Send + Sync>) -> PortError {
    crate::error::translate(BACKEND, what, "train again, or restore it from a backup", error)
}

fn refused(what: String) -> PortError {
    PortError::Refused { backend: BACKEND, what, source: None }
}

/// Whether `part` may stand in a name.
fn is_part(part: &str) -> bool {
    let is_allowed = |it: u8| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-');
    !part.is_empty() && part != "." && part != ".." && part.bytes().all(is_allowed)
}

fn checked(name: &str) -> Result<Name, PortError> {
    let name = Some(name).filter(|it| it.len() <= NAME_BYTES_MAX && it.split('/').all(is_part));
    let name = name.and_then(|it| Name::parse(it).ok());
    name.ok_or_else(|| {
        refused(format!(
            "an artifact's name; it has at most {NAME_BYTES_MAX} bytes, of a-z, 0-9, `.`, `_`, `-` and \
             single `/` between parts"
        ))
    })
}

#[async_trait]
impl Artifacts for StoredArtifacts {
    async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), PortError> {
        let name = checked(name)?;
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        let bytes = bytes::Bytes::from(bytes);
        match self.store.put_opts(&name, bytes.clone().into(), options).await {
            Ok(_) => Ok(()),
            Err(Error::AlreadyExists { .. }) => {
                if self.get_named(&name).await?.as_deref() != Some(&*bytes) {
                    return Err(refused(format!(
                        "{name} exists, with other bytes; an artifact never changes: choose a new name"
                    )));
                }
                // It may be there because an earlier call was cut short before it was durable.
                let (store, folder) = (self.store.clone(), folder_of(&name));
                off_runtime(move || {
                    store.sync_names(&folder).map_err(|err| translate("syncing", err.into()))
                })
                .await
            }
            Err(err) => Err(translate(&format!("writing {name}"), err.into())),
        }
    }

    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, PortError> {
        self.get_named(&checked(name)?).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, PortError> {
        let listing = |err: Error| translate("listing artifacts", err.into());
        let found: Vec<_> = self.store.list(None).try_collect().await.map_err(listing)?;
        let mut names: Vec<String> = found
            .into_iter()
            .map(|it| it.location.to_string())
            .filter(|it| it.starts_with(prefix) && it.split('/').all(is_part))
            .collect();
        names.sort_unstable();
        Ok(names)
    }

    async fn delete(&self, name: &str) -> Result<(), PortError> {
        let name = checked(name)?;
        let store = self.store.clone();
        off_runtime(move || {
            store
                .remove(name.as_ref())
                .map_err(|err| translate(&format!("removing {name}"), err.into()))
        })
        .await
    }
}

fn folder_of(name: &Name) -> String {
    name.as_ref().rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned())
}
