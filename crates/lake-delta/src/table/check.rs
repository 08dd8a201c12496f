//! Whether a table is ours and of a kind that this program reads; otherwise it is left as it is.

use deltalake_core::DeltaTable;
use domain::ShopId;
use futures::{StreamExt as _, TryStreamExt as _};
use ports::PortError;

use super::{BUCKETS_PROPERTY, FORMAT, FORMAT_PROPERTY, LogFiles, SHOP_PROPERTY, opening};
use crate::columns::TableName;
use crate::error::{from_store, unreadable};
use crate::store::Store;

/// What of Delta's protocol the program's own tables need.
const READER_VERSION: i64 = 1;
const WRITER_VERSION: i64 = 2;
/// How many commits are read at a time.
const READS_AT_ONCE: usize = 16;

/// Looks at every commit that the library is about to read: it would pass over an empty one, or fail in
/// words that tell an operator nothing.
pub(super) async fn before_loading(store: &Store, name: TableName) -> Result<(), PortError> {
    let log = LogFiles::list(store, name).await?;
    if log.commits.is_empty() && log.last_checkpoint.is_none() {
        return Err(unreadable(format!(
            "the table {} without its log; restore the lake's folder from a backup",
            name.text()
        )));
    }
    let last = log.last_checkpoint;
    let wanted = log.commits.into_iter().filter(|(version, _)| last.is_none_or(|it| it < *version));
    let checks = futures::stream::iter(wanted).map(|(_, commit)| async move {
        let read = store.get(&commit).await;
        let shown = store.shown(&commit);
        let bytes = read.map_err(|err| from_store(&format!("reading {shown}"), err))?;
        check_commit(&shown, &bytes)
    });
    checks.buffer_unordered(READS_AT_ONCE).try_collect().await
}

fn check_commit(path: &str, bytes: &[u8]) -> Result<(), PortError> {
    let damaged =
        || unreadable(format!("{path} is damaged; restore the lake's folder from a backup"));
    if bytes.is_empty() {
        return Err(damaged());
    }
    for line in bytes.split(|it| *it == b'\n').filter(|it| !it.is_empty()) {
        let action: serde_json::Value = serde_json::from_slice(line).map_err(|_| damaged())?;
        let Some(protocol) = action.get("protocol") else { continue };
        let version = |name: &str| protocol.get(name).and_then(serde_json::Value::as_i64);
        let (reader, writer) = (version("minReaderVersion"), version("minWriterVersion"));
        if reader != Some(READER_VERSION) || writer != Some(WRITER_VERSION) {
            let shown = |it: Option<i64>| it.map_or("none".to_owned(), |it| it.to_string());
            return Err(unreadable(format!(
                "{path} asks for Delta's reader version {} and writer version {}, but this program knows \
                 {READER_VERSION} and {WRITER_VERSION}; start a newer tastemaker, or restore the lake's \
                 folder from a backup",
                shown(reader),
                shown(writer)
            )));
        }
    }
    Ok(())
}

/// Looks at the table's properties, and says into how many buckets it divides shoppers.
pub(super) fn after_loading(
    delta: &DeltaTable,
    name: TableName,
    shop: &ShopId,
) -> Result<u16, PortError> {
    let snapshot = delta.snapshot().map_err(|err| opening(name, err))?;
    let table = name.text();
    let protocol = snapshot.protocol();
    let (reader, writer) = (protocol.min_reader_version(), protocol.min_writer_version());
    if (i64::from(reader), i64::from(writer)) != (READER_VERSION, WRITER_VERSION) {
        return Err(unreadable(format!(
            "the table {table} asks for Delta's reader version {reader} and writer version {writer}, but \
             this program knows {READER_VERSION} and {WRITER_VERSION}; start a newer tastemaker, or \
             restore the lake's folder from a backup"
        )));
    }
    let properties = snapshot.metadata().configuration();
    let Some(format) = properties.get(FORMAT_PROPERTY) else {
        return Err(unreadable(format!(
            "the table {table} was not made by tastemaker; move it out of the lake's folder"
        )));
    };
    if !format.parse().is_ok_and(|it: u32| (1..=FORMAT).contains(&it)) {
        return Err(unreadable(format!(
            "the table {table} has format {format}, but this program reads up to {FORMAT}; start a newer \
             tastemaker on this data"
        )));
    }
    match properties.get(SHOP_PROPERTY) {
        Some(owner) if owner == shop.as_str() => {}
        owner => {
            let owner = owner.map_or("nobody", String::as_str);
            return Err(unreadable(format!(
                "the table {table} belongs to the shop {owner}, and this one is {shop}; give each shop a \
                 data folder of its own"
            )));
        }
    }
    let buckets = properties.get(BUCKETS_PROPERTY).and_then(|it| it.parse().ok());
    buckets.filter(|it| (1..=256).contains(it)).ok_or_else(|| {
        unreadable(format!(
            "the table {table} does not say into how many buckets it divides shoppers; restore the lake's \
             folder from a backup"
        ))
    })
}
