//! Nothing is silenced or left for later: tests run, lints are expected with a reason, code is done.

use super::tree::{Finding, Tree};

/// What must not be written, and what to do instead. In pieces, so as not to find themselves.
const FORBIDDEN: [(&str, &str); 8] = [
    (concat!("#[", "ignore"), "a test runs or does not exist"),
    (concat!("#[", "allow("), "use `#[expect(…, reason = \"…\")]`"),
    (concat!("#![", "allow("), "use `#![expect(…, reason = \"…\")]`"),
    (concat!("to", "do!("), "finish it"),
    (concat!("unimpl", "emented!("), "finish it"),
    (concat!("TO", "DO"), "finish it"),
    (concat!("FIX", "ME"), "fix it"),
    (concat!("X", "XX"), "say what is wrong, or mend it"),
];

/// Finds forbidden words in sources.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.sources() {
        for (index, line) in file.text.lines().enumerate() {
            for (word, remedy) in FORBIDDEN.iter().filter(|(word, _)| line.contains(word)) {
                findings.push(Finding::at(&file.path, index, format!("`{word}`: {remedy}")));
            }
        }
    }
    findings
}
