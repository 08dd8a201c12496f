//! Brings the tables to the form this program knows, and refuses those it does not.

use ports::PortError;
use sqlx::{AnyConnection, AssertSqlSafe, Executor, Row};

use crate::error::{BACKEND, failed};
use crate::sessions::Sessions;
use crate::sql::query;
use crate::tries::Interrupted;

/// The steps, in order; a step that was ever released is never changed.
pub(crate) static STEPS: &[&str] = &[
    include_str!("../migrations/0001_first.sql"),
    include_str!("../migrations/0002_models.sql"),
    include_str!("../migrations/0003_replay.sql"),
    include_str!("../migrations/0004_changes.sql"),
    include_str!("../migrations/0005_steering.sql"),
];

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS migration (
    step BIGINT NOT NULL PRIMARY KEY,
    checksum TEXT NOT NULL
)";

/// Takes the steps that are still to be taken, in one transaction; of several programs that start at
/// once, one takes them and the others wait.
///
/// # Errors
///
/// [`PortError::Unreadable`] when a newer program was here, or one with other steps.
pub(crate) async fn migrate(writer: &Sessions) -> Result<(), PortError> {
    let failed = || failed("bringing the tables up to date");
    let mut turn = writer.turn().await;
    let mut transaction = turn.begin().await.map_err(failed())?;
    let connection = transaction.connection();
    if let Some(alone) = writer.dialect.migrate_alone {
        connection.execute(sqlx::raw_sql(alone)).await.map_err(failed())?;
    }
    connection.execute(LEDGER).await.map_err(failed())?;
    let taken = steps_taken(connection).await.map_err(failed())?;
    check(&taken)?;
    for (step, sql) in (1_i64..).zip(STEPS).skip(taken.len()) {
        let translated = AssertSqlSafe(writer.dialect.translate(sql));
        connection.execute(sqlx::raw_sql(translated)).await.map_err(failed())?;
        query("INSERT INTO migration (step, checksum) VALUES ($1, $2)")
            .bind(step)
            .bind(checksum(sql))
            .execute(&mut *connection)
            .await
            .map_err(failed())?;
    }
    transaction.commit().await.map_err(Interrupted::into_error).map_err(failed())
}

/// The checksums of the steps taken, in order.
async fn steps_taken(connection: &mut AnyConnection) -> sqlx::Result<Vec<String>> {
    let rows = query("SELECT checksum FROM migration ORDER BY step").fetch_all(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

fn check(taken: &[String]) -> Result<(), PortError> {
    let unreadable = |what| Err(PortError::Unreadable { backend: BACKEND, what, source: None });
    let (n_taken, n_known) = (taken.len(), STEPS.len());
    if n_taken > n_known {
        return unreadable(format!(
            "its tables have form {n_taken} and this program knows forms up to {n_known}; start \
             the newer program that made them, or restore a backup from before it",
        ));
    }
    for (step, (ours, theirs)) in (1..).zip(STEPS.iter().zip(taken)) {
        if checksum(ours) != *theirs {
            return unreadable(format!(
                "its tables were made by another build, which took step {step} differently; \
                 start that build",
            ));
        }
    }
    Ok(())
}

fn checksum(sql: &str) -> String {
    blake3::hash(sql.as_bytes()).to_hex().to_string()
}
