//! From the database's errors to the port's: what the caller can do about them.

use std::io::ErrorKind;

use ports::PortError;
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
            Meaning::Unreadable => PortError::Unreadable {
                backend,
                what: format!(
                    "{what}; stop tastemaker and drop the schema `projections`, it is computed again"
                ),
                source,
            },
        }
    }
}

enum Meaning {
    Full,
    Unreadable,
    Unavailable,
}

/// PostgreSQL's codes begin with a class: 22 and 23 are data that is not as it should be, XX001 and XX002
/// damage, 53100 is a full disk.
fn meaning(error: &Error) -> Meaning {
    match error {
        Error::Database(error) => match error.code().as_deref().unwrap_or_default() {
            "53100" => Meaning::Full,
            "XX001" | "XX002" => Meaning::Unreadable,
            code if code.starts_with("22") || code.starts_with("23") => Meaning::Unreadable,
            _ => Meaning::Unavailable,
        },
        Error::Decode(_) | Error::ColumnDecode { .. } => Meaning::Unreadable,
        _ => Meaning::Unavailable,
    }
}

/// Whether the same may succeed in a moment: the server was away (08, 57P0, 53300), answers questions only
/// (25006) or chose another of two that were in each other's way (40).
pub(crate) fn passes(error: &Error) -> bool {
    match error {
        // A certificate that nobody vouches for comes as invalid data.
        Error::Io(error) => !matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::InvalidData),
        Error::Database(error) => error.code().is_some_and(|code| {
            ["08", "57P0", "53300", "25006", "40"].iter().any(|it| code.starts_with(it))
        }),
        _ => false,
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
