//! Where the tests' records are: each test that is of both databases runs on each.

use ports::PortError;
use sqlx::{Executor, Row};
use tempfile::TempDir;
use test_backends::Postgres;

use crate::SqlRecords;

/// A name that an address has to spell otherwise.
pub(super) const FILE: &str = "records 100% #1?.db";

/// A store of one test's own, empty at first.
pub(super) struct Store {
    pub(super) url: String,
    backend: Backend,
}

enum Backend {
    Sqlite(TempDir),
    Postgres(Postgres),
}

impl Store {
    pub(super) fn sqlite() -> Option<Store> {
        let folder = TempDir::new().unwrap();
        let url = SqlRecords::sqlite_url(&folder.path().join(FILE));
        Some(Store { url, backend: Backend::Sqlite(folder) })
    }

    /// `None` where PostgreSQL is not installed.
    pub(super) fn postgres() -> Option<Store> {
        let server = Postgres::start()?;
        Some(Store { url: server.database(), backend: Backend::Postgres(server) })
    }

    pub(super) fn folder(&self) -> &TempDir {
        match &self.backend {
            Backend::Sqlite(folder) => folder,
            Backend::Postgres(_) => panic!("only SQLite is a file"),
        }
    }

    pub(super) fn server(&mut self) -> &mut Postgres {
        match &mut self.backend {
            Backend::Postgres(server) => server,
            Backend::Sqlite(_) => panic!("only PostgreSQL is a server"),
        }
    }

    /// Leaves the records behind and goes on with empty ones.
    pub(super) fn renew(&mut self) {
        self.url = match &mut self.backend {
            Backend::Sqlite(folder) => {
                *folder = TempDir::new().unwrap();
                SqlRecords::sqlite_url(&folder.path().join(FILE))
            }
            Backend::Postgres(server) => server.database(),
        };
    }

    /// Goes on with empty records and leaves the others where they are.
    pub(super) fn renew_beside(&mut self) {
        self.url = match &mut self.backend {
            Backend::Sqlite(folder) => SqlRecords::sqlite_url(&folder.path().join("other.db")),
            Backend::Postgres(server) => server.database(),
        };
    }

    pub(super) async fn open(&self) -> Result<SqlRecords, PortError> {
        SqlRecords::connect(&self.url).await
    }
}

/// Runs a statement in a transaction of its own.
pub(super) async fn execute(records: &SqlRecords, statement: &'static str) -> sqlx::Result<()> {
    let mut turn = records.writer.turn().await;
    let mut transaction = turn.begin().await?;
    transaction.connection().execute(statement).await?;
    transaction.commit().await.unwrap();
    Ok(())
}

/// The only value that a statement answers, on a connection that writes.
pub(super) async fn value<T>(records: &SqlRecords, statement: &'static str) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Any> + sqlx::Type<sqlx::Any>,
{
    let mut turn = records.writer.turn().await;
    let mut transaction = turn.begin().await.unwrap();
    let row = transaction.connection().fetch_one(statement).await.unwrap();
    transaction.commit().await.unwrap();
    row.try_get(0).unwrap()
}

/// Makes a test of each function for SQLite, and one for PostgreSQL.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $name() {
                let Some(store) = super::Store::sqlite() else { return };
                super::$name(store).await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test]
            async fn $name() {
                let Some(store) = super::Store::postgres() else { return };
                super::$name(store).await;
            })+
        }
    };
}
pub(super) use on_both;
