//! Taking the rows of a dump in: those that are there already stay as they are; and throwing all away.

use ports::{AuditEntry, Row};
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::changes::note_decided;
use crate::dialect::Dialect;
use crate::shoppers::tables;
use crate::sql::query;
use crate::{administration, quarantine, registry};

/// Takes rows in; the caller's transaction makes it all or none.
pub(crate) async fn load(
    connection: &mut AnyConnection,
    dialect: &Dialect,
    rows: &[Row],
) -> sqlx::Result<()> {
    // Of these there are many, and shoppers come before their ids.
    let shoppers: Vec<_> = rows.iter().filter_map(shopper).collect();
    tables::add_shoppers(connection, &shoppers).await?;
    let ids: Vec<_> = rows.iter().filter_map(id).collect();
    tables::add_ids(connection, &ids).await?;
    for row in rows {
        match row {
            Row::Shopper(_) | Row::Id { .. } => {}
            Row::Key(key) => {
                let known = "SELECT 1 FROM interface_key WHERE id = $1";
                if !is_there(connection, known, &key.id).await? {
                    administration::add_key(connection, key).await?;
                }
            }
            Row::Placement(placement) => {
                administration::put_placement(connection, placement).await?;
            }
            Row::Switch(switch) => administration::set_switch(connection, *switch).await?,
            Row::Audit(entry) => add_entry(connection, dialect, entry).await?,
            Row::Quarantined(event) => quarantine::take_over(connection, dialect, event).await?,
            Row::Fact { name, value } => administration::set_fact(connection, name, value).await?,
            Row::Model(model) => {
                let known = "SELECT 1 FROM model WHERE id = $1";
                if !is_there(connection, known, &model.id).await? {
                    registry::add_model(connection, model).await?;
                }
            }
            Row::LastIds { audit, quarantined } => {
                for (statements, last) in dialect.raise_ids.iter().zip([audit, quarantined]) {
                    for statement in *statements {
                        query(*statement).bind(*last).execute(&mut *connection).await?;
                    }
                }
            }
        }
    }
    Ok(())
}

/// The tables that a dump reads, those before the ones that they refer to; facts are not among them.
const EMPTIED: [&str; 9] = [
    "DELETE FROM newcomer",
    "DELETE FROM outside_id",
    "DELETE FROM shopper",
    "DELETE FROM interface_key",
    "DELETE FROM placement",
    "DELETE FROM personalization_switch",
    "DELETE FROM audit_entry",
    "DELETE FROM quarantined",
    "DELETE FROM model",
];

/// Throws everything away but the fact `kept`, in the caller's transaction.
pub(crate) async fn clear(connection: &mut AnyConnection, kept: &str) -> sqlx::Result<()> {
    for statement in EMPTIED {
        query(statement).execute(&mut *connection).await?;
    }
    query("DELETE FROM fact WHERE name <> $1").bind(kept).execute(&mut *connection).await?;
    note_decided(connection).await
}

fn shopper(row: &Row) -> Option<&ports::ShopperRecord> {
    if let Row::Shopper(shopper) = row { Some(shopper) } else { None }
}

fn id(row: &Row) -> Option<(ports::BlindId, domain::ShopperKey)> {
    if let Row::Id { id, shopper } = row { Some((*id, *shopper)) } else { None }
}

async fn is_there(
    connection: &mut AnyConnection,
    statement: &'static str,
    id: &str,
) -> sqlx::Result<bool> {
    Ok(query(statement).bind(id).fetch_optional(connection).await?.is_some())
}

async fn add_entry(
    connection: &mut AnyConnection,
    dialect: &Dialect,
    entry: &AuditEntry,
) -> sqlx::Result<()> {
    let sql = format!(
        "INSERT INTO audit_entry (serial, time, actor, action, subject) {}
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        dialect.own_ids
    );
    query(AssertSqlSafe(sql))
        .bind(entry.id)
        .bind(entry.time.as_micros())
        .bind(entry.actor.as_str())
        .bind(entry.action.as_str())
        .bind(entry.subject.as_str())
        .execute(connection)
        .await?;
    Ok(())
}
