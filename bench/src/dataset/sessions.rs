//! Reads `sessions/*`: what visitors of a shop looked at, one session a line, in time order.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::Context as _;
use app::judging::{Material, PlainFile, plain};
use domain::ProductIdx;
use flate2::read::GzDecoder;

/// A data set of sessions, split as its publishers split it.
#[derive(Debug)]
pub(crate) struct SessionData {
    /// The sessions to learn from, oldest first.
    pub(crate) train: Vec<Vec<ProductIdx>>,
    /// Every prefix of every test session.
    pub(crate) test: Vec<Question>,
    /// The checksum of the sessions to learn from.
    pub(crate) checksum: String,
}

/// What came next in a visit?
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// The visit so far, oldest first; never empty.
    pub(crate) visit: Vec<ProductIdx>,
    /// What came next.
    pub(crate) next: ProductIdx,
}

/// The file of sessions to learn from.
const TRAIN: &str = "train_sessions.txt.gz";
/// The file of questions.
const TEST: &str = "test_prefix_target.tsv.gz";

impl SessionData {
    /// Reads both files of `folder`.
    pub(crate) fn read(folder: &Path) -> anyhow::Result<SessionData> {
        let (train, test) = (unpack(&folder.join(TRAIN))?, unpack(&folder.join(TEST))?);
        let train = PlainFile { name: TRAIN, text: &train };
        let test = PlainFile { name: TEST, text: &test };
        let material = plain::sessions(train, test)
            .with_context(|| format!("reading `{}`", folder.display()))?;
        Ok(SessionData::of(&material))
    }

    fn of(material: &Material) -> SessionData {
        let train = (material.learned().iter())
            .map(|acts| acts.iter().map(|it| it.product()).collect())
            .collect();
        let questions = material.cases().into_iter().filter_map(|case| {
            let visit = case.past.iter().map(|it| it.product()).collect();
            Some(Question { visit, next: *case.truth.first()? })
        });
        SessionData { train, test: questions.collect(), checksum: material.checksum() }
    }
}

fn unpack(path: &Path) -> anyhow::Result<String> {
    let file = File::open(path).with_context(|| format!("opening `{}`", path.display()))?;
    let mut text = String::new();
    GzDecoder::new(file)
        .read_to_string(&mut text)
        .with_context(|| format!("unpacking `{}`", path.display()))?;
    Ok(text)
}
