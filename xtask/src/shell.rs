//! Runs programs: in the workspace's folder, with errors that name the program.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::tools;

/// What Cargo says of a package in the environment of its programs.
const OF_A_PACKAGE: [&str; 2] = ["CARGO_MANIFEST_", "CARGO_PKG_"];

/// The program `name`, to be run in `root`, which finds the tools that were installed for us.
///
/// It is not told what Cargo told us of our own package: some libraries are built anew, and all that rest
/// on them, when that is another than before, as it would be in turn here and when Cargo is run by hand.
pub(crate) fn program(root: &Path, name: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root).env("PATH", search_path(root));
    for (variable, _) in env::vars_os() {
        let name = variable.to_string_lossy();
        if OF_A_PACKAGE.iter().any(|it| name.starts_with(it)) {
            command.env_remove(&variable);
        }
    }
    command
}

/// Cargo, to be run in `root`.
pub(crate) fn cargo(root: &Path) -> Command {
    program(root, "cargo")
}

/// Runs `command` to its end with our own output as its output.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("starting `{name}` failed"))?;
    if !status.success() {
        bail!("`{name}` failed: {status}");
    }
    Ok(())
}

/// Runs `command` to its end and returns what it wrote to standard output, which must be text.
pub(crate) fn read(command: &mut Command) -> anyhow::Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("starting `{name}` failed"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("`{name}` failed: {}\n{complaint}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("the output of `{name}` is no text"))
}

/// The folder of everything built, in which we may keep things between runs.
pub(crate) fn target(root: &Path) -> PathBuf {
    root.join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// Builds the product in the development profile and returns the path of its program.
///
/// The whole workspace is built with its tests: with a part of it, Cargo would choose other features
/// for what they share and build that twice.
pub(crate) fn tastemaker(root: &Path) -> anyhow::Result<PathBuf> {
    run(cargo(root).args(["build", "--workspace", "--all-targets", "--quiet"]))?;
    Ok(target(root).join("debug").join("tastemaker").with_extension(env::consts::EXE_EXTENSION))
}

fn search_path(root: &Path) -> OsString {
    let ours = tools::folders(root);
    let given = env::var_os("PATH").unwrap_or_default();
    env::join_paths(ours.into_iter().chain(env::split_paths(&given))).unwrap_or(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_not_told_of_our_package() {
        // Cargo tells this test of it.
        assert!(env::var_os("CARGO_PKG_NAME").is_some());
        let program = program(Path::new("."), "cargo");
        let told = |name: &str| program.get_envs().find(|(it, _)| *it == name);
        for name in ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR"] {
            assert_eq!(told(name).map(|(_, value)| value), Some(None), "{name}");
        }
        assert!(told("PATH").is_some_and(|(_, value)| value.is_some()));
    }
}
