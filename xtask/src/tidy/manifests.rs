//! Manifests inherit: lints, edition and versions are said once, in the workspace's own.

use super::tree::{File, Finding, Tree};

/// Keys of `[package]` that every crate inherits.
const INHERITED: [&str; 5] = ["version", "edition", "rust-version", "license", "publish"];

/// Finds manifests that say for themselves what the workspace says.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.manifests().flat_map(manifest).collect()
}

fn manifest(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !file.text.contains("[lints]\nworkspace = true\n") {
        findings.push(Finding::new(&file.path, "add `[lints]` with `workspace = true`"));
    }
    for key in INHERITED {
        if !file.text.contains(&format!("\n{key}.workspace = true\n")) {
            findings.push(Finding::new(&file.path, format!("add `{key}.workspace = true`")));
        }
    }
    for (index, line) in dependencies(&file.text) {
        if !line.contains("workspace = true") {
            let message = "name the version in the workspace's manifest and inherit it here";
            findings.push(Finding::at(&file.path, index, message));
        }
    }
    findings
}

/// The lines of all sections of dependencies, which each name one.
pub(super) fn dependencies(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_inside = false;
    text.lines().enumerate().filter(move |(_, line)| {
        if line.starts_with('[') {
            is_inside = line.trim_end_matches(']').ends_with("dependencies");
            return false;
        }
        is_inside && !line.is_empty() && !line.starts_with('#')
    })
}
