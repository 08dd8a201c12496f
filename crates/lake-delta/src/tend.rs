//! Keeping a table small and quick to open: merge, write a checkpoint, remove.

use std::sync::Arc;

use deltalake_core::DeltaTableError;
use deltalake_core::checkpoints::{cleanup_expired_logs_for, create_checkpoint};
use domain::Timestamp;
use ports::{PortError, Tended};

use crate::Options;
use crate::error::from_delta;
use crate::table::{Commit, LogFiles, Table};
use crate::{compact, vacuum};

/// Tends one table as of `now`. Whatever it fails at, the table is whole. Where another program commits
/// meanwhile, this one gives way: what it did not get done is done another time.
pub(crate) async fn tend(
    table: &Arc<Table>,
    options: &Options,
    now: Timestamp,
) -> Result<Tended, PortError> {
    let (mut tended, commit) = compact::compact(table, options, now).await?;
    if commit == Commit::Overtaken {
        return Ok(tended);
    }
    checkpoint(table, options, now).await?;
    tended.n_files_removed = vacuum::vacuum(table, options, now).await?;
    Ok(tended)
}

/// Writes the table's state into one file if enough commits were made since the last such file, and
/// removes commits that it stands for and that are old.
async fn checkpoint(table: &Table, options: &Options, now: Timestamp) -> Result<(), PortError> {
    let state = table.state();
    let last = LogFiles::list(table.store(), table.name).await?.last_checkpoint;
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
