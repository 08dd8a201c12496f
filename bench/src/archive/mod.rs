//! `archive`: how fast history goes into the lake, what it costs to keep and to read there.
//!
//! A made-up history (`history_load`) is archived in commits as the archivist makes them, tended now and
//! then as the archivist tends, and then read back whole, as a data set, and as a report in SQL. Making
//! the events is not timed. The first million also goes through a log, to tell how many bytes it takes
//! there. Memory is the process's peak in each phase; the commit that is being archived is part of it.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::ensure;
use clap::Args;
use domain::{Position, Span, Timestamp};
use lake_delta::{DeltaLake, Options, Place};
use log_local::LocalLog;
use ports::{ActKind, ActsWanted, Lake, Log};

use crate::history_load::{HistoryLoad, HistoryPlan};
use crate::report::{Output, Row};
use crate::{memory, stopwatch};

/// How many events are read at once.
const READ_MAX: usize = 32_768;
/// How many events are appended to the log at once.
const APPEND_MAX: usize = 2_000;
/// How many events go through the log.
const LOG_EVENTS: u64 = 1_000_000;

/// What a report is made of: every event and every product of it is looked at.
pub(crate) const REPORT: &str = "\
SELECT event_time::date AS on_day, kind, count(*) AS n_events, approx_distinct(shopper) AS n_shoppers, \
       sum(revenue_minor) AS revenue_minor \
FROM events GROUP BY on_day, kind ORDER BY on_day, kind";

/// Options of `archive`.
#[derive(Args, Debug)]
pub(crate) struct ArchiveArgs {
    /// How many events; may be repeated.
    #[arg(long, default_values_t = [1_000_000, 10_000_000])]
    events: Vec<u64>,
    /// How many products the shop has.
    #[arg(long, default_value_t = 20_000)]
    products: u32,
    /// How many events happen in a day.
    #[arg(long, default_value_t = 500_000)]
    events_per_day: u64,
    /// How many events one commit takes.
    #[arg(long, default_value_t = COMMITS.n_events)]
    commit_events: usize,
    /// After how many commits the lake is tended.
    #[arg(long, default_value_t = COMMITS.tend_every)]
    tend_every_commits: u64,
    /// Where the lakes are made, a folder each; a temporary folder by default.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Leave the lakes where they are, to train on them.
    #[arg(long, requires = "folder")]
    keep: bool,
    /// The seed of the history.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    output: Output,
}

/// Runs the benchmark and prints its rows.
pub(crate) fn run(args: &ArchiveArgs) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let temporary = tempfile::tempdir()?;
    let folder = args.folder.as_deref().unwrap_or(temporary.path());
    let mut rows = Vec::new();
    for n_events in &args.events {
        let folder = folder.join(format!("archive-{n_events}"));
        std::fs::create_dir_all(&folder)?;
        rows.push(runtime.block_on(measure(args, *n_events, &folder))?);
        if !args.keep {
            std::fs::remove_dir_all(&folder)?;
        }
    }
    args.output.print(&rows)
}

async fn measure(args: &ArchiveArgs, n_events: u64, folder: &Path) -> anyhow::Result<Row> {
    let plan = HistoryPlan {
        n_events,
        n_products: args.products,
        events_per_day: args.events_per_day,
        seed: args.seed,
    };
    let n_logged = n_events.min(LOG_EVENTS);
    let log_bytes = log_bytes(plan, n_logged, &folder.join("log")).await?;
    let location = folder.join("lake");
    let lake = open(&location).await?;
    let commits = Commits { n_events: args.commit_events, tend_every: args.tend_every_commits };
    let filled = fill(plan, commits, &*lake).await?;
    let lake_bytes = crate::server_under_test::folder_bytes(&location);
    let n_files: u64 = lake.tables().await?.iter().map(|it| it.n_files).sum();
    drop(lake);

    // As after a restart: nothing is in memory yet.
    let opening = stopwatch::now();
    let lake = open(&location).await?;
    let open_s = seconds(opening);
    let read = phase(read_all(&*lake, n_events)).await?;
    let acts = phase(count_acts(&*lake)).await?;
    let report = phase(report(&*lake)).await?;
    let per_event = |bytes: u64, n: u64| bytes as f64 / n as f64;
    Ok(Row::new()
        .whole("events", n_events)
        .decimal("archive_s", filled.archive_s, 1)
        .decimal("events_per_s", n_events as f64 / filled.archive_s, 0)
        .decimal("tend_s", filled.tend_s, 1)
        .decimal("archive_peak_mb", filled.peak_mb, 0)
        .decimal("log_bytes_per_event", per_event(log_bytes, n_logged), 1)
        .decimal("lake_bytes_per_event", per_event(lake_bytes, n_events), 1)
        .whole("files", n_files)
        .decimal("open_s", open_s, 2)
        .decimal("read_events_per_s", n_events as f64 / read.seconds, 0)
        .decimal("read_peak_mb", read.peak_mb, 0)
        .whole("acts", acts.done)
        .decimal("acts_per_s", acts.done as f64 / acts.seconds, 0)
        .decimal("acts_peak_mb", acts.peak_mb, 0)
        .decimal("report_s", report.seconds, 1)
        .decimal("report_peak_mb", report.peak_mb, 0))
}

async fn open(location: &Path) -> anyhow::Result<std::sync::Arc<DeltaLake>> {
    let (place, scratch) = (Place::Folder(location.to_owned()), location.join("tmp"));
    Ok(DeltaLake::open(&place, &scratch, &"shop".parse()?, options()).await?)
}

/// The usual ones, but that files that were merged go at once, so that what is measured is what is kept.
pub(crate) fn options() -> Options {
    Options { vacuum_after: Span::ZERO, ..Options::default() }
}

/// How a lake is filled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Commits {
    /// How many events one takes.
    n_events: usize,
    /// After how many the lake is tended.
    tend_every: u64,
}

/// As the archivist does it by default.
pub(crate) const COMMITS: Commits = Commits { n_events: 200_000, tend_every: 60 };

/// What filling a lake took.
#[derive(Debug)]
pub(crate) struct Filled {
    archive_s: f64,
    tend_s: f64,
    peak_mb: f64,
}

/// Archives a history in an empty lake and tends it; making the events is not timed.
pub(crate) async fn fill(
    plan: HistoryPlan,
    commits: Commits,
    lake: &dyn Lake,
) -> anyhow::Result<Filled> {
    let mut load = HistoryLoad::new(plan)?;
    let mut filled = Filled { archive_s: 0.0, tend_s: 0.0, peak_mb: 0.0 };
    memory::forget_peak()?;
    for n_commits in 1.. {
        let events = load.take(commits.n_events)?;
        let is_last = events.len() < commits.n_events;
        let now = events.last().map_or(Timestamp::default(), |it| it.envelope.received_time);
        if !events.is_empty() {
            let start = stopwatch::now();
            lake.archive(events).await?;
            filled.archive_s += seconds(start);
        }
        if is_last || n_commits % commits.tend_every == 0 {
            let start = stopwatch::now();
            lake.tend(now).await?;
            filled.tend_s += seconds(start);
        }
        if is_last {
            break;
        }
    }
    ensure!(lake.archived().get() == plan.n_events, "the lake ends at {}", lake.archived());
    filled.peak_mb = memory::peak_mb()?;
    Ok(filled)
}

/// How many bytes the log takes for so many events.
async fn log_bytes(plan: HistoryPlan, n_events: u64, folder: &Path) -> anyhow::Result<u64> {
    let log = LocalLog::open(folder, log_local::Options::default())?;
    let mut load = HistoryLoad::new(HistoryPlan { n_events, ..plan })?;
    loop {
        let events = load.take(APPEND_MAX)?;
        if events.is_empty() {
            break;
        }
        log.append(events.into_iter().map(|it| it.envelope).collect()).await?;
    }
    let n_bytes = log.disk_bytes()?;
    drop(log);
    std::fs::remove_dir_all(folder)?;
    Ok(n_bytes)
}

/// What a phase did and took.
#[derive(Debug)]
struct Phase {
    done: u64,
    seconds: f64,
    peak_mb: f64,
}

async fn phase(work: impl Future<Output = anyhow::Result<u64>>) -> anyhow::Result<Phase> {
    memory::forget_peak()?;
    let start = stopwatch::now();
    let done = work.await?;
    Ok(Phase { done, seconds: seconds(start), peak_mb: memory::peak_mb()? })
}

async fn read_all(lake: &dyn Lake, n_events: u64) -> anyhow::Result<u64> {
    let mut position = Position::START;
    while let Some(last) = lake.read(position, READ_MAX).await?.last() {
        position = last.position;
    }
    ensure!(position.get() == n_events, "{position} events were read of {n_events}");
    Ok(position.get())
}

/// The data set of all acts.
pub(crate) fn everything(lake: &dyn Lake) -> ActsWanted {
    ActsWanted {
        kinds: ActKind::ALL.to_vec(),
        from: Timestamp::from_micros(i64::MIN),
        until: Timestamp::from_micros(i64::MAX),
        through: lake.archived(),
    }
}

async fn count_acts(lake: &dyn Lake) -> anyhow::Result<u64> {
    let mut acts = lake.acts(everything(lake)).await?;
    let mut n_acts = 0;
    while let Some(some) = acts.next().await? {
        n_acts += some.len() as u64;
    }
    Ok(n_acts)
}

async fn report(lake: &dyn Lake) -> anyhow::Result<u64> {
    let report = lake.query(REPORT, 100_000).await?;
    Ok(report.rows.len() as u64)
}

fn seconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64()
}
