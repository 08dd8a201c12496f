//! Finds the real data sets that some tests are measured on, and says when one is absent.
//!
//! The sets may be used but not passed on, so they are no part of this project: the variable
//! [`DATA_VARIABLE`] names the folder that holds them. A test that needs one asks for it first:
//!
//! ```
//! let Some(folder) = testkit::data::path("sessions/diginetica") else { return };
//! # let _ = folder;
//! ```
//!
//! An absent set is never silent. Each time the test prints what it skipped, and `cargo xtask ci`,
//! which runs every test in a process of its own, names a folder in [`SKIPS_VARIABLE`] where the
//! skips leave one small file each; it counts them when everything else is done.

use std::path::{Path, PathBuf};
use std::{fs, io, thread};

/// The environment variable that names the folder of data sets.
pub const DATA_VARIABLE: &str = "TASTEMAKER_DATA";

/// The environment variable that names the folder in which skipped tests are recorded.
pub const SKIPS_VARIABLE: &str = "TASTEMAKER_SKIPS";

/// The file or folder `set` among the data sets, or `None` when it is absent.
///
/// `set` is relative to the data folder, such as `shop/online-retail/transactions.csv.gz`. The
/// skip is printed and recorded under the name of the calling test.
///
/// # Panics
///
/// If a skip cannot be recorded although a folder for that was named: a lost count would be a lie.
pub fn path(set: &str) -> Option<PathBuf> {
    let found = find(variable(DATA_VARIABLE).as_deref(), set);
    if found.is_none() {
        skip(set, &format!("set {DATA_VARIABLE} to the folder of data sets"));
    }
    found
}

/// Says and records that the calling test is passed over because `needed` is absent.
pub(crate) fn skip(needed: &str, remedy: &str) {
    let current = thread::current();
    let test = current.name().unwrap_or("unnamed test");
    if let Some(folder) = variable(SKIPS_VARIABLE) {
        record(&folder, test, needed).expect("the folder of skips must be writable");
    }
    say(&format!("skipped: {test} needs `{needed}`; {remedy}"));
}

fn find(folder: Option<&Path>, set: &str) -> Option<PathBuf> {
    let path = folder?.join(set);
    path.exists().then_some(path)
}

/// Leaves one file for each test and set, so that processes need no lock and repeats no count.
fn record(folder: &Path, test: &str, set: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let name: String = format!("{test} {set}")
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() { it } else { '-' })
        .collect();
    fs::write(folder.join(name), format!("{test}\t{set}\n"))
}

#[expect(clippy::disallowed_methods, reason = "tests have no settings but these variables")]
pub(crate) fn variable(name: &str) -> Option<PathBuf> {
    std::env::var(name).ok().filter(|it| !it.is_empty()).map(PathBuf::from)
}

#[expect(clippy::print_stderr, reason = "whoever runs the tests must see what they did not do")]
fn say(line: &str) {
    eprintln!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_in_the_folder_is_found() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(find(Some(folder), "src/data.rs"), Some(folder.join("src/data.rs")));
    }

    #[test]
    fn a_set_that_is_not_there_is_absent_rather_than_an_error() {
        assert_eq!(find(Some(Path::new(env!("CARGO_MANIFEST_DIR"))), "no/such/set"), None);
        assert_eq!(find(None, "src/data.rs"), None);
    }

    #[test]
    fn each_test_and_set_is_recorded_once() {
        let folder = tempfile::tempdir().unwrap();
        record(folder.path(), "a::test", "sessions/one").unwrap();
        record(folder.path(), "a::test", "sessions/one").unwrap();
        record(folder.path(), "a::test", "sessions/two").unwrap();

        let mut lines: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|it| fs::read_to_string(it.unwrap().path()).unwrap())
            .collect();
        lines.sort();
        assert_eq!(lines, ["a::test\tsessions/one\n", "a::test\tsessions/two\n"]);
    }
}
