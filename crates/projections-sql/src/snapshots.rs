//! Snapshots, in parts: a state may be larger than a value of the database.

use domain::Position;
use ports::Snapshot;
use sqlx::{Executor, PgPool};

use crate::error::{damage, too_large};

/// How much of a state is one row.
const PART_BYTES: usize = 4 << 20;

/// Reads the snapshot `name`, if there is one.
pub(crate) async fn load(pool: &PgPool, name: &str) -> sqlx::Result<Option<Snapshot>> {
    let mut transaction = pool.begin().await?;
    // All statements see the same moment, whoever saves in between.
    transaction.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let head = sqlx::query_as("SELECT position, n_bytes FROM projections.snapshot WHERE name = $1");
    let head: Option<(i64, i64)> = head.bind(name).fetch_optional(&mut *transaction).await?;
    let Some((position, n_bytes)) = head else { return Ok(None) };
    let position = u64::try_from(position).map_err(|err| damage(err.to_string()))?;
    let n_bytes = usize::try_from(n_bytes).map_err(|err| damage(err.to_string()))?;

    let mut bytes = Vec::with_capacity(n_bytes);
    for part in 0..n_parts(n_bytes)? {
        let sql = "SELECT bytes FROM projections.snapshot_part WHERE name = $1 AND part = $2";
        let part = sqlx::query_scalar(sql).bind(name).bind(part);
        let part: Option<Vec<u8>> = part.fetch_optional(&mut *transaction).await?;
        bytes.extend(part.ok_or_else(|| damage(format!("a part of `{name}` is missing")))?);
    }
    if bytes.len() != n_bytes {
        return Err(damage(format!("`{name}` has {} bytes, not {n_bytes}", bytes.len())));
    }
    Ok(Some(Snapshot { position: Position::new(position), bytes }))
}

/// Replaces the snapshot `name`, whole or not at all.
pub(crate) async fn save(pool: &PgPool, name: &str, snapshot: &Snapshot) -> sqlx::Result<()> {
    let position = i64::try_from(snapshot.position.get()).map_err(too_large)?;
    let n_bytes = i64::try_from(snapshot.bytes.len()).map_err(too_large)?;
    let mut transaction = pool.begin().await?;
    // First, so that of two who save it the second waits here.
    sqlx::query(
        "INSERT INTO projections.snapshot (name, position, n_bytes) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET position = excluded.position, n_bytes = excluded.n_bytes",
    )
    .bind(name)
    .bind(position)
    .bind(n_bytes)
    .execute(&mut *transaction)
    .await?;
    sqlx::query("DELETE FROM projections.snapshot_part WHERE name = $1")
        .bind(name)
        .execute(&mut *transaction)
        .await?;
    for (part, bytes) in (0_i64..).zip(snapshot.bytes.chunks(PART_BYTES)) {
        sqlx::query(
            "INSERT INTO projections.snapshot_part (name, part, bytes) VALUES ($1, $2, $3)",
        )
        .bind(name)
        .bind(part)
        .bind(bytes)
        .execute(&mut *transaction)
        .await?;
    }
    transaction.commit().await
}

fn n_parts(n_bytes: usize) -> sqlx::Result<i64> {
    i64::try_from(n_bytes.div_ceil(PART_BYTES)).map_err(too_large)
}
