//! From the store's errors to the port's: what the caller can do about them.

use std::io;

use ports::PortError;

/// How operators know this backend.
pub(crate) const BACKEND: &str = "the log";

/// Says whether `error` means that the disk, or what this program may use of it, is full.
fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

/// Translates an error of the file system.
pub(crate) fn from_io(what: &str, source: io::Error) -> PortError {
    let what = what.to_owned();
    if is_full(&source) {
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
        Error::Locked => {
            unavailable("another program has the folder open; stop it first, or talk to it instead")
        }
        Error::Poisoned => unavailable("an earlier write failed; the store is opened again"),
        Error::InvalidVersion(found) => unreadable(format!(
            "the store has format {found:?}, which this program does not read; start the \
             tastemaker that wrote it"
        )),
        source => PortError::Unreadable {
            backend: BACKEND,
            what: format!("{what}; restore the log's folder from a backup"),
            source: Some(source.into()),
        },
    }
}

/// Something is in the way that may pass.
pub(crate) fn unavailable(what: &str) -> PortError {
    PortError::Unavailable { backend: BACKEND, what: what.to_owned(), source: None }
}

/// Something stored makes no sense.
pub(crate) fn unreadable(what: String) -> PortError {
    PortError::Unreadable { backend: BACKEND, what, source: None }
}
