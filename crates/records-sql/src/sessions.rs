//! Connections, each handed to one caller at a time.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ports::Pool;
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions, Connection, Executor};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::dialect::Dialect;
use crate::tries::within;

/// Some connections to the database. Only those that were used to a good end are used again.
pub(crate) struct Sessions {
    options: AnyConnectOptions,
    pub(crate) dialect: &'static Dialect,
    /// Said to each new connection.
    greetings: Vec<&'static str>,
    n_max: u32,
    turns: Semaphore,
    /// Connections that nobody uses.
    idle: Mutex<Vec<Session>>,
    n_sessions: AtomicU64,
}

/// A connection, numbered: what it knows of others is its own.
#[derive(Debug)]
struct Session {
    connection: AnyConnection,
    number: u64,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").field("n_max", &self.n_max).finish_non_exhaustive()
    }
}

/// The right to use a connection, held by as many callers as there may be connections.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    sessions: &'a Sessions,
    _permit: SemaphorePermit<'a>,
}

/// A connection in use. Dropped without [`Held::keep`], it is closed.
///
/// So whatever went wrong, be it a full disk after which SQLite has rolled back by itself or a caller that
/// stopped waiting, the next caller begins on a sound connection.
#[derive(Debug)]
pub(crate) struct Held<'a> {
    sessions: &'a Sessions,
    session: Session,
}

impl Sessions {
    /// Connections for transactions that write.
    pub(crate) fn for_writing(options: AnyConnectOptions, dialect: &'static Dialect) -> Sessions {
        let greetings = [dialect.session].into_iter().chain(dialect.writer_session).collect();
        Sessions::new(options, dialect, greetings, dialect.n_writers)
    }

    /// Connections for calls that read.
    pub(crate) fn for_reading(options: AnyConnectOptions, dialect: &'static Dialect) -> Sessions {
        Sessions::new(options, dialect, vec![dialect.session], dialect.n_readers)
    }

    fn new(
        options: AnyConnectOptions,
        dialect: &'static Dialect,
        greetings: Vec<&'static str>,
        n_max: u32,
    ) -> Sessions {
        let turns = Semaphore::new(usize::try_from(n_max).unwrap_or(Semaphore::MAX_PERMITS));
        let (idle, n_sessions) = (Mutex::default(), AtomicU64::new(0));
        Sessions { options, dialect, greetings, n_max, turns, idle, n_sessions }
    }

    /// Waits for the caller's turn.
    pub(crate) async fn turn(&self) -> Turn<'_> {
        let permit = self.turns.acquire().await;
        Turn { sessions: self, _permit: permit.expect("the semaphore is never closed") }
    }

    /// How many connections are in use.
    pub(crate) fn pool(&self, name: &'static str) -> Pool {
        let n_free = u32::try_from(self.turns.available_permits()).unwrap_or(self.n_max);
        Pool { name, n_in_use: self.n_max.saturating_sub(n_free), n_max: self.n_max }
    }

    /// Forgets connections that nobody uses: one has died, and the others may be dead too.
    pub(crate) fn forget_idle(&self) {
        self.idle().clear();
    }

    /// Gives all connections up once they are idle, so that the database can tidy its files.
    pub(crate) async fn close(&self) -> sqlx::Result<()> {
        let turns = self.turns.acquire_many(self.n_max).await;
        let _all = turns.expect("the semaphore is never closed");
        let idle: Vec<Session> = self.idle().drain(..).collect();
        for session in idle {
            session.connection.close().await?;
        }
        Ok(())
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Session>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn connect(&self) -> sqlx::Result<Session> {
        let mut connection = self.options.connect().await?;
        for greeting in &self.greetings {
            connection.execute(sqlx::raw_sql(*greeting)).await?;
        }
        Ok(Session { connection, number: self.n_sessions.fetch_add(1, Ordering::Relaxed) })
    }
}

impl Turn<'_> {
    pub(crate) fn dialect(&self) -> &'static Dialect {
        self.sessions.dialect
    }

    /// A connection that works as far as is known.
    pub(crate) async fn session(&mut self) -> sqlx::Result<Held<'_>> {
        let idle = self.sessions.idle().pop();
        let session = match idle {
            Some(session) => session,
            None => within(self.sessions.dialect.connect_within, self.sessions.connect()).await?,
        };
        Ok(Held { sessions: self.sessions, session })
    }
}

impl Held<'_> {
    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.session.connection
    }

    /// Tells connections apart.
    pub(crate) fn number(&self) -> u64 {
        self.session.number
    }

    /// The connection is sound; others may use it.
    pub(crate) fn keep(self) {
        self.sessions.idle().push(self.session);
    }
}
