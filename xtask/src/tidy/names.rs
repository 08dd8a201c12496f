//! Modules are named for what is in them.

use super::tree::{Finding, Tree};

/// Names that say nothing, and so gather everything.
const EMPTY: [&str; 9] =
    ["utils", "util", "common", "helpers", "helper", "misc", "types", "new", "v2"];

/// Finds files and folders of sources with such a name.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.sources() {
        for part in file.path.trim_end_matches(".rs").split('/') {
            if EMPTY.contains(&part) {
                let message = format!("`{part}` names nothing; call it by what is in it");
                findings.push(Finding::new(&file.path, message));
            }
        }
    }
    findings
}
