//! The words in which databases differ, all in one place.

use ports::PortError;

use crate::error::BACKEND;

/// What one kind of database wants said differently.
#[derive(Debug)]
pub(crate) struct Dialect {
    /// How an address of such a database begins.
    scheme: &'static str,
    /// What the words in braces of a migration become.
    words: &'static [(&'static str, &'static str)],
    /// Begins a transaction that will write, waiting its turn.
    pub(crate) begin: &'static str,
    /// Asks a connection for a number that changes when another connection has written.
    pub(crate) changed: &'static str,
    /// Said to every new connection.
    pub(crate) session: &'static str,
    /// Said to a connection that writes, besides.
    pub(crate) writer_session: &'static str,
}

/// SQLite, in one file and its write-ahead log.
///
/// `synchronous = FULL` is what makes an answered write durable: in `NORMAL` a commit is not synced.
static SQLITE: Dialect = Dialect {
    scheme: "sqlite:",
    words: &[
        ("{bytes}", "BLOB"),
        ("{serial}", "INTEGER PRIMARY KEY AUTOINCREMENT"),
        ("{clustered}", "WITHOUT ROWID"),
    ],
    begin: "BEGIN IMMEDIATE",
    changed: "PRAGMA data_version",
    session: "PRAGMA busy_timeout = 10000;
              PRAGMA journal_mode = WAL;
              PRAGMA synchronous = FULL;
              PRAGMA foreign_keys = ON;",
    writer_session: "PRAGMA cache_size = -65536;
                     PRAGMA wal_autocheckpoint = 16384;
                     PRAGMA journal_size_limit = 67108864;",
};

impl Dialect {
    /// The dialect of the database at `url`.
    pub(crate) fn of(url: &str) -> Result<&'static Dialect, PortError> {
        if url.starts_with(SQLITE.scheme) {
            return Ok(&SQLITE);
        }
        let scheme = url.split(':').next().unwrap_or_default();
        Err(PortError::Unavailable {
            backend: BACKEND,
            what: format!("`{scheme}:` is no database this program knows; use `sqlite:PATH`"),
            source: None,
        })
    }

    /// A migration in this dialect.
    pub(crate) fn translate(&self, sql: &str) -> String {
        self.words.iter().fold(sql.to_owned(), |sql, (word, ours)| sql.replace(word, ours))
    }
}
