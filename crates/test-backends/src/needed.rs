//! Says what a test needs and does not find: aloud, counted, and as a failure where nothing may miss.
//!
//! The variables are those by which `testkit` does the same for data sets and programs.

use std::path::{Path, PathBuf};
use std::{fs, thread};

/// The environment variable that says `required` where a missing program is a failure.
const TOOLS_VARIABLE: &str = "TASTEMAKER_TOOLS";

/// The environment variable that names the folder in which skipped tests are recorded.
const SKIPS_VARIABLE: &str = "TASTEMAKER_SKIPS";

/// Hands on what was found; says and records what was not.
///
/// # Panics
///
/// If it is missing where programs are required, or if the skip cannot be recorded.
pub(crate) fn needed<T>(what: &str, remedy: &str, found: Option<T>) -> Option<T> {
    if found.is_none() {
        let is_required = variable(TOOLS_VARIABLE).is_some_and(|it| it == Path::new("required"));
        assert!(!is_required, "this test needs {what}; {remedy}");
        skip(what, remedy);
    }
    found
}

fn skip(what: &str, remedy: &str) {
    let current = thread::current();
    let test = current.name().unwrap_or("unnamed test");
    if let Some(folder) = variable(SKIPS_VARIABLE) {
        let plain = |it: char| if it.is_ascii_alphanumeric() { it } else { '-' };
        let name: String = format!("{test} {what}").chars().map(plain).collect();
        fs::create_dir_all(&folder).expect("the folder of skips must be writable");
        let line = format!("{test}\t{what}\n");
        fs::write(folder.join(name), line).expect("the folder of skips must be writable");
    }
    say(&format!("skipped: {test} needs `{what}`; {remedy}"));
}

#[expect(clippy::disallowed_methods, reason = "tests have no settings but these variables")]
pub(crate) fn variable(name: &str) -> Option<PathBuf> {
    std::env::var(name).ok().filter(|it| !it.is_empty()).map(PathBuf::from)
}

#[expect(clippy::print_stderr, reason = "whoever runs the tests must see what they did not do")]
fn say(line: &str) {
    eprintln!("{line}");
}
