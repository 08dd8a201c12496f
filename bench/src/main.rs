//! The named benchmarks: `cargo xtask bench NAME` runs one, `cargo xtask bench --list` names them.
//!
//! Each benchmark is a folder with its arguments (`XArgs`) and `fn run(&XArgs) -> anyhow::Result<()>`;
//! the variant of [`Benchmark`] is its entry here, and the variant's doc comment its line in the
//! list. Sizes and seeds are options. Results go through [`report`], as a table or as JSON lines;
//! `RESULTS.md` keeps the figures beside the machine and the commit they were measured on.
//!
//! # What does not live here
//!
//! Correctness. A benchmark may refuse to report a figure that is wrong, but the tests of the
//! crates are what keeps it right.

mod archive;
mod ballista;
mod crash;
mod history_load;
mod import;
mod ingest;
mod rebuild;
mod rehearse;
mod replicas;
mod serve;
mod server_under_test;
mod shop_load;
mod shops;
mod simulate;

use bench_models::{list, memory, report, stopwatch};
use clap::{CommandFactory, Parser, Subcommand};

/// Measures Tastemaker.
#[derive(Debug, Parser)]
#[command(name = "bench", arg_required_else_help = true)]
struct Cli {
    /// Names every benchmark and says what it measures
    #[arg(long)]
    list: bool,
    #[command(subcommand)]
    benchmark: Option<Benchmark>,
}

/// The benchmarks by name.
#[derive(Debug, Subcommand)]
enum Benchmark {
    /// What shoppers of two real shops order next: each generator against popularity and habit
    Shops(shops::ShopsArgs),
    /// Decisions under load: open loop, with events flowing
    Serve(serve::ServeArgs),
    /// Events taken in over HTTP, durable and folded
    Ingest(ingest::IngestArgs),
    /// A year of a real shop's invoices, imported from an empty folder
    Import(import::ImportArgs),
    /// Several processes on PostgreSQL, NATS and S3 beside the one with everything in its folder
    Replicas(replicas::ReplicasArgs),
    /// Replicas and their backends killed, paused and refused: what is lost, doubled or different
    Rehearse(rehearse::RehearseArgs),
    /// A server killed at random moments under load: what is lost, doubled or different
    Crash(crash::CrashArgs),
    /// History moved into the lake: rate, bytes, and what reading, data sets and reports take
    Archive(archive::ArchiveArgs),
    /// A data set and a report made by a scheduler and executors of Ballista, and by one process: time, memory, equality
    Ballista(ballista::BallistaArgs),
    /// The live state computed anew from the whole history, and a model trained on it: rate, memory, equality to the bit
    Rebuild(rebuild::RebuildArgs),
    /// Personal slates against popular ones over a month of virtual time, where the truth is known
    Simulate(simulate::SimulateArgs),
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    if cli.list {
        list::print(&Cli::command());
        bench_models::cli::list();
    }
    match cli.benchmark {
        None => Ok(()),
        Some(Benchmark::Shops(args)) => shops::run(&args),
        Some(Benchmark::Serve(args)) => serve::run(&args),
        Some(Benchmark::Ingest(args)) => ingest::run(&args),
        Some(Benchmark::Import(args)) => import::run(&args),
        Some(Benchmark::Replicas(args)) => replicas::run(&args),
        Some(Benchmark::Rehearse(args)) => rehearse::run(&args),
        Some(Benchmark::Crash(args)) => crash::run(&args),
        Some(Benchmark::Archive(args)) => archive::run(&args),
        Some(Benchmark::Ballista(args)) => ballista::run(&args),
        Some(Benchmark::Rebuild(args)) => rebuild::run(&args),
        Some(Benchmark::Simulate(args)) => simulate::run(&args),
    }
}
