//! Clients that are not of this house, against the program as it runs: Segment's own library, a browser
//! with the JavaScript client, and a program that reads the OpenAPI document and tries everything.
//!
//! They are started as they come, from `node_modules` and a Python of their own; `testkit::tools` finds
//! them and says what is passed over where one is missing. A script prints one JSON object: what it saw.

#[cfg(feature = "demo")]
mod browser;
mod interface;
mod page;
mod segment;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The folder with the scripts and the packages that they use.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/end_to_end/clients")
}

/// Runs a script of this folder to its end and reads what it saw.
#[track_caller]
fn script(node: &Path, name: &str, arguments: &[&str]) -> Value {
    let mut command = Command::new(node);
    command.arg(folder().join(name)).args(arguments).stderr(Stdio::inherit());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{name} ended with {}: {said}", output.status);
    serde_json::from_str(&said).unwrap_or_else(|err| panic!("{name} said {said}: {err}"))
}
