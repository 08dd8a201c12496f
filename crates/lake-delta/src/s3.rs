//! A prefix of a bucket as an object store, with what tables and artifacts need beyond that.
//!
//! S3 acknowledges an object when it is durable, and whole: nothing here is left to be synced. A commit is
//! a put on the condition that there is no such object (`If-None-Match: *`), which S3 and most of what
//! speaks like it keep among any number of writers. What does not is refused when it is opened.
//!
//! # Costs
//!
//! A request takes some tens of milliseconds. What is large goes in parts, several at a time, so that a
//! part that fails is sent again and not the whole.

mod answer;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::aws::{
    AmazonS3, AmazonS3Builder, AmazonS3ConfigKey, AwsCredential, S3ConditionalPut,
    S3CopyIfNotExists,
};
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{
    BackoffConfig, ClientOptions, CopyMode, CopyOptions, Error, GetOptions, GetResult,
    GetResultPayload, ListResult, MultipartUpload, ObjectMeta, ObjectStore, ObjectStoreExt as _,
    PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, RetryConfig,
    StaticCredentialProvider, WriteMultipart,
};
use url::Url;

use crate::durable::{Step, Watch};
use crate::place::S3Location;
use crate::store::token;

use answer::{KEEP_CONDITIONS, STORE};

pub(crate) use answer::Trouble;

/// What is larger goes in parts of this size.
const PART_BYTES: usize = 8 << 20;
/// How many parts are on their way at a time.
const PARTS_AT_ONCE: usize = 4;
/// How long a request may take, with a part in or out.
const REQUEST_MAX: Duration = Duration::from_mins(1);
/// How long it is tried again before somebody is told.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often at the most.
const RETRIES_MAX: usize = 10;
/// How long a try waits for the one before, at the most.
const BACKOFF_MAX: Duration = Duration::from_secs(5);
/// The object by which it is found out whether puts keep their conditions.
const PROBE: &str = "PROBE";

/// The same for what is put together of parts.
const PARTS_PROBE: &str = "PROBE-PARTS";

/// A prefix of a bucket.
#[derive(Clone)]
pub(crate) struct S3Store {
    inner: Arc<Inner>,
}

struct Inner {
    objects: PrefixStore<AmazonS3>,
    /// Its address, for messages.
    shown: String,
    /// Below what large objects are put that have no name yet.
    aside: String,
    watch: Watch,
}

impl S3Store {
    /// Gets ready to use `location`; asks nothing of it yet.
    pub(crate) fn open(location: &S3Location, aside: &str, watch: Watch) -> Result<S3Store> {
        let bucket = client(location).map_err(|err| {
            Trouble::settled(location.to_string(), "correct the settings of S3", err)
        })?;
        let objects = PrefixStore::new(bucket, location.prefix.clone());
        let (shown, aside) = (location.to_string(), aside.to_owned());
        Ok(S3Store { inner: Arc::new(Inner { objects, shown, aside, watch }) })
    }

    /// Finds out whether a put keeps its condition: without that, two writers would overwrite each
    /// other's commits.
    pub(crate) async fn check_conditions(&self) -> Result<()> {
        let probe = Path::from(PROBE);
        for _ in 0..2 {
            let put = self.inner.objects.put_opts(&probe, PutPayload::new(), create()).await;
            match put.map_err(|err| self.explain(PROBE, err)) {
                // The first time there may be none.
                Ok(_) => {}
                Err(Error::AlreadyExists { .. }) => return self.check_conditions_of_parts().await,
                Err(err) => return Err(err),
            }
        }
        Err(self.overwritten(PROBE, "a put with `If-None-Match: *` replaced an object that exists"))
    }

    /// The same for what is put together of parts, which services decide elsewhere.
    async fn check_conditions_of_parts(&self) -> Result<()> {
        let probe = Path::from(PARTS_PROBE);
        let put = self.inner.objects.put(&probe, PutPayload::from_static(b"probe")).await;
        put.map_err(|err| self.explain(PARTS_PROBE, err))?;
        let copied = self.inner.objects.copy_opts(&probe, &probe, copy_new()).await;
        match copied.map_err(|err| self.explain(PARTS_PROBE, err)) {
            Err(Error::AlreadyExists { .. }) => Ok(()),
            Err(err) => Err(err),
            Ok(()) => Err(self.overwritten(
                PARTS_PROBE,
                "parts put together with `If-None-Match: *` replaced an object that exists",
            )),
        }
    }

    fn overwritten(&self, name: &str, what: &'static str) -> Error {
        let overwritten = Error::NotSupported { source: what.into() };
        Trouble::settled(self.shown(name), KEEP_CONDITIONS, overwritten)
    }

    /// Where `name` is, for messages.
    pub(crate) fn shown(&self, name: &str) -> String {
        format!("{}/{name}", self.inner.shown.trim_end_matches('/'))
    }

    /// Puts an object, replacing what there is.
    pub(crate) async fn put(&self, name: &str, bytes: Bytes) -> Result<()> {
        self.step(Step::BeforeName, name).await?;
        self.put_parts(name, bytes).await.map_err(|err| self.explain(name, err))?;
        self.step(Step::AfterName, name).await
    }

    /// Puts an object unless there is one of that name.
    ///
    /// Parts are put together without a condition; so what goes in parts gets another name first, and is
    /// then copied, within S3, on the condition.
    pub(crate) async fn put_new(&self, name: &str, bytes: Bytes) -> Result<()> {
        let path = Path::from(name);
        if bytes.len() <= PART_BYTES {
            return self.put_opts(&path, bytes.into(), create()).await.map(|_| ());
        }
        let number = token().map_err(|err| Error::Generic { store: STORE, source: err.into() })?;
        let aside = Path::from(format!("{}/{number}", self.inner.aside));
        let objects = &self.inner.objects;
        let explained = |err| self.explain(name, err);
        self.put_parts(aside.as_ref(), bytes).await.map_err(explained)?;
        self.step(Step::BeforeName, name).await?;
        let copied = objects.copy_opts(&aside, &path, copy_new()).await.map_err(explained);
        if let Err(err) = objects.delete(&aside).await {
            tracing::warn!(error = %err, object = self.shown(aside.as_ref()), "could not be removed");
        }
        copied?;
        self.step(Step::AfterName, name).await
    }

    async fn put_parts(&self, name: &str, bytes: Bytes) -> Result<()> {
        let (objects, path) = (&self.inner.objects, Path::from(name));
        if bytes.len() <= PART_BYTES {
            return objects.put(&path, bytes.into()).await.map(|_| ());
        }
        let upload = objects.put_multipart_opts(&path, PutMultipartOptions::default()).await?;
        let mut writer = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
        let mut rest = bytes;
        while !rest.is_empty() {
            if let Err(err) = writer.wait_for_capacity(PARTS_AT_ONCE).await {
                // Parts that stay behind cost money until the bucket's rules remove them.
                if let Err(err) = writer.abort().await {
                    tracing::warn!(error = %err, object = self.shown(name), "parts may be left");
                }
                return Err(err);
            }
            writer.put(rest.split_to(rest.len().min(PART_BYTES)));
        }
        writer.finish().await.map(|_| ())
    }

    /// The bytes of an object.
    pub(crate) async fn get(&self, name: &str) -> Result<Bytes> {
        let path = Path::from(name);
        let found = self.get_opts(&path, GetOptions::default()).await?;
        let n_bytes = found.meta.size;
        let part_bytes = PART_BYTES as u64;
        if n_bytes <= part_bytes {
            return found.bytes().await;
        }
        // Closes the one stream of it all, in favour of several.
        drop(found);
        let starts = (0..n_bytes).step_by(PART_BYTES);
        let parts = futures::stream::iter(starts).map(|start| {
            let range = start..n_bytes.min(start + part_bytes);
            self.get_range(&path, range)
        });
        let mut whole = Vec::with_capacity(usize::try_from(n_bytes).unwrap_or(0));
        let mut parts = std::pin::pin!(parts.buffered(PARTS_AT_ONCE));
        while let Some(part) = parts.try_next().await? {
            whole.extend_from_slice(&part);
        }
        Ok(whole.into())
    }

    fn explain(&self, name: &str, error: Error) -> Error {
        answer::explain(self.shown(name), error)
    }

    /// Lets the watch see a step. It may wait, and does so where that disturbs nobody.
    async fn step(&self, step: Step, name: &str) -> Result<()> {
        let (inner, name) = (Arc::clone(&self.inner), name.to_owned());
        let seen = tokio::task::spawn_blocking(move || (inner.watch)(step, &name)).await?;
        seen.map_err(|err| Error::Generic { store: STORE, source: err.into() })
    }
}

fn create() -> PutOptions {
    PutOptions { mode: PutMode::Create, ..PutOptions::default() }
}

fn copy_new() -> CopyOptions {
    CopyOptions { mode: CopyMode::Create, ..CopyOptions::default() }
}

fn client(location: &S3Location) -> Result<AmazonS3> {
    let access = &location.access;
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(&location.bucket);
    if let Some(region) = &access.region {
        builder = builder.with_region(region);
    }
    if let (Some(id), Some(secret)) = (&access.access_key_id, &access.secret_access_key) {
        // Whatever the environment says beside them belongs to other credentials.
        let (key_id, secret_key) = (id.clone(), secret.clone());
        let given = AwsCredential { key_id, secret_key, token: None };
        builder = builder.with_credentials(Arc::new(StaticCredentialProvider::new(given)));
    }
    let said = [AmazonS3ConfigKey::S3Endpoint, AmazonS3ConfigKey::Endpoint];
    let said = said.iter().find_map(|it| builder.get_config_value(it));
    let endpoint = access.endpoint.clone().or(said);
    let in_clear = endpoint.as_deref().is_some_and(|it| it.starts_with("http://"));
    if let Some(endpoint) = endpoint {
        let endpoint = if access.path_style { endpoint } else { with_bucket(&endpoint, location) };
        builder = builder.with_config(AmazonS3ConfigKey::S3Endpoint, endpoint);
    }
    let options = ClientOptions::new().with_timeout(REQUEST_MAX).with_allow_http(in_clear);
    let backoff = BackoffConfig { max_backoff: BACKOFF_MAX, ..BackoffConfig::default() };
    let retry = RetryConfig { backoff, max_retries: RETRIES_MAX, retry_timeout: patience() };
    builder
        .with_virtual_hosted_style_request(!access.path_style)
        .with_client_options(options)
        .with_retry(retry)
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .with_copy_if_not_exists(S3CopyIfNotExists::Multipart)
        .build()
}

/// Tests of what fails do not wait for long.
const fn patience() -> Duration {
    if cfg!(test) { Duration::from_millis(200) } else { PATIENCE }
}

/// The endpoint with the bucket in its host, as the library wants to have it.
fn with_bucket(endpoint: &str, location: &S3Location) -> String {
    let Ok(mut url) = Url::parse(endpoint) else { return endpoint.to_owned() };
    let host = url.host_str().map(|it| format!("{}.{it}", location.bucket));
    match url.set_host(host.as_deref()) {
        Ok(()) => url.as_str().trim_end_matches('/').to_owned(),
        Err(_) => endpoint.to_owned(),
    }
}

#[async_trait]
impl ObjectStore for S3Store {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        self.step(Step::BeforeName, location.as_ref()).await?;
        let put = self.inner.objects.put_opts(location, payload, opts).await;
        let put = put.map_err(|err| self.explain(location.as_ref(), err))?;
        self.step(Step::AfterName, location.as_ref()).await?;
        Ok(put)
    }

    async fn put_multipart_opts(
        &self,
        _location: &Path,
        _opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        Err(not_done("put_multipart_opts"))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let found = self.inner.objects.get_opts(location, options).await;
        let mut found = found.map_err(|err| self.explain(location.as_ref(), err))?;
        if let GetResultPayload::Stream(bytes) = found.payload {
            let shown = self.shown(location.as_ref());
            let bytes = bytes.map_err(move |err| answer::explain(shown.clone(), err));
            found.payload = GetResultPayload::Stream(bytes.boxed());
        }
        Ok(found)
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let (store, shown) = (self.clone(), self.shown(""));
        let seen = locations.and_then(move |location| {
            let store = store.clone();
            async move {
                store.step(Step::BeforeRemove, location.as_ref()).await?;
                Ok(location)
            }
        });
        let removed = self.inner.objects.delete_stream(seen.boxed());
        removed.map_err(move |err| answer::explain(shown.clone(), err)).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let shown = self.shown(prefix.map_or("", |it| it.as_ref()));
        let found = self.inner.objects.list(prefix);
        found.map_err(move |err| answer::explain(shown.clone(), err)).boxed()
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        let shown = self.shown(prefix.map_or("", |it| it.as_ref()));
        let found = self.inner.objects.list_with_offset(prefix, offset);
        found.map_err(move |err| answer::explain(shown.clone(), err)).boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let found = self.inner.objects.list_with_delimiter(prefix).await;
        found.map_err(|err| self.explain(prefix.map_or("", |it| it.as_ref()), err))
    }

    async fn copy_opts(&self, _from: &Path, _to: &Path, _options: CopyOptions) -> Result<()> {
        Err(not_done("copy_opts"))
    }
}

/// As in a folder, tables are made of files that are put once.
fn not_done(operation: &str) -> Error {
    Error::NotImplemented { operation: operation.to_owned(), implementer: STORE.to_owned() }
}

impl fmt::Display for S3Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.shown)
    }
}

impl fmt::Debug for S3Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{STORE}({self})")
    }
}
