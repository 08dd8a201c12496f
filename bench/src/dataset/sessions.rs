//! Reads `sessions/*`: what visitors of a shop looked at, one session a line, in time order.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::Context as _;
use domain::ProductIdx;
use flate2::read::GzDecoder;

/// A data set of sessions, split as its publishers split it.
#[derive(Debug)]
pub(crate) struct SessionData {
    /// The sessions to learn from, oldest first.
    pub(crate) train: Vec<Vec<ProductIdx>>,
    /// Every prefix of every test session.
    pub(crate) test: Vec<Question>,
}

/// What came next in a visit?
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// The visit so far, oldest first; never empty.
    pub(crate) visit: Vec<ProductIdx>,
    /// What came next.
    pub(crate) next: ProductIdx,
}

impl SessionData {
    /// Reads both files of `folder`.
    pub(crate) fn read(folder: &Path) -> anyhow::Result<SessionData> {
        let train = read_lines(&folder.join("train_sessions.txt.gz"), parse_products)?;
        let test = read_lines(&folder.join("test_prefix_target.tsv.gz"), |line| {
            let (visit, next) = line.split_once('\t').context("there is no tab")?;
            Ok(Question { visit: parse_products(visit)?, next: ProductIdx::new(next.parse()?) })
        })?;
        Ok(SessionData { train, test })
    }
}

impl Question {
    /// Every prefix of `session`, with what followed it.
    pub(crate) fn all_of(session: &[ProductIdx]) -> impl Iterator<Item = Question> {
        (1..session.len()).map(|at| Question { visit: session[..at].to_vec(), next: session[at] })
    }
}

fn parse_products(text: &str) -> anyhow::Result<Vec<ProductIdx>> {
    text.split(' ').map(|it| Ok(ProductIdx::new(it.parse()?))).collect()
}

fn read_lines<T>(path: &Path, parse: impl Fn(&str) -> anyhow::Result<T>) -> anyhow::Result<Vec<T>> {
    let file = File::open(path).with_context(|| format!("opening `{}`", path.display()))?;
    BufReader::new(GzDecoder::new(file))
        .lines()
        .enumerate()
        .map(|(at, line)| {
            parse(&line?).with_context(|| format!("line {} of `{}`", at + 1, path.display()))
        })
        .collect()
}
