//! The statements of the map that carry many rows, on PostgreSQL: one trip each, however many.
//!
//! Several processes give ids at once. All insert them in the order of fingerprints, so that two who want
//! the same ids never wait for each other in a circle; who comes second waits for the first's commit,
//! inserts nothing and finds the first's shopper.

use ports::{BlindId, ShopperRecord};
use rustc_hash::FxHashMap;
use sqlx::AnyConnection;

use super::tables::{id, kind_number, shopper};
use crate::sql::{bytes_array, numbers_array, query};

/// Whose each of `ids` is.
pub(super) async fn find(
    connection: &mut AnyConnection,
    ids: &[BlindId],
) -> sqlx::Result<FxHashMap<BlindId, ShopperRecord>> {
    let rows = query(
        "SELECT outside_id.fingerprint, outside_id.kind, shopper.key, shopper.wrapped_seal_key
         FROM unnest($1::text::bytea[]) AS wanted (fingerprint)
         JOIN outside_id ON outside_id.fingerprint = wanted.fingerprint
         JOIN shopper ON shopper.key = outside_id.shopper",
    )
    .bind(bytes_array(ids.iter().map(|id| id.fingerprint.as_slice())))
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((id(row)?, shopper(row, 2)?))).collect()
}

/// Gives ids to shoppers where they have none, adding the shoppers to whom one was given.
///
/// One statement, because its foreign keys are checked when all of it is done: an id can be inserted
/// before its shopper, and so no shopper is added for an id that another process was faster to give.
pub(super) async fn give(
    connection: &mut AnyConnection,
    wishes: &[(BlindId, ShopperRecord)],
) -> sqlx::Result<()> {
    let column = |of: fn(&(BlindId, ShopperRecord)) -> &[u8]| bytes_array(wishes.iter().map(of));
    query(
        "WITH wish AS MATERIALIZED (
             SELECT * FROM unnest(
                 $1::text::bytea[], $2::text::bigint[], $3::text::bytea[], $4::text::bytea[]
             ) WITH ORDINALITY AS wish (fingerprint, kind, owner, wrapped_seal_key, serial)
         ), given AS (
             INSERT INTO outside_id (fingerprint, kind, shopper)
             SELECT fingerprint, kind, owner FROM wish ORDER BY fingerprint, kind, serial
             ON CONFLICT DO NOTHING
             RETURNING shopper
         )
         INSERT INTO shopper (key, wrapped_seal_key)
         SELECT DISTINCT ON (owner) owner, wrapped_seal_key FROM wish
         WHERE owner IN (SELECT shopper FROM given)
         ORDER BY owner, serial
         ON CONFLICT DO NOTHING",
    )
    .bind(column(|(id, _)| id.fingerprint.as_slice()))
    .bind(numbers_array(wishes.iter().map(|(id, _)| kind_number(id.kind))))
    .bind(column(|(_, shopper)| shopper.key.as_bytes().as_slice()))
    .bind(column(|(_, shopper)| shopper.wrapped_seal_key.as_slice()))
    .execute(connection)
    .await?;
    Ok(())
}
