//! The tables: small entries, with the positions of their shares.

use std::collections::BTreeMap;

use domain::Position;
use ports::{Batch, N_SHARES, Table, Write};
use sqlx::{Executor, PgPool};

use crate::error::{damage, too_large};

/// How many entries one statement writes.
const ENTRIES_A_STATEMENT: usize = 10_000;

/// A key and its value.
type Entry = (Vec<u8>, Vec<u8>);

/// A batch, ready to be written: the last write of each key, in order. No statement may write a key twice,
/// and writers who keep one order do not wait for each other in a circle.
#[derive(Debug)]
pub(crate) struct Prepared<'a> {
    shares: Vec<i64>,
    after: i64,
    through: i64,
    tables: BTreeMap<Table, BTreeMap<&'a [u8], &'a [u8]>>,
}

impl Prepared<'_> {
    pub(crate) fn new(batch: &Batch) -> sqlx::Result<Prepared<'_>> {
        let number = |position: Position| i64::try_from(position.get()).map_err(too_large);
        let mut tables: BTreeMap<Table, BTreeMap<&[u8], &[u8]>> = BTreeMap::new();
        for Write { table, key, value } in &batch.writes {
            tables.entry(*table).or_default().insert(key, value);
        }
        let shares = batch.shares.iter().map(|it| i64::from(it.number())).collect();
        Ok(Prepared {
            shares,
            after: number(batch.after)?,
            through: number(batch.through)?,
            tables,
        })
    }
}

/// Up to where the shares contain the log.
pub(crate) async fn positions(pool: &PgPool) -> sqlx::Result<[Position; N_SHARES]> {
    let found = sqlx::query_scalar("SELECT position FROM projections.share ORDER BY share");
    let found: Vec<i64> = found.fetch_all(pool).await?;
    let n_found = found.len();
    let found: sqlx::Result<Vec<Position>> = found
        .into_iter()
        .map(|it| u64::try_from(it).map(Position::new).map_err(|err| damage(err.to_string())))
        .collect();
    found?.try_into().map_err(|_| damage(format!("{n_found} shares instead of {N_SHARES}")))
}

/// Writes entries and positions, all or nothing; `false` when a share lacks something before.
pub(crate) async fn apply(pool: &PgPool, batch: &Prepared<'_>) -> sqlx::Result<bool> {
    let mut transaction = pool.begin().await?;
    // First and in one order, so that of two writers of a share the second waits here.
    let moved = sqlx::query(
        "WITH wanted AS (
             SELECT share FROM projections.share
             WHERE share = ANY($1) AND position >= $2 ORDER BY share FOR UPDATE
         )
         UPDATE projections.share SET position = greatest(position, $3)
         FROM wanted WHERE projections.share.share = wanted.share",
    )
    .bind(&batch.shares)
    .bind(batch.after)
    .bind(batch.through)
    .execute(&mut *transaction)
    .await?;
    if moved.rows_affected() != batch.shares.len() as u64 {
        transaction.rollback().await?;
        return Ok(false);
    }
    for (table, entries) in &batch.tables {
        let (keys, values): (Vec<&[u8]>, Vec<&[u8]>) = entries.iter().unzip();
        let chunks = keys.chunks(ENTRIES_A_STATEMENT).zip(values.chunks(ENTRIES_A_STATEMENT));
        for (keys, values) in chunks {
            sqlx::query(put(*table)).bind(keys).bind(values).execute(&mut *transaction).await?;
        }
    }
    transaction.commit().await?;
    Ok(true)
}

/// The entry under `key`.
pub(crate) async fn get(pool: &PgPool, table: Table, key: &[u8]) -> sqlx::Result<Option<Vec<u8>>> {
    let sql = match table {
        Table::Decisions => "SELECT value FROM projections.decision WHERE key = $1",
        Table::Outcomes => "SELECT value FROM projections.outcome WHERE key = $1",
    };
    sqlx::query_scalar(sql).bind(key).fetch_optional(pool).await
}

/// At most `n_max` entries whose keys begin with `prefix`.
pub(crate) async fn scan(
    pool: &PgPool,
    table: Table,
    prefix: &[u8],
    n_max: usize,
) -> sqlx::Result<Vec<Entry>> {
    let sql = match table {
        Table::Decisions => {
            "SELECT key, value FROM projections.decision
             WHERE key >= $1 AND ($2::bytea IS NULL OR key < $2) ORDER BY key LIMIT $3"
        }
        Table::Outcomes => {
            "SELECT key, value FROM projections.outcome
             WHERE key >= $1 AND ($2::bytea IS NULL OR key < $2) ORDER BY key LIMIT $3"
        }
    };
    sqlx::query_as(sql)
        .bind(prefix)
        .bind(after_all_with(prefix))
        .bind(i64::try_from(n_max).unwrap_or(i64::MAX))
        .fetch_all(pool)
        .await
}

/// Empties everything and resets the position.
pub(crate) async fn clear(pool: &PgPool) -> sqlx::Result<()> {
    let mut transaction = pool.begin().await?;
    for step in [
        "UPDATE projections.share SET position = 0",
        "TRUNCATE projections.decision, projections.outcome",
        "TRUNCATE projections.snapshot, projections.snapshot_part",
    ] {
        transaction.execute(step).await?;
    }
    transaction.commit().await
}

const fn put(table: Table) -> &'static str {
    match table {
        Table::Decisions => {
            "INSERT INTO projections.decision (key, value)
             SELECT * FROM unnest($1::bytea[], $2::bytea[])
             ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        }
        Table::Outcomes => {
            "INSERT INTO projections.outcome (key, value)
             SELECT * FROM unnest($1::bytea[], $2::bytea[])
             ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        }
    }
}

/// The first key behind all that begin with `prefix`, if there can be one.
fn after_all_with(prefix: &[u8]) -> Option<Vec<u8>> {
    let at = prefix.iter().rposition(|byte| *byte < u8::MAX)?;
    let mut key = prefix.get(..=at)?.to_vec();
    *key.last_mut()? += 1;
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix_is_the_next_one_of_its_length() {
        assert_eq!(after_all_with(b"ab"), Some(b"ac".to_vec()));
        assert_eq!(after_all_with(b"a\xff\xff"), Some(b"b".to_vec()));
        assert_eq!(after_all_with(b"\xff\xff"), None);
        assert_eq!(after_all_with(b""), None);
    }
}
