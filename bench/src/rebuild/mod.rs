//! `rebuild`: how long it takes to compute the live state, and a model, anew from the whole history.
//!
//! A made-up history (`history_load`) is put into a shop's log. Then the real program folds it from the
//! first event on, from an empty folder of projections: once from the log; once from the lake, when all is
//! archived and the log has forgotten it. The two states must be equal to the bit, or nothing is reported.
//! Last it trains a model on that lake: a data set is read, fitted, judged, and fitted again.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use clap::Args;
use log_local::LocalLog;
use ports::Log;
use serde_json::Value;

use crate::history_load::{HistoryLoad, HistoryPlan};
use crate::report::{Output, Row};
use crate::server_under_test::beside_this_one;
use crate::{memory, stopwatch};

/// How many events are appended to the log at once.
const APPEND_MAX: usize = 2_000;
/// How often the program's memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Options of `rebuild`.
#[derive(Args, Debug)]
pub(crate) struct RebuildArgs {
    /// How many events; may be repeated.
    #[arg(long, default_values_t = [1_000_000])]
    events: Vec<u64>,
    /// How many products the shop has.
    #[arg(long, default_value_t = 20_000)]
    products: u32,
    /// How many events happen in a day.
    #[arg(long, default_value_t = 500_000)]
    events_per_day: u64,
    /// Where the shops are made, a folder each; a temporary folder by default.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// The seed of the history.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The program to measure; the one built beside this benchmark by default.
    #[arg(long)]
    binary: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// Runs the benchmark and prints its rows.
pub(crate) fn run(args: &RebuildArgs) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let binary = args.binary.clone().map_or_else(beside_this_one, Ok)?;
    let temporary = tempfile::tempdir()?;
    let folder = args.folder.as_deref().unwrap_or(temporary.path());
    let mut rows = Vec::new();
    for n_events in &args.events {
        let folder = folder.join(format!("rebuild-{n_events}"));
        std::fs::create_dir_all(&folder)?;
        let shop = Shop { binary: binary.clone(), folder };
        rows.extend(runtime.block_on(measure(args, *n_events, &shop))?);
        std::fs::remove_dir_all(&shop.folder)?;
    }
    args.output.print(&rows)
}

async fn measure(args: &RebuildArgs, n_events: u64, shop: &Shop) -> anyhow::Result<Vec<Row>> {
    shop.run(&["keys", "list"]).await?;
    let plan = HistoryPlan {
        n_events,
        n_products: args.products,
        events_per_day: args.events_per_day,
        seed: args.seed,
    };
    append(plan, &shop.data().join("log")).await?;
    let from_log = shop.rebuild().await?;
    // Saves the state, so that what follows is the archiving alone.
    shop.run(&["lake", "status"]).await?;
    let archive = shop.run(&["lake", "archive"]).await?;
    let from_lake = shop.rebuild().await?;
    let trained = shop.run(&["train", "--generator", "item_neighbors", "--json"]).await?;
    let lineage = lineage(&trained.said)?;
    ensure!(
        from_log.said == from_lake.said && !from_log.said.is_empty(),
        "the state from the lake is another than from the log: {} and {}",
        from_lake.said,
        from_log.said
    );
    let row = |source: &str, ran: &Ran| {
        Row::new()
            .whole("events", n_events)
            .text("source", source)
            .decimal("seconds", ran.seconds, 1)
            .decimal("events_per_s", n_events as f64 / ran.seconds, 0)
            .decimal("peak_mb", ran.peak_mb, 0)
    };
    Ok(vec![
        row("log", &from_log).text("digest", from_log.digest()),
        row("lake", &from_lake).text("digest", from_lake.digest()),
        row("log to lake", &archive),
        row("model from lake", &trained)
            .whole("acts", whole(&lineage["data"]["acts"])?)
            .whole("one_shopper_of", whole(&lineage["data"]["one_shopper_of"])?)
            .decimal("data_s", number(&lineage["data_secs"])?, 1)
            .decimal("fit_s", number(&lineage["fit_secs"])?, 1)
            .decimal("judge_s", number(&lineage["judge_secs"])?, 1),
    ])
}

/// What `train --json` says of the model it made.
fn lineage(said: &str) -> anyhow::Result<Value> {
    let said: Value = serde_json::from_str(said).context("reading what `train --json` said")?;
    Ok(said["lineage"].clone())
}

fn whole(value: &Value) -> anyhow::Result<u64> {
    value.as_u64().with_context(|| format!("{value} is no whole number"))
}

fn number(value: &Value) -> anyhow::Result<f64> {
    value.as_f64().with_context(|| format!("{value} is no number"))
}

async fn append(plan: HistoryPlan, folder: &Path) -> anyhow::Result<()> {
    let log = LocalLog::open(folder, log_local::Options::default())?;
    let mut load = HistoryLoad::new(plan)?;
    loop {
        let events = load.take(APPEND_MAX)?;
        if events.is_empty() {
            return Ok(());
        }
        log.append(events.into_iter().map(|it| it.envelope).collect()).await?;
    }
}

/// A shop in a folder, and the program that runs there.
#[derive(Debug)]
struct Shop {
    binary: PathBuf,
    folder: PathBuf,
}

/// What a command did and took.
#[derive(Debug)]
struct Ran {
    said: String,
    seconds: f64,
    peak_mb: f64,
}

impl Ran {
    /// One short word for what was said.
    fn digest(&self) -> String {
        blake3::hash(self.said.as_bytes()).to_hex().chars().take(12).collect()
    }
}

impl Shop {
    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Throws away what can be computed again, and computes it.
    async fn rebuild(&self) -> anyhow::Result<Ran> {
        std::fs::remove_dir_all(self.data().join("projections"))?;
        self.run(&["state", "digest"]).await
    }

    async fn run(&self, arguments: &[&str]) -> anyhow::Result<Ran> {
        let start = stopwatch::now();
        let mut command = Command::new(&self.binary);
        command.args(arguments).env("TASTEMAKER_DATA__FOLDER", self.data());
        command.env("TASTEMAKER_DATA__ROOT_KEY_FILE", self.folder.join("root.key"));
        // What is archived is forgotten, so that nothing but the lake has it.
        command.env("TASTEMAKER_LAKE__LOG_KEEP_EVENTS", "0");
        let said = self.folder.join("said");
        let child = command
            .stdout(std::fs::File::create(&said)?)
            .stderr(Stdio::inherit())
            .spawn()
            .with_context(|| format!("starting {}", self.binary.display()))?;
        let peak_mb = watch(child, arguments).await?;
        let seconds = start.elapsed().as_secs_f64();
        Ok(Ran { said: std::fs::read_to_string(said)?, seconds, peak_mb })
    }
}

/// Waits until a program has ended well, and answers how much memory it was last seen to have taken.
async fn watch(mut child: Child, arguments: &[&str]) -> anyhow::Result<f64> {
    let id = child.id().to_string();
    let mut peak_mb: f64 = 0.0;
    loop {
        peak_mb = memory::peak_mb_of(&id).map_or(peak_mb, |it| it.max(peak_mb));
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(peak_mb),
            Some(status) => bail!("`{}` ended with {status}", arguments.join(" ")),
            None => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
}
