//! Whether a table is ours and of a kind that this program reads; otherwise it is left as it is.

use std::fs;
use std::path::Path;

use deltalake_core::DeltaTable;
use domain::ShopId;
use ports::PortError;

use super::{BUCKETS_PROPERTY, FORMAT, FORMAT_PROPERTY, SHOP_PROPERTY, opening};
use crate::columns::TableName;
use crate::error::{from_io, unreadable};

/// What of Delta's protocol the program's own tables need.
const READER_VERSION: i64 = 1;
const WRITER_VERSION: i64 = 2;

/// Looks at every commit that is still there: the library would pass over an empty one, or fail in words
/// that tell an operator nothing.
pub(super) fn before_loading(table: &Path) -> Result<(), PortError> {
    let log = table.join("_delta_log");
    let reading = |err| from_io(&format!("reading {}", log.display()), err);
    for entry in fs::read_dir(&log).map_err(reading)? {
        let path = entry.map_err(reading)?.path();
        if path.extension().is_some_and(|it| it == "json") {
            check_commit(&path, &fs::read(&path).map_err(reading)?)?;
        }
    }
    Ok(())
}

fn check_commit(path: &Path, bytes: &[u8]) -> Result<(), PortError> {
    let damaged = || {
        unreadable(format!(
            "{} is damaged; restore the lake's folder from a backup",
            path.display()
        ))
    };
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
                "{} asks for Delta's reader version {} and writer version {}, but this program knows \
                 {READER_VERSION} and {WRITER_VERSION}; start a newer tastemaker, or restore the lake's \
                 folder from a backup",
                path.display(),
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
