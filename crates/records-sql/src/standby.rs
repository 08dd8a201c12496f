//! A standby of the database: a server that replays what the primary wrote, and answers questions only.
//!
//! Reports are asked of it, which are long and seldom, so that they take nothing from what shoppers wait
//! for. It answers one only when it has replayed everything that the primary had written when the report
//! was asked for; so a report is never older than the primary's own would be. Where it is too far behind, or
//! away, or has become a primary itself, the primary answers.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::Row;
use sqlx::any::AnyConnectOptions;
use tokio::time::timeout;

use crate::dialect::Dialect;
use crate::sessions::Sessions;
use crate::sql::query;

/// How long a report waits for the standby to come near enough; replication takes milliseconds.
const CATCH_UP_WITHIN: Duration = Duration::from_secs(2);
/// How long to wait before it is asked again how far it is.
const ASK_AGAIN: Duration = Duration::from_millis(20);

/// Which database it is, and how far it has written. The name of the cluster never changes, and its standbys
/// have it too.
const WRITTEN: &str = "SELECT system_identifier || '/' || current_database(),
                              pg_current_wal_flush_lsn()::text
                       FROM pg_control_system()";
/// Whether it is a standby of the database `$1`, and has replayed that far.
const REPLAYED: &str = "SELECT pg_is_in_recovery()
                               AND system_identifier || '/' || current_database() = $1,
                               pg_last_wal_replay_lsn() >= $2::text::pg_lsn
                        FROM pg_control_system()";

/// A standby, and whether it was of use when it was last asked.
pub(crate) struct Standby {
    sessions: Arc<Sessions>,
    is_away: AtomicBool,
}

impl fmt::Debug for Standby {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Standby").field("is_away", &self.is_away).finish_non_exhaustive()
    }
}

/// What keeps a standby from answering.
#[derive(Debug, thiserror::Error)]
enum Useless {
    #[error("it does not answer")]
    Away(#[from] sqlx::Error),
    #[error("it is no standby of the database in `backends.records_url`")]
    Foreign,
    #[error("it has not replayed what was written {} s ago", CATCH_UP_WITHIN.as_secs())]
    Behind,
}

impl Standby {
    /// A standby that is reached when it is first asked: no start waits for it.
    pub(crate) fn new(options: AnyConnectOptions, dialect: &'static Dialect) -> Standby {
        let sessions = Arc::new(Sessions::for_reading(options, dialect));
        Standby { sessions, is_away: AtomicBool::new(false) }
    }

    /// Its connections, if it has all that `primary` has written by now.
    pub(crate) async fn for_a_report(&self, primary: &Sessions) -> Option<Arc<Sessions>> {
        // Whoever asks the primary next says what is wrong with it.
        let written = timeout(CATCH_UP_WITHIN, written(primary)).await.ok()?;
        let (identity, written) = written.ok()?;
        let catching_up = self.catch_up(&identity, &written);
        let caught_up = timeout(CATCH_UP_WITHIN, catching_up).await;
        let useless = caught_up.unwrap_or(Err(Useless::Behind)).err();
        let was_away = self.is_away.swap(useless.is_some(), Ordering::Relaxed);
        let by = if useless.is_none() { "standby" } else { "primary" };
        metrics::counter!("records_reports_total", "backend" => by).increment(1);
        match useless {
            None if was_away => tracing::info!("the standby of records answers reports again"),
            Some(error) if !was_away => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the standby of records is of no use; the primary answers reports"
            ),
            _ => {}
        }
        (by == "standby").then(|| Arc::clone(&self.sessions))
    }

    /// Returns when it has replayed what was written.
    async fn catch_up(&self, identity: &str, written: &str) -> Result<(), Useless> {
        loop {
            match self.replayed(identity, written).await? {
                (true, true) => return Ok(()),
                (true, false) => tokio::time::sleep(ASK_AGAIN).await,
                (false, _) => return Err(Useless::Foreign),
            }
        }
    }

    /// Whether it is a standby of that database, and whether it has replayed that far.
    async fn replayed(&self, identity: &str, written: &str) -> sqlx::Result<(bool, bool)> {
        let mut turn = self.sessions.turn().await;
        let answer = async {
            let mut session = turn.session().await?;
            let asked = query(REPLAYED).bind(identity).bind(written);
            let row = asked.fetch_one(session.connection()).await?;
            session.keep();
            Ok((row.try_get(0)?, row.try_get::<Option<bool>, _>(1)?.unwrap_or(false)))
        };
        let answer = answer.await;
        if answer.is_err() {
            // The others are dead too; the next report begins on a new one.
            self.sessions.forget_idle();
        }
        answer
    }

    pub(crate) async fn close(&self) -> sqlx::Result<()> {
        self.sessions.close().await
    }
}

/// Which database the primary has, and how far it has written.
async fn written(primary: &Sessions) -> sqlx::Result<(String, String)> {
    let mut turn = primary.turn().await;
    let mut session = turn.session().await?;
    let row = query(WRITTEN).fetch_one(session.connection()).await?;
    session.keep();
    Ok((row.try_get(0)?, row.try_get(1)?))
}
