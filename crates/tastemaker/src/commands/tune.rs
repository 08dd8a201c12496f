//! `tastemaker tune`: searches a generator's parameters and writes a file that says how it found them.
//!
//! The search gets nothing of what is held out, which is dropped before it begins. Its own validation cut
//! lies within the rest.

use std::fs;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use anyhow::Context;
use app::judging::{Beginning, Budget, TuneOptions, TuneProgress, tune};
use clap::Args;
use ports::Clock;

use super::evaluate::read_params;
use super::judged_data::DataArgs;
use super::say;
use crate::ambient::SystemClock;

/// Options of `tune`.
#[derive(Args, Debug)]
pub(crate) struct TuneArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Whose parameters
    #[arg(long)]
    generator: String,
    /// How long to search, such as `90s`, `10m` or `2h`
    #[arg(long, default_value = "10m", value_name = "TIME")]
    budget: BudgetTime,
    /// How many changes to try at most, so that a search can be repeated whatever the machine
    #[arg(long)]
    rounds: Option<u32>,
    /// The seed of the search
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Begins with the values of this file, found on the same data
    #[arg(long, value_name = "FILE", conflicts_with = "begin")]
    from: Option<PathBuf>,
    /// Begins with these values, between commas, in place of the defaults
    #[arg(long, value_delimiter = ',', value_name = "NAME=VALUE")]
    begin: Vec<NamedValue>,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// A time span on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct BudgetTime(Duration);

/// A parameter's name and value.
#[derive(Clone, Debug, PartialEq)]
struct NamedValue {
    name: String,
    value: f64,
}

impl FromStr for NamedValue {
    type Err = String;

    fn from_str(text: &str) -> Result<NamedValue, String> {
        let parts = text.split_once('=').and_then(|(name, value)| {
            let value: f64 = value.trim().parse().ok()?;
            Some(NamedValue { name: name.trim().to_owned(), value })
        });
        parts.ok_or_else(|| format!("`{text}` is no `name=value`, such as `age_decay=1.5`"))
    }
}

impl FromStr for BudgetTime {
    type Err = String;

    fn from_str(text: &str) -> Result<BudgetTime, String> {
        let units = [("s", 1), ("m", 60), ("h", 3_600)];
        let secs = units.iter().find_map(|(unit, secs)| {
            let n: u64 = text.strip_suffix(unit)?.parse().ok()?;
            n.checked_mul(*secs).filter(|it| (1..=7 * 24 * 3_600).contains(it))
        });
        secs.map(|it| BudgetTime(Duration::from_secs(it)))
            .ok_or_else(|| "give a time such as `90s`, `10m` or `2h`, at most a week".to_owned())
    }
}

pub(super) async fn run(args: TuneArgs) -> anyhow::Result<()> {
    let beginning = match &args.from {
        Some(file) => Beginning::Found(Box::new(read_params(file)?)),
        None if args.begin.is_empty() => Beginning::Defaults,
        None => Beginning::Values(args.begin.into_iter().map(|it| (it.name, it.value)).collect()),
    };
    let data = args.data.read().await?;
    let budget = Budget::until(SystemClock.now(), args.budget.0, args.rounds);
    let options = TuneOptions { generator: args.generator, seed: args.seed, beginning, budget };
    let searching = move || {
        let mut tell = |it: TuneProgress| {
            say(format_args!("round {}: {} {:.5}", it.round, it.measure, it.value));
        };
        tune(data, &options, &SystemClock, &mut tell)
    };
    let params = tokio::task::spawn_blocking(searching).await??;
    fs::write(&args.out, params.to_text())
        .with_context(|| format!("writing {}", args.out.display()))?;
    say(format_args!("generator        {}", params.generator));
    say(format_args!("validation cut   {}", params.validation_cut));
    say(format_args!("cases            {}", params.validation_cases));
    say(format_args!("rounds           {}", params.rounds));
    say(format_args!("with defaults    {:.5}  {}", params.validation_of_defaults, params.measure));
    say(format_args!("with the values  {:.5}  {}", params.validation, params.measure));
    say(format_args!("written to       {}", args.out.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_a_number_and_a_unit() {
        let secs = |text: &str| text.parse::<BudgetTime>().map(|it| it.0.as_secs()).ok();
        assert_eq!(secs("90s"), Some(90));
        assert_eq!(secs("10m"), Some(600));
        assert_eq!(secs("2h"), Some(7_200));
        for text in ["", "10", "m", "-1m", "0s", "1d", "200h"] {
            assert_eq!(secs(text), None, "{text}");
        }
    }
}
