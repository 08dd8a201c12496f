//! The project as the checks see it: the texts of its files and who uses whom.

use std::path::Path;
use std::{fmt, fs};

use anyhow::Context;
use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::shell;

/// A project's files and crates.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Every file that is text and not ignored, by path.
    pub(crate) files: Vec<File>,
    /// Every crate of the workspace, by name.
    pub(crate) crates: Vec<Crate>,
}

/// A text with its path, relative to the workspace and with `/` between folders.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A crate of the workspace and the other ones that it uses.
#[derive(Debug)]
pub(crate) struct Crate {
    pub(crate) name: String,
    /// Its folder, relative to the workspace.
    pub(crate) folder: String,
    /// Crates of the workspace that the product uses when it runs or is built.
    pub(crate) uses: Vec<String>,
    /// Crates of the workspace that only its tests use.
    pub(crate) tests_use: Vec<String>,
}

/// One thing that is out of order, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    path: String,
    line: Option<usize>,
    message: String,
}

impl Finding {
    /// A finding about a file or crate as a whole.
    pub(crate) fn new(path: impl Into<String>, message: impl Into<String>) -> Finding {
        Finding { path: path.into(), line: None, message: message.into() }
    }

    /// A finding at the line with this index, counted from zero.
    pub(crate) fn at(path: &str, index: usize, message: impl Into<String>) -> Finding {
        Finding { line: Some(index + 1), ..Finding::new(path, message) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}

impl Tree {
    /// Reads the working tree at `root`, including files that are not yet committed.
    ///
    /// # Errors
    ///
    /// If Git or Cargo cannot tell what belongs to it.
    pub(crate) fn load(root: &Path) -> anyhow::Result<Tree> {
        let mut git = shell::program(root, "git");
        git.args(["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"]);
        let paths = shell::read(&mut git)?;
        // A file that is no text, or was deleted but not yet committed so, is passed over.
        let files = paths
            .lines()
            .filter_map(|path| {
                let text = fs::read_to_string(root.join(path)).ok()?;
                Some(File { path: path.to_owned(), text })
            })
            .collect();
        Ok(Tree { files, crates: crates(root)? })
    }

    /// The text of the file at `path`, if there is such a file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|it| it.path == path).map(|it| it.text.as_str())
    }

    /// The Rust sources.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|it| it.path.ends_with(".rs"))
    }

    /// The manifests of the crates, without the workspace's own.
    pub(crate) fn manifests(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|it| it.path.ends_with("/Cargo.toml"))
    }
}

fn crates(root: &Path) -> anyhow::Result<Vec<Crate>> {
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("Cargo could not read the workspace")?;
    let mut crates: Vec<Crate> = metadata
        .packages
        .iter()
        .map(|package| {
            let named = |is_wanted: fn(DependencyKind) -> bool| {
                let mut names: Vec<String> = package
                    .dependencies
                    .iter()
                    .filter(|it| it.path.is_some() && is_wanted(it.kind))
                    .map(|it| it.name.clone())
                    .collect();
                names.sort();
                names.dedup();
                names
            };
            let folder = package.manifest_path.parent().unwrap_or(&package.manifest_path);
            Crate {
                name: package.name.to_string(),
                folder: folder.strip_prefix(root).unwrap_or(folder).to_string(),
                uses: named(|kind| kind != DependencyKind::Development),
                tests_use: named(|kind| kind == DependencyKind::Development),
            }
        })
        .collect();
    crates.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(crates)
}
