//! `sequences`: what did people have last?
//!
//! A public set of reviews in the order of time. Of each person the last item is asked, and the one before it
//! is what parameters and the ranker are chosen by: nothing is fitted on either. All items are ranked, those
//! that the person had removed; HR@10 and nDCG@10, all test rows.

use std::num::NonZeroUsize;

use app::judging::{Part, PlainFile, plain};
use clap::Args;

use crate::dataset::{folder, text};
use crate::described::by_attributes;
use crate::ranked::{RankedArgs, Set, rows};

const FILE: &str = "sequences.txt.gz";
/// Items, and the numbers of their attributes.
const ATTRIBUTES: &str = "item_attributes.json.gz";
const SETS: [&str; 1] = ["beauty"];
const GENERATORS: &[&str] =
    &["item_neighbors", "transitions", "als", "ease", "sequence_network", "content"];
const K: NonZeroUsize = NonZeroUsize::new(10).expect("is not zero");

/// Options of the benchmark `sequences`.
#[derive(Args, Debug)]
pub struct SequencesArgs {
    #[command(flatten)]
    ranked: RankedArgs,
}

/// Runs the benchmark; a data set that is absent is said to be skipped.
///
/// # Errors
///
/// When a file cannot be read, or parameters are of other data.
pub fn run(args: &SequencesArgs) -> anyhow::Result<()> {
    let mut all = Vec::new();
    for name in SETS {
        let Some(folder) = folder(&format!("sequences/{name}")) else { continue };
        let (lines, attributes) = (text(&folder.join(FILE))?, text(&folder.join(ATTRIBUTES))?);
        let material = plain::sequences(PlainFile { name: FILE, text: &lines })?;
        let facts = by_attributes(&attributes, material.products())?;
        let material = material.with_facts(facts);
        let set = Set { name, material, generators: GENERATORS, ks: &[K], judged_as: Part::School };
        all.extend(rows(&set, &args.ranked, |row, it| {
            row.decimal("hr10", it.hit_rate, 4).decimal("ndcg10", it.ndcg, 4)
        })?);
    }
    args.ranked.output.print(&all)
}
