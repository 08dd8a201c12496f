//! Every dependency is used where it is listed, and docs/dependencies.md says what those from
//! outside are for.

use super::manifests::dependencies;
use super::tree::{File, Finding, Tree};

/// The workspace's manifest, which names all versions.
const MANIFEST: &str = "Cargo.toml";
/// The page that explains each of them.
const PAGE: &str = "docs/dependencies.md";

/// Compares the manifests with the sources, and the workspace's list with both the manifests that
/// use it and the page that explains it.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = unexplained(tree);
    findings.extend(tree.manifests().flat_map(|it| unused(tree, it)));
    findings
}

/// Dependencies of one crate whose name is not in its sources.
fn unused(tree: &Tree, manifest: &File) -> Vec<Finding> {
    let folder = manifest.path.trim_end_matches("Cargo.toml");
    dependencies(&manifest.text)
        .filter(|(_, line)| {
            let module = name(line).replace('-', "_");
            !tree.sources().any(|it| it.path.starts_with(folder) && mentions(&it.text, &module))
        })
        .map(|(index, line)| {
            let message = format!("no source here mentions `{}`; drop it", name(line));
            Finding::at(&manifest.path, index, message)
        })
        .collect()
}

/// Whether `name` stands in `text` as a word.
fn mentions(text: &str, name: &str) -> bool {
    let is_part = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '_');
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|it| it.chars().next());
        !is_part(before) && !is_part(after)
    })
}

fn unexplained(tree: &Tree) -> Vec<Finding> {
    let manifest = tree.text(MANIFEST).unwrap_or_default();
    let page = tree.text(PAGE).unwrap_or_default();
    let mut findings = Vec::new();
    for (index, line) in dependencies(manifest) {
        let name = name(line);
        let is_used = tree
            .manifests()
            .any(|it| dependencies(&it.text).any(|(_, line)| self::name(line) == name));
        if !is_used {
            findings.push(Finding::at(MANIFEST, index, format!("nothing uses `{name}`; drop it")));
        }
        if !line.contains("path = ") && !page.contains(&format!("`{name}`")) {
            let message = format!("say in {PAGE} what `{name}` is for and why it was chosen");
            findings.push(Finding::at(MANIFEST, index, message));
        }
    }
    findings
}

/// The name before the first dot, space or equals sign.
fn name(line: &str) -> &str {
    line.split(['.', ' ', '=']).next().unwrap_or(line)
}
