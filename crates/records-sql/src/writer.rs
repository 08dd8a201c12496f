//! The one connection that writes, and its transactions.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions, Executor, Row};
use tokio::sync::{Mutex, MutexGuard};

use crate::dialect::Dialect;

/// Hands the writing connection to one transaction at a time.
pub(crate) struct Writer {
    options: AnyConnectOptions,
    dialect: &'static Dialect,
    /// Empty at first, and after a transaction that was not committed.
    slot: Mutex<Option<Session>>,
    n_sessions: AtomicU64,
}

/// The writing connection, numbered: what it knows of others is its own.
#[derive(Debug)]
struct Session {
    connection: AnyConnection,
    number: u64,
}

/// Differs from one transaction to the next when anybody else may have written in between.
pub(crate) type Version = (u64, i64);

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}

/// The right to write, held by one caller at a time.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    writer: &'a Writer,
    slot: MutexGuard<'a, Option<Session>>,
}

/// A transaction. Dropped without [`Transaction::commit`], it has never been.
///
/// It owns its connection while it lasts, and only a commit gives it back. So whatever went wrong, be
/// it a full disk after which SQLite has rolled back by itself or a caller that stopped waiting, the
/// next transaction begins on a sound connection.
#[derive(Debug)]
pub(crate) struct Transaction<'a> {
    slot: &'a mut Option<Session>,
    session: Session,
    dialect: &'static Dialect,
}

impl Writer {
    pub(crate) fn new(options: AnyConnectOptions, dialect: &'static Dialect) -> Writer {
        Writer { options, dialect, slot: Mutex::new(None), n_sessions: AtomicU64::new(0) }
    }

    /// Waits for the caller's turn.
    pub(crate) async fn turn(&self) -> Turn<'_> {
        Turn { writer: self, slot: self.slot.lock().await }
    }

    /// Gives the connection up, so that the database can tidy its files.
    pub(crate) async fn close(&self) -> sqlx::Result<()> {
        match self.slot.lock().await.take() {
            Some(session) => sqlx::Connection::close(session.connection).await,
            None => Ok(()),
        }
    }

    async fn connect(&self) -> sqlx::Result<Session> {
        let mut connection = self.options.connect().await?;
        connection.execute(sqlx::raw_sql(self.dialect.session)).await?;
        connection.execute(sqlx::raw_sql(self.dialect.writer_session)).await?;
        Ok(Session { connection, number: self.n_sessions.fetch_add(1, Ordering::Relaxed) })
    }
}

impl Turn<'_> {
    pub(crate) async fn begin(&mut self) -> sqlx::Result<Transaction<'_>> {
        let mut session = match self.slot.take() {
            Some(session) => session,
            None => self.writer.connect().await?,
        };
        let dialect = self.writer.dialect;
        session.connection.execute(dialect.begin).await?;
        Ok(Transaction { slot: &mut self.slot, session, dialect })
    }
}

impl Transaction<'_> {
    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.session.connection
    }

    /// The version of the database, as far as others have written.
    pub(crate) async fn version(&mut self) -> sqlx::Result<Version> {
        let row = self.session.connection.fetch_one(self.dialect.changed).await?;
        Ok((self.session.number, row.try_get(0)?))
    }

    /// Makes everything said in the transaction durable.
    pub(crate) async fn commit(mut self) -> sqlx::Result<()> {
        self.session.connection.execute("COMMIT").await?;
        *self.slot = Some(self.session);
        Ok(())
    }
}
