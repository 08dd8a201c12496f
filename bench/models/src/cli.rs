//! The command line of the models' benchmarks.

use clap::{CommandFactory, Parser, Subcommand};

use crate::{cold, list, sequences, sessions, topn, train_peers};

/// Measures Tastemaker's models.
#[derive(Debug, Parser)]
#[command(name = "bench-models", arg_required_else_help = true)]
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
    /// What visitors of two public shops look at next: each generator, and the ranker over them
    Sessions(sessions::SessionsArgs),
    /// What else people had, in two public sets: the same
    Topn(topn::TopnArgs),
    /// Products that nothing is known of but their content, for those who had them
    Cold(cold::ColdArgs),
    /// What people had last, in a public set: the same
    Sequences(sequences::SequencesArgs),
    /// Fitting beside other people's programs, on the same data and cores in one run
    TrainPeers(train_peers::TrainPeersArgs),
}

/// Names the benchmarks, a line each.
pub fn list() {
    list::print(&Cli::command());
}

/// Runs the benchmark that the command line names.
///
/// # Errors
///
/// When it cannot be run to its end.
pub fn run() -> anyhow::Result<()> {
    let cli = Cli::parse();
    if cli.list {
        list();
    }
    match cli.benchmark {
        None => Ok(()),
        Some(Benchmark::Sessions(args)) => sessions::run(&args),
        Some(Benchmark::Topn(args)) => topn::run(&args),
        Some(Benchmark::Cold(args)) => cold::run(&args),
        Some(Benchmark::Sequences(args)) => sequences::run(&args),
        Some(Benchmark::TrainPeers(args)) => train_peers::run(&args),
    }
}
