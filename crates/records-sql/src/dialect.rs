//! The words in which databases differ, all in one place.

use std::time::Duration;

use ports::PortError;
use sqlx::AnyConnection;

use crate::error::BACKEND;
use crate::sql::query;

/// What one kind of database wants said differently.
#[derive(Debug)]
pub(crate) struct Dialect {
    /// How an address of such a database begins.
    schemes: &'static [&'static str],
    /// What an address says unless its owner says otherwise.
    parameters: &'static str,
    /// What the words in braces of a migration become.
    words: &'static [(&'static str, &'static str)],
    /// Begins a transaction that will write, waiting its turn.
    pub(crate) begin: &'static str,
    /// Makes a transaction the only one that migrates, as far as its beginning has not.
    pub(crate) migrate_alone: Option<&'static str>,
    /// Makes a transaction the only one that holds the number `$1`, as far as its beginning has not.
    lock: Option<&'static str>,
    /// Begins a transaction that only reads, and all of it as of one moment.
    pub(crate) begin_dump: &'static str,
    /// Asks for the last ids that were given in the audit trail and in the quarantine.
    pub(crate) last_ids: &'static str,
    /// What makes ids of the audit trail come after `$1`, and then of the quarantine.
    pub(crate) raise_ids: [&'static [&'static str]; 2],
    /// Said between columns and values where an id is not to be given but taken over.
    pub(crate) own_ids: &'static str,
    /// Said to every new connection.
    pub(crate) session: &'static str,
    /// Said to a connection that writes, besides.
    pub(crate) writer_session: Option<&'static str>,
    /// Whether other servers may hold the same and answer questions.
    pub(crate) has_standbys: bool,
    /// How ids are given to shoppers.
    pub(crate) ids: Ids,
    /// How many connections write at the same time.
    pub(crate) n_writers: u32,
    /// How many connections read at the same time.
    pub(crate) n_readers: u32,
    /// How long to wait before each further try, when the database was away or two were in each other's
    /// way.
    pub(crate) pauses: &'static [Duration],
    /// How long to wait for a connection.
    pub(crate) connect_within: Duration,
    /// How long to wait for the answers to one call.
    pub(crate) answer_within: Duration,
}

/// How ids are given to shoppers.
#[derive(Debug)]
pub(crate) enum Ids {
    /// Appended first and remembered, moved to their places in bulk: for one process with one disk.
    Appended {
        /// Asks a connection for a number that changes when another connection has written.
        changed: &'static str,
    },
    /// At once where every process finds them, by statements that carry arrays.
    InPlace,
}

/// Longer than anybody waits: files answer, or say at once that they do not.
const EVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// SQLite, in one file and its write-ahead log.
///
/// `synchronous = FULL` is what makes an answered write durable: in `NORMAL` a commit is not synced.
static SQLITE: Dialect = Dialect {
    schemes: &["sqlite:"],
    parameters: "mode=rwc",
    words: &[
        ("{bytes}", "BLOB"),
        ("{serial}", "INTEGER PRIMARY KEY AUTOINCREMENT"),
        ("{clustered}", "WITHOUT ROWID"),
    ],
    begin: "BEGIN IMMEDIATE",
    migrate_alone: None,
    lock: None,
    begin_dump: "BEGIN",
    last_ids: "SELECT
                   (SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = 'audit_entry'),
                   (SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = 'quarantined')",
    // A table to which nothing was ever added has no row in that of the last ids.
    raise_ids: [
        &[
            "INSERT INTO sqlite_sequence (name, seq) SELECT 'audit_entry', $1 WHERE NOT EXISTS (
                 SELECT 1 FROM sqlite_sequence WHERE name = 'audit_entry'
             )",
            "UPDATE sqlite_sequence SET seq = MAX(seq, $1) WHERE name = 'audit_entry'",
        ],
        &[
            "INSERT INTO sqlite_sequence (name, seq) SELECT 'quarantined', $1 WHERE NOT EXISTS (
                 SELECT 1 FROM sqlite_sequence WHERE name = 'quarantined'
             )",
            "UPDATE sqlite_sequence SET seq = MAX(seq, $1) WHERE name = 'quarantined'",
        ],
    ],
    own_ids: "",
    session: "PRAGMA busy_timeout = 10000;
              PRAGMA journal_mode = WAL;
              PRAGMA synchronous = FULL;
              PRAGMA foreign_keys = ON;",
    writer_session: Some(
        "PRAGMA cache_size = -65536;
         PRAGMA wal_autocheckpoint = 16384;
         PRAGMA journal_size_limit = 67108864;",
    ),
    has_standbys: false,
    ids: Ids::Appended { changed: "PRAGMA data_version" },
    n_writers: 1,
    n_readers: 4,
    pauses: &[],
    connect_within: EVER,
    answer_within: EVER,
};

/// PostgreSQL, written by several processes at once.
///
/// Each statement of a transaction sees what was committed before it, so what is read after waiting for
/// a lock is true. Whatever the server's own settings say, a commit is synced before it is answered. The
/// server gives up a little before we do, so that usually it says why.
static POSTGRES: Dialect = Dialect {
    schemes: &["postgres:", "postgresql:"],
    parameters: "application_name=tastemaker\
                 &options[statement_timeout]=30s\
                 &options[lock_timeout]=10s\
                 &options[idle_in_transaction_session_timeout]=60s",
    words: &[
        ("{bytes}", "BYTEA"),
        ("{serial}", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
        ("{clustered}", ""),
    ],
    begin: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
    // The number is "tastemak" in ASCII.
    migrate_alone: Some(
        "SET LOCAL statement_timeout = 0;
         SET LOCAL lock_timeout = '60s';
         SELECT pg_advisory_xact_lock(8386110924895641963);",
    ),
    lock: Some("SELECT pg_advisory_xact_lock($1)"),
    // Whoever takes the rows may take their time between two batches.
    begin_dump: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
                 SET LOCAL idle_in_transaction_session_timeout = '30min';",
    last_ids: "SELECT
                   COALESCE(pg_sequence_last_value('audit_entry_serial_seq'::regclass), 0),
                   COALESCE(pg_sequence_last_value('quarantined_id_seq'::regclass), 0)",
    raise_ids: [
        &["SELECT setval('audit_entry_serial_seq', GREATEST(
               $1, pg_sequence_last_value('audit_entry_serial_seq'::regclass)
           )) WHERE $1 > 0"],
        &["SELECT setval('quarantined_id_seq', GREATEST(
               $1, pg_sequence_last_value('quarantined_id_seq'::regclass)
           )) WHERE $1 > 0"],
    ],
    own_ids: "OVERRIDING SYSTEM VALUE",
    session: "SELECT set_config('synchronous_commit', 'on', false)
              WHERE current_setting('synchronous_commit') = 'off'",
    writer_session: None,
    has_standbys: true,
    ids: Ids::InPlace,
    n_writers: 4,
    n_readers: 8,
    pauses: postgres_server::PAUSES,
    connect_within: Duration::from_secs(5),
    answer_within: Duration::from_secs(40),
};

impl Dialect {
    /// The dialect of the database at `url`.
    pub(crate) fn of(url: &str) -> Result<&'static Dialect, PortError> {
        let speaks = |it: &&Dialect| it.schemes.iter().any(|scheme| url.starts_with(scheme));
        [&SQLITE, &POSTGRES].into_iter().find(speaks).ok_or_else(|| {
            let scheme = url.split(':').next().unwrap_or_default();
            let what = format!(
                "`{scheme}:` is no database this program knows; use `sqlite:PATH` or \
                 `postgres://USER@HOST/DATABASE`"
            );
            PortError::Refused { backend: BACKEND, what, source: None }
        })
    }

    /// The address `url` with what it leaves unsaid. Ours stands first: what is said later holds.
    pub(crate) fn complete(&self, url: &str) -> String {
        postgres_server::complete(url, self.parameters)
    }

    /// A migration in this dialect.
    pub(crate) fn translate(&self, sql: &str) -> String {
        self.words.iter().fold(sql.to_owned(), |sql, (word, ours)| sql.replace(word, ours))
    }

    /// Waits until no other transaction holds one of `names`, then holds them to the transaction's end.
    ///
    /// All callers take them in the same order, so that two never wait for each other.
    pub(crate) async fn lock<'n>(
        &self,
        connection: &mut AnyConnection,
        names: impl Iterator<Item = &'n [u8]>,
    ) -> sqlx::Result<()> {
        let Some(lock) = self.lock else { return Ok(()) };
        let mut numbers: Vec<i64> = names.map(lock_number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        for number in numbers {
            query(lock).bind(number).execute(&mut *connection).await?;
        }
        Ok(())
    }
}

/// Names are many and locks are numbers; two names of one number only wait without need.
fn lock_number(name: &[u8]) -> i64 {
    let hash = blake3::hash(name);
    i64::from_be_bytes(*hash.as_bytes().first_chunk().expect("a hash is longer than a number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_address_says_itself_stands_last() {
        assert_eq!(SQLITE.complete("sqlite:records.db"), "sqlite:records.db?mode=rwc");
        let url = POSTGRES.complete("postgres://db/shop?sslmode=require&application_name=mine");
        let (ours, theirs) = url.split_once("&sslmode=require").unwrap();
        assert!(ours.starts_with("postgres://db/shop?application_name=tastemaker&options[s"));
        assert_eq!(theirs, "&application_name=mine");
    }
}
