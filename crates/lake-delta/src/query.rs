//! One question in SQL, answered as a small table of texts.

use std::sync::Arc;

use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use futures::TryStreamExt as _;
use ports::{PortError, Report};

use crate::error::BACKEND;
use crate::session::{Session, Sessions};
use crate::table::{Table, TableState};

/// The longest question, in bytes.
const SQL_BYTES_MAX: usize = 64 << 10;

/// Answers `sql` about `tables` as they stand.
pub(crate) async fn query(
    sessions: &Sessions,
    tables: &[Arc<Table>; 2],
    sql: &str,
    n_rows_max: usize,
) -> Result<Report, PortError> {
    if SQL_BYTES_MAX < sql.len() {
        return Err(crate::error::refused(format!(
            "the question is {} bytes long, and may be {SQL_BYTES_MAX}; ask something shorter",
            sql.len()
        )));
    }
    let session = sessions.session();
    // Held until the answer is there, so that nothing it reads is removed.
    let states = tables.each_ref().map(|it| (Arc::clone(it), it.state()));
    let sql = sql.to_owned();
    sessions.run(async move { answer(&session, &states, &sql, n_rows_max).await }).await
}

async fn answer(
    session: &Session,
    states: &[(Arc<Table>, Arc<TableState>); 2],
    sql: &str,
    n_rows_max: usize,
) -> Result<Report, PortError> {
    for (table, state) in states {
        let provider = session.provider(table, state).await?;
        session.context.register_table(table.name.text(), provider).map_err(asked)?;
    }
    let reading_only =
        SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    let plan = session.context.sql_with_options(sql, reading_only).await.map_err(asked)?;
    let plan = plan.limit(0, Some(n_rows_max)).map_err(asked)?;
    let columns = plan.schema().fields().iter().map(|it| it.name().clone()).collect();
    let mut batches = session.stream(plan, "the question").await?;
    let mut report = Report { columns, rows: Vec::new() };
    while let Some(rows) = batches.try_next().await? {
        append(&mut report, &rows).map_err(|err| asked(err.into()))?;
    }
    Ok(report)
}

fn append(
    report: &mut Report,
    rows: &arrow::array::RecordBatch,
) -> Result<(), arrow::error::ArrowError> {
    let options = FormatOptions::default();
    let columns = rows.columns().iter().map(|it| ArrayFormatter::try_new(it, &options));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    for row in 0..rows.num_rows() {
        let cells =
            rows.columns().iter().zip(&columns).map(|(column, texts)| {
                (!column.is_null(row)).then(|| texts.value(row).to_string())
            });
        report.rows.push(cells.collect());
    }
    Ok(())
}

/// What is wrong with a question is its asker's to mend.
fn asked(error: DataFusionError) -> PortError {
    let what = "the question is not understood, or is no mere reading; ask one SELECT about the tables \
                events and decisions, whose columns docs/lake.md describes";
    PortError::Refused { backend: BACKEND, what: what.to_owned(), source: Some(error.into()) }
}
