//! What `ci` needs beside the toolchain, brought by package name and looked for first.
//!
//! - [`cargo`] brings Cargo subcommands.
//! - [`mod@python`] brings a Python with the packages of `xtask/requirements.txt`.
//! - [`javascript`] brings the packages that the committed lock files name.
//!
//! The first two live in the target folder; the last stand as `node_modules` beside their lock file,
//! where Node looks for them. Nothing else on the machine is touched.
//!
//! # What does not live here
//!
//! Programs of the system (Node, a browser, strace) are the machine's to bring; `.ci/run` does so on a
//! bare Debian.

mod cargo;
mod javascript;
mod python;

use std::path::{Path, PathBuf};

pub(crate) use cargo::folders;

/// Installs what is missing.
///
/// # Errors
///
/// If something cannot be had: a check that cannot run has not passed.
pub(crate) fn install(root: &Path) -> anyhow::Result<()> {
    cargo::install(root)?;
    python::install(root)?;
    javascript::install(root)
}

/// The Python that has the packages that tests need, whether or not it is there.
pub(crate) fn python(root: &Path) -> PathBuf {
    python::program(root)
}
