//! From the log into the tables: sort by folder, write a file each, commit.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use deltalake_core::kernel::Action;
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use domain::{Position, Recorded};
use ports::PortError;
use tokio::runtime::Handle;

use crate::columns::{BUCKET, DAY, TableName};
use crate::data_file::{DataFile, FileWriter, Folder, IsNewData};
use crate::error::{from_parquet, from_store, refused, unavailable};
use crate::rows::{batch, day_of, table_of};
use crate::table::{Commit, Table};

/// How many rows are turned into columns at a time.
const BATCH_ROWS: usize = 8_192;

/// Runs `work`, which takes processor time or waits for the disk, off the runtime's threads.
pub(crate) async fn off_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PortError> + Send + 'static,
) -> Result<T, PortError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| unavailable("the program is about to end".to_owned()))?
}

/// Runs `work`, which takes processor time between waiting for the store, off the runtime's threads.
pub(crate) async fn waiting_off_runtime<T: Send + 'static, F>(
    work: impl FnOnce() -> F + Send + 'static,
) -> Result<T, PortError>
where
    F: Future<Output = Result<T, PortError>>,
{
    off_runtime(move || Handle::current().block_on(work())).await
}

/// Checks that `events` follow each other, and what is archived, without a gap.
pub(crate) fn check_order(archived: Position, events: &[Recorded]) -> Result<(), PortError> {
    let mut before: Option<Position> = None;
    for it in events {
        let follows = match before {
            Some(before) => it.position == before.next(),
            None => it.position.get() != 0 && it.position <= archived.next(),
        };
        if !follows {
            let before = before.unwrap_or(archived);
            return Err(refused(format!(
                "event {} was to be archived after event {before}; archive what is between them first",
                it.position
            )));
        }
        before = Some(it.position);
    }
    Ok(())
}

/// Archives into one table what it does not have yet of `events`, and notes the last of them.
pub(crate) async fn archive(
    table: &Arc<Table>,
    events: &Arc<Vec<Recorded>>,
) -> Result<Commit, PortError> {
    let Some(last) = events.last() else { return Ok(Commit::Made) };
    let through = table.state().through;
    if last.position <= through {
        return Ok(Commit::Made);
    }
    let time = last.envelope.received_time;
    let mut folders = BTreeMap::<Folder, Vec<usize>>::new();
    for (index, it) in events.iter().enumerate() {
        if through < it.position && table_of(&it.envelope.event) == table.name {
            folders.entry(folder_of(it, table.n_buckets)).or_default().push(index);
        }
    }
    // One folder after the other: no more than one encoded file is in memory.
    let mut actions = Vec::with_capacity(folders.len());
    for (folder, indexes) in folders {
        let (name, events) = (table.name, Arc::clone(events));
        let encoded = off_runtime(move || encode(name, folder, &events, &indexes)).await?;
        let Some((file, bytes)) = encoded else { continue };
        store(table, &file, bytes).await?;
        actions.push(Action::Add(file.add(time, IsNewData::Yes)));
    }
    let partition_by = Some(vec![DAY.to_owned(), BUCKET.to_owned()]);
    let operation = DeltaOperation::Write { mode: SaveMode::Append, partition_by, predicate: None };
    table.commit(actions, Some(last.position), operation).await
}

/// Shoppers of neighbouring partitions share a bucket, so that buckets in their order hold shoppers in
/// the order of their keys.
fn folder_of(it: &Recorded, n_buckets: u16) -> Folder {
    let partition = u32::from(it.envelope.partition().get());
    let bucket = partition * u32::from(n_buckets) / 256;
    let bucket = i32::try_from(bucket).expect("there are at most 256 buckets");
    Folder { day: day_of(it.envelope.event_time), bucket }
}

fn encode(
    table: TableName,
    folder: Folder,
    events: &[Recorded],
    indexes: &[usize],
) -> Result<Option<(DataFile, Bytes)>, PortError> {
    let mut writer = FileWriter::new(table)?;
    for some in indexes.chunks(BATCH_ROWS) {
        let some: Vec<&Recorded> = some.iter().filter_map(|it| events.get(*it)).collect();
        writer.write(&rows(table, &some)?)?;
    }
    writer.finish(folder)
}

fn rows(table: TableName, events: &[&Recorded]) -> Result<arrow::array::RecordBatch, PortError> {
    batch(table, events).map_err(|err| from_parquet("laying events out as columns", err.into()))
}

/// Puts a file where the next commit of its table finds it.
pub(crate) async fn store(table: &Table, file: &DataFile, bytes: Bytes) -> Result<(), PortError> {
    let name = table.stored(&file.name);
    let put = table.store().put_later(&name, bytes).await;
    put.map_err(|err| from_store(&format!("writing {name}"), err))
}
