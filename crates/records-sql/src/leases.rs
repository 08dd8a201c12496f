//! Leases: one row a work, whose token grows each time it is leased anew.
//!
//! Each call is one statement with its condition, so that two processes cannot both find a work free.

use domain::{Span, Timestamp};
use ports::Lease;
use sqlx::{AnyConnection, Row};

use crate::error::damaged;
use crate::sql::query;

/// Takes the lease of a work, unless it is held at `now`.
pub(crate) async fn take(
    connection: &mut AnyConnection,
    work: &str,
    holder: &str,
    (now, term): (Timestamp, Span),
) -> sqlx::Result<Option<Lease>> {
    let until = now.plus(term);
    let row = query(
        "INSERT INTO lease (work, holder, token, end_time) VALUES ($1, $2, 1, $3)
         ON CONFLICT (work) DO UPDATE SET
             holder = excluded.holder, token = lease.token + 1, end_time = excluded.end_time
         WHERE lease.end_time <= $4
         RETURNING token",
    )
    .bind(work)
    .bind(holder)
    .bind(until.as_micros())
    .bind(now.as_micros())
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let token = u64::try_from(row.try_get::<i64, _>(0)?).map_err(damaged)?;
    Ok(Some(Lease { work: work.to_owned(), holder: holder.to_owned(), token, until }))
}

/// Holds a lease for longer, unless it was given back or somebody else took it.
pub(crate) async fn renew(
    connection: &mut AnyConnection,
    lease: &Lease,
    (now, term): (Timestamp, Span),
) -> sqlx::Result<Option<Lease>> {
    let until = now.plus(term);
    let done =
        query("UPDATE lease SET end_time = $1 WHERE work = $2 AND holder = $3 AND token = $4")
            .bind(until.as_micros())
            .bind(lease.work.as_str())
            .bind(lease.holder.as_str())
            .bind(token_number(lease)?)
            .execute(connection)
            .await?;
    Ok((done.rows_affected() > 0).then(|| Lease { until, ..lease.clone() }))
}

/// Ends a lease now, unless somebody else took it. Nobody holds it then, so that it cannot be renewed.
pub(crate) async fn give_back(connection: &mut AnyConnection, lease: &Lease) -> sqlx::Result<()> {
    query(
        "UPDATE lease SET holder = '', end_time = $1
         WHERE work = $2 AND holder = $3 AND token = $4",
    )
    .bind(i64::MIN)
    .bind(lease.work.as_str())
    .bind(lease.holder.as_str())
    .bind(token_number(lease)?)
    .execute(connection)
    .await?;
    Ok(())
}

/// The leases of the works whose names begin with `prefix` that have not ended at `now`, by work.
pub(crate) async fn held(
    connection: &mut AnyConnection,
    prefix: &str,
    now: Timestamp,
) -> sqlx::Result<Vec<Lease>> {
    let rows = query("SELECT work, holder, token, end_time FROM lease WHERE end_time > $1")
        .bind(now.as_micros())
        .fetch_all(connection)
        .await?;
    let mut held = Vec::new();
    for row in rows {
        let work: String = row.try_get(0)?;
        if work.starts_with(prefix) {
            let token = u64::try_from(row.try_get::<i64, _>(2)?).map_err(damaged)?;
            let until = Timestamp::from_micros(row.try_get(3)?);
            held.push(Lease { work, holder: row.try_get(1)?, token, until });
        }
    }
    // Here, because a database may have an order of words of its own.
    held.sort_by(|a, b| a.work.cmp(&b.work));
    Ok(held)
}

/// Forgets the works whose names begin with `prefix` and that nobody holds at `now`.
pub(crate) async fn forget(
    connection: &mut AnyConnection,
    prefix: &str,
    now: Timestamp,
) -> sqlx::Result<()> {
    query(
        "DELETE FROM lease
         WHERE end_time <= $1 AND substr(work, 1, length(CAST($2 AS TEXT))) = CAST($2 AS TEXT)",
    )
    .bind(now.as_micros())
    .bind(prefix)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends every lease.
pub(crate) async fn end_all(connection: &mut AnyConnection) -> sqlx::Result<()> {
    query("UPDATE lease SET holder = '', end_time = $1").bind(i64::MIN).execute(connection).await?;
    Ok(())
}

fn token_number(lease: &Lease) -> sqlx::Result<i64> {
    i64::try_from(lease.token).map_err(|error| sqlx::Error::Encode(error.into()))
}
