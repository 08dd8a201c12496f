//! From the errors of Delta, Parquet and DataFusion to the port's: what the caller can do about them.

use std::error::Error;
use std::io;

use datafusion::error::DataFusionError;
use deltalake_core::DeltaTableError;
use ports::PortError;

use crate::s3;

/// How operators know this backend.
pub(crate) const BACKEND: &str = "the lake";

/// What to do about damage.
const RESTORE: &str = "restore the lake's folder from a backup";

/// Finds the file system's error in a chain.
fn io_error<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e io::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<io::Error>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// What an error of the file system, or of what stands for it, means for the caller.
enum Trouble {
    Full,
    Passing,
    Damage,
    Wrong,
}

fn trouble(error: &(dyn Error + 'static)) -> Trouble {
    use io::ErrorKind::{
        FileTooLarge, InvalidData, NotFound, QuotaExceeded, StorageFull, UnexpectedEof, Unsupported,
    };
    match io_error(error).map(io::Error::kind) {
        Some(StorageFull | QuotaExceeded | FileTooLarge) => Trouble::Full,
        Some(Unsupported) => Trouble::Wrong,
        // Delta's kernel hands on the words of an object store's error, and nothing else of it.
        None if error.to_string().contains(s3::Trouble::WORDS) => Trouble::Passing,
        // A file that a table names and that is short, or not there, does not come back by itself.
        None | Some(NotFound | UnexpectedEof | InvalidData) => Trouble::Damage,
        Some(_) => Trouble::Passing,
    }
}

/// Says what an error of `backend` means; `remedy` is for what does not mend itself.
pub(crate) fn translate(
    backend: &'static str,
    what: &str,
    remedy: &str,
    error: Box<dyn Error + Send + Sync>,
) -> PortError {
    let trouble = trouble(&*error);
    let answer = io_error(&*error).and_then(io::Error::get_ref);
    let answer: Option<&s3::Trouble> = answer.and_then(|it| it.downcast_ref());
    let what = answer.map_or(what.to_owned(), |it| format!("{what}: {it}"));
    let source = Some(error);
    match trouble {
        Trouble::Wrong => PortError::Refused { backend, what, source },
        Trouble::Full => PortError::Full { backend, what, source },
        Trouble::Passing => PortError::Unavailable { backend, what, source },
        Trouble::Damage => {
            PortError::Unreadable { backend, what: format!("{what}; {remedy}"), source }
        }
    }
}

fn in_lake(what: &str, error: Box<dyn Error + Send + Sync>) -> PortError {
    translate(BACKEND, what, RESTORE, error)
}

/// Translates an error of the file system.
pub(crate) fn from_io(what: &str, error: io::Error) -> PortError {
    in_lake(what, error.into())
}

/// Translates an error of the store that files are in.
pub(crate) fn from_store(what: &str, error: object_store::Error) -> PortError {
    in_lake(what, error.into())
}

/// Translates an error of Parquet.
pub(crate) fn from_parquet(what: &str, error: parquet::errors::ParquetError) -> PortError {
    in_lake(what, error.into())
}

/// Translates an error of the table.
pub(crate) fn from_delta(what: &str, error: DeltaTableError) -> PortError {
    in_lake(what, error.into())
}

/// Translates an error of a plan.
pub(crate) fn from_plan(what: &str, error: DataFusionError) -> PortError {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => PortError::Unavailable {
            backend: BACKEND,
            what: format!("{what} needs more memory than it may take; raise lake.memory_bytes"),
            source: Some(error.into()),
        },
        _ => in_lake(what, error.into()),
    }
}

/// Something is in the way that may pass.
pub(crate) fn unavailable(what: String) -> PortError {
    PortError::Unavailable { backend: BACKEND, what, source: None }
}

/// What was asked makes no sense.
pub(crate) fn refused(what: String) -> PortError {
    PortError::Refused { backend: BACKEND, what, source: None }
}

/// Something stored makes no sense.
pub(crate) fn unreadable(what: String) -> PortError {
    PortError::Unreadable { backend: BACKEND, what, source: None }
}
