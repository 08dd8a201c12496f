//! One file of a table: what is known of it, how it is written, and how it is opened.
//!
//! The bytes are Parquet: sorted by position, in groups of rows small enough to be skipped, with a page
//! index on the position, so that a reader finds a few events in a large file without reading it all.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch};
use bytes::Bytes;
use deltalake_core::kernel::{Add, LogicalFileView, Remove};
use domain::{Position, Timestamp};
use futures::future::BoxFuture;
use jiff::civil::Date;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::arrow::async_reader::AsyncFileReader;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use ports::PortError;

use crate::columns::{BUCKET, DAY, EVENT, POSITION, TableName};
use crate::error::{from_io, from_parquet, unreadable};
use crate::store::{Store, token};

/// How many rows one group has: what a reader decodes at least if it needs many columns.
const GROUP_ROWS: usize = 65_536;
/// How many rows one page has: what a reader of few events decodes.
const PAGE_ROWS: usize = 4_096;
/// How many rows are handed to the encoder at a time; pages end at such steps.
const WRITE_ROWS: usize = 1_024;
/// Higher levels were measured to save little and cost much.
const ZSTD_LEVEL: i32 = 3;
/// How many of a file's last bytes are read at first: its footer and page index mostly are in them.
const FOOTER_BYTES: usize = 64 << 10;
const EPOCH: Date = Date::constant(1970, 1, 1);

/// The folder of a day and bucket within a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Folder {
    /// Days since 1970-01-01.
    pub day: i32,
    /// The shoppers' bucket.
    pub bucket: i32,
}

/// What is known of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DataFile {
    /// Its name from the table's folder on.
    pub name: String,
    /// Where it is.
    pub folder: Folder,
    /// The first position in it.
    pub first: Position,
    /// The last.
    pub last: Position,
    /// How many events.
    pub n_rows: u64,
    /// How many bytes.
    pub n_bytes: u64,
}

impl Folder {
    fn day_text(self) -> String {
        let day = EPOCH.checked_add(jiff::Span::new().days(self.day));
        day.unwrap_or(EPOCH).to_string()
    }

    /// The name of a file with the events from `first` to `last`. `token` makes it one that nobody else
    /// gives: another program may be about to archive the same events.
    pub(crate) fn file_name(self, first: Position, last: Position, token: &str) -> String {
        let (day, bucket) = (self.day_text(), self.bucket);
        let (first, last) = (first.get(), last.get());
        format!("{DAY}={day}/{BUCKET}={bucket}/part-{first:020}-{last:020}-{token}.zstd.parquet")
    }

    fn values(self) -> [(&'static str, String); 2] {
        [(DAY, self.day_text()), (BUCKET, self.bucket.to_string())]
    }
}

impl DataFile {
    /// What a commit of the table says that adds it.
    pub(crate) fn add(&self, time: Timestamp, is_new_data: IsNewData) -> Add {
        let stats = serde_json::json!({
            "numRecords": self.n_rows,
            "minValues": { POSITION: self.first.get() },
            "maxValues": { POSITION: self.last.get() },
            "nullCount": { POSITION: 0 },
        });
        let values = self.folder.values().into_iter();
        Add {
            path: self.name.clone(),
            partition_values: values.map(|(name, it)| (name.to_owned(), Some(it))).collect(),
            size: i64::try_from(self.n_bytes).unwrap_or(i64::MAX),
            modification_time: millis(time),
            data_change: is_new_data == IsNewData::Yes,
            stats: Some(stats.to_string()),
            ..Add::default()
        }
    }

    /// What a commit says that replaces it.
    pub(crate) fn remove(&self, time: Timestamp) -> Remove {
        let values = self.folder.values().into_iter();
        Remove {
            path: self.name.clone(),
            data_change: false,
            deletion_timestamp: Some(millis(time)),
            extended_file_metadata: Some(true),
            partition_values: Some(values.map(|(name, it)| (name.to_owned(), Some(it))).collect()),
            size: i64::try_from(self.n_bytes).ok(),
            ..Remove::default()
        }
    }

    /// What the table's log says of a file; nothing when it is not one of ours.
    pub(crate) fn of(view: &LogicalFileView) -> Option<DataFile> {
        let values = view.partition_values_map();
        let value = |name: &str| values.get(name)?.clone();
        let day: Date = value(DAY)?.parse().ok()?;
        let folder =
            Folder { day: EPOCH.until(day).ok()?.get_days(), bucket: value(BUCKET)?.parse().ok()? };
        let stats: serde_json::Value = serde_json::from_str(&view.stats()?).ok()?;
        let position = |side: &str| stats.get(side)?.get(POSITION)?.as_u64().map(Position::new);
        Some(DataFile {
            name: view.path().into_owned(),
            folder,
            first: position("minValues")?,
            last: position("maxValues")?,
            n_rows: stats.get("numRecords")?.as_u64()?,
            n_bytes: u64::try_from(view.size()).ok()?,
        })
    }
}

/// Whether a file brings events that the table did not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IsNewData {
    /// It does.
    Yes,
    /// It has those of files that it replaces.
    No,
}

fn millis(time: Timestamp) -> i64 {
    time.as_micros().div_euclid(1_000)
}

/// Writes the bytes of one file.
pub(crate) struct FileWriter {
    writer: ArrowWriter<Vec<u8>>,
    span: Option<(Position, Position)>,
    n_rows: u64,
}

impl FileWriter {
    /// Begins a file of `table`.
    pub(crate) fn new(table: TableName) -> Result<FileWriter, PortError> {
        let options =
            ArrowWriterOptions::new().with_properties(properties()).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(Vec::new(), table.file_schema(), options)
            .map_err(writing)?;
        Ok(FileWriter { writer, span: None, n_rows: 0 })
    }

    /// Appends rows, whose positions are above all before.
    pub(crate) fn write(&mut self, rows: &RecordBatch) -> Result<(), PortError> {
        let positions = positions_of(rows)?;
        let (Some(first), Some(last)) = (positions.first(), positions.last()) else {
            return Ok(());
        };
        let (first, last) = (position_of(*first)?, position_of(*last)?);
        if self.span.is_some_and(|(_, before)| first <= before) {
            return Err(unreadable(format!(
                "event {first} is in two files; restore the lake's folder from a backup"
            )));
        }
        self.span = Some((self.span.map_or(first, |(it, _)| it), last));
        self.n_rows += rows.num_rows() as u64;
        self.writer.write(rows).map_err(writing)
    }

    /// Ends the file; nothing when it has no rows.
    pub(crate) fn finish(self, folder: Folder) -> Result<Option<(DataFile, Bytes)>, PortError> {
        let Some((first, last)) = self.span else { return Ok(None) };
        let bytes = self.writer.into_inner().map_err(writing)?;
        let token = token().map_err(|err| from_io("naming a file", err))?;
        let name = folder.file_name(first, last, &token);
        let (n_rows, n_bytes) = (self.n_rows, bytes.len() as u64);
        Ok(Some((DataFile { name, folder, first, last, n_rows, n_bytes }, bytes.into())))
    }
}

fn writing(error: ParquetError) -> PortError {
    from_parquet("encoding a file of the table", error)
}

fn properties() -> WriterProperties {
    let column = |name: &str| ColumnPath::from(name);
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL).unwrap_or_default()))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_write_batch_size(WRITE_ROWS)
        .set_created_by("tastemaker".to_owned())
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_column_statistics_enabled(column(POSITION), EnabledStatistics::Page)
        .set_column_dictionary_enabled(column(POSITION), false)
        .set_column_encoding(column(POSITION), Encoding::DELTA_BINARY_PACKED)
        .set_column_statistics_enabled(column(EVENT), EnabledStatistics::None)
        .set_column_dictionary_enabled(column(EVENT), false)
        .build()
}

/// The column of positions.
pub(crate) fn positions_of(rows: &RecordBatch) -> Result<&[i64], PortError> {
    let column = rows.column_by_name(POSITION).and_then(|it| it.as_any().downcast_ref());
    let column: Option<&Int64Array> = column;
    column.map(|it| &**it.values()).ok_or_else(|| {
        unreadable("a file without positions; restore the lake's folder from a backup".to_owned())
    })
}

/// A position as a table keeps it.
pub(crate) fn position_of(value: i64) -> Result<Position, PortError> {
    u64::try_from(value).map(Position::new).map_err(|_| {
        unreadable(format!(
            "an event at {value}, which is no position; restore the lake's folder from a backup"
        ))
    })
}

/// A file as the decoder sees it: ranges of bytes, wherever they are.
pub(crate) struct Ranges {
    objects: Arc<dyn ObjectStore>,
    path: Path,
    n_bytes: u64,
}

impl AsyncFileReader for Ranges {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes, ParquetError>> {
        Box::pin(async move { Ok(self.objects.get_range(&self.path, range).await?) })
    }

    fn get_byte_ranges(
        &mut self,
        ranges: Vec<Range<u64>>,
    ) -> BoxFuture<'_, Result<Vec<Bytes>, ParquetError>> {
        Box::pin(async move { Ok(self.objects.get_ranges(&self.path, &ranges).await?) })
    }

    fn get_metadata<'a>(
        &'a mut self,
        _: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, Result<Arc<ParquetMetaData>, ParquetError>> {
        let reader = ParquetMetaDataReader::new()
            .with_page_index_policy(PageIndexPolicy::Optional)
            .with_prefetch_hint(Some(FOOTER_BYTES));
        let n_bytes = self.n_bytes;
        Box::pin(async move { Ok(Arc::new(reader.load_and_finish(self, n_bytes).await?)) })
    }
}

/// The bytes of the file called `name`, of which nothing is read yet.
pub(crate) fn ranges(store: &Store, name: &str, n_bytes: u64) -> Ranges {
    Ranges { objects: store.objects(), path: Path::from(name), n_bytes }
}

/// Reads a file's footer and the page index of its positions.
pub(crate) async fn footer(ranges: &mut Ranges) -> Result<ArrowReaderMetadata, ParquetError> {
    ArrowReaderMetadata::load_async(ranges, ArrowReaderOptions::new()).await
}
