//! What a failure of the database means to the caller.

use std::io::ErrorKind;
use std::sync::Arc;

use ports::PortError;
use postgres_server::Meaning;
use sqlx::Error;
use sqlx::error::DatabaseError;

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
    move |error| port_error(doing, meaning(&error), error.into())
}

/// The same for one of several who waited for the same transaction.
pub(crate) fn shared(doing: &'static str, error: &Arc<Error>) -> PortError {
    port_error(doing, meaning(error), Arc::clone(error).into())
}

/// The program is ending while something was being done.
pub(crate) fn gone(doing: &'static str) -> PortError {
    let what = format!("{doing} while the program ends");
    PortError::Unavailable { backend: BACKEND, what, source: None }
}

fn port_error(
    doing: &'static str,
    meaning: Meaning,
    source: Box<dyn std::error::Error + Send + Sync>,
) -> PortError {
    let (backend, what, source) = (BACKEND, doing.to_owned(), Some(source));
    match meaning {
        Meaning::Full => PortError::Full { backend, what, source },
        Meaning::Unreadable => PortError::Unreadable { backend, what, source },
        Meaning::Unavailable => PortError::Unavailable { backend, what, source },
        Meaning::Refused => {
            let what = format!("{doing}: a text has the character U+0000; leave it out");
            PortError::Refused { backend, what, source }
        }
    }
}

fn meaning(error: &Error) -> Meaning {
    match error {
        Error::Database(error) => match postgres_server::code(&**error) {
            Some(code) => postgres_server::meaning(code),
            None => meaning_in_sqlite(&**error),
        },
        Error::Io(error) if error.kind() == ErrorKind::StorageFull => Meaning::Full,
        Error::Decode(_) | Error::ColumnDecode { .. } | Error::ColumnNotFound(_) => {
            Meaning::Unreadable
        }
        Error::Configuration(_) => Meaning::Refused,
        _ => Meaning::Unavailable,
    }
}

fn meaning_in_sqlite(error: &dyn DatabaseError) -> Meaning {
    let code = error.code().and_then(|code| code.parse::<u32>().ok()).unwrap_or_default();
    match code & 0xff {
        sqlite::FULL => Meaning::Full,
        sqlite::CORRUPT | sqlite::NOT_A_DATABASE | sqlite::CONSTRAINT => Meaning::Unreadable,
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
