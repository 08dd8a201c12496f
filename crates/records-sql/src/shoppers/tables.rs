//! The statements of the map; where there are arrays, `arrays` has the others.
//!
//! Each carries [`ROWS_A_STATEMENT`] rows. Fewer make more trips to the database's thread; more take
//! longer, because SQLite looks for the name of each `$7` among all of the statement's.

use domain::ShopperKey;
use ports::{BlindId, IdKind, ShopperRecord};
use rustc_hash::FxHashMap;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use crate::error::damage;
use crate::sql::{bytes, placeholders, query};

/// How many rows one statement reads or writes.
const ROWS_A_STATEMENT: usize = 32;

/// Whose each of `ids` is, as far as the tables say.
pub(super) async fn find(
    connection: &mut AnyConnection,
    ids: &[BlindId],
) -> sqlx::Result<FxHashMap<BlindId, ShopperRecord>> {
    let mut found = FxHashMap::default();
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        let sql = format!(
            "SELECT outside_id.fingerprint, outside_id.kind, shopper.key, shopper.wrapped_seal_key
             FROM outside_id JOIN shopper ON shopper.key = outside_id.shopper
             WHERE outside_id.fingerprint IN {}",
            placeholders(1, chunk.len())
        );
        let mut statement = query(AssertSqlSafe(sql)).persistent(is_whole(chunk));
        for id in chunk {
            statement = statement.bind(id.fingerprint.as_slice());
        }
        for row in statement.fetch_all(&mut *connection).await? {
            found.insert(id(&row)?, shopper(&row, 2)?);
        }
    }
    Ok(found)
}

/// The shoppers of `keys` that the table has.
pub(super) async fn find_shoppers(
    connection: &mut AnyConnection,
    keys: &[ShopperKey],
) -> sqlx::Result<Vec<ShopperRecord>> {
    let mut found = Vec::new();
    for chunk in keys.chunks(ROWS_A_STATEMENT) {
        let sql = format!(
            "SELECT key, wrapped_seal_key FROM shopper WHERE key IN {}",
            placeholders(1, chunk.len())
        );
        let mut statement = query(AssertSqlSafe(sql)).persistent(is_whole(chunk));
        for key in chunk {
            statement = statement.bind(key.as_bytes().as_slice());
        }
        for row in statement.fetch_all(&mut *connection).await? {
            found.push(shopper(&row, 0)?);
        }
    }
    Ok(found)
}

/// At most `n_max` shoppers with keys above `after`, in their order.
pub(crate) async fn shoppers_after(
    connection: &mut AnyConnection,
    after: &[u8],
    n_max: u32,
) -> sqlx::Result<Vec<ShopperRecord>> {
    let rows =
        query("SELECT key, wrapped_seal_key FROM shopper WHERE key > $1 ORDER BY key LIMIT $2")
            .bind(after)
            .bind(i64::from(n_max))
            .fetch_all(connection)
            .await?;
    rows.iter().map(|row| shopper(row, 0)).collect()
}

/// At most `n_max` ids after `after` with their shoppers, in the order of the table.
pub(crate) async fn ids_after(
    connection: &mut AnyConnection,
    after: Option<BlindId>,
    n_max: u32,
) -> sqlx::Result<Vec<(BlindId, ShopperKey)>> {
    let fingerprint = after.map_or_else(Vec::new, |it| it.fingerprint.to_vec());
    let rows = query(
        "SELECT fingerprint, kind, shopper FROM outside_id
         WHERE (fingerprint, kind) > ($1, $2) ORDER BY fingerprint, kind LIMIT $3",
    )
    .bind(fingerprint.as_slice())
    .bind(after.map_or(0, |it| kind_number(it.kind)))
    .bind(i64::from(n_max))
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((id(row)?, ShopperKey::from_bytes(bytes(row, 2)?)))).collect()
}

/// Adds shoppers that are not there yet.
pub(crate) async fn add_shoppers(
    connection: &mut AnyConnection,
    shoppers: &[&ShopperRecord],
) -> sqlx::Result<()> {
    for chunk in shoppers.chunks(ROWS_A_STATEMENT) {
        let sql = format!(
            "INSERT INTO shopper (key, wrapped_seal_key) VALUES {} ON CONFLICT DO NOTHING",
            placeholders(chunk.len(), 2)
        );
        let mut statement = query(AssertSqlSafe(sql)).persistent(is_whole(chunk));
        for it in chunk {
            let key = it.key.as_bytes().as_slice();
            statement = statement.bind(key).bind(it.wrapped_seal_key.as_slice());
        }
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Adds ids that are nobody's yet; their shoppers are there.
pub(crate) async fn add_ids(
    connection: &mut AnyConnection,
    ids: &[(BlindId, ShopperKey)],
) -> sqlx::Result<()> {
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        let sql = format!(
            "INSERT INTO outside_id (fingerprint, kind, shopper) VALUES {} ON CONFLICT DO NOTHING",
            placeholders(chunk.len(), 3)
        );
        let mut statement = query(AssertSqlSafe(sql)).persistent(is_whole(chunk));
        for (id, shopper) in chunk {
            statement = statement
                .bind(id.fingerprint.as_slice())
                .bind(kind_number(id.kind))
                .bind(shopper.as_bytes().as_slice());
        }
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Whether any user's id is that shopper's.
pub(super) async fn has_user(
    connection: &mut AnyConnection,
    key: ShopperKey,
) -> sqlx::Result<bool> {
    let row = query("SELECT 1 FROM outside_id WHERE shopper = $1 AND kind = $2 LIMIT 1")
        .bind(key.as_bytes().as_slice())
        .bind(kind_number(IdKind::User))
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some())
}

/// Gives an id to a shopper, adding the shopper if need be; unless it is somebody's already.
pub(super) async fn give(
    connection: &mut AnyConnection,
    id: BlindId,
    shopper: &ShopperRecord,
) -> sqlx::Result<()> {
    query("INSERT INTO shopper (key, wrapped_seal_key) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(shopper.key.as_bytes().as_slice())
        .bind(shopper.wrapped_seal_key.as_slice())
        .execute(&mut *connection)
        .await?;
    query(
        "INSERT INTO outside_id (fingerprint, kind, shopper) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING",
    )
    .bind(id.fingerprint.as_slice())
    .bind(kind_number(id.kind))
    .bind(shopper.key.as_bytes().as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

/// Moves an id to another shopper.
pub(super) async fn move_id(
    connection: &mut AnyConnection,
    id: BlindId,
    to: ShopperKey,
) -> sqlx::Result<()> {
    query(
        "INSERT INTO outside_id (fingerprint, kind, shopper) VALUES ($1, $2, $3)
         ON CONFLICT (fingerprint, kind) DO UPDATE SET shopper = excluded.shopper",
    )
    .bind(id.fingerprint.as_slice())
    .bind(kind_number(id.kind))
    .bind(to.as_bytes().as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

/// Appends newcomers.
pub(super) async fn append(
    connection: &mut AnyConnection,
    newcomers: &[(BlindId, ShopperRecord)],
) -> sqlx::Result<()> {
    for chunk in newcomers.chunks(ROWS_A_STATEMENT) {
        let sql = format!(
            "INSERT INTO newcomer (fingerprint, kind, shopper, wrapped_seal_key) VALUES {}",
            placeholders(chunk.len(), 4)
        );
        let mut statement = query(AssertSqlSafe(sql)).persistent(is_whole(chunk));
        for (id, shopper) in chunk {
            statement = statement
                .bind(id.fingerprint.as_slice())
                .bind(kind_number(id.kind))
                .bind(shopper.key.as_bytes().as_slice())
                .bind(shopper.wrapped_seal_key.as_slice());
        }
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}

/// The newcomers that have not been moved to their places, in the order in which they came.
pub(crate) async fn newcomers(
    connection: &mut AnyConnection,
) -> sqlx::Result<Vec<(BlindId, ShopperRecord)>> {
    let rows = query(
        "SELECT fingerprint, kind, shopper, wrapped_seal_key FROM newcomer
         WHERE NOT EXISTS (
             SELECT 1 FROM outside_id
             WHERE outside_id.fingerprint = newcomer.fingerprint
                 AND outside_id.kind = newcomer.kind
         )
         ORDER BY serial",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((id(row)?, shopper(row, 2)?))).collect()
}

/// Moves all newcomers to their places, in the order of those, so that each page is written once.
pub(super) async fn settle(connection: &mut AnyConnection) -> sqlx::Result<()> {
    // `WHERE true` keeps SQLite from reading `ON` as part of the `SELECT`.
    let steps = [
        "INSERT INTO shopper (key, wrapped_seal_key)
         SELECT shopper, wrapped_seal_key FROM newcomer WHERE true ORDER BY shopper, serial
         ON CONFLICT DO NOTHING",
        "INSERT INTO outside_id (fingerprint, kind, shopper)
         SELECT fingerprint, kind, shopper FROM newcomer WHERE true ORDER BY fingerprint, serial
         ON CONFLICT DO NOTHING",
        "DELETE FROM newcomer",
    ];
    for step in steps {
        query(step).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Whether a statement for `chunk` will be needed again: only those of the usual length are kept ready.
fn is_whole<T>(chunk: &[T]) -> bool {
    chunk.len() == ROWS_A_STATEMENT
}

pub(super) fn shopper(row: &AnyRow, column: usize) -> sqlx::Result<ShopperRecord> {
    let key = ShopperKey::from_bytes(bytes(row, column)?);
    Ok(ShopperRecord { key, wrapped_seal_key: row.try_get(column + 1)? })
}

/// Reads an id from the first two columns.
pub(crate) fn id(row: &AnyRow) -> sqlx::Result<BlindId> {
    let number: i64 = row.try_get(1)?;
    let kind = [IdKind::Visitor, IdKind::User].into_iter().find(|it| kind_number(*it) == number);
    let kind = kind.ok_or_else(|| damage(format!("{number} is no kind of outside id")))?;
    Ok(BlindId { kind, fingerprint: bytes(row, 0)? })
}

/// A kind, as it is stored.
pub(crate) const fn kind_number(kind: IdKind) -> i64 {
    match kind {
        IdKind::Visitor => 1,
        IdKind::User => 2,
    }
}
