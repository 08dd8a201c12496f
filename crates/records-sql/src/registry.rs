//! The registry of models: which there are, where they stand.

use domain::Timestamp;
use ports::{ModelRecord, Stage, StageChange};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::error::{damage, damaged};
use crate::sql::query;

pub(crate) async fn models(connection: &mut AnyConnection) -> sqlx::Result<Vec<ModelRecord>> {
    let rows = query(
        "SELECT id, generator, stage, canary_percent, create_time, change_time, reason,
                artifact, checksum, n_bytes, lineage
         FROM model ORDER BY serial DESC",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(model).collect()
}

fn model(row: &AnyRow) -> sqlx::Result<ModelRecord> {
    Ok(ModelRecord {
        id: row.try_get(0)?,
        generator: row.try_get(1)?,
        stage: stage(row.try_get(2)?)?,
        canary_percent: u8::try_from(row.try_get::<i64, _>(3)?).map_err(damaged)?,
        create_time: Timestamp::from_micros(row.try_get(4)?),
        change_time: Timestamp::from_micros(row.try_get(5)?),
        reason: row.try_get(6)?,
        artifact: row.try_get(7)?,
        checksum: row.try_get(8)?,
        n_bytes: u64::try_from(row.try_get::<i64, _>(9)?).map_err(damaged)?,
        lineage: row.try_get(10)?,
    })
}

pub(crate) async fn add_model(
    connection: &mut AnyConnection,
    model: &ModelRecord,
) -> sqlx::Result<()> {
    let n_bytes =
        i64::try_from(model.n_bytes).map_err(|error| sqlx::Error::Encode(error.into()))?;
    query(
        "INSERT INTO model
             (id, generator, stage, canary_percent, create_time, change_time, reason,
              artifact, checksum, n_bytes, lineage)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(model.id.as_str())
    .bind(model.generator.as_str())
    .bind(stage_number(model.stage))
    .bind(i64::from(model.canary_percent))
    .bind(model.create_time.as_micros())
    .bind(model.change_time.as_micros())
    .bind(model.reason.as_str())
    .bind(model.artifact.as_str())
    .bind(model.checksum.as_str())
    .bind(n_bytes)
    .bind(model.lineage.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes all of the changes; the caller's transaction makes it all or none.
pub(crate) async fn change_stages(
    connection: &mut AnyConnection,
    changes: &[StageChange],
) -> sqlx::Result<()> {
    for change in changes {
        let done = query(
            "UPDATE model SET stage = $1, canary_percent = $2, change_time = $3, reason = $4
             WHERE id = $5",
        )
        .bind(stage_number(change.stage))
        .bind(i64::from(change.canary_percent))
        .bind(change.time.as_micros())
        .bind(change.reason.as_str())
        .bind(change.id.as_str())
        .execute(&mut *connection)
        .await?;
        if done.rows_affected() == 0 {
            return Err(damage(format!("there is no model `{}`", change.id)));
        }
    }
    Ok(())
}

pub(crate) async fn remove_models(
    connection: &mut AnyConnection,
    ids: &[String],
) -> sqlx::Result<()> {
    for id in ids {
        query("DELETE FROM model WHERE id = $1")
            .bind(id.as_str())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// A stage, as it is stored.
const fn stage_number(stage: Stage) -> i64 {
    match stage {
        Stage::Candidate => 1,
        Stage::Refused => 2,
        Stage::Canary => 3,
        Stage::Live => 4,
        Stage::Retired => 5,
    }
}

fn stage(number: i64) -> sqlx::Result<Stage> {
    let all = [Stage::Candidate, Stage::Refused, Stage::Canary, Stage::Live, Stage::Retired];
    let found = all.into_iter().find(|it| stage_number(*it) == number);
    found.ok_or_else(|| damage(format!("{number} is no stage of a model")))
}
