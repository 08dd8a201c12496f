//! `tastemaker import`: a file of a shop's past or catalogue.
//!
//! It opens the data folder itself, so the server must not run meanwhile; while it runs, the same
//! files go to it over HTTP (`/v1/batch`, `/v1/products:import`).

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;
use api::RejectionCode;
use api::products::read_product;
use api::segment::{Rules, Sender, Submission};
use app::import::{self, ImportItem, ImportPlan, ImportRow};
use app::{Caller, CatalogueChange, Rejection};
use clap::{Args, ValueEnum};
use domain::{Currency, KeyKind};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::say;
use crate::compose::{Shop, ShopOptions};

/// The most refused or mended lines that are printed; all are counted.
const LINES_SHOWN_MAX: usize = 20;

/// Options of `import`.
#[derive(Args, Debug)]
pub(crate) struct ImportArgs {
    #[command(flatten)]
    shop: ShopOptions,
    /// What the file is.
    recipe: Recipe,
    /// The file; one that ends in `.gz` is unpacked.
    file: PathBuf,
}

/// What a file can be.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Recipe {
    /// Products, one JSON object a line or one JSON list, as `/v1/products:import` takes them.
    Products,
    /// Products as CSV: the columns id, title, description, url, brand, categories, price, currency,
    /// stock, image; categories as `Outdoor > Tents`, several separated by `|`.
    ProductsCsv,
    /// Events, one message of Segment's API a line.
    Events,
    /// UCI's "Online Retail" transactions as CSV.
    OnlineRetail,
    /// The Best Buy catalogue as JSON.
    Bestbuy,
}

pub(super) async fn run(args: ImportArgs) -> anyhow::Result<()> {
    let bytes = read(&args.file)?;
    let settings = args.shop.settings()?;
    let rules = Rules {
        currency: settings.shop.currency,
        open_properties: settings.intake.open_properties.iter().cloned().collect(),
        event_bytes_max: usize::try_from(settings.intake.event_bytes_max)?,
        batch_events_max: usize::try_from(settings.intake.batch_events_max)?,
    };
    let plan = plan(args.recipe, &bytes, &rules)?;
    let shop = Shop::open(settings).await?;
    let follower = shop.follow_beside()?;
    let bar = progress_bar(plan.rows.len());
    let checksum = import::checksum(&bytes);
    let report = shop
        .app
        .import(&Caller::command(), &checksum, plan.rows, &mut |n_done| {
            bar.set_position(n_done as u64);
        })
        .await?;
    bar.finish_and_clear();

    for (name, value) in &plan.facts {
        say(format_args!("{name:24} {value}"));
    }
    say(format_args!("{:24} {}", "taken in", report.n_accepted));
    say(format_args!("{:24} {}", "there already", report.n_duplicate));
    say(format_args!("{:24} {}", "mended", plan.mended.len()));
    show_lines(plan.mended.iter().map(|(line, how)| format!("  line {line}: {how}")));
    say(format_args!("{:24} {}", "refused", report.rejected.len()));
    show_lines(report.rejected.iter().map(|(line, why)| format!("  line {line}: {why}")));
    shop.app.wait_until_seen(report.position).await;
    shop.close_with(follower).await
}

fn show_lines(lines: impl ExactSizeIterator<Item = String>) {
    let n_more = lines.len().saturating_sub(LINES_SHOWN_MAX);
    lines.take(LINES_SHOWN_MAX).for_each(say);
    if n_more > 0 {
        say(format_args!("  and {n_more} more"));
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    if file.extension().is_none_or(|it| it != "gz") {
        return Ok(bytes);
    }
    let mut unpacked = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes.as_slice())
        .read_to_end(&mut unpacked)
        .with_context(|| format!("unpacking {}", file.display()))?;
    Ok(unpacked)
}

fn progress_bar(n_rows: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed} (left: {eta})")
        .expect("the template names known fields");
    ProgressBar::new(n_rows as u64).with_style(style)
}

fn plan(recipe: Recipe, bytes: &[u8], rules: &Rules) -> anyhow::Result<ImportPlan> {
    let text = || std::str::from_utf8(bytes).context("the file is not UTF-8; convert it first");
    Ok(match recipe {
        Recipe::Products => products(text()?, rules.currency),
        Recipe::ProductsCsv => products_csv(bytes, rules.currency)?,
        Recipe::Events => events(text()?, rules),
        Recipe::OnlineRetail => import::online_retail::plan(bytes),
        Recipe::Bestbuy => import::bestbuy::plan(bytes),
    })
}

/// One change of the catalogue for each line.
fn products(text: &str, currency: Currency) -> ImportPlan {
    let product = |row: &str| read_product(row, None, currency).map(upsert);
    plan_of((1..).zip(text.lines()).filter(|(_, row)| !row.trim().is_empty()), product)
}

fn upsert(product: domain::Product) -> ImportItem {
    ImportItem::Catalogue(CatalogueChange::Upsert(Box::new(product)))
}

/// One event for each line, as it would come over HTTP with a secret key.
fn events(text: &str, rules: &Rules) -> ImportPlan {
    let sender = Sender {
        kind: KeyKind::Own,
        address: None,
        privacy_control: consent::GlobalPrivacyControl::NotSent,
    };
    let event = |row: &str| {
        let batch = format!(r#"{{"batch":[{row}]}}"#);
        let submission = Submission::batch(&batch, rules).map_err(|err| {
            Rejection::new(RejectionCode::BrokenRow.name(), "row", row, err.to_string())
        })?;
        Ok(ImportItem::Event(Box::new(submission.read(0, rules, sender)?)))
    };
    plan_of((1..).zip(text.lines()).filter(|(_, row)| !row.trim().is_empty()), event)
}

/// One change of the catalogue for each row of CSV, by way of the JSON that `products` takes.
fn products_csv(bytes: &[u8], currency: Currency) -> anyhow::Result<ImportPlan> {
    let mut reader = csv::Reader::from_reader(bytes);
    let columns = reader.headers().context("reading the header of the CSV file")?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(err) => {
                let line = err.position().map_or(0, csv::Position::line);
                let why = Rejection::new("INVALID_CSV", "row", "", err.to_string());
                rows.push(ImportRow { line, item: Err(why) });
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let fields = columns.iter().zip(&record).filter(|(_, value)| !value.is_empty());
        let json = Value::Object(fields.map(csv_field).collect()).to_string();
        rows.push(ImportRow { line, item: read_product(&json, None, currency).map(upsert) });
    }
    let facts = vec![("rows", rows.len().to_string())];
    Ok(ImportPlan { rows, facts, mended: Vec::new() })
}

/// A column of CSV as a field of JSON.
fn csv_field((column, value): (&str, &str)) -> (String, Value) {
    let parts = |separator: &str| -> Vec<String> {
        value.split(separator).map(|it| it.trim().to_owned()).collect()
    };
    match column {
        "categories" => {
            let paths = parts("|").into_iter();
            let names = |path: String| -> Vec<String> {
                path.split('>').map(|it| it.trim().to_owned()).collect()
            };
            (column.to_owned(), json!(paths.map(names).collect::<Vec<_>>()))
        }
        "image" => ("images".to_owned(), json!(parts("|"))),
        "stock" => {
            let counted = value.parse::<u32>().map_or_else(|_| json!(value), |it| json!(it));
            (column.to_owned(), counted)
        }
        _ => (column.to_owned(), json!(value)),
    }
}

fn plan_of<'a>(
    rows: impl Iterator<Item = (u64, &'a str)>,
    read: impl Fn(&str) -> Result<ImportItem, Rejection>,
) -> ImportPlan {
    let rows: Vec<ImportRow> =
        rows.map(|(line, row)| ImportRow { line, item: read(row) }).collect();
    let facts = vec![("rows", rows.len().to_string())];
    ImportPlan { rows, facts, mended: Vec::new() }
}
