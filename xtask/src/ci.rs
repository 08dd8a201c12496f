//! Runs every step that must pass before a change lands, and says what each took.
//!
//! A failure does not stop the run: one run tells everything that is wrong. The last lines name
//! what failed and how to run it alone, then count the tests that were skipped because their data
//! set is absent (the `data` module of `testkit` records them). Programs that tests start are another
//! matter: here they must be there, and a test that misses one fails.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use anyhow::{Context, bail};

use crate::shell;
use crate::stopwatch::Stopwatch;
use crate::tools;

/// Names the Python that tests start, as `testkit` reads it.
const PYTHON: &str = "TASTEMAKER_PYTHON";
/// Says that a test may not pass over a program that is missing, as `testkit` reads it.
const TOOLS_REQUIRED: (&str, &str) = ("TASTEMAKER_TOOLS", "required");

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
const STEPS: [Step; 13] = [
    step("tools", "cargo xtask tools"),
    step("format", "cargo fmt --all --check"),
    step("tidy", "cargo xtask tidy"),
    step("licences", "cargo deny --log-level error check bans licenses sources"),
    step("deployment", "cargo xtask deployment"),
    step("javascript", "npm --prefix sdk/js run --silent check"),
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
    let skips = Skips::start(shell::target(root).join("skips"))?;
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
    println!("{}", skips.report()?);
    if failed.is_empty() { Ok(()) } else { bail!("{} of the steps failed", failed.len()) }
}

impl Step {
    fn command(&self, root: &Path, skips: &Skips) -> Command {
        let mut words = self.line.split(' ');
        let mut command = shell::program(root, words.next().expect("a line has a first word"));
        command.args(words).env(Skips::VARIABLE, &skips.folder);
        command.env(PYTHON, tools::python(root)).env(TOOLS_REQUIRED.0, TOOLS_REQUIRED.1);
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

    fn start(folder: PathBuf) -> anyhow::Result<Skips> {
        match fs::remove_dir_all(&folder) {
            Err(err) if err.kind() != io::ErrorKind::NotFound => {
                Err(err).context("emptying the folder of skips failed")
            }
            _ => Ok(Skips { folder }),
        }
    }

    /// A line for each skipped test, and their number.
    fn report(&self) -> anyhow::Result<String> {
        let mut lines = self.lines().context("reading the folder of skips failed")?;
        lines.sort();
        let mut report = String::new();
        for line in &lines {
            report += &format!("skipped: {}\n", line.trim_end().replace('\t', " needs "));
        }
        report += &format!("skipped for want of a data set: {}", lines.len());
        Ok(report)
    }

    fn lines(&self) -> io::Result<Vec<String>> {
        if !self.folder.exists() {
            return Ok(Vec::new());
        }
        fs::read_dir(&self.folder)?.map(|entry| fs::read_to_string(entry?.path())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skips_of_this_run_are_listed_and_counted() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("skips");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("of-an-earlier-run"), "old\tset\n").unwrap();

        let skips = Skips::start(folder.clone()).unwrap();
        assert_eq!(skips.report().unwrap(), "skipped for want of a data set: 0");

        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("b"), "tests::b\tshop/two\n").unwrap();
        fs::write(folder.join("a"), "tests::a\tshop/one\n").unwrap();
        assert_eq!(
            skips.report().unwrap(),
            "skipped: tests::a needs shop/one\nskipped: tests::b needs shop/two\n\
             skipped for want of a data set: 2"
        );
    }

    #[test]
    fn a_step_is_shown_as_one_would_type_it() {
        let docs = STEPS.iter().find(|it| it.name == "docs").unwrap();
        assert_eq!(
            docs.shown(),
            "RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --quiet"
        );
    }
}
