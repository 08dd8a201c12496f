//! `sessions`: what will a visitor look at next?
//!
//! Two public shops, all test rows, every prefix of a test session a question: is the product that
//! came next among the first twenty (P@20), and how near the top (MRR@20)? All products are ranked,
//! those already seen included. Latencies are of single predictions, one thread, in the same pass.
//!
//! The parameters of the session neighborhood come from `params/sessions-*.toml`, which `tastemaker tune`
//! wrote: on a validation cut of these very training sessions, or they are refused. A row of its own
//! says what the defaults reach, which a shop begins with.

mod measure;
mod methods;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use app::judging::TunedParams;
use clap::{Args, ValueEnum};
use features::Counts;
use recommend::popularity::Popular;
use recommend::session_neighbors::Config;
use recommend::{CandidateGenerator, CoOccurrence};

use self::measure::{Measure, measure};
use crate::dataset::sessions::{Question, SessionData};
use crate::report::{Output, Row};
use crate::stopwatch;

/// Options of the benchmark `sessions`.
#[derive(Debug, Args)]
pub(crate) struct SessionsArgs {
    /// Which shop's sessions
    #[arg(long, value_enum, default_value_t = Dataset::All)]
    dataset: Dataset,
    /// Ask only so many of the test questions, evenly spread
    #[arg(long)]
    limit: Option<usize>,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Dataset {
    Diginetica,
    #[value(name = "yoochoose1_64")]
    Yoochoose,
    All,
}

impl Dataset {
    fn names(self) -> &'static [&'static str] {
        match self {
            Dataset::Diginetica => &["diginetica"],
            Dataset::Yoochoose => &["yoochoose1_64"],
            Dataset::All => &["diginetica", "yoochoose1_64"],
        }
    }
}

/// Runs the benchmark; a data set that is absent is said to be skipped.
pub(crate) fn run(args: &SessionsArgs) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for &name in args.dataset.names() {
        let Some(folder) = testkit::data::path(&format!("sessions/{name}")) else { continue };
        let data = SessionData::read(&folder)?;
        let tuned = tuned(name, &folder, &data)?;
        let questions = spread(&data.test, args.limit.unwrap_or(data.test.len()));
        rows.extend(compare(name, &data, &questions, tuned));
    }
    args.output.print(&rows)
}

/// What a search found on the training sessions of this data set; nothing else is taken.
fn tuned(name: &str, folder: &Path, data: &SessionData) -> anyhow::Result<Config> {
    let file: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "params", &format!("sessions-{name}.toml")].iter().collect();
    let read = || -> anyhow::Result<Config> {
        let params = TunedParams::read(&std::fs::read_to_string(&file)?)?;
        params.ensure_generator("session_neighbors")?;
        params.ensure_data(&data.checksum)?;
        Ok(Config::from_values(&params.values_in_order()?))
    };
    read().with_context(|| {
        format!(
            "using the parameters in {}; `tastemaker tune --generator session_neighbors --sessions \
             {folder}/train_sessions.txt.gz --test-sessions {folder}/test_prefix_target.tsv.gz --out \
             FILE` searches them",
            file.display(),
            folder = folder.display()
        )
    })
}

/// Every method on one data set.
fn compare(
    dataset: &'static str,
    data: &SessionData,
    questions: &[Question],
    config: Config,
) -> Vec<Row> {
    let n_clicks: usize = data.train.iter().map(Vec::len).sum();
    let row = |generator: &dyn CandidateGenerator, method: &str, bytes: usize, fit_s: f64| {
        let Measure { p20, mrr20, p50_ms, p99_ms } = measure(generator, questions);
        Row::new()
            .text("dataset", dataset)
            .text("method", method)
            .decimal("p20", p20, 2)
            .decimal("mrr20", mrr20, 2)
            .decimal("p50_ms", p50_ms, 3)
            .decimal("p99_ms", p99_ms, 3)
            .decimal("index_bytes_per_click", bytes as f64 / n_clicks as f64, 1)
            .decimal("fit_s", fit_s, 2)
            .whole("n", questions.len() as u64)
    };
    let (counts, fit_s): (Counts, f64) = timed(|| methods::popularity(&data.train));
    let popularity = row(&Popular::new(&counts), "popularity", counts.memory_bytes(), fit_s);
    let (pairs, fit_s): (CoOccurrence, f64) = timed(|| methods::co_occurrence(&data.train));
    let co_occurrence = row(&pairs, "co_occurrence", pairs.heap_bytes(), fit_s);
    let neighbors = |method, config| {
        let (sessions, fit_s) = timed(|| methods::session_neighbors(&data.train, config));
        row(&sessions, method, sessions.heap_bytes(), fit_s)
    };
    let untuned = neighbors("session_neighbors_untuned", Config::default());
    let tuned = neighbors("session_neighbors", config);
    vec![popularity, co_occurrence, untuned, tuned]
}

/// At most `n_max` of `questions`, evenly spread.
fn spread(questions: &[Question], n_max: usize) -> Vec<Question> {
    let step = questions.len().div_ceil(n_max.max(1)).max(1);
    questions.iter().step_by(step).cloned().collect()
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = stopwatch::now();
    let result = work();
    (result, start.elapsed().as_secs_f64())
}
