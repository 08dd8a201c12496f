//! Finds the programs of servers, and says when one is absent.
//!
//! A test whose server is absent is passed over, never silently: it is printed, and counted in the folder
//! that `cargo xtask ci` names. Where that command runs, which brings the programs, a missing one fails.
//! The variables are those of `testkit`, which is too large to be used here.

use std::path::{Path, PathBuf};
use std::{env, fs, thread};

/// The environment variable that names the Python with the packages of `xtask/requirements.txt`.
const PYTHON_VARIABLE: &str = "TASTEMAKER_PYTHON";

/// The environment variable that says `required` where a missing program is a failure.
const TOOLS_VARIABLE: &str = "TASTEMAKER_TOOLS";

/// The environment variable that names the folder in which skipped tests are recorded.
const SKIPS_VARIABLE: &str = "TASTEMAKER_SKIPS";

/// Where `cargo xtask tools` puts that Python's programs, below the folder of the workspace.
const PYTHON_PROGRAMS: &str = "target/tools/python/bin";

/// A program that comes as a package of Python: on the path, or beside the tools' Python.
///
/// # Panics
///
/// If it is absent where programs are required.
pub(crate) fn from_python(name: &str) -> Option<PathBuf> {
    let path = variable("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = env::split_paths(path.as_os_str()).collect();
    folders.extend(variable(PYTHON_VARIABLE).as_deref().and_then(Path::parent).map(Path::to_owned));
    folders.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(PYTHON_PROGRAMS));
    let found = folders.iter().map(|it| it.join(name)).find(|it| it.is_file());
    needed(name, found, "run `cargo xtask tools`")
}

fn needed(what: &str, found: Option<PathBuf>, remedy: &str) -> Option<PathBuf> {
    if found.is_none() {
        let is_required = variable(TOOLS_VARIABLE).is_some_and(|it| it == Path::new("required"));
        assert!(!is_required, "this test needs {what}; {remedy}");
        skip(what, remedy);
    }
    found
}

/// Says and records that the calling test is passed over because `needed` is absent.
fn skip(needed: &str, remedy: &str) {
    let current = thread::current();
    let test = current.name().unwrap_or("unnamed test");
    if let Some(folder) = variable(SKIPS_VARIABLE) {
        let name: String = format!("{test} {needed}")
            .chars()
            .map(|it| if it.is_ascii_alphanumeric() { it } else { '-' })
            .collect();
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(folder.join(name), format!("{test}\t{needed}\n")))
            .expect("the folder of skips must be writable");
    }
    say(&format!("skipped: {test} needs `{needed}`; {remedy}"));
}

#[expect(clippy::disallowed_methods, reason = "tests have no settings but these variables")]
fn variable(name: &str) -> Option<PathBuf> {
    env::var(name).ok().filter(|it| !it.is_empty()).map(PathBuf::from)
}

#[expect(clippy::print_stderr, reason = "whoever runs the tests must see what they did not do")]
fn say(line: &str) {
    eprintln!("{line}");
}
