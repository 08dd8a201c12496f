//! `cargo run --release -p bench-models -- NAME`: one benchmark of the models, as a table or JSON lines.

use bench_models::train_peers;
use clap::{Parser, Subcommand};

/// Measures the models alone, without a shop around them.
#[derive(Debug, Parser)]
#[command(name = "bench-models", arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    benchmark: Benchmark,
}

/// The benchmarks by name.
#[derive(Debug, Subcommand)]
enum Benchmark {
    /// Training against other people's programs, on the same data and cores in one run
    TrainPeers(train_peers::TrainPeersArgs),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().benchmark {
        Benchmark::TrainPeers(args) => train_peers::run(&args),
    }
}
