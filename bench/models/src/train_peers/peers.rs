//! Other people's programs, each run by a script of ours in a process of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use linalg::{Csr, Dense};
use serde::Deserialize;
use tempfile::TempDir;

use super::{Dataset, TrainPeersArgs};
use crate::dataset::{counts, folder, text};

/// What training left behind.
pub(super) struct Trained {
    pub(super) rows: Dense,
    pub(super) columns: Dense,
    /// Of each sweep.
    pub(super) seconds: Vec<f64>,
}

/// What a script says when it is done.
#[derive(Deserialize)]
struct Told {
    seconds: Vec<f64>,
}

/// The data as lines of `user item item …` in a file that all read, and who reads them.
pub(super) struct Peers<'a> {
    args: &'a TrainPeersArgs,
    folder: TempDir,
}

impl Dataset {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Dataset::Gowalla => "gowalla",
            Dataset::CompleteJourney => "complete-journey",
        }
    }
}

impl<'a> Peers<'a> {
    pub(super) fn new(dataset: Dataset, args: &'a TrainPeersArgs) -> anyhow::Result<Peers<'a>> {
        let peers = Peers { args, folder: tempfile::tempdir()? };
        let needed = |set: &str| folder(set).with_context(|| format!("there is no `{set}`"));
        match dataset {
            Dataset::Gowalla => {
                let file = needed("topn/gowalla")?.join("train.txt.gz");
                std::fs::write(peers.lines(), text(&file)?)?;
            }
            Dataset::CompleteJourney => {
                let mut command = peers.command("complete_journey.py");
                peers.tell(command.arg(needed("shop/complete-journey")?).arg(peers.lines()))?;
            }
        }
        Ok(peers)
    }

    pub(super) fn matrix(&self) -> anyhow::Result<Csr> {
        counts(&std::fs::read_to_string(self.lines())?)
    }

    /// Trains one of the peers: what a count weighs, how short vectors are kept, and in how many steps.
    pub(super) fn train(
        &self,
        peer: &str,
        n_factors: usize,
        (alpha, regularization, steps): (f32, f32, usize),
    ) -> anyhow::Result<Trained> {
        let mut command = self.command("als.py");
        command.arg(peer).arg(self.lines()).arg(self.folder.path());
        command.args(["--factors".to_owned(), n_factors.to_string()]);
        command.args(["--sweeps".to_owned(), self.args.sweeps.to_string()]);
        command.args(["--threads".to_owned(), self.args.threads.to_string()]);
        command.args(["--alpha".to_owned(), alpha.to_string()]);
        command.args(["--regularization".to_owned(), regularization.to_string()]);
        command.args(["--steps".to_owned(), steps.to_string()]);
        let told = self.tell(&mut command)?;
        let told: Told =
            serde_json::from_str(&told).with_context(|| format!("reading `{told}`"))?;
        let vectors = |name: &str| vectors(&self.folder.path().join(name), n_factors);
        Ok(Trained { rows: vectors("rows")?, columns: vectors("columns")?, seconds: told.seconds })
    }

    fn lines(&self) -> PathBuf {
        self.folder.path().join("lines.txt")
    }

    fn command(&self, script: &str) -> Command {
        let mut command = Command::new(&self.args.python);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(script));
        // The peers share their work out themselves; threads of the library below would fight for cores.
        command.env("OPENBLAS_NUM_THREADS", "1");
        command
    }

    #[expect(clippy::unused_self, reason = "only those who have peers can ask them")]
    fn tell(&self, command: &mut Command) -> anyhow::Result<String> {
        let output = command.output().with_context(|| format!("starting {command:?}"))?;
        let errors = String::from_utf8_lossy(&output.stderr);
        anyhow::ensure!(output.status.success(), "{command:?} failed:\n{errors}");
        Ok(String::from_utf8(output.stdout)?)
    }
}

/// Rows of numbers as a script wrote them, each in four bytes, the least first.
fn vectors(path: &Path, n_factors: usize) -> anyhow::Result<Dense> {
    let bytes = std::fs::read(path)?;
    let (numbers, rest) = bytes.as_chunks::<4>();
    let n_rows = numbers.len() / n_factors.max(1);
    let numbers = numbers.iter().map(|it| f32::from_le_bytes(*it)).collect();
    let vectors = Dense::from_values(n_rows, n_factors, numbers).filter(|_| rest.is_empty());
    vectors.with_context(|| format!("`{}` holds no rows of {n_factors} numbers", path.display()))
}
