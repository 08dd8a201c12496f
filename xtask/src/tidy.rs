//! The rules of the house that no compiler checks, as a command and as a test.
//!
//! ```text
//! git, cargo metadata ──▶ Tree ──▶ check ──▶ Finding, Finding, …
//! ```
//!
//! Every rule is a module with one function, `check(&Tree) -> Vec<Finding>`, which touches nothing
//! but the tree it is given. `tests` plants a fault for each and shows it found, and runs all of
//! them on the project itself.
//!
//! # What does not live here
//!
//! Formatting, lints and licences have tools of their own; [`crate::ci`] runs them. Files that
//! only the built program can write are compared by [`crate::generated`].

mod dependencies;
mod edges;
mod headers;
mod lengths;
mod machine_paths;
mod manifests;
mod names;
mod purity;
mod rooms;
mod silenced;
#[cfg(test)]
mod tests;
mod tree;

use std::path::Path;

use anyhow::bail;

pub(crate) use rooms::Rooms;
pub(crate) use tree::{Crate, Finding, Tree};

/// Every rule, in the order of its name.
const CHECKS: [fn(&Tree) -> Vec<Finding>; 10] = [
    dependencies::check,
    edges::check,
    headers::check,
    lengths::check,
    machine_paths::check,
    manifests::check,
    names::check,
    purity::check,
    rooms::check,
    silenced::check,
];

/// Prints what is out of order in the working tree at `root`.
///
/// # Errors
///
/// If anything is.
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let tree = Tree::load(root)?;
    let findings = check_all(&tree);
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() { Ok(()) } else { bail!("{} findings", findings.len()) }
}

fn check_all(tree: &Tree) -> Vec<Finding> {
    CHECKS.iter().flat_map(|check| check(tree)).collect()
}
