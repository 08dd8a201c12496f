//! Removing files that no table needs any more.
//!
//! A file goes when no state of the table names it that a reader holds, and it was replaced long enough
//! ago, or was never committed: the remains of a process that died.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use domain::Timestamp;
use futures::TryStreamExt as _;
use ports::PortError;

use crate::archive::off_runtime;
use crate::error::{from_delta, from_io};
use crate::table::Table;

/// Removes what was replaced before `cutoff`, and says how many files that were.
pub(crate) async fn vacuum(table: &Arc<Table>, cutoff: Timestamp) -> Result<u64, PortError> {
    // First what is on the disk, then who needs it: what comes after is not looked at.
    let folder = table.path("");
    let there = off_runtime(move || {
        files_in(&folder).map_err(|err| from_io("listing the table's files", err))
    })
    .await?;
    let state = table.state();
    let mut needed: BTreeSet<String> = BTreeSet::new();
    for held in table.held() {
        needed.extend(held.files.iter().map(|it| it.name.clone()));
    }
    let cutoff = cutoff.as_micros().div_euclid(1_000);
    let failed = |err| from_delta(&format!("listing what {} replaced", table.name.text()), err);
    let snapshot = state.delta.snapshot().map_err(failed)?;
    let log_store = Arc::clone(table.log_store());
    let mut replaced = snapshot.all_tombstones(&*log_store);
    while let Some(tombstone) = replaced.try_next().await.map_err(failed)? {
        if tombstone.deletion_timestamp().is_none_or(|it| cutoff < it) {
            needed.insert(tombstone.path().into_owned());
        }
    }
    let unneeded: Vec<String> = there.difference(&needed).cloned().collect();
    if unneeded.is_empty() {
        return Ok(0);
    }
    let table = Arc::clone(table);
    off_runtime(move || {
        for name in &unneeded {
            let removing = |err| from_io(&format!("removing {}", table.stored(name)), err);
            table.store().remove(&table.stored(name)).map_err(removing)?;
        }
        Ok(unneeded.len() as u64)
    })
    .await
}

/// The names of all data files of a table, from its folder on.
fn files_in(table: &Path) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for day in folders_in(table, "day=")? {
        for bucket in folders_in(&table.join(&day), "bucket=")? {
            for entry in fs::read_dir(table.join(&day).join(&bucket))? {
                let name = entry?.file_name();
                if let Some(name) = name.to_str().filter(|it| it.ends_with(".parquet")) {
                    names.insert(format!("{day}/{bucket}/{name}"));
                }
            }
        }
    }
    Ok(names)
}

fn folders_in(folder: &Path, prefix: &str) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        names.extend(name.to_str().filter(|it| it.starts_with(prefix)).map(str::to_owned));
    }
    Ok(names)
}
