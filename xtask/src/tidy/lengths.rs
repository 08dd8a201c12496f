//! Files stay short: none above the limit, half of them within one reading.

use super::tree::{Finding, Tree};

/// No file has more lines. Long before, at 500, look for the seam.
const LINES_MAX: usize = 800;
/// Half of all files have at most this many lines.
const MEDIAN_LINES_MAX: usize = 200;

/// Finds files that are too long, and a project whose files are too long on the whole.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut lengths = Vec::new();
    for file in tree.sources() {
        let n_lines = file.text.lines().count();
        lengths.push(n_lines);
        if n_lines > LINES_MAX {
            let message = format!("{n_lines} lines (limit {LINES_MAX}); split it at a seam");
            findings.push(Finding::new(&file.path, message));
        }
    }
    lengths.sort_unstable();
    let median = lengths.get(lengths.len() / 2).copied().unwrap_or_default();
    if median > MEDIAN_LINES_MAX {
        let message = format!(
            "the median file has {median} lines (limit {MEDIAN_LINES_MAX}); split the longest"
        );
        findings.push(Finding::new(".", message));
    }
    findings
}
