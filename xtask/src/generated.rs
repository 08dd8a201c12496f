//! Files that are computed from others: OpenAPI, settings, error codes, the graph of crates.
//!
//! They are committed, so that a change of them is read in review as any other, and compared in
//! `ci`, so that none goes stale. Most are printed by the program itself; the graph of crates is
//! drawn here.

mod crate_graph;

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use crate::shell;
use crate::tidy::Tree;

/// A file that the built program prints.
struct Printed {
    path: &'static str,
    /// The arguments that make `tastemaker` print it.
    arguments: &'static [&'static str],
}

const PRINTED: [Printed; 5] = [
    Printed { path: "openapi/tastemaker.json", arguments: &["openapi"] },
    Printed { path: "docs/settings.md", arguments: &["config", "--markdown"] },
    Printed { path: "docs/tastemaker.toml", arguments: &["config", "--example"] },
    Printed { path: "docs/errors.md", arguments: &["errors"] },
    Printed { path: "docs/metrics.md", arguments: &["metrics"] },
];

/// The page with the graph of crates.
const CRATES: &str = "docs/crates.md";

/// Rewrites every generated file.
///
/// # Errors
///
/// If the program cannot be built or a file not be written.
pub(crate) fn write(root: &Path) -> anyhow::Result<()> {
    for file in files(root) {
        let (path, text) = file?;
        let target = root.join(path);
        if fs::read_to_string(&target).is_ok_and(|it| it == text) {
            println!("{path} is current");
            continue;
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&target, text).with_context(|| format!("writing {path} failed"))?;
        println!("{path} rewritten");
    }
    Ok(())
}

/// Compares every generated file with what would be written.
///
/// # Errors
///
/// If one is stale.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    let mut stale = Vec::new();
    for file in files(root) {
        let (path, text) = file?;
        if fs::read_to_string(root.join(path)).ok().as_ref() != Some(&text) {
            stale.push(path);
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    bail!("stale: {}; run `cargo xtask gen` and commit what it changes", stale.join(", "))
}

/// Every generated file with its path, the one that needs no built program first.
fn files(root: &Path) -> impl Iterator<Item = anyhow::Result<(&'static str, String)>> {
    let graph = || Ok((CRATES, crate_graph::page(&Tree::load(root)?)));
    let printed = |it: &Printed| Ok((it.path, it.read(root)?));
    std::iter::once_with(graph).chain(PRINTED.iter().map(printed))
}

impl Printed {
    fn read(&self, root: &Path) -> anyhow::Result<String> {
        let program = shell::tastemaker(root)?;
        let mut print = shell::program(root, &program.to_string_lossy());
        shell::read(print.args(self.arguments))
            .with_context(|| format!("generating {} failed", self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The printed files are compared by `ci`, which has the program; this one by any test run.
    #[test]
    fn the_graph_of_crates_is_current() {
        let root = crate::root();
        let page = crate_graph::page(&Tree::load(root).unwrap());
        let is_current = fs::read_to_string(root.join(CRATES)).is_ok_and(|it| it == page);
        assert!(is_current, "{CRATES} is stale; run `cargo xtask gen`");
    }
}
