//! Keeping a table small and quick to open: merge, write a checkpoint, remove.

use std::sync::Arc;

use deltalake_core::DeltaTableError;
use deltalake_core::checkpoints::{cleanup_expired_logs_for, create_checkpoint};
use domain::Timestamp;
use ports::{PortError, Tended};

use crate::Options;
use crate::archive::off_runtime;
use crate::error::{from_delta, from_io};
use crate::table::Table;
use crate::{compact, vacuum};

/// Tends one table as of `now`. Whatever it fails at, the table is whole.
pub(crate) async fn tend(
    table: &Arc<Table>,
    options: &Options,
    now: Timestamp,
) -> Result<Tended, PortError> {
    let mut tended = compact::compact(table, options, now).await?;
    checkpoint(table, options, now).await?;
    tended.n_files_removed = vacuum::vacuum(table, now.minus(options.vacuum_after)).await?;
    Ok(tended)
}

/// Writes the table's state into one file if enough commits were made since the last such file, and
/// removes commits that it stands for and that are old.
async fn checkpoint(table: &Table, options: &Options, now: Timestamp) -> Result<(), PortError> {
    let state = table.state();
    let log = table.path("_delta_log");
    let last = off_runtime(move || {
        last_checkpoint(&log).map_err(|err| from_io("listing the table's checkpoints", err))
    })
    .await?;
    if state.version < last.map_or(0, |it| it + 1) + options.checkpoint_commits {
        return Ok(());
    }
    let failed = |err: DeltaTableError| {
        from_delta(&format!("writing a checkpoint of {}", table.name.text()), err)
    };
    create_checkpoint(&state.delta, None).await.map_err(failed)?;
    let cutoff = now.minus(options.vacuum_after).as_micros().div_euclid(1_000);
    let log_store = table.log_store();
    cleanup_expired_logs_for(state.version, &**log_store, cutoff, None).await.map_err(failed)?;
    // The library's view names the commits that are gone; later ones are read on top of the checkpoint.
    table.refresh().await
}

/// The version of the newest checkpoint. Only we write them, each in one file.
fn last_checkpoint(log: &std::path::Path) -> std::io::Result<Option<u64>> {
    let mut last = None;
    for entry in std::fs::read_dir(log)? {
        let name = entry?.file_name();
        let version = name
            .to_str()
            .and_then(|it| it.strip_suffix(".checkpoint.parquet"))
            .and_then(|it| it.parse().ok());
        last = last.max(version);
    }
    Ok(last)
}
