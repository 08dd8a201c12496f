//! Runs every step that must pass before a change lands, and says what each took.
//!
//! A failure does not stop the run: one run tells everything that is wrong. The last lines name
//! what failed and how to run it alone, then count the tests that were skipped because their data
//! set is absent (the `data` module of `testkit` records them).

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use anyhow::{Context, bail};

use crate::shell;
use crate::stopwatch::Stopwatch;

/// One step: a command line that passes or fails.
struct Step {
    name: &'static str,
    /// Flags for rustdoc, which takes them from the environment only.
    rustdocflags: Option<&'static str>,
    line: &'static str,
}

const fn step(name: &'static str, line: &'static str) -> Step {
    Step { name, rustdocflags: None, line }
}

/// Quick steps stand first, so that a slip is told early.
const STEPS: [Step; 11] = [
    step("tools", "cargo xtask tools"),
    step("format", "cargo fmt --all --check"),
    step("tidy", "cargo xtask tidy"),
    step("licences", "cargo deny --log-level error check bans licenses sources"),
    step("lints", "cargo clippy --workspace --all-targets -- -D warnings"),
    Step {
        name: "docs",
        rustdocflags: Some("-D warnings"),
        line: "cargo doc --workspace --no-deps --quiet",
    },
    step("build", "cargo build --workspace --all-targets"),
    step("generated files", "cargo xtask gen --check"),
    step("doc tests", "cargo test --workspace --doc --quiet"),
    step("tests", "cargo nextest run --workspace --no-fail-fast"),
    step("demo", "cargo xtask smoke"),
];

/// Runs all steps.
///
/// # Errors
///
/// If a step failed, or the skips cannot be counted.
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let skips = Skips::start(root)?;
    let mut failed = Vec::new();
    let mut times = Vec::new();
    for step in &STEPS {
        println!("── {}: {}", step.name, step.shown());
        let took = Stopwatch::start();
        let result = shell::run(&mut step.command(root, &skips));
        match result {
            Ok(()) => println!("── {} passed in {took}\n", step.name),
            Err(err) => {
                println!("── {} FAILED after {took}: {err:#}\n", step.name);
                failed.push(step);
            }
        }
        times.push(format!("{took:>9}  {}", step.name));
    }

    println!("── summary");
    for time in times {
        println!("{time}");
    }
    for step in &failed {
        println!("{} failed; run it alone: {}", step.name, step.shown());
    }
    println!("steps: {} passed, {} failed", STEPS.len() - failed.len(), failed.len());
    skips.print()?;
    if failed.is_empty() { Ok(()) } else { bail!("{} of the steps failed", failed.len()) }
}

impl Step {
    fn command(&self, root: &Path, skips: &Skips) -> Command {
        let mut words = self.line.split(' ');
        let mut command = shell::program(root, words.next().expect("a line has a first word"));
        command.args(words).env(Skips::VARIABLE, &skips.folder);
        if let Some(flags) = self.rustdocflags {
            command.env("RUSTDOCFLAGS", flags);
        }
        command
    }

    /// The line as one would type it.
    fn shown(&self) -> String {
        match self.rustdocflags {
            Some(flags) => format!("RUSTDOCFLAGS='{flags}' {}", self.line),
            None => self.line.to_owned(),
        }
    }
}

/// The folder in which tests record that they were skipped, emptied at the start.
struct Skips {
    folder: PathBuf,
}

impl Skips {
    /// As in `testkit`, on which this program does not depend: it must start when little compiles.
    const VARIABLE: &str = "TASTEMAKER_SKIPS";

    fn start(root: &Path) -> anyhow::Result<Skips> {
        let folder = shell::target(root).join("skips");
        match fs::remove_dir_all(&folder) {
            Err(err) if err.kind() != io::ErrorKind::NotFound => {
                Err(err).context("emptying the folder of skips failed")
            }
            _ => Ok(Skips { folder }),
        }
    }

    fn print(&self) -> anyhow::Result<()> {
        let mut lines = self.lines().context("reading the folder of skips failed")?;
        lines.sort();
        for line in &lines {
            println!("skipped: {}", line.trim_end().replace('\t', " needs "));
        }
        let hint = match (lines.len(), env::var_os("TASTEMAKER_DATA")) {
            (0, _) => "",
            (_, None) => "; TASTEMAKER_DATA is not set",
            (_, Some(_)) => "; the folder that TASTEMAKER_DATA names lacks them",
        };
        println!("skipped for want of a data set: {}{hint}", lines.len());
        Ok(())
    }

    fn lines(&self) -> io::Result<Vec<String>> {
        if !self.folder.exists() {
            return Ok(Vec::new());
        }
        fs::read_dir(&self.folder)?.map(|entry| fs::read_to_string(entry?.path())).collect()
    }
}
