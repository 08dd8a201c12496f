//! What a failure of the database means to the caller.

use std::io::ErrorKind;

use ports::PortError;
use sqlx::Error;

/// What an operator knows this backend as.
pub(crate) const BACKEND: &str = "the records database";

/// SQLite's primary result codes, the low byte of what it reports.
mod sqlite {
    pub(super) const CORRUPT: u32 = 11;
    pub(super) const FULL: u32 = 13;
    pub(super) const CONSTRAINT: u32 = 19;
    pub(super) const NOT_A_DATABASE: u32 = 26;
}

/// Says what was being done when the database failed: `.map_err(failed("adding a key"))`.
pub(crate) fn failed(doing: &'static str) -> impl FnOnce(Error) -> PortError {
    move |error| port_error(doing.to_owned(), error)
}

fn port_error(what: String, error: Error) -> PortError {
    let backend = BACKEND;
    let meaning = meaning(&error);
    let source = Some(error.into());
    match meaning {
        Meaning::Full => PortError::Full { backend, what, source },
        Meaning::Unreadable => PortError::Unreadable { backend, what, source },
        Meaning::Unavailable => PortError::Unavailable { backend, what, source },
    }
}

enum Meaning {
    Full,
    Unreadable,
    Unavailable,
}

fn meaning(error: &Error) -> Meaning {
    match error {
        Error::Database(error) => {
            let code = error.code().and_then(|code| code.parse::<u32>().ok()).unwrap_or_default();
            match code & 0xff {
                sqlite::FULL => Meaning::Full,
                sqlite::CORRUPT | sqlite::NOT_A_DATABASE | sqlite::CONSTRAINT => {
                    Meaning::Unreadable
                }
                _ => Meaning::Unavailable,
            }
        }
        Error::Io(error) if error.kind() == ErrorKind::StorageFull => Meaning::Full,
        Error::Decode(_) | Error::ColumnDecode { .. } | Error::ColumnNotFound(_) => {
            Meaning::Unreadable
        }
        _ => Meaning::Unavailable,
    }
}

/// A stored value that is not what this program writes.
pub(crate) fn damaged(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Decode(error.into())
}

/// The same, told in words.
pub(crate) fn damage(what: impl Into<String>) -> Error {
    Error::Decode(what.into().into())
}
