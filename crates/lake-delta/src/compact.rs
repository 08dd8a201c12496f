//! Merging small files, so that a table does not fall into crumbs.
//!
//! Every commit leaves a file in each folder that it touches. Neighbours are merged as soon as enough of
//! about one size stand side by side: so an event is written again as often as its file's size can grow
//! by [`Options::merge_files`], not at each call. Within a folder files cover positions that do not
//! overlap, so that merging is appending, and its result is sorted.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use deltalake_core::kernel::Action;
use deltalake_core::protocol::DeltaOperation;
use domain::Timestamp;
use futures::TryStreamExt as _;
use parquet::arrow::async_reader::ParquetRecordBatchStreamBuilder;
use ports::{PortError, Tended};

use crate::Options;
use crate::archive::{off_runtime, store, waiting_off_runtime};
use crate::data_file::{DataFile, FileWriter, Folder, IsNewData, footer, ranges};
use crate::error::from_parquet;
use crate::table::{Commit, Table};

/// How many merged files share a commit: enough to keep commits few, few enough to lose little.
const COMMIT_FILES: usize = 32;
/// How many rows are decoded at a time.
const BATCH_ROWS: usize = 8_192;
/// Smaller files than this are of one size.
const SMALL_BYTES: u64 = 64 << 10;

/// Merges what is to be merged in `table`; tells what was done, and whether another program was quicker.
pub(crate) async fn compact(
    table: &Arc<Table>,
    options: &Options,
    now: Timestamp,
) -> Result<(Tended, Commit), PortError> {
    let state = table.state();
    let mut folders = BTreeMap::<Folder, Vec<&DataFile>>::new();
    for file in &state.files {
        folders.entry(file.folder).or_default().push(file);
    }
    let mut groups = Vec::new();
    for files in folders.into_values() {
        groups.extend(merges(&files, options));
    }
    let mut tended = Tended::default();
    for some in groups.chunks(COMMIT_FILES) {
        let mut actions = Vec::new();
        for group in some {
            actions.extend(merge(table, group, now).await?);
        }
        let target_size = i64::try_from(options.file_bytes).unwrap_or(i64::MAX);
        let operation = DeltaOperation::Optimize { predicate: None, target_size };
        if table.commit(actions, None, operation).await? == Commit::Overtaken {
            // What was written is nobody's, and goes when it is old enough.
            return Ok((tended, Commit::Overtaken));
        }
        tended.n_files_merged += some.iter().map(|it| it.len() as u64).sum::<u64>();
        tended.n_files_written += some.len() as u64;
    }
    Ok((tended, Commit::Made))
}

/// The groups of neighbours in one folder, whose files are in their order, that are worth merging.
fn merges(files: &[&DataFile], options: &Options) -> Vec<Vec<DataFile>> {
    let at_least = options.merge_files.max(2);
    let mut groups = Vec::new();
    let mut rest = files;
    while let Some(run) = next_run(rest, at_least, options.file_bytes) {
        let (group, after) = run;
        groups.push(group.iter().map(|it| (*it).clone()).collect());
        rest = after;
    }
    groups
}

/// The first run of at least `at_least` neighbours of about one size, or smaller, that together do not
/// exceed `bytes_max`; and what comes after it.
fn next_run<'f, 'a>(
    files: &'a [&'f DataFile],
    at_least: usize,
    bytes_max: u64,
) -> Option<(&'a [&'f DataFile], &'a [&'f DataFile])> {
    let tier_max = tier(bytes_max, at_least);
    for start in 0..files.len() {
        let from_here = files.get(start..)?;
        for largest in 0..=tier_max {
            let mut n_bytes = 0;
            let n = from_here
                .iter()
                .take_while(|it| {
                    n_bytes += it.n_bytes;
                    tier(it.n_bytes, at_least) <= largest && n_bytes <= bytes_max
                })
                .count();
            let group = from_here.get(..n).unwrap_or_default();
            let n_largest = group.iter().filter(|it| tier(it.n_bytes, at_least) == largest).count();
            // Enough of the largest size: smaller ones between them come along.
            if at_least <= n_largest {
                return from_here.split_at_checked(n);
            }
        }
    }
    None
}

/// The size of a file in steps of `factor`.
fn tier(n_bytes: u64, factor: usize) -> u32 {
    (n_bytes / SMALL_BYTES).max(1).ilog(factor.max(2) as u64)
}

/// Writes one file with the rows of `group`; answers what a commit says of it.
async fn merge(
    table: &Arc<Table>,
    group: &[DataFile],
    now: Timestamp,
) -> Result<Vec<Action>, PortError> {
    let Some(first) = group.first() else { return Ok(Vec::new()) };
    let folder = first.folder;
    let (reader, files) = (Arc::clone(table), group.to_vec());
    let writer =
        waiting_off_runtime(move || async move { append_all(&reader, &files).await }).await?;
    let finished = off_runtime(move || writer.finish(folder)).await?;
    let Some((merged, bytes)) = finished else { return Ok(Vec::new()) };
    store(table, &merged, bytes).await?;
    let removed = group.iter().map(|it| Action::Remove(it.remove(now)));
    Ok([Action::Add(merged.add(now, IsNewData::No))].into_iter().chain(removed).collect())
}

/// Reads the rows of `files` into one.
async fn append_all(table: &Table, files: &[DataFile]) -> Result<FileWriter, PortError> {
    let schema = table.name.file_schema();
    let mut writer = FileWriter::new(table.name)?;
    for file in files {
        let name = table.stored(&file.name);
        let reading = |err| from_parquet(&format!("reading {}", table.store().shown(&name)), err);
        let mut input = ranges(table.store(), &name, file.n_bytes);
        let footer = footer(&mut input).await.map_err(reading)?;
        let mut batches = ParquetRecordBatchStreamBuilder::new_with_metadata(input, footer)
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(reading)?;
        while let Some(rows) = batches.try_next().await.map_err(reading)? {
            let rows = RecordBatch::try_new(Arc::clone(&schema), rows.columns().to_vec());
            writer.write(&rows.map_err(|err| reading(err.into()))?)?;
        }
    }
    Ok(writer)
}

#[cfg(test)]
mod tests {
    use domain::Position;

    use super::*;

    /// Merges files of the given sizes, in units of 64 KiB, by fours up to 100 units; names each group by
    /// its sizes.
    #[track_caller]
    fn check(sizes: &[u64], expected: &[&[u64]]) {
        let folder = Folder { day: 0, bucket: 0 };
        let file = |(n, size): (u64, &u64)| DataFile {
            name: n.to_string(),
            folder,
            first: Position::new(n * 10 + 1),
            last: Position::new(n * 10 + 10),
            n_rows: 10,
            n_bytes: size * SMALL_BYTES,
        };
        let files: Vec<DataFile> = (0..).zip(sizes).map(file).collect();
        let options =
            Options { merge_files: 4, file_bytes: 100 * SMALL_BYTES, ..Options::default() };
        let groups = merges(&files.iter().collect::<Vec<_>>(), &options);
        let sizes = |group: &Vec<DataFile>| -> Vec<u64> {
            group.iter().map(|it| it.n_bytes / SMALL_BYTES).collect()
        };
        assert_eq!(groups.iter().map(sizes).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_few_small_files_stay() {
        check(&[1, 1, 1], &[]);
    }

    #[test]
    fn enough_small_neighbours_become_one() {
        check(&[1, 1, 1, 1, 1], &[&[1, 1, 1, 1, 1]]);
    }

    #[test]
    fn a_large_file_is_not_written_again_for_a_few_small_ones() {
        check(&[64, 1, 1, 1], &[]);
        check(&[64, 1, 1, 1, 1], &[&[1, 1, 1, 1]]);
    }

    #[test]
    fn what_was_merged_is_merged_again_with_its_like() {
        check(&[4, 4, 4, 4], &[&[4, 4, 4, 4]]);
        check(&[4, 4, 4, 1, 1], &[]);
    }

    #[test]
    fn nothing_becomes_larger_than_it_should() {
        check(&[30, 30, 30, 30], &[]);
        check(&[100, 100, 100, 100, 100], &[]);
        check(&[25, 25, 25, 25, 25], &[&[25, 25, 25, 25]]);
    }
}
