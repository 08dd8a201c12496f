//! From the store's errors to the port's: what the caller can do about them.

use std::io;
use std::path::Path;

use ports::PortError;

/// How operators know this backend.
const BACKEND: &str = "the projections' folder";

/// Translates an error of the file system.
pub(crate) fn from_io(what: &str, source: io::Error) -> PortError {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    let what = what.to_owned();
    if matches!(source.kind(), StorageFull | QuotaExceeded | FileTooLarge) {
        PortError::Full { backend: BACKEND, what, source: Some(source.into()) }
    } else {
        PortError::Unavailable { backend: BACKEND, what, source: Some(source.into()) }
    }
}

/// Translates an error of the store.
pub(crate) fn from_store(what: &str, error: fjall::Error) -> PortError {
    use fjall::{Error, LsmError};
    match error {
        Error::Io(source) | Error::Storage(LsmError::Io(source)) => from_io(what, source),
        Error::Locked => unavailable(
            "another program has it open; stop it first, or talk to it instead".to_owned(),
            None,
        ),
        Error::Poisoned => unavailable(
            "an earlier write failed; see the error before, then start tastemaker again".to_owned(),
            None,
        ),
        source => PortError::Unreadable {
            backend: BACKEND,
            what: format!("{what}; stop tastemaker and delete the folder, it is computed again"),
            source: Some(source.into()),
        },
    }
}

/// Something is in the way that may pass.
pub(crate) fn unavailable(
    what: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
) -> PortError {
    PortError::Unavailable { backend: BACKEND, what, source }
}

/// A file makes no sense.
pub(crate) fn unreadable(file: &Path, why: &str) -> PortError {
    PortError::Unreadable {
        backend: BACKEND,
        what: format!("{} {why}; delete it, it is computed again from the log", file.display()),
        source: None,
    }
}

/// The folder was written by a newer program.
pub(crate) fn newer(file: &Path, found: u16, known: u16) -> PortError {
    PortError::Unreadable {
        backend: BACKEND,
        what: format!(
            "{} has format {found}, but this program reads up to {known}; start a newer tastemaker, \
             or delete it, then it is computed again from the log",
            file.display()
        ),
        source: None,
    }
}
