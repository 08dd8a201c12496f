//! What a developer does: `cargo xtask ci`, `tidy`, `gen`, `bench`, and the parts of `ci` alone.
//!
//! # Where to start
//!
//! [`ci`] is a list of command lines, run in order and timed. Some are Cargo's, the others are
//! subcommands of this program, so whatever failed can be run alone by the line that is printed.
//!
//! - [`tidy`] holds the rules of the house that no compiler checks; it is a test as well.
//! - [`generated`] rewrites the files that are computed from others, or tells which are stale.
//! - [`deployment`] checks what operators install from.
//! - [`smoke`] starts the demo as a person would and asks it for one decision.
//! - [`tools`] brings what `ci` needs and a bare machine lacks.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line talks to people")]

mod ci;
mod generated;
mod shell;
mod smoke;
mod stopwatch;
mod tidy;
mod tools;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What a developer does.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs everything that must hold before a change lands
    Ci,
    /// Checks the rules of the house that no compiler checks
    Tidy,
    /// Rewrites the generated files: OpenAPI, settings, error codes, crate graph
    Gen {
        /// Change nothing, but fail if a file is stale
        #[arg(long)]
        check: bool,
    },
    /// Runs a benchmark by name; `--list` names them
    Bench {
        /// The benchmark and its options
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        arguments: Vec<OsString>,
    },
    /// Checks the files in `deploy` with the tools of those who will read them
    Deployment,
    /// Starts the demo in the development profile and asks it for a decision
    Smoke,
    /// Installs the Cargo subcommands and packages that `ci` needs, unless they are there
    Tools,
}

fn main() -> ExitCode {
    match run(Cli::parse().command, root()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("error: {err:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command, root: &Path) -> anyhow::Result<()> {
    match command {
        Command::Ci => ci::run(root),
        Command::Tidy => tidy::run(root),
        Command::Gen { check: false } => generated::write(root),
        Command::Gen { check: true } => generated::check(root),
        Command::Bench { arguments } => bench(root, &arguments),
        Command::Deployment => deployment(root),
        Command::Smoke => smoke::run(root),
        Command::Tools => tools::install(root),
    }
}

/// The folder of the workspace, wherever inside it the command was given.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the workspace")
}

/// Checks the files for operators, which no compiler reads.
fn deployment(root: &Path) -> anyhow::Result<()> {
    let python = tools::python(root);
    shell::run(shell::program(root, &python.to_string_lossy()).arg("deploy/lint.py"))
}

/// The benchmarks of models alone, which need no server and are built in a few minutes.
const MODELS: [&str; 5] = ["sessions", "topn", "sequences", "cold", "train-peers"];

/// Builds the benchmarks and the programs that some of them start, then runs one.
fn bench(root: &Path, arguments: &[OsString]) -> anyhow::Result<()> {
    let is_of_models = arguments.first().is_some_and(|it| MODELS.iter().any(|name| it == name));
    let (program, packages) = match is_of_models {
        true => ("bench-models", &["bench-models"][..]),
        false => ("bench", &["bench", "tastemaker", "test-backends"][..]),
    };
    let mut build = shell::cargo(root);
    build.args(["build", "--quiet", "--release", "--bins", "--examples"]);
    for package in packages {
        build.args(["--package", package]);
    }
    shell::run(&mut build)?;
    let program = shell::target(root).join("release").join(program);
    shell::run(shell::program(root, &program.to_string_lossy()).args(arguments))
}
