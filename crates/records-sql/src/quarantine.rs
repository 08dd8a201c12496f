//! Refused events, of which each key keeps only its newest.

use std::collections::BTreeSet;

use domain::{Position, Timestamp};
use ports::Quarantined;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use crate::dialect::Dialect;
use crate::sql::{placeholders, query};

/// How many rows one statement writes.
const ROWS_A_STATEMENT: usize = 100;

/// Keeps `events`, at most `n_max_a_key` for each key; answers how many older ones were dropped.
///
/// Of two processes that keep events of a key, one waits for the other: else each would count without
/// the other's.
pub(crate) async fn keep(
    connection: &mut AnyConnection,
    dialect: &Dialect,
    events: &[Quarantined],
    n_max_a_key: u32,
) -> sqlx::Result<u64> {
    let key_ids: BTreeSet<&str> = events.iter().map(|event| event.key_id.as_str()).collect();
    dialect.lock(connection, key_ids.iter().map(|key_id| key_id.as_bytes())).await?;
    for chunk in events.chunks(ROWS_A_STATEMENT) {
        let sql = format!(
            "INSERT INTO quarantined (key_id, time, code, sealed, replay_begun) VALUES {}",
            placeholders(chunk.len(), 5)
        );
        let mut statement = query(AssertSqlSafe(sql)).persistent(chunk.len() == ROWS_A_STATEMENT);
        for event in chunk {
            statement = statement
                .bind(event.key_id.as_str())
                .bind(event.time.as_micros())
                .bind(event.code.as_str())
                .bind(event.sealed.as_slice())
                .bind(begun(event));
        }
        statement.execute(&mut *connection).await?;
    }
    let mut n_dropped = 0;
    for key_id in key_ids {
        n_dropped += drop_older(connection, key_id, n_max_a_key).await?;
    }
    Ok(n_dropped)
}

async fn drop_older(
    connection: &mut AnyConnection,
    key_id: &str,
    n_kept: u32,
) -> sqlx::Result<u64> {
    let done = query(
        "DELETE FROM quarantined WHERE key_id = $1 AND id <= (
             SELECT id FROM quarantined WHERE key_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2
         )",
    )
    .bind(key_id)
    .bind(i64::from(n_kept))
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// At most `n_max` of them with ids above `after`, oldest first.
pub(crate) async fn page(
    connection: &mut AnyConnection,
    after: i64,
    n_max: u32,
) -> sqlx::Result<Vec<Quarantined>> {
    let rows = query(
        "SELECT id, key_id, time, code, sealed, replay_begun
         FROM quarantined WHERE id > $1 ORDER BY id LIMIT $2",
    )
    .bind(after)
    .bind(i64::from(n_max))
    .fetch_all(connection)
    .await?;
    rows.iter().map(event).collect()
}

/// The one of that id.
pub(crate) async fn one(
    connection: &mut AnyConnection,
    id: i64,
) -> sqlx::Result<Option<Quarantined>> {
    let row =
        query("SELECT id, key_id, time, code, sealed, replay_begun FROM quarantined WHERE id = $1")
            .bind(id)
            .fetch_optional(connection)
            .await?;
    row.as_ref().map(event).transpose()
}

/// Replaces what is kept under their ids.
pub(crate) async fn replace(
    connection: &mut AnyConnection,
    events: &[Quarantined],
) -> sqlx::Result<()> {
    for event in events {
        query("UPDATE quarantined SET code = $2, sealed = $3, replay_begun = $4 WHERE id = $1")
            .bind(event.id)
            .bind(event.code.as_str())
            .bind(event.sealed.as_slice())
            .bind(begun(event))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Lets go of those with these ids.
pub(crate) async fn release(connection: &mut AnyConnection, ids: &[i64]) -> sqlx::Result<()> {
    for id in ids {
        query("DELETE FROM quarantined WHERE id = $1").bind(*id).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Takes one over from elsewhere under its id, unless it is there already.
pub(crate) async fn take_over(
    connection: &mut AnyConnection,
    dialect: &Dialect,
    event: &Quarantined,
) -> sqlx::Result<()> {
    let sql = format!(
        "INSERT INTO quarantined (id, key_id, time, code, sealed, replay_begun) {}
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        dialect.own_ids
    );
    query(AssertSqlSafe(sql))
        .bind(event.id)
        .bind(event.key_id.as_str())
        .bind(event.time.as_micros())
        .bind(event.code.as_str())
        .bind(event.sealed.as_slice())
        .bind(begun(event))
        .execute(connection)
        .await?;
    Ok(())
}

/// Where replaying began, as it is stored: positions fit easily.
fn begun(event: &Quarantined) -> Option<i64> {
    event.replay_begun.map(|it| i64::try_from(it.get()).unwrap_or(i64::MAX))
}

fn event(row: &AnyRow) -> sqlx::Result<Quarantined> {
    let begun: Option<i64> = row.try_get(5)?;
    Ok(Quarantined {
        id: row.try_get(0)?,
        key_id: row.try_get(1)?,
        time: Timestamp::from_micros(row.try_get(2)?),
        code: row.try_get(3)?,
        sealed: row.try_get(4)?,
        replay_begun: begun.map(|it| Position::new(u64::try_from(it).unwrap_or_default())),
    })
}
