//! The JavaScript packages that checks need: each folder's own, as its lock file names them.
//!
//! The client itself needs none; its types are checked with TypeScript, and tests drive it and
//! Segment's library in Node and a browser.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::shell;

/// Every folder with a `package-lock.json`.
const FOLDERS: [&str; 2] = ["sdk/js", "crates/tastemaker/tests/end_to_end/clients"];

/// Installs the packages of every folder, unless they are there and up to date.
pub(super) fn install(root: &Path) -> anyhow::Result<()> {
    for folder in FOLDERS {
        let wanted = fs::read(root.join(folder).join("package-lock.json"))
            .with_context(|| format!("reading the lock file of {folder} failed"))?;
        let installed = installed(root, folder);
        if fs::read(&installed).is_ok_and(|it| it == wanted) {
            continue;
        }
        eprintln!("the packages of {folder} are missing; installing them");
        let mut npm = shell::program(root, "npm");
        npm.args(["ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"]);
        shell::run(npm.arg("--loglevel=error"))
            .with_context(|| format!("no packages for {folder}; install Node.js 20 or newer"))?;
        fs::write(&installed, wanted).context("noting what was installed failed")?;
    }
    Ok(())
}

/// The list that was installed, kept where it is deleted with what it names.
fn installed(root: &Path, folder: &str) -> PathBuf {
    root.join(folder).join("node_modules").join("installed-package-lock.json")
}
