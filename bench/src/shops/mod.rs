//! `shops`: what would the generators have foretold of the last 30 days of real shops?
//!
//! ```text
//! files of a shop ──import──▶ fresh data folder ──archive──▶ lake ──evaluate──▶ rows
//!                                                 params/shops-*.toml ──┘
//! ```
//!
//! Everything is done by the program itself, as its users do it. All products are ranked, what a
//! shopper had already included; intervals are of the mean over shoppers, differences case by case.
//! The parameters of trained generators come from `params/`, where `--tune` puts them: the search sees
//! nothing of the 30 days, and `evaluate` refuses parameters found on anything else.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use app::judging::EvaluationReport;
use clap::{Args, ValueEnum};
use tempfile::TempDir;

use crate::report::{Output, Row};
use crate::server_under_test::beside_this_one;

/// The generators whose parameters are searched.
const TUNED: [&str; 1] = ["item_neighbors"];
/// How long the judged lists are.
const K: usize = 20;
/// What is held out, and asked about.
const HELD_OUT: [&str; 4] = ["--split", "last-days:30", "--acts", "ordered"];

/// Options of `shops`.
#[derive(Args, Debug)]
pub(crate) struct ShopsArgs {
    /// Which shop
    #[arg(long, value_enum, default_value_t = Dataset::All)]
    dataset: Dataset,
    /// Search the parameters first, for so long each, such as `10m`
    #[arg(long, value_name = "TIME")]
    tune: Option<String>,
    /// The seed of the search and of the resamples
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The program to measure; the one built beside this benchmark by default
    #[arg(long)]
    binary: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Dataset {
    OnlineRetail,
    CompleteJourney,
    All,
}

/// A shop and where its files lie among the data sets.
struct Source {
    /// Its name, which is that of the import too.
    name: &'static str,
    path: &'static str,
}

const ONLINE_RETAIL: Source =
    Source { name: "online-retail", path: "shop/online-retail/transactions.csv.gz" };
const COMPLETE_JOURNEY: Source = Source { name: "complete-journey", path: "shop/complete-journey" };

impl Dataset {
    fn sources(self) -> &'static [Source] {
        match self {
            Dataset::OnlineRetail => &[ONLINE_RETAIL],
            Dataset::CompleteJourney => &[COMPLETE_JOURNEY],
            Dataset::All => &[ONLINE_RETAIL, COMPLETE_JOURNEY],
        }
    }
}

/// Runs the benchmark; a data set that is absent is said to be skipped.
pub(crate) fn run(args: &ShopsArgs) -> anyhow::Result<()> {
    let binary = args.binary.clone().map_or_else(beside_this_one, Ok)?;
    let mut rows = Vec::new();
    for source in args.dataset.sources() {
        let Some(files) = testkit::data::path(source.path) else { continue };
        let shop = Shop::import(&binary, source, &files)?;
        if let Some(budget) = &args.tune {
            for generator in TUNED {
                shop.tune(generator, budget, args.seed, &params_file(source.name, generator))?;
            }
        }
        let params: Vec<PathBuf> = TUNED.iter().map(|it| params_file(source.name, it)).collect();
        if let Some(missing) = params.iter().find(|it| !it.exists()) {
            bail!("{} is missing; search it with `--tune 10m`", missing.display());
        }
        let report = shop.evaluate(&params, args.seed)?;
        rows.extend(rows_of(source.name, &report));
    }
    args.output.print(&rows)
}

fn params_file(shop: &str, generator: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("params");
    folder.join(format!("shops-{shop}-{generator}.toml"))
}

/// A fresh folder that a shop's files were imported into.
struct Shop {
    binary: PathBuf,
    folder: TempDir,
}

impl Shop {
    fn import(binary: &Path, source: &Source, files: &Path) -> anyhow::Result<Shop> {
        let shop = Shop { binary: binary.to_path_buf(), folder: tempfile::tempdir()? };
        shop.run(&["import", source.name, &files.display().to_string()])?;
        shop.run(&["lake", "archive"])?;
        Ok(shop)
    }

    fn tune(&self, generator: &str, budget: &str, seed: u64, file: &Path) -> anyhow::Result<()> {
        let (seed, file) = (seed.to_string(), file.display().to_string());
        let search = ["--generator", generator, "--budget", budget, "--seed", &seed];
        self.run(&[&["tune", "--out", &file][..], &HELD_OUT, &search].concat()).map(drop)
    }

    fn evaluate(&self, params: &[PathBuf], seed: u64) -> anyhow::Result<EvaluationReport> {
        let (seed, k) = (seed.to_string(), K.to_string());
        let params: Vec<String> = params.iter().map(|it| it.display().to_string()).collect();
        let params = params.iter().flat_map(|it| ["--params", it]);
        let mut line = vec!["evaluate", "--json", "--k", &k, "--seed", &seed];
        line.extend(HELD_OUT);
        line.extend(params);
        Ok(serde_json::from_str(&self.run(&line)?)?)
    }

    /// What a command prints that does what it is asked.
    fn run(&self, line: &[&str]) -> anyhow::Result<String> {
        let output = Command::new(&self.binary)
            .args(line)
            .current_dir(self.folder.path())
            .env("TASTEMAKER_DATA__FOLDER", self.folder.path().join("data"))
            .env("TASTEMAKER_DATA__ROOT_KEY_FILE", self.folder.path().join("root.key"))
            .output()
            .with_context(|| format!("starting {}", self.binary.display()))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("`tastemaker {}` failed: {said}", line.join(" "));
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}

/// One row for each group and method; a method that was not judged has none.
fn rows_of(dataset: &str, report: &EvaluationReport) -> Vec<Row> {
    let mut rows = Vec::new();
    let results = report
        .methods
        .iter()
        .flat_map(|method| method.results.iter().map(move |result| (method.name.as_str(), result)));
    for (method, it) in results {
        let mut row = Row::new()
            .text("dataset", dataset)
            .text("shoppers", &*it.group)
            .text("method", method)
            .whole("n", it.n_cases)
            .decimal("recall20", it.recall.mean, 4)
            .decimal("low", it.recall.low, 4)
            .decimal("high", it.recall.high, 4)
            .decimal("ndcg20", it.ndcg.mean, 4);
        if let Some(over) = &it.over_popular {
            row = row.decimal("times_popular", over.recall_ratio.unwrap_or(f64::NAN), 2);
        }
        if let Some(over) = &it.over_most_frequent {
            row = row
                .decimal("over_own", over.recall.mean, 4)
                .decimal("over_own_low", over.recall.low, 4)
                .decimal("over_own_high", over.recall.high, 4);
        }
        rows.push(row);
    }
    rows
}
