//! The map from outside ids to shoppers: thousands at once, in one transaction.
//!
//! Statements carry [`ROWS_A_STATEMENT`] rows each. More make them longer to prepare, fewer make more
//! trips to the database's thread.

use std::collections::BTreeMap;

use domain::ShopperKey;
use ports::{BlindId, IdKind, ShopperRecord};
use rustc_hash::FxHashMap;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use crate::error::damage;
use crate::sql::{bytes, placeholders, query};

/// How many rows one statement reads or writes.
const ROWS_A_STATEMENT: usize = 200;

/// Whose each of `ids` is.
pub(crate) async fn find(
    connection: &mut AnyConnection,
    ids: &[BlindId],
) -> sqlx::Result<FxHashMap<BlindId, ShopperRecord>> {
    let mut found = FxHashMap::default();
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        let sql = format!(
            "SELECT outside_id.kind, outside_id.fingerprint, shopper.key, shopper.wrapped_seal_key
             FROM outside_id JOIN shopper ON shopper.key = outside_id.shopper
             WHERE outside_id.fingerprint IN {}",
            placeholders(1, chunk.len())
        );
        let mut statement = query(AssertSqlSafe(sql)).persistent(is_whole(chunk));
        for id in chunk {
            statement = statement.bind(id.fingerprint.as_slice());
        }
        for row in statement.fetch_all(&mut *connection).await? {
            let id = BlindId { kind: kind(row.try_get(0)?)?, fingerprint: bytes(&row, 1)? };
            found.insert(id, shopper(&row, 2)?);
        }
    }
    Ok(found)
}

/// Gives ids to shoppers where they have none; answers whose each id now is, in order.
///
/// Usually all of them are new and nothing has to be read back.
pub(crate) async fn assign(
    connection: &mut AnyConnection,
    wanted: Vec<(BlindId, ShopperRecord)>,
) -> sqlx::Result<Vec<ShopperRecord>> {
    let mut by_id = BTreeMap::new();
    for (id, shopper) in &wanted {
        by_id.entry(*id).or_insert(shopper);
    }
    let ids: Vec<BlindId> = by_id.keys().copied().collect();
    let known = find(connection, &ids).await?;
    by_id.retain(|id, _| !known.contains_key(id));

    let mut shoppers: Vec<&ShopperRecord> = by_id.values().copied().collect();
    shoppers.sort_unstable_by_key(|shopper| shopper.key);
    shoppers.dedup_by_key(|shopper| shopper.key);
    let n_new_shoppers = insert_shoppers(connection, &shoppers).await?;
    let new_ids: Vec<(BlindId, ShopperKey)> =
        by_id.iter().map(|(id, shopper)| (*id, shopper.key)).collect();
    let n_new_ids = insert_ids(connection, &new_ids).await?;

    let all_as_wanted = new_ids.len() == wanted.len()
        && n_new_ids == new_ids.len() as u64
        && n_new_shoppers == shoppers.len() as u64;
    if all_as_wanted {
        return Ok(wanted.into_iter().map(|(_, shopper)| shopper).collect());
    }
    let settled = find(connection, &ids).await?;
    let settled = |id| settled.get(id).cloned().ok_or_else(|| damage("an id was not kept"));
    wanted.iter().map(|(id, _)| settled(id)).collect()
}

/// Gives a user's id to `shopper`, or to `otherwise` when that is another user's or nobody.
pub(crate) async fn claim(
    connection: &mut AnyConnection,
    user: BlindId,
    key: ShopperKey,
    otherwise: ShopperRecord,
) -> sqlx::Result<ShopperRecord> {
    if let Some(owner) = find(connection, &[user]).await?.remove(&user) {
        return Ok(owner);
    }
    let taken = query("SELECT 1 FROM outside_id WHERE shopper = $1 AND kind = $2 LIMIT 1")
        .bind(key.as_bytes().as_slice())
        .bind(kind_number(IdKind::User))
        .fetch_optional(&mut *connection)
        .await?;
    let free = match taken {
        None => by_key(connection, key).await?,
        Some(_) => None,
    };
    let wanted = free.unwrap_or(otherwise);
    let mut given = assign(connection, vec![(user, wanted)]).await?;
    given.pop().ok_or_else(|| damage("an id was not kept"))
}

/// Moves an id to another shopper.
pub(crate) async fn reassign(
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

/// The shopper of that key.
pub(crate) async fn by_key(
    connection: &mut AnyConnection,
    key: ShopperKey,
) -> sqlx::Result<Option<ShopperRecord>> {
    let row = query("SELECT key, wrapped_seal_key FROM shopper WHERE key = $1")
        .bind(key.as_bytes().as_slice())
        .fetch_optional(connection)
        .await?;
    row.map(|row| shopper(&row, 0)).transpose()
}

/// Adds the shoppers that do not exist yet; answers how many those were.
async fn insert_shoppers(
    connection: &mut AnyConnection,
    shoppers: &[&ShopperRecord],
) -> sqlx::Result<u64> {
    let mut n_inserted = 0;
    for chunk in shoppers.chunks(ROWS_A_STATEMENT) {
        let sql = format!(
            "INSERT INTO shopper (key, wrapped_seal_key) VALUES {} ON CONFLICT (key) DO NOTHING",
            placeholders(chunk.len(), 2)
        );
        let mut statement = query(AssertSqlSafe(sql)).persistent(is_whole(chunk));
        for shopper in chunk {
            statement = statement.bind(shopper.key.as_bytes().as_slice());
            statement = statement.bind(shopper.wrapped_seal_key.as_slice());
        }
        n_inserted += statement.execute(&mut *connection).await?.rows_affected();
    }
    Ok(n_inserted)
}

/// Adds the ids that do not exist yet; answers how many those were.
async fn insert_ids(
    connection: &mut AnyConnection,
    ids: &[(BlindId, ShopperKey)],
) -> sqlx::Result<u64> {
    let mut n_inserted = 0;
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        let sql = format!(
            "INSERT INTO outside_id (fingerprint, kind, shopper) VALUES {}
             ON CONFLICT (fingerprint, kind) DO NOTHING",
            placeholders(chunk.len(), 3)
        );
        let mut statement = query(AssertSqlSafe(sql)).persistent(is_whole(chunk));
        for (id, shopper) in chunk {
            statement = statement.bind(id.fingerprint.as_slice());
            statement = statement.bind(kind_number(id.kind));
            statement = statement.bind(shopper.as_bytes().as_slice());
        }
        n_inserted += statement.execute(&mut *connection).await?.rows_affected();
    }
    Ok(n_inserted)
}

/// Whether a statement for `chunk` will be needed again: only those of the usual length are kept ready.
fn is_whole<T>(chunk: &[T]) -> bool {
    chunk.len() == ROWS_A_STATEMENT
}

fn shopper(row: &AnyRow, column: usize) -> sqlx::Result<ShopperRecord> {
    let key = ShopperKey::from_bytes(bytes(row, column)?);
    Ok(ShopperRecord { key, wrapped_seal_key: row.try_get(column + 1)? })
}

const fn kind_number(kind: IdKind) -> i64 {
    match kind {
        IdKind::Visitor => 1,
        IdKind::User => 2,
    }
}

fn kind(number: i64) -> sqlx::Result<IdKind> {
    [IdKind::Visitor, IdKind::User]
        .into_iter()
        .find(|kind| kind_number(*kind) == number)
        .ok_or_else(|| damage(format!("{number} is no kind of outside id")))
}
