//! The tally of issued decisions: eight bytes of a file, written in place; behind them, where several
//! processes decide, the number of the journal.
//!
//! A write goes to the operating system's cache and costs about a microsecond: it outlives the process
//! whatever ends it, though not the machine's power.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;

use ports::{PortError, Tally};

/// Where in the file the last number is.
const LAST_AT: u64 = 0;
/// Where the journal's is.
const JOURNAL_AT: u64 = 8;

/// A tally in a file of its own.
#[derive(Debug)]
pub struct FileTally {
    file: File,
    /// The number in the file; its lock keeps writes in order.
    last: Mutex<u64>,
    journal: Option<u64>,
}

impl FileTally {
    /// Opens the tally of the one process that decides, beginning at 0 when there is no file.
    ///
    /// # Errors
    ///
    /// [`PortError`] when the file cannot be opened, read or written.
    pub fn open(path: &Path) -> Result<FileTally, PortError> {
        FileTally::open_file(path, None).map_err(|source| opening(path, source))
    }

    /// Opens the tally of one of several that decide; a new one counts for the journal `new`, a number
    /// that nobody else has.
    ///
    /// # Errors
    ///
    /// As [`FileTally::open`].
    pub fn open_for(path: &Path, new: u64) -> Result<FileTally, PortError> {
        FileTally::open_file(path, Some(new)).map_err(|source| opening(path, source))
    }

    fn open_file(path: &Path, new: Option<u64>) -> io::Result<FileTally> {
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(path)?;
        let mut last = number_at(&file, LAST_AT)?.unwrap_or(0);
        let mut journal = number_at(&file, JOURNAL_AT)?;
        if let (Some(new), None) = (new, journal) {
            // A journal of its own begins at 0, whatever was counted here before.
            (last, journal) = (0, Some(new));
            file.write_all_at(&last.to_be_bytes(), LAST_AT)?;
            file.write_all_at(&new.to_be_bytes(), JOURNAL_AT)?;
        }
        Ok(FileTally { file, last: Mutex::new(last), journal })
    }
}

/// The number at a place of the file; none where it was never written to.
fn number_at(file: &File, at: u64) -> io::Result<Option<u64>> {
    let mut bytes = [0; 8];
    match file.read_exact_at(&mut bytes, at) {
        Ok(()) => Ok(Some(u64::from_be_bytes(bytes))),
        Err(err) if err.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(err) => Err(err),
    }
}

fn opening(path: &Path, source: io::Error) -> PortError {
    PortError::Unavailable {
        backend: "the tally of decisions",
        what: format!("opening {}", path.display()),
        source: Some(Box::new(source)),
    }
}

impl Tally for FileTally {
    fn journal(&self) -> Option<u64> {
        self.journal
    }

    fn raise(&self, issued: u64) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if issued <= *last {
            return;
        }
        *last = issued;
        if let Err(error) = self.file.write_all_at(&issued.to_be_bytes(), LAST_AT) {
            // A number that is not noted only makes a later loss look smaller.
            tracing::warn!(%error, "the tally of decisions cannot be written");
        }
    }

    fn last(&self) -> u64 {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_number_is_there_after_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tally");
        let tally = FileTally::open(&path).unwrap();
        assert_eq!(tally.last(), 0);
        tally.raise(7);
        tally.raise(5);
        assert_eq!(FileTally::open(&path).unwrap().last(), 7);
    }

    #[test]
    fn a_journal_keeps_its_number_and_that_of_the_last_decision() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tally");
        assert_eq!(FileTally::open(&path).unwrap().journal(), None);
        let tally = FileTally::open_for(&path, 77).unwrap();
        tally.raise(9);
        let again = FileTally::open_for(&path, 78).unwrap();
        assert_eq!((again.journal(), again.last()), (Some(77), 9));
    }
}
