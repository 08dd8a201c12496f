//! What every adapter on PostgreSQL has to know of its server: what its errors mean, and when to try again.
//!
//! # Where to start
//!
//! [`passes`] says whether the same may succeed in a moment, [`meaning`] what a caller can do otherwise.
//!
//! # What does not live here
//!
//! Connections, statements and what an operator is told: each adapter has its own.

use std::io::ErrorKind;
use std::time::Duration;

use sqlx::Error;
use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

/// How long to wait before each further try: as long as a failover takes, some 8 seconds in all.
pub static PAUSES: &[Duration] = &[
    Duration::from_millis(10),
    Duration::from_millis(20),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// PostgreSQL's codes, of which the first two characters are a class.
mod codes {
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

/// What a failure of the server means to whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Its disk is full.
    Full,
    /// What it holds is not what this program writes.
    Unreadable,
    /// It is away, or something within it went wrong.
    Unavailable,
    /// What it was given can be in no text of its own.
    Refused,
}

/// The server's code for an error that is its own.
pub fn code(error: &dyn DatabaseError) -> Option<&str> {
    error.try_downcast_ref::<PgDatabaseError>().map(PgDatabaseError::code)
}

/// What a code means.
pub fn meaning(code: &str) -> Meaning {
    let is = |class: &str| code.starts_with(class);
    match code {
        codes::DISK_FULL => Meaning::Full,
        codes::NO_SUCH_CHARACTER => Meaning::Refused,
        codes::INTERNAL => Meaning::Unavailable,
        _ if is(codes::DATA) || is(codes::CONSTRAINT) || is(codes::CORRUPT) => Meaning::Unreadable,
        _ => Meaning::Unavailable,
    }
}

/// Whether the same may succeed in a moment: the server was away, or gave one of several the way.
///
/// What took too long is not among it: whoever asked has waited long enough. Nor is a certificate that
/// nobody vouches for, which comes as invalid data.
pub fn passes(error: &Error) -> bool {
    use codes::{CONNECTION, READ_ONLY, ROLLED_BACK, STOPPING, TOO_MANY_CONNECTIONS};
    match error {
        Error::Io(error) => !matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::InvalidData),
        Error::Database(error) => code(&**error).is_some_and(|code| {
            [CONNECTION, READ_ONLY, ROLLED_BACK, STOPPING, TOO_MANY_CONNECTIONS]
                .iter()
                .any(|it| code.starts_with(it))
        }),
        _ => false,
    }
}

/// Whether the answer to a commit says that it did not happen.
pub fn was_rolled_back(error: &Error) -> bool {
    let Error::Database(error) = error else { return false };
    code(&**error)
        .is_some_and(|it| it.starts_with(codes::ROLLED_BACK) || it.starts_with(codes::CONSTRAINT))
}

/// An address with parameters that it leaves unsaid. Ours stand first: what is said later holds.
pub fn complete(url: &str, parameters: &str) -> String {
    match url.split_once('?') {
        Some((place, theirs)) => format!("{place}?{parameters}&{theirs}"),
        None => format!("{url}?{parameters}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_means_what_can_be_done_about_it() {
        for (code, expected) in [
            ("53100", Meaning::Full),
            ("22021", Meaning::Refused),
            ("22003", Meaning::Unreadable),
            ("23505", Meaning::Unreadable),
            ("XX001", Meaning::Unreadable),
            ("XX000", Meaning::Unavailable),
            ("42501", Meaning::Unavailable),
        ] {
            assert_eq!(meaning(code), expected, "{code}");
        }
    }

    #[test]
    fn what_an_address_says_stands_behind_what_we_say() {
        assert_eq!(complete("postgres://one/shop", "a=1"), "postgres://one/shop?a=1");
        assert_eq!(complete("postgres://one/shop?a=2", "a=1"), "postgres://one/shop?a=1&a=2");
    }

    #[test]
    fn who_waited_long_enough_does_not_wait_again() {
        let io = |kind: ErrorKind| Error::Io(kind.into());
        assert!(passes(&io(ErrorKind::ConnectionReset)));
        assert!(!passes(&io(ErrorKind::TimedOut)) && !passes(&io(ErrorKind::InvalidData)));
    }
}
