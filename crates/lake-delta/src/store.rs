//! Where files are: a folder or a prefix of a bucket, in one set of words.
//!
//! Whatever reads uses either as an object store. What differs is how a file comes to stay: a folder's
//! files and names are synced, S3's are durable when it says so.

use std::sync::Arc;

use bytes::Bytes;
use domain::Timestamp;
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::path::Path;
use object_store::{
    Error, ObjectMeta, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, Result,
};

use crate::durable::{DurableStore, Watch, blocking};
use crate::place::Place;
use crate::s3::S3Store;

/// How the libraries above name the place that is the lake's.
pub(crate) const ROOT: &str = "lake://tables";

/// The files of a lake or of a store of artifacts.
#[derive(Clone, Debug)]
pub(crate) enum Store {
    /// In a folder of this machine.
    Folder(DurableStore),
    /// In a bucket.
    S3(S3Store),
}

/// A file that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    /// Its name within the folder that was listed.
    pub name: String,
    /// When it was written, by the clock of where it is.
    pub modified: Timestamp,
}

impl Store {
    /// Opens the store at `place`; files that have no name yet are put `aside`. Changes nothing there, but
    /// for making a folder.
    pub(crate) async fn open(place: &Place, aside: &str, watch: Watch) -> Result<Store> {
        match place {
            Place::Folder(folder) => {
                let folder = folder.clone();
                let open = move |aside: &str| DurableStore::open(&folder, aside, watch);
                Ok(Store::Folder(blocking(aside.to_owned(), open).await?))
            }
            Place::S3(location) => Ok(Store::S3(S3Store::open(location, aside, watch)?)),
        }
    }

    /// Makes ready for writing: removes what an earlier process had begun to write in a folder, and makes
    /// sure that S3 keeps conditions.
    pub(crate) async fn prepare(&self) -> Result<()> {
        match self {
            Store::Folder(store) => {
                let store = store.clone();
                blocking(String::new(), move |_| store.prepare()).await
            }
            Store::S3(store) => store.check_conditions().await,
        }
    }

    /// The store as others see it.
    pub(crate) fn objects(&self) -> Arc<dyn ObjectStore> {
        match self {
            Store::Folder(store) => Arc::new(store.clone()),
            Store::S3(store) => Arc::new(store.clone()),
        }
    }

    /// Where a file is, for messages.
    pub(crate) fn shown(&self, name: &str) -> String {
        match self {
            Store::Folder(store) => store.file(name).display().to_string(),
            Store::S3(store) => store.shown(name),
        }
    }

    /// Writes a file that is durable at the latest when the next commit is.
    pub(crate) async fn put_later(&self, name: &str, bytes: Bytes) -> Result<()> {
        match self {
            Store::Folder(store) => {
                let store = store.clone();
                blocking(name.to_owned(), move |name| store.put_later(name, &bytes)).await
            }
            Store::S3(store) => store.put(name, bytes).await,
        }
    }

    /// Writes a file, durable when this returns, unless there is one of that name.
    pub(crate) async fn put_new(&self, name: &str, bytes: Bytes) -> Result<()> {
        match self {
            Store::Folder(store) => {
                let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
                store.put_opts(&Path::from(name), bytes.into(), options).await.map(|_| ())
            }
            Store::S3(store) => store.put_new(name, bytes).await,
        }
    }

    /// Makes the names in a folder durable, whoever wrote them.
    pub(crate) async fn sync_names(&self, folder: &str) -> Result<()> {
        match self {
            Store::Folder(store) => {
                let store = store.clone();
                blocking(folder.to_owned(), move |folder| store.sync_names(folder)).await
            }
            Store::S3(_) => Ok(()),
        }
    }

    /// The bytes of a file.
    pub(crate) async fn get(&self, name: &str) -> Result<Bytes> {
        match self {
            Store::Folder(store) => store.get(&Path::from(name)).await?.bytes().await,
            Store::S3(store) => store.get(name).await,
        }
    }

    /// Removes files; some may be gone already.
    pub(crate) async fn remove(&self, names: &[String]) -> Result<()> {
        let paths: Vec<Result<Path>> = names.iter().map(|it| Ok(Path::from(&**it))).collect();
        let mut removed = self.objects().delete_stream(futures::stream::iter(paths).boxed());
        loop {
            match removed.try_next().await {
                Ok(None) => return Ok(()),
                Ok(Some(_)) | Err(Error::NotFound { .. }) => {}
                Err(err) => return Err(err),
            }
        }
    }

    /// The files anywhere below `folder`.
    pub(crate) async fn list(&self, folder: &str) -> Result<Vec<Stored>> {
        let folder = Path::from(folder);
        let found = self.objects().list(Some(&folder));
        found.map_ok(|it| stored(&folder, &it)).try_collect().await
    }

    /// The first file below `folder`, in the order of names, after the one called `name`.
    pub(crate) async fn first_after(&self, folder: &str, name: &str) -> Result<Option<Stored>> {
        let folder = Path::from(folder);
        let offset = folder.clone().join(name);
        let objects = self.objects();
        let mut found = objects.list_with_offset(Some(&folder), &offset);
        Ok(found.try_next().await?.map(|it| stored(&folder, &it)))
    }

    /// Whether there is a file anywhere below `folder`.
    pub(crate) async fn has_files(&self, folder: &str) -> Result<bool> {
        let objects = self.objects();
        let mut found = objects.list(Some(&Path::from(folder)));
        Ok(found.try_next().await?.is_some())
    }
}

fn stored(folder: &Path, meta: &ObjectMeta) -> Stored {
    let name = meta.location.as_ref();
    let within = name.strip_prefix(folder.as_ref()).map_or(name, |it| it.trim_start_matches('/'));
    let modified = Timestamp::from_micros(meta.last_modified.timestamp_micros());
    Stored { name: within.to_owned(), modified }
}

/// A text that no other call answers, in any process: for names that nobody else gives.
pub(crate) fn token() -> std::io::Result<String> {
    Ok(format!("{:016x}", getrandom::u64()?))
}
