//! What changed of that which processes hold in memory.
//!
//! A change raises its count in its own transaction and locks that row until it commits: so counts are seen
//! in the order of their numbers, and none is passed over.

use ports::{BlindId, Changes, MovedId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::error::damaged;
use crate::shoppers::{id, kind_number};
use crate::sql::query;

/// How many moves are remembered: at a thousand logins a second, more than a minute and a half.
const MOVES_MAX: i64 = 100_000;

/// What people decide.
const DECIDED: &str = "decided";
/// Whose ids are.
const MOVED: &str = "moved";

/// How often anything changed so far.
pub(crate) async fn changes(connection: &mut AnyConnection) -> sqlx::Result<Changes> {
    let rows = query("SELECT name, count FROM change_count").fetch_all(connection).await?;
    let mut changes = Changes::default();
    for row in rows {
        let count = u64::try_from(row.try_get::<i64, _>(1)?).map_err(damaged)?;
        match row.try_get(0)? {
            DECIDED => changes.decided = count,
            MOVED => changes.moved = count,
            // What a newer program counts.
            _ => {}
        }
    }
    Ok(changes)
}

/// At most `n_max` moves after the one of the number `after`, in order.
pub(crate) async fn moves(
    connection: &mut AnyConnection,
    after: u64,
    n_max: u32,
) -> sqlx::Result<Vec<MovedId>> {
    let rows = query(
        "SELECT fingerprint, kind, number FROM moved_id WHERE number > $1 ORDER BY number LIMIT $2",
    )
    .bind(i64::try_from(after).unwrap_or(i64::MAX))
    .bind(i64::from(n_max))
    .fetch_all(connection)
    .await?;
    let moved = |row: &AnyRow| {
        let number = u64::try_from(row.try_get::<i64, _>(2)?).map_err(damaged)?;
        Ok(MovedId { number, id: id(row)? })
    };
    rows.iter().map(moved).collect()
}

/// Notes that what people decide changed.
pub(crate) async fn note_decided(connection: &mut AnyConnection) -> sqlx::Result<()> {
    raise(connection, DECIDED).await?;
    Ok(())
}

/// Notes that an id was moved, and lets go of the oldest such note.
pub(crate) async fn note_moved(connection: &mut AnyConnection, id: BlindId) -> sqlx::Result<()> {
    let number = raise(connection, MOVED).await?;
    query("INSERT INTO moved_id (number, fingerprint, kind) VALUES ($1, $2, $3)")
        .bind(number)
        .bind(id.fingerprint.as_slice())
        .bind(kind_number(id.kind))
        .execute(&mut *connection)
        .await?;
    query("DELETE FROM moved_id WHERE number <= $1")
        .bind(number - MOVES_MAX)
        .execute(connection)
        .await?;
    Ok(())
}

async fn raise(connection: &mut AnyConnection, name: &str) -> sqlx::Result<i64> {
    let row = query("UPDATE change_count SET count = count + 1 WHERE name = $1 RETURNING count")
        .bind(name)
        .fetch_one(connection)
        .await?;
    row.try_get(0)
}
