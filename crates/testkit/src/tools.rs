//! Finds the programs that some tests start: a Python with its packages, Node, a browser.
//!
//! Each test asks first, and is passed over where the program is missing:
//!
//! ```
//! let Some(python) = testkit::tools::python() else { return };
//! # let _ = python;
//! ```
//!
//! As with data sets that is never silent: it is printed and counted. Under `cargo xtask ci`, which
//! brings the programs and says so in [`TOOLS_VARIABLE`], a missing one fails the test.

use std::env;
use std::path::{Path, PathBuf};

use crate::data::{skip, variable};

/// The environment variable that names the Python with the packages of `xtask/requirements.txt`.
pub const PYTHON_VARIABLE: &str = "TASTEMAKER_PYTHON";

/// The environment variable that says `required` where a missing program is a failure.
pub const TOOLS_VARIABLE: &str = "TASTEMAKER_TOOLS";

/// Where `cargo xtask tools` puts that Python, below the folder of the workspace.
const PYTHON: &str = "target/tools/python/bin/python";

/// The names under which Chromium is known.
const BROWSERS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The Python that has the packages of `xtask/requirements.txt`, or `None` when it is absent.
///
/// # Panics
///
/// If it is absent where programs are required.
pub fn python() -> Option<PathBuf> {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(PYTHON);
    let found = variable(PYTHON_VARIABLE).or(Some(ours)).filter(|it| it.exists());
    needed("a Python with xtask/requirements.txt", found)
}

/// Node with the packages of the lock file in `folder`, or `None` when one of them is absent.
///
/// # Panics
///
/// If one is absent where programs are required.
pub fn node(folder: &Path) -> Option<PathBuf> {
    let is_filled = folder.join("node_modules").exists();
    let found = on_path(&["node"]).filter(|_| is_filled);
    needed("Node with the packages of the tests", found)
}

/// A Chromium, or `None` when there is none.
///
/// # Panics
///
/// If there is none where programs are required.
pub fn browser() -> Option<PathBuf> {
    needed("Chromium", on_path(&BROWSERS))
}

fn needed(what: &str, found: Option<PathBuf>) -> Option<PathBuf> {
    if found.is_none() {
        let remedy = "run `cargo xtask tools`, and install Node.js and Chromium";
        let is_required = variable(TOOLS_VARIABLE).is_some_and(|it| it == Path::new("required"));
        assert!(!is_required, "this test needs {what}; {remedy}");
        skip(what, remedy);
    }
    found
}

fn on_path(names: &[&str]) -> Option<PathBuf> {
    let folders = variable("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(folders.as_os_str()).collect();
    let mut programs = names.iter().flat_map(|name| folders.iter().map(move |it| it.join(name)));
    programs.find(|it| it.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_where_the_shell_finds_it() {
        assert!(on_path(&["no-such-program", "sh"]).is_some_and(|it| it.ends_with("sh")));
        assert_eq!(on_path(&["no-such-program"]), None);
    }
}
