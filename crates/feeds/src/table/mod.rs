//! Tables: named columns, and records of cells, from CSV or Parquet.

mod csv;
mod parquet;

use serde_json::{Map, Value};

use crate::grouped::Step;
use crate::{FeedError, Source};
pub(crate) use csv::csv;
pub(crate) use parquet::{ArrowBatches, parquet};

/// What stands in one column of one record.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// A text, or a number as its text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
}

/// A record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    /// The line it begins in, or its number, counted from 1.
    pub(crate) line: u64,
    pub(crate) cells: Vec<Cell>,
    /// The record as it stands in the file.
    pub(crate) raw: String,
}

impl Record {
    /// The text in that column; empty where there is none.
    pub(crate) fn text(&self, column: usize) -> &str {
        match self.cells.get(column) {
            Some(Cell::Text(text)) => text,
            _ => "",
        }
    }
}

/// The records of a table, in its order.
pub(crate) type Records = Box<dyn Iterator<Item = Result<Step<Record>, FeedError>> + Send>;

/// A table.
pub(crate) struct Table {
    pub(crate) columns: Vec<String>,
    pub(crate) records: Records,
}

/// The column of that name.
///
/// # Errors
///
/// [`FeedError::ColumnMissing`], which lists what there is.
pub(crate) fn column(source: &Source, columns: &[String], name: &str) -> Result<usize, FeedError> {
    columns.iter().position(|it| it == name).ok_or_else(|| FeedError::ColumnMissing {
        path: source.path().to_owned(),
        column: name.to_owned(),
        columns: columns.to_owned(),
    })
}

/// A record as JSON, for tables that are not text.
fn json(columns: &[String], cells: &[Cell]) -> String {
    let value = |cell: &Cell| match cell {
        Cell::Empty => Value::Null,
        Cell::Text(text) => Value::from(text.as_str()),
        Cell::List(values) => Value::from(values.clone()),
    };
    let fields = columns.iter().zip(cells).filter(|(_, cell)| **cell != Cell::Empty);
    Value::Object(fields.map(|(name, cell)| (name.clone(), value(cell))).collect::<Map<_, _>>())
        .to_string()
}
