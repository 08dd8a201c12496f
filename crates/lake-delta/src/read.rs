//! Reading events by position, through both tables at once.
//!
//! ```text
//! positions (after, after + n]  ─▶  files that overlap ─▶ row groups ─▶ pages ─▶ each event at its place
//! ```
//!
//! Positions have no gap, so every place must be filled, once: what is missing or double is damage, and
//! is said.

use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{BinaryArray, RecordBatch};
use domain::{Envelope, Position, Recorded};
use futures::{StreamExt as _, TryStreamExt as _};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, RowSelection};
use parquet::arrow::async_reader::{ParquetRecordBatchStream, ParquetRecordBatchStreamBuilder};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use parquet::file::statistics::Statistics;
use ports::PortError;
use rustc_hash::FxHashMap;

use crate::columns::{EVENT, POSITION};
use crate::data_file::{DataFile, Ranges, footer, position_of, positions_of, ranges};
use crate::error::{from_parquet, unreadable};
use crate::rows::column_position;
use crate::table::{Table, TableState};

/// How many files' footers are kept: those of the last days are read again and again.
const FOOTERS_MAX: usize = 64;
/// How many files are waited for at a time: where they are far away, that is most of the work.
const FILES_AT_ONCE: usize = 8;
/// How many rows are decoded at a time.
const BATCH_ROWS: usize = 8_192;
/// The column of positions is the first of every file.
const POSITION_COLUMN: usize = 0;

/// Reads events; remembers the footers of files it read lately.
#[derive(Default)]
pub(crate) struct Reader {
    footers: Mutex<FxHashMap<String, ArrowReaderMetadata>>,
}

/// Positions wanted: after `after`, up to and with `last`.
#[derive(Clone, Copy)]
struct Wanted {
    after: Position,
    last: Position,
}

impl Wanted {
    /// Whether something between `first` and `last` is wanted.
    fn overlaps(self, first: i64, last: i64) -> bool {
        column_position(self.after) < last && first <= column_position(self.last)
    }
}

impl Reader {
    /// Reads at most `n_max` events after `after`, up to and with `archived`. Takes processor time.
    pub(crate) async fn read(
        &self,
        sources: [(&Table, &TableState); 2],
        after: Position,
        archived: Position,
        n_max: usize,
    ) -> Result<Vec<Recorded>, PortError> {
        let n_there = archived.get().saturating_sub(after.get());
        let n = usize::try_from(n_there).unwrap_or(usize::MAX).min(n_max);
        if n == 0 {
            return Ok(Vec::new());
        }
        let wanted = Wanted { after, last: Position::new(after.get() + n as u64) };
        let mut places: Vec<Option<Envelope>> = Vec::new();
        places.resize_with(n, || None);
        let files = sources.into_iter().flat_map(|(table, state)| {
            // Sorted by their first positions: those that begin after the last wanted one are passed over.
            let n_begun = state.files.partition_point(|it| it.first <= wanted.last);
            let begun = state.files.get(..n_begun).unwrap_or_default();
            begun.iter().filter(move |it| after < it.last).map(move |it| (table, it))
        });
        let files: Vec<(&Table, &DataFile)> = files.collect();
        let reads = files.into_iter().map(|(table, file)| self.read_file(table, file, wanted));
        let mut reads = futures::stream::iter(reads).buffer_unordered(FILES_AT_ONCE);
        while let Some(batches) = reads.try_next().await? {
            for rows in &batches {
                place_all(rows, wanted, &mut places)?;
            }
        }
        let positions = (after.get() + 1..).map(Position::new);
        positions
            .zip(places)
            .map(|(position, place)| match place {
                Some(envelope) => Ok(Recorded { position, envelope }),
                None => Err(unreadable(format!(
                    "no event {position}, which was archived; restore the lake's folder from a backup"
                ))),
            })
            .collect()
    }

    /// The rows of a file among which wanted events are.
    async fn read_file(
        &self,
        table: &Table,
        file: &DataFile,
        wanted: Wanted,
    ) -> Result<Vec<RecordBatch>, PortError> {
        let name = table.stored(&file.name);
        let reading = |err| from_parquet(&format!("reading {}", table.store().shown(&name)), err);
        let ranges = ranges(table.store(), &name, file.n_bytes);
        let batches = self.select(ranges, &name, wanted).await.map_err(reading)?;
        match batches {
            Some(batches) => batches.try_collect().await.map_err(reading),
            None => Ok(Vec::new()),
        }
    }

    /// Opens the part of a file in which wanted events may be; nothing when there is none.
    async fn select(
        &self,
        mut ranges: Ranges,
        name: &str,
        wanted: Wanted,
    ) -> parquet::errors::Result<Option<ParquetRecordBatchStream<Ranges>>> {
        let footer = self.footer(&mut ranges, name).await?;
        let (groups, selection) = selection(footer.metadata(), wanted);
        if groups.is_empty() {
            return Ok(None);
        }
        let columns = ProjectionMask::columns(footer.parquet_schema(), [POSITION, EVENT]);
        ParquetRecordBatchStreamBuilder::new_with_metadata(ranges, footer)
            .with_projection(columns)
            .with_row_groups(groups)
            .with_row_selection(selection)
            .with_batch_size(BATCH_ROWS)
            .build()
            .map(Some)
    }

    async fn footer(
        &self,
        ranges: &mut Ranges,
        name: &str,
    ) -> parquet::errors::Result<ArrowReaderMetadata> {
        let lock = || self.footers.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().get(name).cloned();
        if let Some(footer) = known {
            return Ok(footer);
        }
        let footer = footer(ranges).await?;
        let mut footers = lock();
        if FOOTERS_MAX <= footers.len() {
            footers.clear();
        }
        footers.insert(name.to_owned(), footer.clone());
        Ok(footer)
    }
}

/// The row groups in which wanted positions may be, and which of their rows.
fn selection(metadata: &Arc<ParquetMetaData>, wanted: Wanted) -> (Vec<usize>, RowSelection) {
    let mut groups = Vec::new();
    let mut ranges = Vec::new();
    let mut n_before = 0;
    for (index, group) in metadata.row_groups().iter().enumerate() {
        let n_rows = usize::try_from(group.num_rows()).unwrap_or(0);
        let spanned = match group.column(POSITION_COLUMN).statistics() {
            Some(Statistics::Int64(it)) => it.min_opt().zip(it.max_opt()),
            _ => None,
        };
        // Without statistics nothing can be passed over.
        if spanned.is_some_and(|(first, last)| !wanted.overlaps(*first, *last)) {
            continue;
        }
        groups.push(index);
        ranges.extend(
            pages(metadata, index, n_rows, wanted).map(|it| n_before + it.start..n_before + it.end),
        );
        n_before += n_rows;
    }
    (groups, RowSelection::from_consecutive_ranges(ranges.into_iter(), n_before))
}

/// The rows of one row group whose pages may hold wanted positions.
fn pages(
    metadata: &ParquetMetaData,
    group: usize,
    n_rows: usize,
    wanted: Wanted,
) -> impl Iterator<Item = std::ops::Range<usize>> {
    let index = metadata.column_index().and_then(|it| it.get(group)?.get(POSITION_COLUMN));
    let offsets = metadata.offset_index().and_then(|it| it.get(group)?.get(POSITION_COLUMN));
    let mut ranges = Vec::new();
    match (index, offsets) {
        (Some(ColumnIndexMetaData::INT64(index)), Some(offsets)) => {
            let starts = || offsets.page_locations().iter().map(|it| it.first_row_index);
            let ends = starts().skip(1).chain([i64::try_from(n_rows).unwrap_or(i64::MAX)]);
            let spans = index.min_values().iter().zip(index.max_values());
            for ((start, end), (first, last)) in starts().zip(ends).zip(spans) {
                if wanted.overlaps(*first, *last) {
                    let row = |it: i64| usize::try_from(it).unwrap_or(n_rows);
                    ranges.push(row(start)..row(end));
                }
            }
        }
        _ => ranges.push(0..n_rows),
    }
    ranges.into_iter()
}

fn place_all(
    rows: &RecordBatch,
    wanted: Wanted,
    places: &mut [Option<Envelope>],
) -> Result<(), PortError> {
    let events = rows.column_by_name(EVENT).and_then(|it| it.as_any().downcast_ref());
    let events: &BinaryArray = events.ok_or_else(|| {
        unreadable("a file without events; restore the lake's folder from a backup".to_owned())
    })?;
    let positions = positions_of(rows)?;
    let begin = positions.partition_point(|it| *it <= column_position(wanted.after));
    let end = positions.partition_point(|it| *it <= column_position(wanted.last));
    for (row, position) in positions.iter().enumerate().take(end).skip(begin) {
        let position = position_of(*position)?;
        let place = usize::try_from(position.get() - wanted.after.get() - 1)
            .ok()
            .and_then(|it| places.get_mut(it));
        let Some(place) = place else { continue };
        let envelope =
            Envelope::decode(events.value(row)).map_err(|err| PortError::Unreadable {
                backend: crate::error::BACKEND,
                what: format!("event {position}; restore the lake's folder from a backup"),
                source: Some(err.into()),
            })?;
        if place.replace(envelope).is_some() {
            return Err(unreadable(format!(
                "event {position} twice; restore the lake's folder from a backup"
            )));
        }
    }
    Ok(())
}
