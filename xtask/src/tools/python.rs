//! A Python of our own, with the packages of `xtask/requirements.txt` and no others.
//!
//! It is made without its own pip, which Debian keeps in a package apart; the machine's pip fills it.
//! The list that was installed is kept beside it, so that a changed list is installed anew.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::shell;

/// Every package with its version.
const REQUIREMENTS: &str = "xtask/requirements.txt";

/// Makes the environment and fills it, unless it is there and up to date.
pub(super) fn install(root: &Path) -> anyhow::Result<()> {
    let wanted = fs::read(root.join(REQUIREMENTS)).context("reading the requirements failed")?;
    let installed = home(root).join("requirements.txt");
    if fs::read(&installed).is_ok_and(|it| it == wanted) && program(root).exists() {
        return Ok(());
    }
    eprintln!("the Python packages of {REQUIREMENTS} are missing; installing them");
    fill(root).with_context(|| {
        format!("no Python with {REQUIREMENTS}; install Python 3.10 or newer with pip and venv")
    })?;
    fs::write(&installed, wanted).context("noting what was installed failed")
}

/// The program itself.
pub(super) fn program(root: &Path) -> PathBuf {
    home(root).join("bin").join("python")
}

fn fill(root: &Path) -> anyhow::Result<()> {
    let mut make = shell::program(root, "python3");
    make.args(["-m", "venv", "--clear", "--without-pip"]).arg(home(root));
    shell::run(&mut make)?;
    let mut pip = shell::program(root, "python3");
    pip.args(["-m", "pip", "--python"]).arg(program(root));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    // Nothing is built here, so nothing needs a compiler or more from the network.
    pip.args(["--only-binary", ":all:", "--requirement", REQUIREMENTS]);
    shell::run(&mut pip)
}

fn home(root: &Path) -> PathBuf {
    shell::target(root).join("tools").join("python")
}
