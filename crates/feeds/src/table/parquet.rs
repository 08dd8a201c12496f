//! Parquet: numbers, times and texts become the text that people would write, lists stay lists.

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::{Cell, Record, Table, json};
use crate::grouped::Step;
use crate::{FeedError, Source};

/// How many records are decoded together.
const BATCH_RECORDS: usize = 8_192;

/// What Parquet files are called in refusals.
const WHAT: &str = "Parquet";

/// Opens a table.
pub(crate) fn parquet(source: &Source) -> Result<Table, FeedError> {
    let batches = Batches::open(source, None)?;
    let columns = batches.columns.clone();
    let records = batches.flat_map(|batch| -> Box<dyn Iterator<Item = _> + Send> {
        match batch {
            Ok(batch) => Box::new(batch.into_iter().map(|it| Ok(Step::Row(it)))),
            Err(err) => Box::new(std::iter::once(Err(err))),
        }
    });
    Ok(Table { columns, records: Box::new(records) })
}

/// The batches of a file as Arrow has them, for recipes that know their columns.
pub(crate) struct ArrowBatches {
    source: Source,
    reader: ParquetRecordBatchReader,
    n_records: u64,
    n_read: u64,
}

impl ArrowBatches {
    /// Opens a file, of which only the columns of those names are read, or all.
    pub(crate) fn open(source: &Source, names: Option<&[&str]>) -> Result<ArrowBatches, FeedError> {
        if !source.is_plain() {
            return Err(not_a(source, "Parquet files pack their columns themselves; unpack it"));
        }
        let builder = ParquetRecordBatchReaderBuilder::try_new(source.file()?);
        let builder = builder.map_err(|err| not_a(source, err))?;
        let n_records = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        let mask = match names {
            None => ProjectionMask::all(),
            Some(names) => {
                for name in names {
                    builder.schema().index_of(name).map_err(|_| FeedError::ColumnMissing {
                        path: source.path().to_owned(),
                        column: (*name).to_owned(),
                        columns: names_of(builder.schema()),
                    })?;
                }
                ProjectionMask::columns(builder.parquet_schema(), names.iter().copied())
            }
        };
        let reader = builder.with_projection(mask).with_batch_size(BATCH_RECORDS).build();
        let reader = reader.map_err(|err| not_a(source, err))?;
        source.meter().rewind();
        Ok(ArrowBatches { source: source.clone(), reader, n_records, n_read: 0 })
    }

    /// How many records the file has.
    pub(crate) fn n_records(&self) -> u64 {
        self.n_records
    }
}

impl Iterator for ArrowBatches {
    type Item = Result<RecordBatch, FeedError>;

    fn next(&mut self) -> Option<Result<RecordBatch, FeedError>> {
        let batch = self.reader.next()?.map_err(|err| not_a(&self.source, err));
        if let Ok(batch) = &batch {
            self.n_read += batch.num_rows() as u64;
            self.source.meter().share(self.n_read, self.n_records);
        }
        Some(batch)
    }
}

fn names_of(schema: &arrow::datatypes::Schema) -> Vec<String> {
    schema.fields().iter().map(|it| it.name().clone()).collect()
}

fn not_a(source: &Source, err: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> FeedError {
    FeedError::NotA { path: source.path().to_owned(), what: WHAT, source: err.into() }
}

struct Batches {
    batches: ArrowBatches,
    columns: Vec<String>,
    n_read: u64,
}

impl Batches {
    fn open(source: &Source, names: Option<&[&str]>) -> Result<Batches, FeedError> {
        let batches = ArrowBatches::open(source, names)?;
        let columns = names_of(&arrow::array::RecordBatchReader::schema(&batches.reader));
        Ok(Batches { batches, columns, n_read: 0 })
    }

    fn records(&mut self, batch: &RecordBatch) -> Result<Vec<Record>, FeedError> {
        let columns: Result<Vec<Vec<Cell>>, _> = batch.columns().iter().map(cells).collect();
        let columns = columns.map_err(|err| not_a(&self.batches.source, err))?;
        let mut columns: Vec<_> = columns.into_iter().map(Vec::into_iter).collect();
        let mut records = Vec::with_capacity(batch.num_rows());
        for _ in 0..batch.num_rows() {
            self.n_read += 1;
            let cells: Vec<Cell> =
                columns.iter_mut().map(|it| it.next().unwrap_or_default()).collect();
            let raw = json(&self.columns, &cells);
            records.push(Record { line: self.n_read, cells, raw });
        }
        Ok(records)
    }
}

impl Iterator for Batches {
    type Item = Result<Vec<Record>, FeedError>;

    fn next(&mut self) -> Option<Result<Vec<Record>, FeedError>> {
        let batch = self.batches.next()?;
        Some(batch.and_then(|it| self.records(&it)))
    }
}

/// The cells of a column.
fn cells(column: &ArrayRef) -> Result<Vec<Cell>, arrow::error::ArrowError> {
    let options = FormatOptions::default().with_null("");
    match column.data_type() {
        DataType::List(_) => {
            let lists = column.as_list::<i32>();
            let cell = |row: usize| {
                if lists.is_null(row) {
                    return Ok(Cell::Empty);
                }
                Ok(Cell::List(texts(&lists.value(row), &options)?))
            };
            (0..lists.len()).map(cell).collect()
        }
        _ => Ok(texts(column, &options)?
            .into_iter()
            .map(|text| if text.is_empty() { Cell::Empty } else { Cell::Text(text) })
            .collect()),
    }
}

fn texts(
    column: &ArrayRef,
    options: &FormatOptions<'_>,
) -> Result<Vec<String>, arrow::error::ArrowError> {
    let formatter = ArrayFormatter::try_new(column, options)?;
    (0..column.len()).map(|row| formatter.value(row).try_to_string()).collect()
}
