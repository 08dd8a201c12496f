//! Keys, placements, the switch, the audit trail and facts: few rows, rarely written.

use domain::{GeneratorShare, ListOrder, Placement, PlacementId, ShopId, Steering, Timestamp};
use ports::{AuditEntry, KeyRecord, KeyScope, Switch};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::changes::note_decided;
use crate::error::{damage, damaged};
use crate::sql::{bytes, personalization, personalization_number, query};

/// A generator's share, as it is stored.
#[derive(Deserialize, Serialize)]
struct StoredShare {
    generator: String,
    weight: f32,
}

/// Steering, as it is stored: what is not named is at its default.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct StoredSteering {
    order: StoredOrder,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum StoredOrder {
    #[default]
    Learned,
    Weights,
}

impl From<Steering> for StoredSteering {
    fn from(steering: Steering) -> StoredSteering {
        let order = match steering.order {
            ListOrder::Learned => StoredOrder::Learned,
            ListOrder::Weights => StoredOrder::Weights,
        };
        StoredSteering { order }
    }
}

impl From<StoredSteering> for Steering {
    fn from(stored: StoredSteering) -> Steering {
        let order = match stored.order {
            StoredOrder::Learned => ListOrder::Learned,
            StoredOrder::Weights => ListOrder::Weights,
        };
        Steering { order }
    }
}

pub(crate) async fn keys(connection: &mut AnyConnection) -> sqlx::Result<Vec<KeyRecord>> {
    let rows = query(
        "SELECT id, shop, scope, hash, allowed_origins, create_time, revoke_time
         FROM interface_key ORDER BY serial",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(key).collect()
}

fn key(row: &AnyRow) -> sqlx::Result<KeyRecord> {
    let scope = match row.try_get::<i64, _>(2)? {
        1 => KeyScope::Publishable,
        2 => KeyScope::Secret,
        other => return Err(damage(format!("{other} is no scope of a key"))),
    };
    Ok(KeyRecord {
        id: row.try_get(0)?,
        shop: ShopId::new(row.try_get(1)?).map_err(damaged)?,
        scope,
        hash: bytes(row, 3)?,
        allowed_origins: serde_json::from_str(row.try_get(4)?).map_err(damaged)?,
        create_time: Timestamp::from_micros(row.try_get(5)?),
        revoke_time: row.try_get::<Option<i64>, _>(6)?.map(Timestamp::from_micros),
    })
}

pub(crate) async fn add_key(connection: &mut AnyConnection, key: &KeyRecord) -> sqlx::Result<()> {
    let scope = match key.scope {
        KeyScope::Publishable => 1_i64,
        KeyScope::Secret => 2,
    };
    query(
        "INSERT INTO interface_key
             (id, shop, scope, hash, allowed_origins, create_time, revoke_time)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(key.id.as_str())
    .bind(key.shop.as_str())
    .bind(scope)
    .bind(key.hash.as_slice())
    .bind(json(&key.allowed_origins)?)
    .bind(key.create_time.as_micros())
    .bind(key.revoke_time.map(Timestamp::as_micros))
    .execute(&mut *connection)
    .await?;
    note_decided(connection).await
}

pub(crate) async fn revoke_key(
    connection: &mut AnyConnection,
    id: &str,
    time: Timestamp,
) -> sqlx::Result<bool> {
    let done =
        query("UPDATE interface_key SET revoke_time = $1 WHERE id = $2 AND revoke_time IS NULL")
            .bind(time.as_micros())
            .bind(id)
            .execute(&mut *connection)
            .await?;
    note_decided(connection).await?;
    Ok(done.rows_affected() > 0)
}

pub(crate) async fn placements(connection: &mut AnyConnection) -> sqlx::Result<Vec<Placement>> {
    let rows =
        query("SELECT id, title, generators, filter, personalization, steering FROM placement")
            .fetch_all(connection)
            .await?;
    let mut placements: Vec<Placement> = rows.iter().map(placement).collect::<sqlx::Result<_>>()?;
    // Here, because a database may have an order of words of its own.
    placements.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(placements)
}

fn placement(row: &AnyRow) -> sqlx::Result<Placement> {
    let shares: Vec<StoredShare> = serde_json::from_str(row.try_get(2)?).map_err(damaged)?;
    let steering: StoredSteering = serde_json::from_str(row.try_get(5)?).map_err(damaged)?;
    Ok(Placement {
        id: PlacementId::new(row.try_get(0)?).map_err(damaged)?,
        title: row.try_get(1)?,
        generators: shares
            .into_iter()
            .map(|StoredShare { generator, weight }| GeneratorShare { generator, weight })
            .collect(),
        filter: row.try_get(3)?,
        personalization: personalization(row, 4)?,
        steering: steering.into(),
    })
}

pub(crate) async fn put_placement(
    connection: &mut AnyConnection,
    placement: &Placement,
) -> sqlx::Result<()> {
    let stored =
        |it: &GeneratorShare| StoredShare { generator: it.generator.clone(), weight: it.weight };
    let shares: Vec<StoredShare> = placement.generators.iter().map(stored).collect();
    query(
        "INSERT INTO placement (id, title, generators, filter, personalization, steering)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE SET
             title = excluded.title,
             generators = excluded.generators,
             filter = excluded.filter,
             personalization = excluded.personalization,
             steering = excluded.steering",
    )
    .bind(placement.id.as_str())
    .bind(placement.title.as_str())
    .bind(json(&shares)?)
    .bind(placement.filter.as_deref())
    .bind(personalization_number(placement.personalization))
    .bind(json(&StoredSteering::from(placement.steering))?)
    .execute(&mut *connection)
    .await?;
    note_decided(connection).await
}

pub(crate) async fn delete_placement(
    connection: &mut AnyConnection,
    id: &PlacementId,
) -> sqlx::Result<bool> {
    let done = query("DELETE FROM placement WHERE id = $1")
        .bind(id.as_str())
        .execute(&mut *connection)
        .await?;
    note_decided(connection).await?;
    Ok(done.rows_affected() > 0)
}

pub(crate) async fn switch(connection: &mut AnyConnection) -> sqlx::Result<Option<Switch>> {
    let row = query("SELECT personalization, change_time FROM personalization_switch")
        .fetch_optional(connection)
        .await?;
    let switch = |row: AnyRow| {
        Ok(Switch {
            personalization: personalization(&row, 0)?,
            change_time: Timestamp::from_micros(row.try_get(1)?),
        })
    };
    row.map(switch).transpose()
}

pub(crate) async fn set_switch(connection: &mut AnyConnection, switch: Switch) -> sqlx::Result<()> {
    query(
        "INSERT INTO personalization_switch (only_row, personalization, change_time)
         VALUES (1, $1, $2)
         ON CONFLICT (only_row) DO UPDATE SET
             personalization = excluded.personalization,
             change_time = excluded.change_time",
    )
    .bind(personalization_number(switch.personalization))
    .bind(switch.change_time.as_micros())
    .execute(&mut *connection)
    .await?;
    note_decided(connection).await
}

pub(crate) async fn audit(connection: &mut AnyConnection, entry: &AuditEntry) -> sqlx::Result<()> {
    query("INSERT INTO audit_entry (time, actor, action, subject) VALUES ($1, $2, $3, $4)")
        .bind(entry.time.as_micros())
        .bind(entry.actor.as_str())
        .bind(entry.action.as_str())
        .bind(entry.subject.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn audit_trail(
    connection: &mut AnyConnection,
    before: Option<i64>,
    n_max: u32,
) -> sqlx::Result<Vec<AuditEntry>> {
    let rows = query(
        "SELECT serial, time, actor, action, subject
         FROM audit_entry WHERE serial < $1 ORDER BY serial DESC LIMIT $2",
    )
    .bind(before.unwrap_or(i64::MAX))
    .bind(i64::from(n_max))
    .fetch_all(connection)
    .await?;
    rows.iter().map(entry).collect()
}

/// At most `n_max` entries with ids above `after`, oldest first.
pub(crate) async fn trail_after(
    connection: &mut AnyConnection,
    after: i64,
    n_max: u32,
) -> sqlx::Result<Vec<AuditEntry>> {
    let rows = query(
        "SELECT serial, time, actor, action, subject
         FROM audit_entry WHERE serial > $1 ORDER BY serial LIMIT $2",
    )
    .bind(after)
    .bind(i64::from(n_max))
    .fetch_all(connection)
    .await?;
    rows.iter().map(entry).collect()
}

fn entry(row: &AnyRow) -> sqlx::Result<AuditEntry> {
    Ok(AuditEntry {
        id: row.try_get(0)?,
        time: Timestamp::from_micros(row.try_get(1)?),
        actor: row.try_get(2)?,
        action: row.try_get(3)?,
        subject: row.try_get(4)?,
    })
}

/// Every fact, by name.
pub(crate) async fn facts(connection: &mut AnyConnection) -> sqlx::Result<Vec<(String, String)>> {
    let rows = query("SELECT name, value FROM fact").fetch_all(connection).await?;
    let fact = |row: &AnyRow| Ok((row.try_get(0)?, row.try_get(1)?));
    let mut facts: Vec<(String, String)> = rows.iter().map(fact).collect::<sqlx::Result<_>>()?;
    // Here, because a database may have an order of words of its own.
    facts.sort();
    Ok(facts)
}

pub(crate) async fn fact(
    connection: &mut AnyConnection,
    name: &str,
) -> sqlx::Result<Option<String>> {
    let row = query("SELECT value FROM fact WHERE name = $1")
        .bind(name)
        .fetch_optional(connection)
        .await?;
    row.map(|row| row.try_get(0)).transpose()
}

pub(crate) async fn set_fact(
    connection: &mut AnyConnection,
    name: &str,
    value: &str,
) -> sqlx::Result<()> {
    query(
        "INSERT INTO fact (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(connection)
    .await?;
    Ok(())
}

/// Sets a fact that is not set yet; what it is then.
pub(crate) async fn give_fact(
    connection: &mut AnyConnection,
    name: &str,
    value: &str,
) -> sqlx::Result<String> {
    // Written either way: so whoever comes second waits for the first, and reads what that one set.
    let row = query(
        "INSERT INTO fact (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = fact.value RETURNING value",
    )
    .bind(name)
    .bind(value)
    .fetch_one(connection)
    .await?;
    row.try_get(0)
}

fn json<T: Serialize>(value: &T) -> sqlx::Result<String> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))
}
