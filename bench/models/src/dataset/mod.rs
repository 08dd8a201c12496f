//! Finds and reads the public data sets that models are measured on.

mod counts;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;
use flate2::read::GzDecoder;

pub use counts::counts;

/// The environment variable that names the folder of data sets.
const DATA_VARIABLE: &str = "TASTEMAKER_DATA";

/// A folder among the data sets; when it is absent, says that it is skipped.
#[expect(clippy::disallowed_methods, reason = "benchmarks have no settings but this variable")]
pub fn folder(set: &str) -> Option<PathBuf> {
    let data = std::env::var(DATA_VARIABLE).ok().filter(|it| !it.is_empty());
    let found = data.map(|it| Path::new(&it).join(set)).filter(|it| it.is_dir());
    if found.is_none() {
        say(&format!(
            "skipped: there is no `{set}`; set {DATA_VARIABLE} to the folder of data sets"
        ));
    }
    found
}

/// The text of a packed file.
///
/// # Errors
///
/// When it cannot be opened or unpacked.
pub fn text(path: &Path) -> anyhow::Result<String> {
    let file = File::open(path).with_context(|| format!("opening `{}`", path.display()))?;
    let mut text = String::new();
    let mut reader = GzDecoder::new(file);
    let read = reader.read_to_string(&mut text);
    read.with_context(|| format!("unpacking `{}`", path.display()))?;
    Ok(text)
}

/// Tells whoever waits how far it is.
#[expect(
    clippy::print_stderr,
    reason = "whoever runs a benchmark for minutes wants to see it go on"
)]
pub fn say(line: &str) {
    eprintln!("{line}");
}
