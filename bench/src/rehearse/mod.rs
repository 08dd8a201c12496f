//! `rehearse`: three replicas and their backends, killed, paused and refused under load, and what is missing
//! afterwards; how many decisions were answered meanwhile, and how many of them with less than all.
//!
//! The experiment itself is [`testkit::crash::rehearse`]; a test runs it once.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use testkit::crash::{RehearsalPlan, rehearse};

use crate::report::{Output, Row};
use crate::serve::block_on;
use crate::server_under_test::beside_this_one;

/// Options of `rehearse`.
#[derive(Args, Debug)]
pub(crate) struct RehearseArgs {
    /// Replicas.
    #[arg(long, default_value_t = 3)]
    replicas: usize,
    /// Seconds of troubles.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// The seed of the load and of who is struck.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The server to strike; the one built beside this benchmark by default.
    #[arg(long)]
    binary: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// Runs the benchmark and prints its row.
pub(crate) fn run(args: &RehearseArgs) -> anyhow::Result<()> {
    let binary = args.binary.clone().map_or_else(beside_this_one, Ok)?;
    let plan = RehearsalPlan {
        n_replicas: args.replicas,
        length: Duration::from_secs(args.seconds),
        seed: args.seed,
        ..RehearsalPlan::of(binary)
    };
    let report = block_on(async { Ok(rehearse(&plan).await?) })?;
    let report = report.context("PostgreSQL and nats-server are needed")?;
    let found = report.found;
    let share = |n: u64| 100.0 * n as f64 / report.n_decisions.max(1) as f64;
    let row = Row::new()
        .whole("replicas", args.replicas as u64)
        .whole("seconds", args.seconds)
        .whole("replicas_killed", report.n_replicas_killed.into())
        .whole("backends_killed", report.n_backends_killed.into())
        .whole("acknowledged", found.n_acknowledged)
        .whole("lost", found.n_lost)
        .whole("doubled", found.n_doubled)
        .whole("changed", found.n_changed)
        .whole("split_shoppers", found.n_split)
        .whole("lake_unequal", found.n_lake_unequal)
        .whole("entries", report.n_entries)
        .whole("entries_unequal", report.n_entries_unequal)
        .whole("replicas_unequal", report.n_replicas_unequal)
        .whole("decisions", report.n_decisions)
        .decimal("degraded_percent", share(report.n_decisions_degraded), 1)
        .decimal("unanswered_percent", share(report.n_decisions_missing), 1);
    args.output.print(&[row])
}
