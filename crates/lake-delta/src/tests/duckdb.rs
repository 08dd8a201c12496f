//! DuckDB reads the tables without us, and finds what we find.

use std::path::Path;
use std::process::Command;

use ports::Lake;
use ports::conformance::history;

use super::{LATER, open, small};

/// Attaches the extension from the file that its package brings: the plain package would download it.
const SCRIPT: &str = r#"
import importlib.metadata, json, os, sys
import duckdb

home, lake, questions = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
files = importlib.metadata.files("duckdb-ext-delta")
extension = next(str(it.locate()) for it in files if it.name.endswith(".duckdb_extension"))
connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
connection.execute("SET home_directory = '" + home + "'")
connection.execute("SET autoinstall_known_extensions = false")
connection.execute("LOAD '" + extension + "'")
for table in ("events", "decisions"):
    connection.execute(f"CREATE VIEW {table} AS SELECT * FROM delta_scan('{os.path.join(lake, table)}')")
for question in questions:
    rows = connection.execute(question).fetchall()
    print(json.dumps([[None if cell is None else str(cell) for cell in row] for row in rows]))
"#;

/// Questions that both put in the same words.
const QUESTIONS: [&str; 8] = [
    "SELECT kind, CAST(day AS VARCHAR), bucket, count(*) FROM events GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    "SELECT kind, CAST(day AS VARCHAR), bucket, count(*) FROM decisions GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    "SELECT count(*), count(DISTINCT position), min(position), max(position), sum(position) FROM events",
    "SELECT count(*), count(DISTINCT position), min(position), max(position), sum(serial) FROM decisions",
    "SELECT market, verified, source_key, purposes, count(*) FROM events GROUP BY 1, 2, 3, 4 \
     ORDER BY 1 NULLS FIRST, 2, 3, 4",
    "SELECT count(*), sum(total_minor), count(order_id), count(DISTINCT event) FROM events",
    "SELECT piece.product, sum(piece.quantity), count(*) FROM (SELECT unnest(products) AS piece \
     FROM events WHERE kind = 'order_completed') GROUP BY 1 ORDER BY 1",
    "SELECT shown.reason, count(*) FROM (SELECT unnest(slate) AS shown FROM decisions) GROUP BY 1 ORDER BY 1",
];

fn ask_duckdb(python: &Path, home: &Path, lake: &Path) -> Vec<Vec<Vec<Option<String>>>> {
    let mut command = Command::new(python);
    command.args(["-c", SCRIPT]).arg(home).arg(lake);
    let output = command.arg(serde_json::json!(QUESTIONS).to_string()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "DuckDB reads the tables: {said}");
    let text = String::from_utf8(output.stdout).unwrap();
    let answer = |line: &str| -> Vec<Vec<Option<String>>> {
        let rows: Vec<serde_json::Value> = serde_json::from_str(line).unwrap();
        let cell = |it: &serde_json::Value| it.as_str().map(str::to_lowercase);
        rows.iter().map(|row| row.as_array().unwrap().iter().map(cell).collect()).collect()
    };
    text.lines().map(answer).collect()
}

async fn compare(python: &Path, home: &Path, folder: &Path, lake: &dyn Lake) {
    let found = ask_duckdb(python, home, &folder.join("lake"));
    assert_eq!(found.len(), QUESTIONS.len());
    for (question, found) in QUESTIONS.iter().zip(found) {
        let ours = lake.query(question, 10_000).await.unwrap().rows;
        assert!(!ours.is_empty(), "{question} has an answer");
        assert_eq!(found, ours, "{question}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn duckdb_finds_the_same_as_we_do() {
    let Some(python) = testkit::tools::python() else { return };
    let home = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path(), small()).await.unwrap();
    let events = history(500);
    for some in events[..450].chunks(90) {
        lake.archive(some.to_vec()).await.unwrap();
    }
    compare(&python, home.path(), folder.path(), &*lake).await;
    // After merging, with a checkpoint, old commits and files removed, and a commit on top of all.
    lake.tend(LATER).await.unwrap();
    lake.archive(events[450..].to_vec()).await.unwrap();
    compare(&python, home.path(), folder.path(), &*lake).await;
}
