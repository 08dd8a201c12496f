//! Engines compute: no clock, file, socket, thread, environment or waiting in them.
//!
//! An engine is a crate that stands above `ports` in the table of rooms. Comments and tests are
//! passed over, suites for others to run among them: a test may read a data set.

use super::rooms::Rooms;
use super::tree::{File, Finding, Tree};

/// The first row that may reach outside.
const OUTSIDE: &str = "ports";

/// What an engine does not say.
const IMPURE: [&str; 12] = [
    "async fn",
    "async move",
    "async {",
    ".await",
    "std::env",
    "std::fs",
    "std::net",
    "std::thread",
    "SystemTime",
    "Instant",
    "::now()",
    "tokio",
];

/// Finds engines that wait, read clocks or touch files.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let rooms = Rooms::of(tree);
    let outside = rooms.row(OUTSIDE).unwrap_or(usize::MAX);
    let is_engine = |name: &str| rooms.row(name).is_some_and(|row| row < outside);
    let engines = tree.crates.iter().filter(|it| is_engine(&it.name));
    let mut findings = Vec::new();
    for engine in engines {
        let folder = format!("{}/src/", engine.folder);
        for file in tree.sources().filter(|it| it.path.starts_with(&folder) && !is_test(it)) {
            for (index, line) in product_lines(&file.text) {
                for word in IMPURE.iter().filter(|word| line.contains(**word)) {
                    let message =
                        format!("`{word}` in an engine; take what it gives as an argument");
                    findings.push(Finding::at(&file.path, index, message));
                }
            }
        }
    }
    findings
}

fn is_test(file: &File) -> bool {
    let path = &file.path;
    ["/tests.rs", "/conformance.rs"].iter().any(|it| path.ends_with(it)) || path.contains("/tests/")
}

/// The lines before the tests at the end of a file, without comments.
fn product_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .take_while(|line| *line != "mod tests {")
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}
