//! The rows of a catalogue body: JSON lines, or one JSON list.

use app::Rejection;
use serde_json::value::RawValue;

use crate::json::{NESTING_MAX, is_nested_too_deeply, refuse};
use crate::{ErrorCode, RejectionCode};

/// The most rows of one request.
pub const ROWS_MAX: usize = 20_000;
/// The longest row, in bytes.
pub const ROW_BYTES_MAX: usize = 256 * 1024;

/// The rows of a body, still as text. Empty lines are passed over.
#[derive(Debug)]
pub struct Rows<'a> {
    rows: Vec<&'a str>,
    /// The line of each row, counted from 1; empty for a list.
    lines: Vec<usize>,
}

impl<'a> Rows<'a> {
    /// Finds the rows of `body`: a list when it begins with `[`, else one row a line.
    ///
    /// # Errors
    ///
    /// The code and the words of a problem, when the list is no JSON or there are too many rows.
    pub fn open(body: &'a str) -> Result<Rows<'a>, (ErrorCode, String)> {
        let rows = if body.trim_ascii_start().starts_with('[') {
            let list: Vec<&RawValue> = serde_json::from_str(body).map_err(|err| {
                (ErrorCode::InvalidJson, format!("the list of rows is not readable: {err}"))
            })?;
            Rows { rows: list.into_iter().map(RawValue::get).collect(), lines: Vec::new() }
        } else {
            let numbered = (1..).zip(body.lines()).filter(|(_, row)| !row.trim().is_empty());
            let (lines, rows) = numbered.unzip();
            Rows { rows, lines }
        };
        if rows.rows.len() > ROWS_MAX {
            let n_rows = rows.rows.len();
            let detail = format!("there are {n_rows} rows, but at most {ROWS_MAX} are taken");
            return Err((ErrorCode::TooManyItems, detail));
        }
        Ok(rows)
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The line of a row, counted from 1; `None` for a list.
    pub fn line(&self, index: usize) -> Option<usize> {
        self.lines.get(index).copied()
    }

    /// The row at `index`, its size and nesting checked.
    ///
    /// # Errors
    ///
    /// A [`Rejection`] of a row that is too large or too deep.
    pub fn row(&self, index: usize) -> Result<&'a str, Rejection> {
        let row = self.rows.get(index).copied().unwrap_or_default();
        if row.len() > ROW_BYTES_MAX {
            let remedy = format!("has {} bytes; a row has at most {ROW_BYTES_MAX}", row.len());
            return Err(refuse(RejectionCode::RowTooLarge, "it", row, remedy));
        }
        if is_nested_too_deeply(row.as_bytes()) {
            let remedy = format!("has objects and lists more than {NESTING_MAX} deep; flatten it");
            return Err(refuse(RejectionCode::NestedTooDeeply, "it", row, remedy));
        }
        Ok(row)
    }
}
