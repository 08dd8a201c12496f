//! `tastemaker evaluate`: how well the generators would have foretold what shoppers did.
//!
//! It opens the data folder itself, so the server must not run meanwhile; plain files need no folder.

mod table;

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use app::judging::{EvaluateOptions, Seen, TunedParams, evaluate};
use clap::{Args, ValueEnum};

use super::judged_data::DataArgs;
use super::say;

/// Options of `evaluate`.
#[derive(Args, Debug)]
pub(crate) struct EvaluateArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Which generators, between commas; all that can be judged by default. Two baselines are always
    /// beside: `popular` and the shopper's own `most_frequent`
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    generators: Vec<String>,
    /// How many products are proposed, between commas
    #[arg(long, value_delimiter = ',', default_value = "5,10,20", value_name = "LENGTHS")]
    k: Vec<usize>,
    /// What is done with products that a shopper had already; by default shops and sessions keep them
    /// and other files do not
    #[arg(long, value_enum)]
    seen: Option<SeenName>,
    /// Parameters that `tastemaker tune` found on the same data; may be given again
    #[arg(long, value_name = "FILE")]
    params: Vec<PathBuf>,
    /// The seed of the resamples behind the intervals
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Prints one JSON object instead of tables
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SeenName {
    /// They are proposed again
    Keep,
    /// They are not
    Remove,
}

pub(super) async fn run(args: EvaluateArgs) -> anyhow::Result<()> {
    let options = EvaluateOptions {
        generators: args.generators,
        ks: args.k,
        seen: args.seen.map(|it| match it {
            SeenName::Keep => Seen::Keep,
            SeenName::Remove => Seen::Remove,
        }),
        seed: args.seed,
        params: args.params.iter().map(read_params).collect::<anyhow::Result<_>>()?,
    };
    let data = args.data.read().await?;
    let report = tokio::task::spawn_blocking(move || evaluate(&data, &options)).await??;
    match args.json {
        true => say(serde_json::to_string(&report)?),
        false => say(table::render(&report).trim_end()),
    }
    Ok(())
}

/// Reads a file that `tastemaker tune` wrote.
///
/// # Errors
///
/// When it cannot be read, was not written by `tastemaker tune`, or was changed since.
pub(super) fn read_params(file: &PathBuf) -> anyhow::Result<TunedParams> {
    let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    TunedParams::read(&text).with_context(|| format!("using {}", file.display()))
}
