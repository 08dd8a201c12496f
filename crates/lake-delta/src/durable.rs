//! A folder of immutable files, each of them on the disk, or not there at all.
//!
//! The object store for local files leaves it to the system when what it wrote reaches the disk. Here a
//! file is written aside, synced, and only then given its name; the names are synced too, those of new
//! folders included.
//!
//! # Invariants
//!
//! - Under a name is a whole file, whenever the process or the machine died.
//! - [`DurableStore::put_later`] leaves its names unsynced; the next `put` syncs them before it gives
//!   its own file a name. So what a commit names is durable before the commit is.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

use crate::store::token;

const STORE: &str = "DurableStore";

/// A step that changes the disk, and whether it is about to be taken or was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A file gets its name.
    BeforeName,
    /// It has it, but the name is not synced.
    AfterName,
    /// A file is removed.
    BeforeRemove,
}

/// Looks at every step, and may refuse it: tests let the disk fail at any of them.
pub(crate) type Watch = Arc<dyn Fn(Step, &str) -> io::Result<()> + Send + Sync>;

/// Lets everything happen.
pub(crate) fn unwatched() -> Watch {
    Arc::new(|_, _| Ok(()))
}

/// A folder of immutable files as an object store.
#[derive(Clone)]
pub(crate) struct DurableStore {
    inner: Arc<Inner>,
}

struct Inner {
    root: PathBuf,
    /// Where files are written before they have a name; on the same disk.
    aside: PathBuf,
    local: LocalFileSystem,
    /// Distinguishes what this store writes aside.
    own: String,
    unsynced: Mutex<BTreeSet<PathBuf>>,
    n_written: AtomicU64,
    watch: Watch,
}

impl DurableStore {
    /// Opens the store in `root`, which is made if there is none, and changes nothing in it yet. Below
    /// `aside` files are written that have no name. Blocks.
    pub(crate) fn open(root: &FilePath, aside: &str, watch: Watch) -> io::Result<Self> {
        make_folder(root)?;
        let local = LocalFileSystem::new_with_prefix(root).map_err(io::Error::other)?;
        let (root, aside, own) = (root.to_owned(), root.join(aside), token()?);
        let (unsynced, n_written) = (Mutex::default(), AtomicU64::new(0));
        Ok(DurableStore {
            inner: Arc::new(Inner { root, aside, local, own, unsynced, n_written, watch }),
        })
    }

    /// Makes ready for writing: removes what an earlier process had begun to write. Blocks.
    pub(crate) fn prepare(&self) -> io::Result<()> {
        empty_folder(&self.inner.aside)
    }

    /// Where in the file system `name` is.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.inner.root.join(name)
    }

    /// Writes a file, durable but for its name, which the next `put` syncs. Blocks.
    pub(crate) fn put_later(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.inner.put(name, &[bytes], PutMode::Overwrite)
    }

    /// Syncs the names in a folder, whoever wrote them. Blocks.
    pub(crate) fn sync_names(&self, folder: &str) -> io::Result<()> {
        self.inner.unsynced().insert(self.inner.root.join(folder));
        self.inner.sync()
    }
}

impl Inner {
    fn unsynced(&self) -> std::sync::MutexGuard<'_, BTreeSet<PathBuf>> {
        self.unsynced.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put<B: AsRef<[u8]>>(&self, name: &str, parts: &[B], mode: PutMode) -> io::Result<()> {
        let path = self.root.join(name);
        let number = self.n_written.fetch_add(1, Ordering::Relaxed);
        let aside = self.aside.join(format!("file-{}-{number}", self.own));
        let mut file = File::create(&aside)?;
        for part in parts {
            file.write_all(part.as_ref())?;
        }
        file.sync_all()?;
        drop(file);
        self.note_folders(&path)?;
        (self.watch)(Step::BeforeName, name)?;
        if mode == PutMode::Create {
            // A link fails where there is a file; a rename would replace it.
            let linked = fs::hard_link(&aside, &path);
            fs::remove_file(&aside)?;
            linked?;
        } else {
            fs::rename(&aside, &path)?;
        }
        (self.watch)(Step::AfterName, name)
    }

    /// Makes the folders that `path` is in, and remembers to sync them all: a folder that is there may
    /// have been made by a process that died before it could.
    fn note_folders(&self, path: &FilePath) -> io::Result<()> {
        let Some(folder) = path.parent() else { return Ok(()) };
        fs::create_dir_all(folder)?;
        let inside = folder.ancestors().take_while(|it| it.starts_with(&self.root));
        self.unsynced().extend(inside.map(FilePath::to_owned));
        Ok(())
    }

    /// Syncs all names that are not yet.
    fn sync(&self) -> io::Result<()> {
        let folders = self.unsynced().clone();
        for folder in &folders {
            File::open(folder)?.sync_all()?;
        }
        self.unsynced().retain(|it| !folders.contains(it));
        Ok(())
    }

    fn put_now(&self, name: &str, parts: &[Bytes], mode: PutMode) -> io::Result<()> {
        self.sync()?;
        self.put(name, parts, mode)?;
        self.sync()
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        (self.watch)(Step::BeforeRemove, name)?;
        match fs::remove_file(self.root.join(name)) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }
}

/// Makes `folder`, or removes all that is in it.
pub(crate) fn empty_folder(folder: &FilePath) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(err) if err.kind() != io::ErrorKind::NotFound => return Err(err),
        _ => {}
    }
    make_folder(folder)
}

/// Makes `folder`, and makes sure that it is still there after a power failure.
pub(crate) fn make_folder(folder: &FilePath) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let parent = match folder.parent() {
        Some(parent) if parent.as_os_str().is_empty() => FilePath::new("."),
        Some(parent) => parent,
        None => return Ok(()),
    };
    make_folder(parent)?;
    match fs::create_dir(folder) {
        Err(err) if err.kind() == io::ErrorKind::AlreadyExists => {}
        made => made?,
    }
    File::open(parent)?.sync_all()
}

fn failed(name: &str, error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::AlreadyExists {
        Error::AlreadyExists { path: name.to_owned(), source: error.into() }
    } else {
        Error::Generic { store: STORE, source: error.into() }
    }
}

/// Does `work` with the file system where it may wait.
pub(crate) async fn blocking<T: Send + 'static>(
    name: String,
    work: impl FnOnce(&str) -> io::Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(move || work(&name).map_err(|err| failed(&name, err)));
    done.await.map_err(|err| Error::Generic { store: STORE, source: err.into() })?
}

#[async_trait]
impl ObjectStore for DurableStore {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        if matches!(opts.mode, PutMode::Update(_)) {
            return Err(not_done("put_opts with PutMode::Update"));
        }
        let inner = Arc::clone(&self.inner);
        let parts: Vec<Bytes> = payload.into_iter().collect();
        blocking(location.to_string(), move |name| inner.put_now(name, &parts, opts.mode)).await?;
        Ok(PutResult { e_tag: None, version: None })
    }

    async fn put_multipart_opts(
        &self,
        _location: &Path,
        _opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        Err(not_done("put_multipart_opts"))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.local.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.inner.local.get_ranges(location, ranges).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let inner = Arc::clone(&self.inner);
        locations
            .and_then(move |location| {
                let inner = Arc::clone(&inner);
                async move {
                    blocking(location.to_string(), move |name| inner.remove(name)).await?;
                    Ok(location)
                }
            })
            .boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        in_order(self.inner.local.list(prefix))
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        in_order(self.inner.local.list_with_offset(prefix, offset))
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.local.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, _from: &Path, _to: &Path, _options: CopyOptions) -> Result<()> {
        Err(not_done("copy_opts"))
    }
}

/// The library takes every store but plain folders to list in order.
fn in_order(
    found: BoxStream<'static, Result<ObjectMeta>>,
) -> BoxStream<'static, Result<ObjectMeta>> {
    let in_order = async move {
        let mut found: Vec<ObjectMeta> = found.try_collect().await?;
        found.sort_by(|a, b| a.location.cmp(&b.location));
        let found: BoxStream<'static, Result<ObjectMeta>> =
            futures::stream::iter(found.into_iter().map(Ok)).boxed();
        Ok::<_, Error>(found)
    };
    futures::stream::once(in_order).try_flatten().boxed()
}

/// Tables are made of files that are put once; what would copy or stream them is not used.
fn not_done(operation: &str) -> Error {
    Error::NotImplemented { operation: operation.to_owned(), implementer: STORE.to_owned() }
}

impl fmt::Display for DurableStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{STORE}({})", self.inner.root.display())
    }
}

impl fmt::Debug for DurableStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
