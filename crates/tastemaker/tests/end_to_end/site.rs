//! A folder of its own for a shop: its settings, its data and its root key, where the program looks for
//! them by itself.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A folder in which commands are run, with nothing of this machine's settings in reach.
pub(crate) struct Site {
    folder: TempDir,
}

impl Site {
    /// A folder with nothing in it.
    pub(crate) fn new() -> Site {
        Site { folder: tempfile::tempdir().unwrap() }
    }

    /// A folder with these settings in it.
    pub(crate) fn with(settings: &str) -> Site {
        let site = Site::new();
        site.write("tastemaker.toml", settings);
        site
    }

    /// Where something lies.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the program looks for the root key.
    pub(crate) fn root_key(&self) -> PathBuf {
        self.path("home/.config/tastemaker/root.key")
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// A command of the program, such as `keys list`, ready to be run in the folder.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tastemaker"));
        command.args(line.split_whitespace()).current_dir(self.folder.path());
        command.env_clear().env("HOME", self.path("home"));
        command
    }

    /// What a command prints that does what it is asked.
    #[track_caller]
    pub(crate) fn run(&self, line: &str) -> String {
        self.run_with(line, &[])
    }

    /// The same with these variables of the environment.
    #[track_caller]
    pub(crate) fn run_with(&self, line: &str, variables: &[(&str, &str)]) -> String {
        let mut command = self.command(line);
        let (output, said) = said(command.envs(variables.iter().copied()).output().unwrap());
        assert!(output.status.success(), "`{line}` failed: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a command says that cannot do what it is asked.
    #[track_caller]
    pub(crate) fn refusal(&self, line: &str) -> String {
        let (output, said) = said(self.command(line).output().unwrap());
        assert_eq!(output.status.code(), Some(1), "`{line}` was not refused: {said}");
        said
    }

    /// Digests of the live state as it would be after a start, which must be what the history says.
    #[track_caller]
    pub(crate) fn state(&self) -> String {
        let state = self.run("state digest");
        assert_eq!(state, self.run("state digest --from-history"));
        state
    }

    /// The open part of every event, a line each.
    pub(crate) fn log(&self) -> Vec<serde_json::Value> {
        let lines = self.run("log export");
        lines.lines().map(|it| serde_json::from_str(it).unwrap()).collect()
    }
}

fn said(output: Output) -> (Output, String) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, said)
}

/// Every file below a folder, in order.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}
