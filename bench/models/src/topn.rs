//! `topn`: what else did people have?
//!
//! Two public sets with fixed splits, all test rows: all items are ranked, those of the training set removed;
//! Recall@20 and nDCG@20. Neither tells an order, so what goes by order is left out.

use std::num::NonZeroUsize;

use app::judging::{Part, PlainFile, plain};
use clap::Args;

use crate::dataset::{folder, text};
use crate::ranked::{RankedArgs, Set, rows};

/// The files of a set.
const TRAIN: &str = "train.txt.gz";
const TEST: &str = "test.txt.gz";
const SETS: [&str; 2] = ["ml-1m", "gowalla"];
const GENERATORS: &[&str] =
    &["item_neighbors", "user_neighbors", "graph_walk", "als", "low_pass", "ease"];
const K: NonZeroUsize = NonZeroUsize::new(20).expect("is not zero");

/// Options of the benchmark `topn`.
#[derive(Args, Debug)]
pub struct TopnArgs {
    #[command(flatten)]
    ranked: RankedArgs,
}

/// Runs the benchmark; a data set that is absent is said to be skipped.
///
/// # Errors
///
/// When a file cannot be read, or parameters are of other data.
pub fn run(args: &TopnArgs) -> anyhow::Result<()> {
    let mut all = Vec::new();
    for name in SETS {
        if args.ranked.dataset.as_ref().is_some_and(|it| it != name) {
            continue;
        }
        let Some(folder) = folder(&format!("topn/{name}")) else { continue };
        let (train, test) = (text(&folder.join(TRAIN))?, text(&folder.join(TEST))?);
        let train = PlainFile { name: TRAIN, text: &train };
        let material = plain::fixed(train, PlainFile { name: TEST, text: &test })?;
        let set = Set { name, material, generators: GENERATORS, ks: &[K], judged_as: Part::Test };
        all.extend(rows(&set, &args.ranked, |row, it| {
            row.decimal("recall20", it.recall, 4).decimal("ndcg20", it.ndcg, 4)
        })?);
    }
    args.ranked.output.print(&all)
}
