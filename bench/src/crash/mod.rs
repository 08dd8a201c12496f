//! `crash`: a server that is killed at random moments under load, and what is missing afterwards.
//!
//! Each round starts the real server, sends again what was not answered, puts load on it from several
//! connections (batches with their own message ids, catalogue changes, decisions) and kills it as
//! `kill -9` does, while it archives, merges and removes files all the time. Then the product's own commands
//! read history, lake and state back. The experiment itself
//! is [`testkit::crash`]; the tests run a few rounds of it.
//!
//! With `--power` a run is traced instead, and its folder rebuilt at many moments as a disk would hold it
//! that drops what was not synced.

use std::path::PathBuf;

use clap::Args;
use testkit::crash::{CrashPlan, crash, power_failure};

use crate::report::{Output, Row};
use crate::serve::block_on;
use crate::server_under_test::beside_this_one;

/// Options of `crash`.
#[derive(Args, Debug)]
pub(crate) struct CrashArgs {
    /// How often to kill the server.
    #[arg(long, default_value_t = 50)]
    rounds: u32,
    /// The seed of the load and of the moments.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Fail the machine's power instead, at so many moments of one traced run; needs `strace`.
    #[arg(long)]
    power: bool,
    /// The server to kill; the one built beside this benchmark by default.
    #[arg(long)]
    binary: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// Runs the benchmark and prints its row.
pub(crate) fn run(args: &CrashArgs) -> anyhow::Result<()> {
    block_on(async {
        let binary = args.binary.clone().map_or_else(beside_this_one, Ok)?;
        let plan = CrashPlan { binary, n_rounds: args.rounds, seed: args.seed };
        let row = if args.power { power(&plan).await? } else { kill(&plan).await? };
        args.output.print(&[row])
    })
}

async fn kill(plan: &CrashPlan) -> anyhow::Result<Row> {
    let report = crash(plan).await?;
    Ok(Row::new()
        .text("method", "kill -9")
        .whole("rounds", report.n_rounds.into())
        .whole("acknowledged", report.n_acknowledged)
        .whole("sent_again", report.n_sent_again)
        .whole("kills_archiving", report.n_kills_archiving.into())
        .whole("kills_tending", report.n_kills_tending.into())
        .whole("lost", report.n_lost)
        .whole("doubled", report.n_doubled)
        .whole("changed", report.n_changed)
        .whole("lake_unequal", report.n_lake_unequal)
        .whole("split_shoppers", report.n_split)
        .text("state_equal", yes_or_no(report.n_states_unequal == 0)))
}

async fn power(plan: &CrashPlan) -> anyhow::Result<Row> {
    let report = power_failure(plan).await?;
    Ok(Row::new()
        .text("method", "unsynced bytes dropped")
        .whole("rounds", report.n_moments.into())
        .whole("answers", report.n_answers as u64)
        .whole("early_answers", report.n_early as u64)
        .whole("lost", report.n_lost)
        .whole("doubled", report.n_doubled)
        .whole("changed", report.n_changed)
        .whole("lake_unequal", report.n_lake_unequal)
        .whole("split_shoppers", report.n_split)
        .text("state_equal", yes_or_no(report.n_states_unequal == 0)))
}

fn yes_or_no(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}
