//! The one connection that writes, and its transactions.

use std::fmt;

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions, Executor};
use tokio::sync::{Mutex, MutexGuard};

use crate::dialect::Dialect;

/// Hands the writing connection to one transaction at a time.
pub(crate) struct Writer {
    options: AnyConnectOptions,
    dialect: &'static Dialect,
    /// Empty at first, and after a transaction that was not committed.
    slot: Mutex<Option<AnyConnection>>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}

/// A transaction. Dropped without [`Transaction::commit`], it has never been.
///
/// It owns its connection while it lasts, and only a commit gives it back. So whatever went wrong, be
/// it a full disk after which SQLite has rolled back by itself or a caller that stopped waiting, the
/// next transaction begins on a sound connection.
pub(crate) struct Transaction<'a> {
    slot: MutexGuard<'a, Option<AnyConnection>>,
    connection: AnyConnection,
}

impl Writer {
    pub(crate) fn new(options: AnyConnectOptions, dialect: &'static Dialect) -> Writer {
        Writer { options, dialect, slot: Mutex::new(None) }
    }

    pub(crate) async fn begin(&self) -> sqlx::Result<Transaction<'_>> {
        let mut slot = self.slot.lock().await;
        let mut connection = match slot.take() {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        connection.execute(self.dialect.begin).await?;
        Ok(Transaction { slot, connection })
    }

    /// Gives the connection up, so that the database can tidy its files.
    pub(crate) async fn close(&self) -> sqlx::Result<()> {
        match self.slot.lock().await.take() {
            Some(connection) => sqlx::Connection::close(connection).await,
            None => Ok(()),
        }
    }

    async fn connect(&self) -> sqlx::Result<AnyConnection> {
        let mut connection = self.options.connect().await?;
        connection.execute(sqlx::raw_sql(self.dialect.session)).await?;
        connection.execute(sqlx::raw_sql(self.dialect.writer_session)).await?;
        Ok(connection)
    }
}

impl Transaction<'_> {
    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }

    /// Makes everything said in the transaction durable.
    pub(crate) async fn commit(mut self) -> sqlx::Result<()> {
        self.connection.execute("COMMIT").await?;
        *self.slot = Some(self.connection);
        Ok(())
    }
}
