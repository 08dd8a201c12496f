//! `import`: how long the command takes to import a year of two real shops: invoices as CSV, baskets as
//! Parquet.
//!
//! The whole process is timed, from an empty folder to the last event folded and saved; then the same
//! file again, which must add nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use clap::Args;

use crate::report::{Output, Row};
use crate::server_under_test::beside_this_one;
use crate::stopwatch;

/// The data sets, in the folder that `TASTEMAKER_DATA` names, by their formats.
const DATA_SETS: [(&str, &str); 2] = [
    ("online-retail", "shop/online-retail/transactions.csv.gz"),
    ("complete-journey", "shop/complete-journey"),
];

/// Options of `import`.
#[derive(Args, Debug)]
pub(crate) struct ImportArgs {
    /// The program to measure; the one built beside this benchmark by default.
    #[arg(long)]
    binary: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// Runs the benchmark and prints its rows.
pub(crate) fn run(args: &ImportArgs) -> anyhow::Result<()> {
    let binary = args.binary.clone().map_or_else(beside_this_one, Ok)?;
    let mut rows = Vec::new();
    for (format, set) in DATA_SETS {
        if let Some(file) = testkit::data::path(set) {
            rows.extend(measure(&binary, format, &file)?);
        }
    }
    args.output.print(&rows)
}

fn measure(binary: &Path, format: &str, file: &Path) -> anyhow::Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let mut rows = Vec::new();
    for method in ["first", "again"] {
        let start = stopwatch::now();
        let said = import(binary, folder.path(), format, file)?;
        let seconds = start.elapsed().as_secs_f64();
        let count = |name: &str| -> anyhow::Result<u64> {
            let line = said.lines().find_map(|it| it.strip_prefix(name));
            Ok(line.with_context(|| format!("the report has no `{name}`"))?.trim().parse()?)
        };
        let n_rows = count("rows ")?;
        let row = Row::new()
            .text("dataset", format)
            .text("method", method)
            .whole("rows", n_rows)
            .whole("taken_in", count("taken in")?)
            .whole("there_already", count("there already")?)
            .decimal("seconds", seconds, 2)
            .decimal("rows_per_s", n_rows as f64 / seconds, 0);
        rows.push(row);
    }
    Ok(rows)
}

fn import(binary: &Path, folder: &Path, format: &str, file: &Path) -> anyhow::Result<String> {
    let output = Command::new(binary)
        .arg("import")
        .arg("--data")
        .arg(folder.join("data"))
        .arg(format)
        .arg(file)
        .env("TASTEMAKER_DATA__ROOT_KEY_FILE", folder.join("root.key"))
        .output()
        .with_context(|| format!("starting {}", binary.display()))?;
    if !output.status.success() {
        bail!("the import failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}
