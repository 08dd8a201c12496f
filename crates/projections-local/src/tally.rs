//! The tally of issued decisions: eight bytes of a file, written in place.
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

/// A tally in a file of its own.
#[derive(Debug)]
pub struct FileTally {
    file: File,
    /// The number in the file; its lock keeps writes in order.
    last: Mutex<u64>,
}

impl FileTally {
    /// Opens the tally, beginning at 0 when there is no file.
    ///
    /// # Errors
    ///
    /// [`PortError`] when the file cannot be opened or read.
    pub fn open(path: &Path) -> Result<FileTally, PortError> {
        let failed = |source: io::Error| PortError::Unavailable {
            backend: "the tally of decisions",
            what: format!("opening {}", path.display()),
            source: Some(Box::new(source)),
        };
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(path);
        let file = file.map_err(failed)?;
        let mut bytes = [0; 8];
        let last = match file.read_exact_at(&mut bytes, 0) {
            Ok(()) => u64::from_be_bytes(bytes),
            // A file that was never written to.
            Err(err) if err.kind() == io::ErrorKind::UnexpectedEof => 0,
            Err(err) => return Err(failed(err)),
        };
        Ok(FileTally { file, last: Mutex::new(last) })
    }
}

impl Tally for FileTally {
    fn raise(&self, issued: u64) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if issued <= *last {
            return;
        }
        *last = issued;
        if let Err(error) = self.file.write_all_at(&issued.to_be_bytes(), 0) {
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
}
