//! Every file opens with `//!`: what it is for, before what it does.

use super::tree::{Finding, Tree};

/// Finds the files that start with anything else.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.sources()
        .filter(|file| !file.text.starts_with("//! "))
        .map(|file| Finding::at(&file.path, 0, "open with `//!` and say what this file is for"))
        .collect()
}
