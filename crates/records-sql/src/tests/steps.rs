//! What a step of the tables may do: programs of before it go on beside newer ones, while replicas are
//! restarted one after the other.

use std::collections::BTreeSet;

use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row};

use super::store::Store;
use crate::dialect::Dialect;
use crate::migrations::STEPS;

/// A column, as far as it concerns whoever writes rows without it or reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    table: String,
    name: String,
    kind: String,
    may_be_left_out: bool,
}

const OF_SQLITE: &str = r#"
    SELECT t.name, c.name, c.type, c."notnull" = 0 OR c.dflt_value IS NOT NULL OR c.pk > 0
    FROM sqlite_master t JOIN pragma_table_info(t.name) c
    WHERE t.type = 'table'"#;
const OF_POSTGRES: &str = "
    SELECT table_name::text, column_name::text, data_type::text,
           (is_nullable = 'YES' OR column_default IS NOT NULL OR is_identity = 'YES')::int
    FROM information_schema.columns WHERE table_schema = 'public'";

async fn columns(connection: &mut AnyConnection, url: &str) -> Vec<Column> {
    let question = if url.starts_with("sqlite:") { OF_SQLITE } else { OF_POSTGRES };
    let rows = connection.fetch_all(question).await.unwrap();
    let column = |row: &sqlx::any::AnyRow| Column {
        table: row.get(0),
        name: row.get(1),
        kind: row.get(2),
        may_be_left_out: row.get::<i32, _>(3) != 0,
    };
    rows.iter().map(column).collect()
}

pub(super) async fn a_step_takes_nothing_from_programs_of_before_it(store: Store) {
    sqlx::any::install_default_drivers();
    let dialect = Dialect::of(&store.url).unwrap();
    let mut connection = AnyConnection::connect(&dialect.complete(&store.url)).await.unwrap();
    let mut before: Vec<Column> = Vec::new();
    for (step, sql) in (1..).zip(STEPS) {
        let sql = AssertSqlSafe(dialect.translate(sql));
        connection.execute(sqlx::raw_sql(sql)).await.unwrap();
        let after = columns(&mut connection, &store.url).await;
        for column in &before {
            assert!(after.contains(column), "step {step} takes {column:?} away or changes it");
        }
        let tables: BTreeSet<&String> = before.iter().map(|it| &it.table).collect();
        for new in after.iter().filter(|it| !before.contains(it) && tables.contains(&it.table)) {
            assert!(new.may_be_left_out, "step {step}: who knows nothing of {new:?} writes rows");
        }
        before = after;
    }
    assert!(before.len() > 40, "{} columns are all", before.len());
}
