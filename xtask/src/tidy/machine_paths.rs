//! No file knows the machine it was written on.

use super::tree::{Finding, Tree};

/// Folders in which checkouts and their builders live. In pieces, so as not to find themselves.
///
/// A person's folder on Linux is not among them: settings speak of it by right.
const FOLDERS: [&str; 4] =
    [concat!("/ro", "ot/"), concat!("/Use", "rs/"), concat!("/wo", "rk/"), concat!("/fa", "rm/")];

/// Finds such folders where a path starts.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        for (index, line) in file.text.lines().enumerate() {
            for folder in FOLDERS.iter().filter(|folder| starts_a_path(line, folder)) {
                let message = format!("`{folder}` is a folder of one machine; say it relatively");
                findings.push(Finding::at(&file.path, index, message));
            }
        }
    }
    findings
}

/// Whether `folder` is in `line` other than in the middle of a longer path or address.
fn starts_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|it| it.chars().next_back());
        !before.is_some_and(|it| it.is_alphanumeric() || "._-}*".contains(it))
    })
}
