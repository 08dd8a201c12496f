//! What a failure of the database means to the caller.

use std::io::ErrorKind;
use std::sync::Arc;

use ports::PortError;
use sqlx::Error;
use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

/// What an operator knows this backend as.
pub(crate) const BACKEND: &str = "the records database";

/// SQLite's primary result codes, the low byte of what it reports.
mod sqlite {
    pub(super) const CORRUPT: u32 = 11;
    pub(super) const FULL: u32 = 13;
    pub(super) const CONSTRAINT: u32 = 19;
    pub(super) const NOT_A_DATABASE: u32 = 26;
}

/// PostgreSQL's codes, of which the first two characters are a class.
mod postgres {
    pub(super) const CONNECTION: &str = "08";
    pub(super) const DATA: &str = "22";
    pub(super) const NO_SUCH_CHARACTER: &str = "22021";
    pub(super) const CONSTRAINT: &str = "23";
    /// Another server took over, and this one only answers questions.
    pub(super) const READ_ONLY: &str = "25006";
    /// Transactions that were in each other's way: of a deadlock, one.
    pub(super) const ROLLED_BACK: &str = "40";
    pub(super) const DISK_FULL: &str = "53100";
    pub(super) const TOO_MANY_CONNECTIONS: &str = "53300";
    /// The server stops, has crashed, or is starting.
    pub(super) const STOPPING: &str = "57P0";
    pub(super) const CORRUPT: &str = "XX00";
    pub(super) const INTERNAL: &str = "XX000";
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

/// Whether the same may succeed in a moment: the database was away, or gave one of several the way.
///
/// What took too long is not among it: whoever asked has waited long enough. Nor is a certificate that
/// nobody vouches for, which comes as invalid data.
pub(crate) fn passes(error: &Error) -> bool {
    match error {
        Error::Io(error) => !matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::InvalidData),
        Error::Database(error) => postgres_code(&**error).is_some_and(|code| {
            use postgres::{CONNECTION, READ_ONLY, ROLLED_BACK, STOPPING, TOO_MANY_CONNECTIONS};
            [CONNECTION, READ_ONLY, ROLLED_BACK, STOPPING, TOO_MANY_CONNECTIONS]
                .iter()
                .any(|it| code.starts_with(it))
        }),
        _ => false,
    }
}

/// Whether the answer to a commit says that it did not happen.
pub(crate) fn was_rolled_back(error: &Error) -> bool {
    let Error::Database(error) = error else { return false };
    postgres_code(&**error).is_some_and(|code| {
        code.starts_with(postgres::ROLLED_BACK) || code.starts_with(postgres::CONSTRAINT)
    })
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

enum Meaning {
    Full,
    Unreadable,
    Unavailable,
    Refused,
}

fn meaning(error: &Error) -> Meaning {
    match error {
        Error::Database(error) => match postgres_code(&**error) {
            Some(code) => meaning_in_postgres(code),
            None => meaning_in_sqlite(&**error),
        },
        Error::Io(error) if error.kind() == ErrorKind::StorageFull => Meaning::Full,
        Error::Decode(_) | Error::ColumnDecode { .. } | Error::ColumnNotFound(_) => {
            Meaning::Unreadable
        }
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

fn meaning_in_postgres(code: &str) -> Meaning {
    let is = |class: &str| code.starts_with(class);
    match code {
        postgres::DISK_FULL => Meaning::Full,
        postgres::NO_SUCH_CHARACTER => Meaning::Refused,
        postgres::INTERNAL => Meaning::Unavailable,
        _ if is(postgres::DATA) || is(postgres::CONSTRAINT) || is(postgres::CORRUPT) => {
            Meaning::Unreadable
        }
        _ => Meaning::Unavailable,
    }
}

fn postgres_code(error: &dyn DatabaseError) -> Option<&str> {
    error.try_downcast_ref::<PgDatabaseError>().map(PgDatabaseError::code)
}

/// A stored value that is not what this program writes.
pub(crate) fn damaged(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Decode(error.into())
}

/// The same, told in words.
pub(crate) fn damage(what: impl Into<String>) -> Error {
    Error::Decode(what.into().into())
}
