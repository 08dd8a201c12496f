//! `tastemaker lake`: the long memory; how it stands, moving the log into it, tidying it up, asking it.
//!
//! While a server runs, it does all of this by itself; then the tables are read by any program that
//! reads Delta tables, see `docs/lake.md`.

use clap::{Args, Subcommand};
use domain::Position;
use ports::{LakeTable, Report};
use serde_json::json;

use super::log::line;
use super::say;
use crate::compose::{Shop, ShopOptions};

/// How many events are read at once.
const READ_MAX: usize = 32_768;

/// Options of `lake`.
#[derive(Args, Debug)]
pub(crate) struct LakeArgs {
    #[command(flatten)]
    shop: ShopOptions,
    #[command(subcommand)]
    command: LakeCommand,
}

#[derive(Debug, Subcommand)]
enum LakeCommand {
    /// Prints how far it goes and what its tables hold.
    Status {
        /// Print JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Moves everything that is in the log into the lake.
    Archive,
    /// Merges small files, writes checkpoints and removes what nobody needs any more.
    Tend,
    /// Asks in SQL: one `SELECT` over the tables `events` and `decisions`.
    Query {
        /// The question.
        sql: String,
        /// How many rows are answered at the most.
        #[arg(long, default_value_t = 1_000, value_name = "N")]
        rows_max: usize,
        /// Print one JSON object a row instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Prints the open part of every archived event, one JSON object a line, as `log export` does.
    Export,
}

pub(super) async fn run(args: LakeArgs) -> anyhow::Result<()> {
    let shop = Shop::open(args.shop.settings()?).await?;
    match args.command {
        LakeCommand::Status { json } => status(&shop, json).await?,
        LakeCommand::Archive => {
            shop.app.archive_through(shop.app.readiness().head).await?;
            say(format_args!("archived up to {}", shop.app.readiness().archived));
        }
        LakeCommand::Tend => {
            let done = shop.app.tend_lake().await?;
            say(format_args!(
                "merged {} files into {}, removed {}",
                done.n_files_merged, done.n_files_written, done.n_files_removed
            ));
        }
        LakeCommand::Query { sql, rows_max, json } => {
            let report = shop.app.query_lake(&sql, rows_max).await?;
            if json { say_objects(&report) } else { say_table(&report) }
        }
        LakeCommand::Export => export(&shop).await?,
    }
    shop.close().await
}

async fn status(shop: &Shop, as_json: bool) -> anyhow::Result<()> {
    let readiness = shop.app.readiness();
    let (archived, head) = (readiness.archived, readiness.head);
    let waiting = head.get() - archived.get();
    let tables = shop.app.lake_tables().await?;
    if as_json {
        let table = |it: &LakeTable| {
            json!({
                "name": it.name, "version": it.version, "through": it.through.get(),
                "rows": it.n_rows, "files": it.n_files, "bytes": it.n_bytes,
            })
        };
        let tables: Vec<_> = tables.iter().map(table).collect();
        say(json!({
            "archived": archived.get(), "waiting": waiting,
            "log": { "first": readiness.tail.get(), "last": head.get() }, "tables": tables,
        }));
        return Ok(());
    }
    say(format_args!("archived up to {archived}; {waiting} events wait in the log"));
    say(format_args!("the log holds events from {} to {head}", readiness.tail));
    let columns = ["table", "version", "through", "rows", "files", "bytes"].map(str::to_owned);
    let row = |it: &LakeTable| {
        let numbers = [it.version, it.through.get(), it.n_rows, it.n_files, it.n_bytes];
        let numbers = numbers.iter().map(|it| Some(it.to_string()));
        std::iter::once(Some(it.name.to_owned())).chain(numbers).collect()
    };
    say_table(&Report { columns: columns.into(), rows: tables.iter().map(row).collect() });
    Ok(())
}

async fn export(shop: &Shop) -> anyhow::Result<()> {
    let mut position = Position::START;
    loop {
        let events = shop.app.archived_events(position, READ_MAX).await?;
        let Some(last) = events.last() else { return Ok(()) };
        position = last.position;
        events.iter().for_each(|it| say(line(it)));
    }
}

/// Each row as an object of texts, in the order of the columns.
fn say_objects(report: &Report) {
    for row in &report.rows {
        let cells = report.columns.iter().zip(row);
        let object: serde_json::Map<_, _> =
            cells.map(|(column, cell)| (column.clone(), json!(cell))).collect();
        say(serde_json::Value::Object(object));
    }
}

/// Columns as wide as what is in them.
fn say_table(report: &Report) {
    let n_chars = |cell: &Option<String>| cell.as_deref().unwrap_or_default().chars().count();
    let widths: Vec<usize> = (0..report.columns.len())
        .map(|n| {
            let head = report.columns.get(n).map_or(0, |it| it.chars().count());
            report.rows.iter().filter_map(|row| row.get(n)).map(n_chars).fold(head, usize::max)
        })
        .collect();
    say_row(report.columns.iter().map(String::as_str), &widths);
    for row in &report.rows {
        say_row(row.iter().map(|it| it.as_deref().unwrap_or_default()), &widths);
    }
}

fn say_row<'a>(cells: impl Iterator<Item = &'a str>, widths: &[usize]) {
    let cells = cells.zip(widths).map(|(cell, width)| format!("{cell:width$}"));
    say(cells.collect::<Vec<_>>().join("  ").trim_end());
}
