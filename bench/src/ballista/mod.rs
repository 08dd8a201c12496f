//! `ballista`: a data set and a report made in one process, and by the executors of a Ballista scheduler.
//!
//! A made-up history (`history_load`) is archived as `archive` does it. Then one process makes the data set a
//! model is trained on, and the report of `archive`, and a scheduler and its executors, started here, make
//! the same. What they answer must be equal, row for row in order, or nothing is reported. All share this
//! machine, so the figures say what going through a scheduler costs, not what more machines bring.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, ensure};
use clap::Args;
use lake_delta::{DeltaLake, Options, Place, Scheduler};
use ports::{Act, Lake};
use test_backends::Ballista;

use crate::archive::{self, REPORT};
use crate::history_load::HistoryPlan;
use crate::report::{Output, Row};
use crate::{memory, stopwatch};

/// How much of a digest is shown.
const DIGEST_CHARS: usize = 12;

/// Options of `ballista`.
#[derive(Args, Debug)]
pub(crate) struct BallistaArgs {
    /// How many events.
    #[arg(long, default_value_t = 20_000_000)]
    events: u64,
    /// How many products the shop has.
    #[arg(long, default_value_t = 20_000)]
    products: u32,
    /// How many events happen in a day.
    #[arg(long, default_value_t = 500_000)]
    events_per_day: u64,
    /// How many executors.
    #[arg(long, default_value_t = 2)]
    executors: usize,
    /// How many processors each of them uses.
    #[arg(long, default_value_t = 1)]
    processors: usize,
    /// Into how many parts a step of a plan is divided on them.
    #[arg(long, default_value_t = 4)]
    parts: u32,
    /// Where the lake is made, or is already; a temporary folder by default.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// The seed of the history.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    output: Output,
}

/// Runs the benchmark and prints its rows.
pub(crate) fn run(args: &BallistaArgs) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let temporary = tempfile::tempdir()?;
    let folder = args.folder.as_deref().unwrap_or(temporary.path());
    let rows = runtime.block_on(measure(args, folder))?;
    args.output.print(&rows)
}

async fn measure(args: &BallistaArgs, folder: &Path) -> anyhow::Result<Vec<Row>> {
    let plan = HistoryPlan {
        n_events: args.events,
        n_products: args.products,
        events_per_day: args.events_per_day,
        seed: args.seed,
    };
    let lake = open(folder, None).await?;
    if lake.archived().get() == 0 {
        archive::fill(plan, archive::COMMITS, &*lake).await?;
    }
    ensure!(lake.archived().get() == args.events, "the lake ends at {}", lake.archived());
    drop(lake);

    let here = Made::by(&*open(folder, None).await?).await?;
    let cluster = Ballista::start(args.executors, args.processors, &[]).context("no executors")?;
    let scheduler = Scheduler::parse(&cluster.url(), args.parts)?;
    let there = Made::by(&*open(folder, Some(scheduler)).await?).await?;
    ensure!(here.acts == there.acts, "the data sets differ: {:?}, {:?}", here.acts, there.acts);
    ensure!(here.report == there.report, "the reports differ");
    let peaks = cluster.executor_ids().into_iter().map(|it| memory::peak_mb_of(&it.to_string()));
    let largest = peaks.collect::<anyhow::Result<Vec<_>>>()?.into_iter().fold(0.0, f64::max);
    Ok(vec![
        here.row(args, "one process"),
        there.row(args, "executors").decimal("executor_peak_mb", largest, 0),
    ])
}

async fn open(folder: &Path, scheduler: Option<Scheduler>) -> anyhow::Result<Arc<DeltaLake>> {
    let options = Options { scheduler, ..archive::options() };
    let (place, scratch) = (Place::Folder(folder.join("lake")), folder.join("tmp"));
    Ok(DeltaLake::open(&place, &scratch, &"shop".parse()?, options).await?)
}

/// What was made, and what it took.
#[derive(Debug)]
struct Made {
    /// How many acts, and a digest of them in their order.
    acts: (u64, blake3::Hash),
    acts_s: f64,
    report: ports::Report,
    report_s: f64,
    peak_mb: f64,
}

impl Made {
    async fn by(lake: &dyn Lake) -> anyhow::Result<Made> {
        memory::forget_peak()?;
        let start = stopwatch::now();
        let acts = digest(lake).await?;
        let acts_s = start.elapsed().as_secs_f64();
        let start = stopwatch::now();
        let report = lake.query(REPORT, 100_000).await?;
        let report_s = start.elapsed().as_secs_f64();
        Ok(Made { acts, acts_s, report, report_s, peak_mb: memory::peak_mb()? })
    }

    fn row(&self, args: &BallistaArgs, made_by: &str) -> Row {
        let (n_acts, digest) = self.acts;
        let digest: String = digest.to_hex().chars().take(DIGEST_CHARS).collect();
        Row::new()
            .text("made_by", made_by)
            .whole("events", args.events)
            .whole("acts", n_acts)
            .text("acts_digest", digest)
            .decimal("acts_s", self.acts_s, 1)
            .whole("report_rows", self.report.rows.len() as u64)
            .decimal("report_s", self.report_s, 1)
            .decimal("peak_mb", self.peak_mb, 0)
    }
}

async fn digest(lake: &dyn Lake) -> anyhow::Result<(u64, blake3::Hash)> {
    let mut acts = lake.acts(archive::everything(lake)).await?;
    let (mut n_acts, mut hasher) = (0, blake3::Hasher::new());
    while let Some(some) = acts.next().await? {
        n_acts += some.len() as u64;
        for act in &some {
            hash(&mut hasher, act);
        }
    }
    Ok((n_acts, hasher.finalize()))
}

fn hash(hasher: &mut blake3::Hasher, act: &Act) {
    let Act { shopper, product, kind, quantity, time, position, purposes, verification, market } =
        act;
    hasher.update(shopper.as_bytes()).update(product.as_str().as_bytes()).update(&[0]);
    hasher.update(&quantity.to_le_bytes()).update(&time.as_micros().to_le_bytes());
    hasher.update(&position.get().to_le_bytes());
    hasher.update(format!("{kind:?} {purposes:?} {verification:?} {market:?}").as_bytes());
}
