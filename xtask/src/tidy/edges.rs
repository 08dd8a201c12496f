//! Who may use whom: a crate uses crates of rows above its own, never below or beside.
//!
//! The rows are those of ARCHITECTURE.md. A crate's tests may also use `testkit` and `test-backends`,
//! whatever its row.
//! Crates outside the table (`bench`, `xtask`) may use any, and none may use them.

use super::rooms::Rooms;
use super::tree::{Crate, Finding, Tree};

/// An edge that the table forbids and that is allowed all the same.
struct Exception {
    from: &'static str,
    to: &'static str,
    /// Why; a reader of this list should agree.
    reason: &'static str,
}

const EXCEPTIONS: [Exception; 4] = [
    Exception {
        from: "server",
        to: "api",
        reason: "routes speak the wire types, which stand apart to be read as the API's reference",
    },
    Exception {
        from: "feeds",
        to: "api",
        reason: "a row of a file is the same JSON that HTTP takes, and refused in the same words",
    },
    Exception {
        from: "tastemaker",
        to: "shopsim",
        reason: "the demo command starts the simulated shop beside the product; they talk HTTP",
    },
    Exception {
        from: "bench",
        to: "bench-models",
        reason: "both print the same rows and read the same clock, and only one has to be built for models",
    },
];

/// Crates that use none of ours, by the reason.
const ALONE: [(&str, &str); 1] =
    [("shopsim", "it talks HTTP as any shop does, so that what it shows holds for any shop")];

/// For tests only.
const FOR_TESTS: [&str; 2] = ["testkit", "test-backends"];

/// Compares every edge with the table.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let rooms = Rooms::of(tree);
    let mut findings = Vec::new();
    for it in &tree.crates {
        let mut say = |message| findings.push(Finding::new(&it.folder, message));
        for to in &it.uses {
            if let Some(fault) = fault(&rooms, it, to) {
                say(fault);
            }
        }
        let by_tests = |to: &&String| !FOR_TESTS.contains(&to.as_str()) && !it.uses.contains(to);
        for to in it.tests_use.iter().filter(by_tests) {
            if let Some(fault) = fault(&rooms, it, to) {
                say(format!("in tests: {fault}"));
            }
        }
    }
    for Exception { from, to, reason } in EXCEPTIONS {
        let stands = |it: &&Crate| it.name == from;
        if tree.crates.iter().find(stands).is_some_and(|it| !it.uses.iter().any(|it| it == to)) {
            let message = format!("no longer uses `{to}`; drop the exception \"{reason}\"");
            findings.push(Finding::new(format!("crates/{from}"), message));
        }
    }
    findings
}

fn fault(rooms: &Rooms, from: &Crate, to: &str) -> Option<String> {
    if let Some((_, reason)) = ALONE.iter().find(|(name, _)| *name == from.name) {
        return Some(format!("uses `{to}`, but must use none of ours: {reason}"));
    }
    if EXCEPTIONS.iter().any(|it| it.from == from.name && it.to == to) {
        return None;
    }
    let Some(to_row) = rooms.row(to) else {
        return Some(format!("uses `{to}`, which is no crate to build on"));
    };
    let from_row = rooms.row(&from.name)?;
    let fault = match to_row.cmp(&from_row) {
        std::cmp::Ordering::Less => return None,
        std::cmp::Ordering::Equal => "which stands beside it",
        std::cmp::Ordering::Greater => "which stands below it",
    };
    Some(format!("uses `{to}`, {fault}; turn the edge round or move what is needed up"))
}
