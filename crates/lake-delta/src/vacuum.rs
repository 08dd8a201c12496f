//! Removing files that no table needs any more.
//!
//! A file goes when no state of the table names it that a reader holds, and it was replaced long enough
//! ago. One that no commit ever named goes by its age, told by the clock of where it is stored: it is what
//! remains of a program that died or was overtaken, or else was just written by one about to commit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::{Span, Timestamp};
use futures::TryStreamExt as _;
use ports::PortError;

use crate::Options;
use crate::error::{from_delta, from_store};
use crate::table::Table;

/// How much older than the newest file of its table one is that nobody is about to commit. A program that
/// stood still for longer has lost its lease, and others have committed since.
const UNNAMED_AGE: Span = Span::DAY;

/// Removes what has not been needed for as long as `options` say, and says how many files that were.
pub(crate) async fn vacuum(
    table: &Arc<Table>,
    options: &Options,
    now: Timestamp,
) -> Result<u64, PortError> {
    // First what is there, then who needs it: what comes after is not looked at.
    let there = table.store().list(table.name.text()).await;
    let there = there.map_err(|err| from_store("listing the table's files", err))?;
    table.catch_up().await?;
    let replaced = replaced(table).await?;
    let needed = needed(table);
    let cutoff = now.minus(options.vacuum_after);
    let newest = there.iter().map(|it| it.modified).max().unwrap_or(now);
    let is_old = |name: &str, modified: Timestamp| match replaced.get(name) {
        Some(time) => time.is_some_and(|it| it <= cutoff),
        None => modified < newest.minus(UNNAMED_AGE),
    };
    let unneeded: Vec<String> = there
        .into_iter()
        .filter(|it| it.name.starts_with("day=") && it.name.ends_with(".parquet"))
        .filter(|it| !needed.contains(&it.name) && is_old(&it.name, it.modified))
        .map(|it| table.stored(&it.name))
        .collect();
    let removed = table.store().remove(&unneeded).await;
    removed.map_err(|err| from_store("removing files that nobody needs", err))?;
    Ok(unneeded.len() as u64)
}

/// The files of the table as it stands, and of every state that a reader here holds.
fn needed(table: &Table) -> BTreeSet<String> {
    // The present state is among those that are held.
    let _present = table.state();
    let held = table.held();
    held.iter().flat_map(|it| it.files.iter().map(|it| it.name.clone())).collect()
}

/// What was replaced, as far as the table's log still tells, and when.
async fn replaced(table: &Table) -> Result<BTreeMap<String, Option<Timestamp>>, PortError> {
    let failed = |err| from_delta(&format!("listing what {} replaced", table.name.text()), err);
    let state = table.state();
    let snapshot = state.delta.snapshot().map_err(failed)?;
    let log_store = Arc::clone(table.log_store());
    let mut tombstones = snapshot.all_tombstones(&*log_store);
    let mut replaced = BTreeMap::new();
    while let Some(it) = tombstones.try_next().await.map_err(failed)? {
        let time =
            it.deletion_timestamp().map(|it| Timestamp::from_micros(it.saturating_mul(1_000)));
        replaced.insert(it.path().into_owned(), time);
    }
    Ok(replaced)
}
