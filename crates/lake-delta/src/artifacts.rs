//! Artifacts as files.

use std::fmt;

use async_trait::async_trait;
use object_store::Error;
use object_store::path::Path as Name;
use ports::{Artifacts, PortError};

use crate::Place;
use crate::durable::{Watch, unwatched};
use crate::store::Store;

/// How operators know this backend.
const BACKEND: &str = "the store of artifacts";
/// Where files are written before they have a name. No artifact's name has capitals.
const ASIDE: &str = "ASIDE";
/// The longest name, in bytes.
const NAME_BYTES_MAX: usize = 512;

/// Artifacts in a folder or a bucket: each a file of its name.
pub struct StoredArtifacts {
    store: Store,
}

impl fmt::Debug for StoredArtifacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredArtifacts").field("store", &self.store).finish()
    }
}

impl StoredArtifacts {
    /// Opens the store at `place`.
    ///
    /// # Errors
    ///
    /// [`PortError`] when it cannot be written there.
    pub async fn open(place: &Place) -> Result<StoredArtifacts, PortError> {
        StoredArtifacts::open_watched(place, unwatched()).await
    }

    /// As [`StoredArtifacts::open`], with somebody who sees every change of what is stored and may refuse it.
    pub(crate) async fn open_watched(
        place: &Place,
        watch: Watch,
    ) -> Result<StoredArtifacts, PortError> {
        let opening = |err: Error| translate(&format!("opening {place}"), err);
        let store = Store::open(place, ASIDE, watch).await.map_err(opening)?;
        store.prepare().await.map_err(opening)?;
        Ok(StoredArtifacts { store })
    }

    /// Opens the store at `place` for whoever only reads it: nothing is written there.
    ///
    /// # Errors
    ///
    /// [`PortError`] when it cannot be reached.
    pub async fn find(place: &Place) -> Result<StoredArtifacts, PortError> {
        let opening = |err: Error| translate(&format!("opening {place}"), err);
        let store = Store::open(place, ASIDE, unwatched()).await.map_err(opening)?;
        Ok(StoredArtifacts { store })
    }

    async fn get_named(&self, name: &Name) -> Result<Option<Vec<u8>>, PortError> {
        match self.store.get(name.as_ref()).await {
            Ok(found) => Ok(Some(found.into())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(err) => Err(translate(&format!("reading {}", self.shown(name)), err)),
        }
    }

    fn shown(&self, name: &Name) -> String {
        self.store.shown(name.as_ref())
    }
}

fn translate(what: &str, error: Error) -> PortError {
    crate::error::translate(BACKEND, what, "train again, or restore it from a backup", error.into())
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
        let bytes = bytes::Bytes::from(bytes);
        match self.store.put_new(name.as_ref(), bytes.clone()).await {
            Ok(()) => Ok(()),
            Err(Error::AlreadyExists { .. }) => {
                if self.get_named(&name).await?.as_deref() != Some(&*bytes) {
                    return Err(refused(format!(
                        "{name} exists, with other bytes; an artifact never changes: choose a new name"
                    )));
                }
                // It may be there because an earlier call was cut short before it was durable.
                let synced = self.store.sync_names(folder_of(&name)).await;
                synced.map_err(|err| translate(&format!("syncing {}", self.shown(&name)), err))
            }
            Err(err) => Err(translate(&format!("writing {}", self.shown(&name)), err)),
        }
    }

    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, PortError> {
        self.get_named(&checked(name)?).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, PortError> {
        let found = self.store.list("").await;
        let found = found.map_err(|err| translate("listing artifacts", err))?;
        let mut names: Vec<String> = found
            .into_iter()
            .map(|it| it.name)
            .filter(|it| it.starts_with(prefix) && it.split('/').all(is_part))
            .collect();
        names.sort_unstable();
        Ok(names)
    }

    async fn delete(&self, name: &str) -> Result<(), PortError> {
        let name = checked(name)?;
        let removed = self.store.remove(&[name.to_string()]).await;
        removed.map_err(|err| translate(&format!("removing {}", self.shown(&name)), err))
    }
}

fn folder_of(name: &Name) -> &str {
    name.as_ref().rsplit_once('/').map_or("", |(folder, _)| folder)
}
