//! `simulate`: what personal slates are worth against popular ones, where the truth is known.
//!
//! A new shop without data, and shoppers whose tastes nobody but the simulator knows, through weeks of
//! virtual time and the published interface only. Half of the shoppers see the usual placements, half
//! the same ones filled with what is popular. Every shelf is filled both ways, and both slates are
//! judged by the truth on the same context: what is to be expected of them, and of the best slate.
//!
//! ```text
//! shoppers ──HTTP──▶ server (in this process, in virtual time) ──▶ both slates ──▶ truth ──▶ tables
//! ```
//!
//! # What it does not show
//!
//! Both arms teach one model, so popular slates profit from what personal ones let people find. What a
//! slate makes of later visits is in the table of arms alone, which is noisy.

mod estimate;
mod nights;
mod stage;
mod tables;
#[cfg(test)]
mod tests;

use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use jiff::SignedDuration;
use shopsim::{
    Comparison, DemoShop, Population, Truth, VisitReport, World, WorldPlan, WorldReport,
    declare_popular_arm, seed_catalogue,
};

use self::stage::{Audience, Stage};
use crate::report::{Output, Row};
use crate::serve::block_on;
use crate::stopwatch;

/// Over how many days visits are taken together, where there are so many: enough for an interval.
const SPAN_DAYS: i64 = 3;

/// Options of `simulate`.
#[derive(Args, Debug)]
pub(crate) struct SimulateArgs {
    /// Shoppers, who come about every third day in the mean.
    #[arg(long, default_value_t = 400)]
    shoppers: usize,
    /// How many times as often they come.
    #[arg(long, default_value_t = 1.0)]
    rush: f64,
    /// Products of each of the 120 kinds; about twenty when none is given.
    #[arg(long)]
    per_kind: Option<usize>,
    /// After how many virtual days to report.
    #[arg(long, value_delimiter = ',', default_value = "1,7,30")]
    days: Vec<i64>,
    /// The seed of the shop, its shoppers and what they do.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Whether models are trained every night.
    #[arg(long, value_enum, default_value_t = Nightly::Train)]
    nightly: Nightly,
    /// Write what is true to this file, one JSON object a line: first people, then shelves.
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

impl SimulateArgs {
    /// The shop and who comes to it.
    fn people(&self) -> (DemoShop, Population) {
        let shop = match self.per_kind {
            Some(per_kind) => DemoShop::generate_small(self.seed, per_kind),
            None => DemoShop::generate(self.seed),
        };
        (shop, Population::generate(self.seed, self.shoppers))
    }
}

/// What happens at midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Nightly {
    /// Models are trained anew.
    Train,
    /// Nothing: only what learns from event to event decides.
    Nothing,
}

/// A simulation that is over.
#[derive(Debug)]
struct Simulated {
    visits: Vec<VisitReport>,
    report: WorldReport,
    start: jiff::Timestamp,
}

impl Simulated {
    /// The visits that began on some days, counted from 0.
    fn on(&self, days: &Range<i64>) -> Vec<&VisitReport> {
        let at = |day: i64| self.start + SignedDuration::from_hours(24 * day);
        let (from, to) = (at(days.start), at(days.end));
        self.visits.iter().filter(|it| (from..to).contains(&it.since)).collect()
    }
}

/// Runs the benchmark and prints its tables.
pub(crate) fn run(args: &SimulateArgs) -> anyhow::Result<()> {
    let begun = stopwatch::now();
    let n_days = args.days.iter().copied().max().context("name a day to report after")?;
    let simulated = block_on(simulate(args, n_days))?;
    let seconds = stopwatch::now().duration_since(begun).as_secs_f64();

    let spans: Vec<_> = args
        .days
        .iter()
        .map(|day| if *day > SPAN_DAYS { day - SPAN_DAYS..*day } else { day - 1..*day })
        .map(|days| (days.clone(), simulated.on(&days)))
        .collect();
    args.output.print(&tables::by_days(&spans))?;
    if let Some((days, visits)) = spans.last() {
        args.output.print(&tables::by_placement(days, visits))?;
    }
    args.output.print(&tables::by_arm(&simulated.visits))?;
    let report = simulated.report;
    args.output.print(&[Row::new()
        .text("benchmark", "simulate")
        .whole("shoppers", args.shoppers as u64)
        .whole("days", u64::try_from(n_days).unwrap_or(0))
        .whole("visits", report.n_visits)
        .whole("events", report.n_events)
        .whole("decisions", report.n_decisions)
        .whole("orders", report.n_orders)
        .whole("returns", report.n_returns)
        .decimal("seconds", seconds, 0)
        .decimal("times_real_speed", n_days as f64 * 86_400.0 / seconds, 0)])?;
    match &args.truth {
        Some(file) => write_truth(file, args, &simulated.visits),
        None => Ok(()),
    }
}

/// Lets so many days pass in a new shop.
async fn simulate(args: &SimulateArgs, n_days: i64) -> anyhow::Result<Simulated> {
    let stage = Stage::open().await?;
    let (shop, population) = args.people();
    seed_catalogue(&stage.client, &shop).await?;
    declare_popular_arm(&stage.client).await?;
    let start = stage.now();
    let plan = WorldPlan { seed: args.seed, start, rush: args.rush, comparison: Comparison::On };
    let mut world = World::new(&stage.client, &shop, &population, plan);
    let mut audience = Audience::of(&stage);
    for day in 1..=n_days {
        world.run_until(start + SignedDuration::from_hours(24 * day), &mut audience).await?;
        if args.nightly == Nightly::Train {
            nights::train(&stage).await?;
        }
    }
    Ok(Simulated { visits: audience.visits, report: world.report(), start })
}

/// Writes everything that is hidden: who the people are, and what each shelf was worth.
fn write_truth(file: &Path, args: &SimulateArgs, visits: &[VisitReport]) -> anyhow::Result<()> {
    let made = std::fs::File::create(file).with_context(|| format!("making {}", file.display()))?;
    let mut lines = std::io::BufWriter::new(made);
    let (shop, population) = args.people();
    for person in Truth::new(&shop, &population).people() {
        writeln!(lines, "{}", serde_json::to_string(&person)?)?;
    }
    for judgement in visits.iter().flat_map(|it| &it.judgements) {
        writeln!(lines, "{}", serde_json::to_string(judgement)?)?;
    }
    Ok(lines.flush()?)
}
