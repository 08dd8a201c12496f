//! Finds programs that come as packages of Python.

use std::env;
use std::path::{Path, PathBuf};

use crate::needed::{needed, variable};

/// The environment variable that names the Python with the packages of `xtask/requirements.txt`.
const PYTHON_VARIABLE: &str = "TASTEMAKER_PYTHON";

/// Where `cargo xtask tools` puts that Python's programs, below the folder of the workspace.
const PYTHON_PROGRAMS: &str = "target/tools/python/bin";

/// A program on the path, or beside the tools' Python.
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
    needed(name, "run `cargo xtask tools`", found)
}
