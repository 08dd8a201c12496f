//! `train-peers`: how long training takes beside other people's programs that minimize the same.
//!
//! Alternating least squares: `implicit` and `irspack` from PyPI, each in a process of its own with the
//! thread count of ours, by turns with ours, round after round. All minimize the objective of Hu, Koren and
//! Volinsky with the same numbers, by conjugate gradients of three steps from where the sweep before ended.
//! They begin with small vectors drawn by themselves. The time is that of sweeps alone, without reading the
//! data and starting up; the loss is computed from the vectors that each leaves behind, by one function here.
//!
//! `--python` is an interpreter that has `implicit`, `irspack`, `numpy`, `pandas` and `pyarrow`.

mod als;
mod peers;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::report::Output;

/// Options of the benchmark `train-peers`.
#[derive(Debug, Args)]
pub struct TrainPeersArgs {
    /// On which data; both unless told
    #[arg(long, value_enum)]
    dataset: Vec<Dataset>,
    /// How many numbers a vector has
    #[arg(long, value_delimiter = ',', default_values_t = [64, 128])]
    factors: Vec<usize>,
    /// How many times both sides are solved
    #[arg(long, default_value_t = 10)]
    sweeps: usize,
    /// How many times each program is run, by turns
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How many threads each may use
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// The Python interpreter that has the peers
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    #[command(flatten)]
    output: Output,
}

/// What is trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Dataset {
    Gowalla,
    CompleteJourney,
}

/// Runs the benchmark.
///
/// # Errors
///
/// Where the data or a peer is missing, or a peer fails.
pub fn run(args: &TrainPeersArgs) -> anyhow::Result<()> {
    let all = [Dataset::Gowalla, Dataset::CompleteJourney];
    let datasets = if args.dataset.is_empty() { &all[..] } else { &args.dataset };
    let mut rows = Vec::new();
    for &dataset in datasets {
        rows.extend(als::rows(dataset, args)?);
    }
    args.output.print(&rows)
}
