//! What `sessions`, `topn` and `sequences` have in common: every generator alone, and the ranker over them.
//!
//! ```text
//! search the parameters (--tune) ──▶ params/SET-GENERATOR.toml
//! for each seed: fit before the validation cut ─▶ school the ranker ─▶ fit on everything ─▶ judge
//! ```
//!
//! The searched parameters lie in `params/`; they say on which data they were searched, and others are
//! refused. Without such a file a generator is fitted as a shop begins.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use app::judging::{
    Beginning, Budget, Fitted, JudgedData, Material, Part, RankedJudging, RankedMeasures,
    TuneOptions, TunedParams, tune,
};
use clap::Args;
use domain::Timestamp;

use crate::dataset::say;
use crate::memory::{forget_peak, peak_mb};
use crate::report::{Output, Row};
use crate::stopwatch;

/// Options of every benchmark of this kind.
#[derive(Args, Debug)]
pub struct RankedArgs {
    /// Which of the data sets; all by default
    #[arg(long, value_name = "NAME")]
    pub dataset: Option<String>,
    /// Which generators, separated by commas; all that suit the data by default
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub generators: Vec<String>,
    /// Search each generator's parameters first, for so many seconds
    #[arg(long, value_name = "SECONDS")]
    pub tune: Option<u64>,
    /// How many seeds
    #[arg(long, default_value_t = 1)]
    pub seeds: u64,
    /// How the answer is printed
    #[command(flatten)]
    pub output: Output,
}

/// A data set and what is measured on it.
#[derive(Debug)]
pub struct Set {
    /// Its name.
    pub name: &'static str,
    /// What is learned from and asked.
    pub material: Material,
    /// The generators that suit it.
    pub generators: &'static [&'static str],
    /// The lengths of the lists.
    pub ks: &'static [NonZeroUsize],
    /// For which part the generators are fitted that are judged: published protocols differ in whether what
    /// parameters are chosen by may be learned from in the end.
    pub judged_as: Part,
}

/// What fitting took.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    secs: f64,
    peak_mb: f64,
    model_mb: f64,
}

/// Measures one data set; a row for each generator and one for the ranker, for each seed.
///
/// # Errors
///
/// When parameters in `params/` are of other data, or a generator cannot be fitted.
pub fn rows(set: &Set, args: &RankedArgs, row: Measured) -> anyhow::Result<Vec<Row>> {
    let wanted =
        |it: &&&str| args.generators.is_empty() || args.generators.iter().any(|g| g == **it);
    let generators: Vec<&str> = set.generators.iter().filter(wanted).copied().collect();
    if let Some(secs) = args.tune {
        for generator in &generators {
            search(set, generator, secs)?;
        }
    }
    let params: Vec<Option<TunedParams>> =
        generators.iter().map(|it| read_params(set.name, it)).collect::<anyhow::Result<_>>()?;
    let mut all = Vec::new();
    for seed in 1..=args.seeds {
        let judging = RankedJudging::new(set.material.clone(), seed);
        let fit = |part| fit_all(&judging, &generators, &params, part);
        let (before, costs_before) = fit(Part::School)?;
        let (schooled, cost) = measured(|| judging.school(&before))?;
        let (ranker, schooled) = schooled?;
        say(&format!("{} seed {seed}: {schooled:?}", set.name));
        told_gains(&ranker);
        let (fitted, mut costs) = match set.judged_as {
            Part::School => (before, costs_before),
            Part::Test => {
                drop(before);
                fit(Part::Test)?
            }
        };
        let model_mb = ranker.heap_bytes() as f64 / 1e6;
        costs.push(Cost { model_mb, ..cost });
        let begun = stopwatch::now();
        let measures = judging.judge((&fitted, set.judged_as), &ranker, set.ks);
        say(&format!("{} seed {seed}: judged in {:.0} s", set.name, begun.elapsed().as_secs_f64()));
        for it in measures {
            let place = generators.iter().position(|name| *name == it.method);
            let Cost { secs, peak_mb, model_mb } = costs[place.unwrap_or(generators.len())];
            let tuned = place.is_some_and(|at| params[at].is_some());
            let begun = Row::new()
                .text("dataset", set.name)
                .whole("seed", seed)
                .text("method", it.method.clone())
                .text("parameters", if tuned { "searched" } else { "defaults" });
            let row = row(begun, &it)
                .decimal("fit_s", secs, 1)
                .decimal("peak_mb", peak_mb, 0)
                .decimal("model_mb", model_mb, 1);
            all.push(row);
        }
    }
    Ok(all)
}

/// Adds a benchmark's own measures to a row.
pub type Measured = fn(Row, &RankedMeasures) -> Row;

fn told_gains(ranker: &recommend::Ranker) {
    let mut gains: Vec<(String, f64)> =
        ranker.features().into_iter().zip(ranker.gains().iter().copied()).collect();
    gains.sort_by(|a, b| b.1.total_cmp(&a.1));
    let told: Vec<String> =
        gains.iter().take(12).map(|(name, gain)| format!("{name} {gain:.0}")).collect();
    say(&format!("what helps the ranker most: {}", told.join(", ")));
}

fn fit_all(
    judging: &RankedJudging,
    generators: &[&str],
    params: &[Option<TunedParams>],
    part: Part,
) -> anyhow::Result<(Vec<Fitted>, Vec<Cost>)> {
    let (mut all, mut costs) = (Vec::new(), Vec::new());
    for (name, params) in generators.iter().zip(params) {
        let (fitted, mut cost) = measured(|| judging.fit(name, part, params.as_ref()))?;
        let fitted = fitted?;
        cost.model_mb = fitted.heap_bytes() as f64 / 1e6;
        say(&format!("{name} is fitted for {part:?} in {:.1} s", cost.secs));
        all.push(fitted);
        costs.push(cost);
    }
    Ok((all, costs))
}

fn measured<T>(work: impl FnOnce() -> T) -> anyhow::Result<(T, Cost)> {
    forget_peak()?;
    let begun = stopwatch::now();
    let result = work();
    let secs = begun.elapsed().as_secs_f64();
    Ok((result, Cost { secs, peak_mb: peak_mb()?, model_mb: 0.0 }))
}

fn params_file(set: &str, generator: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "params", &format!("{set}-{generator}.toml")].iter().collect()
}

fn read_params(set: &str, generator: &str) -> anyhow::Result<Option<TunedParams>> {
    let file = params_file(set, generator);
    match std::fs::read_to_string(&file) {
        Ok(text) => {
            let params = TunedParams::read(&text);
            params.map(Some).with_context(|| format!("reading `{}`", file.display()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("reading `{}`", file.display())),
    }
}

/// Searches a generator's parameters; one that has none is left as it is.
fn search(set: &Set, generator: &str, secs: u64) -> anyhow::Result<()> {
    let data = JudgedData {
        material: set.material.clone(),
        source: set.name.to_owned(),
        left_out: Vec::new(),
    };
    let clock = WallClock;
    let options = TuneOptions {
        generator: generator.to_owned(),
        seed: 1,
        beginning: match read_params(set.name, generator)? {
            Some(params) => Beginning::Found(Box::new(params)),
            None => Beginning::Defaults,
        },
        budget: Budget::until(ports::Clock::now(&clock), Duration::from_secs(secs), None),
    };
    let found = tune(data, &options, &clock, &mut |it| {
        say(&format!("{generator} round {}: {} {:.5}", it.round, it.measure, it.value));
    })?;
    std::fs::write(params_file(set.name, generator), found.to_text())?;
    Ok(())
}

/// The clock by which a search ends.
struct WallClock;

impl ports::Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "a benchmark's budget is of real time")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let micros = since.map_or(0, |it| it.as_micros());
        Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
    }
}
