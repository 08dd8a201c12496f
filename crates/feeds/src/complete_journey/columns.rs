//! The columns of a batch, by name and of the type that they must have.

use arrow::array::TimestampMicrosecondArray;
use arrow::array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit};
use domain::Timestamp;

use crate::{FeedError, Source};

/// A batch of which columns are asked by name.
pub(super) struct Columns<'a> {
    pub(super) source: &'a Source,
    pub(super) batch: &'a RecordBatch,
}

impl Columns<'_> {
    fn of_type(&self, name: &str, wanted: &DataType) -> Result<ArrayRef, FeedError> {
        let missing = || FeedError::ColumnMissing {
            path: self.source.path().to_owned(),
            column: name.to_owned(),
            columns: self.batch.schema().fields().iter().map(|it| it.name().clone()).collect(),
        };
        let column = self.batch.column_by_name(name).ok_or_else(missing)?;
        cast(column, wanted).map_err(|err| FeedError::NotA {
            path: self.source.path().to_owned(),
            what: "a file of the Complete Journey",
            source: format!("column `{name}` is no {wanted}: {err}").into(),
        })
    }

    /// A column of whole numbers.
    pub(super) fn whole(&self, name: &str) -> Result<Int64Array, FeedError> {
        let column = self.of_type(name, &DataType::Int64)?;
        Ok(column.as_any().downcast_ref::<Int64Array>().expect("it was cast to that type").clone())
    }

    /// A column of decimals.
    pub(super) fn decimal(&self, name: &str) -> Result<Float64Array, FeedError> {
        let column = self.of_type(name, &DataType::Float64)?;
        let column = column.as_any().downcast_ref::<Float64Array>();
        Ok(column.expect("it was cast to that type").clone())
    }

    /// A column of texts.
    pub(super) fn text(&self, name: &str) -> Result<StringArray, FeedError> {
        let column = self.of_type(name, &DataType::Utf8)?;
        Ok(column.as_any().downcast_ref::<StringArray>().expect("it was cast to that type").clone())
    }

    /// A column of moments.
    pub(super) fn time(&self, name: &str) -> Result<TimestampMicrosecondArray, FeedError> {
        let column = self.of_type(name, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
        let column = column.as_any().downcast_ref::<TimestampMicrosecondArray>();
        Ok(column.expect("it was cast to that type").clone())
    }
}

/// The text in a row; empty where there is none.
pub(super) fn text_in(column: &StringArray, row: usize) -> &str {
    if column.is_null(row) { "" } else { column.value(row) }
}

/// The moment in a row.
pub(super) fn time_in(column: &TimestampMicrosecondArray, row: usize) -> Timestamp {
    Timestamp::from_micros(if column.is_null(row) { 0 } else { column.value(row) })
}
