//! From the database's errors to the port's: what the caller can do about them.

use ports::PortError;
use postgres_server::Meaning;
use sqlx::Error;

/// How operators know this backend.
pub(crate) const BACKEND: &str = "the projections' database";

/// Says what was being done when the database failed: `.map_err(failed("scanning a table"))`.
pub(crate) fn failed(doing: &'static str) -> impl FnOnce(Error) -> PortError {
    move |error| {
        let meaning = meaning(&error);
        let (backend, what, source) = (BACKEND, doing.to_owned(), Some(error.into()));
        match meaning {
            Meaning::Full => PortError::Full { backend, what, source },
            Meaning::Unavailable => PortError::Unavailable { backend, what, source },
            Meaning::Unreadable | Meaning::Refused => PortError::Unreadable {
                backend,
                what: format!(
                    "{what}; stop tastemaker and drop the schema `projections`, it is computed again"
                ),
                source,
            },
        }
    }
}

fn meaning(error: &Error) -> Meaning {
    match error {
        Error::Database(error) => {
            postgres_server::code(&**error).map_or(Meaning::Unavailable, postgres_server::meaning)
        }
        Error::Decode(_) | Error::ColumnDecode { .. } => Meaning::Unreadable,
        _ => Meaning::Unavailable,
    }
}

/// A stored value that is not what this program writes.
pub(crate) fn damage(what: impl Into<String>) -> Error {
    Error::Decode(what.into().into())
}

/// A number that the database cannot hold.
pub(crate) fn too_large(error: std::num::TryFromIntError) -> Error {
    Error::Encode(error.into())
}
