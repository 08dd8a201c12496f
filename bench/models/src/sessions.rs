//! `sessions`: what will a visitor look at next?
//!
//! Two public shops, all test rows, every prefix of a test session a question: is the product that
//! came next among the first twenty (P@20), and how near the top (MRR@20)? All products are ranked,
//! those already seen included.

use std::num::NonZeroUsize;

use app::judging::{Part, PlainFile, plain};
use clap::Args;

use crate::dataset::{folder, text};
use crate::ranked::{RankedArgs, Set, rows};

/// The files of a set: the sessions to learn from, and the questions.
const TRAIN: &str = "train_sessions.txt.gz";
const TEST: &str = "test_prefix_target.tsv.gz";
const SETS: [&str; 2] = ["diginetica", "yoochoose1_64"];
const GENERATORS: &[&str] =
    &["popular", "also_viewed", "session_neighbors", "transitions", "sequence_network"];
const K: NonZeroUsize = NonZeroUsize::new(20).expect("is not zero");

/// Options of the benchmark `sessions`.
#[derive(Args, Debug)]
pub struct SessionsArgs {
    #[command(flatten)]
    ranked: RankedArgs,
}

/// Runs the benchmark; a data set that is absent is said to be skipped.
///
/// # Errors
///
/// When a file cannot be read, or parameters are of other data.
pub fn run(args: &SessionsArgs) -> anyhow::Result<()> {
    let mut all = Vec::new();
    for name in SETS {
        if args.ranked.dataset.as_ref().is_some_and(|it| it != name) {
            continue;
        }
        let Some(folder) = folder(&format!("sessions/{name}")) else { continue };
        let (train, test) = (text(&folder.join(TRAIN))?, text(&folder.join(TEST))?);
        let train = PlainFile { name: TRAIN, text: &train };
        let material = plain::sessions(train, PlainFile { name: TEST, text: &test })?;
        let set = Set { name, material, generators: GENERATORS, ks: &[K], judged_as: Part::Test };
        all.extend(rows(&set, &args.ranked, |row, it| {
            row.decimal("p20", 100.0 * it.hit_rate, 2).decimal("mrr20", 100.0 * it.mrr, 2)
        })?);
    }
    args.ranked.output.print(&all)
}
