//! The projections as their callers see them.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::Position;
use ports::{Batch, N_SHARES, Pool, PortError, Projections, Snapshot, Table};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Executor, PgPool};

use crate::error::{BACKEND, failed};
use crate::retry::again;
use crate::{snapshots, tables};

/// The form of the schema, and the newest that this program reads.
const FORMAT: i64 = 1;

/// What is missing of it is made by this.
const SCHEMA: &str = include_str!("schema.sql");

/// One program makes the schema, others that start at once wait. The number is "projecti" in ASCII.
const ALONE: &str = "SELECT pg_advisory_xact_lock(8102661182351176809)";

/// What an address says unless its owner says otherwise. No commit waits for the disk: what a crash
/// takes is computed again.
const PARAMETERS: &str = "application_name=tastemaker\
                          &options[synchronous_commit]=off\
                          &options[statement_timeout]=30s\
                          &options[lock_timeout]=10s\
                          &options[idle_in_transaction_session_timeout]=60s";

/// How many connections there may be.
const CONNECTIONS_MAX: u32 = 4;

/// How long a call waits for one of them.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// Projections in a PostgreSQL database, in the schema `projections`.
///
/// Several processes may have them open.
#[derive(Debug)]
pub struct SqlProjections {
    pool: PgPool,
}

impl SqlProjections {
    /// Opens the projections in the database at `url` (`postgres://USER@HOST/DATABASE`), whose schema is
    /// made if there is none.
    ///
    /// # Errors
    ///
    /// [`PortError::Unavailable`] when the database cannot be reached or the role may not make the
    /// schema, [`PortError::Unreadable`] when it is of a newer program: dropping it mends that.
    pub async fn open(url: &str) -> Result<Arc<SqlProjections>, PortError> {
        let url = postgres_server::complete(url, PARAMETERS);
        let options: sqlx::Result<PgConnectOptions> = url.parse();
        let options = options.map_err(failed("reading its address"))?.disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(CONNECT_WITHIN)
            .test_before_acquire(false)
            .connect_lazy_with(options);
        let format = again!("making its tables", prepare(&pool))?;
        if FORMAT < format {
            return Err(PortError::Unreadable {
                backend: BACKEND,
                what: format!(
                    "its tables have format {format}, but this program reads up to {FORMAT}; start a \
                     newer tastemaker, or drop the schema `projections`, then it is computed again \
                     from the log"
                ),
                source: None,
            });
        }
        Ok(Arc::new(SqlProjections { pool }))
    }
}

/// Makes what is missing of the schema, unless a newer program made it; answers its format.
async fn prepare(pool: &PgPool) -> sqlx::Result<i64> {
    let mut transaction = pool.begin().await?;
    transaction.execute(ALONE).await?;
    let is_there = "SELECT to_regclass('projections.state') IS NOT NULL";
    if sqlx::query_scalar(is_there).fetch_one(&mut *transaction).await? {
        let format = sqlx::query_scalar("SELECT format FROM projections.state");
        let format: Option<i64> = format.fetch_optional(&mut *transaction).await?;
        // What is there already is not made again: that would wait for whoever reads or writes it.
        if let Some(format) = format.filter(|it| FORMAT <= *it) {
            transaction.rollback().await?;
            return Ok(format);
        }
    }
    transaction.execute(sqlx::raw_sql(SCHEMA)).await?;
    transaction.commit().await?;
    Ok(FORMAT)
}

#[async_trait]
impl Projections for SqlProjections {
    fn pools(&self) -> Vec<Pool> {
        let n_idle = u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX);
        let n_in_use = self.pool.size().saturating_sub(n_idle);
        vec![Pool { name: "projections", n_in_use, n_max: CONNECTIONS_MAX }]
    }

    async fn positions(&self) -> Result<[Position; N_SHARES], PortError> {
        again!("reading the tables' positions", tables::positions(&self.pool))
    }

    async fn apply(&self, batch: Batch) -> Result<bool, PortError> {
        let prepared = tables::Prepared::new(&batch).map_err(failed("preparing a batch"))?;
        again!("writing to the tables", tables::apply(&self.pool, &prepared))
    }

    async fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, PortError> {
        again!("reading from a table", tables::get(&self.pool, table, key))
    }

    async fn scan(
        &self,
        table: Table,
        prefix: &[u8],
        n_max: usize,
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>, PortError> {
        again!("scanning a table", tables::scan(&self.pool, table, prefix, n_max))
    }

    async fn load_snapshot(&self, name: &str) -> Result<Option<Snapshot>, PortError> {
        again!("reading a snapshot", snapshots::load(&self.pool, name))
    }

    async fn save_snapshot(&self, name: &str, snapshot: Snapshot) -> Result<(), PortError> {
        again!("writing a snapshot", snapshots::save(&self.pool, name, &snapshot))
    }

    async fn clear(&self) -> Result<(), PortError> {
        again!("clearing the tables", tables::clear(&self.pool))
    }
}
