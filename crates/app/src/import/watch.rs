//! Who looks on while a file is taken in.

use crate::Rejection;

/// A row that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRow {
    /// Its line.
    pub line: u64,
    /// Why.
    pub rejection: Rejection,
    /// The row as it stands in the file; empty where the file has no such text.
    pub raw: String,
}

/// Looks on while a file is taken in.
pub trait ImportWatch: Send {
    /// So many rows are done.
    fn progress(&mut self, n_rows: u64);

    /// A row was refused.
    fn refused(&mut self, row: RefusedRow);

    /// A row was mended rather than refused.
    fn mended(&mut self, line: u64, how: &str);
}

/// Keeps all that it sees: for files of which it is known that they are small.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// What was refused.
    pub refused: Vec<RefusedRow>,
    /// Lines that were mended, and how.
    pub mended: Vec<(u64, String)>,
}

impl ImportWatch for Collected {
    fn progress(&mut self, _: u64) {}

    fn refused(&mut self, row: RefusedRow) {
        self.refused.push(row);
    }

    fn mended(&mut self, line: u64, how: &str) {
        self.mended.push((line, how.to_owned()));
    }
}
