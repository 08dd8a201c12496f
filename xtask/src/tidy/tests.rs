//! A planted fault for each rule, and all rules on the project itself.

use expect_test::{Expect, expect};

use super::tree::File;
use super::*;

/// Runs every rule on a small project and compares what is found.
///
/// The project is written line by line: `crate NAME: USED …; TESTED WITH …` is a crate in its
/// folder with a manifest as it should be, `file PATH` a file whose text is the indented lines
/// after it. The page of architecture has a table of the crates `domain`, `recommend`, `ports`,
/// `app`, `server` and `testkit`, as far as they are in the project.
#[track_caller]
fn check(project: &str, expect: Expect) {
    let findings: String =
        check_all(&tree(project)).iter().map(|finding| format!("{finding}\n")).collect();
    expect.assert_eq(&findings);
}

const ROWS: [(&str, &[&str]); 6] = [
    ("words", &["domain"]),
    ("engines", &["recommend"]),
    ("ports", &["ports"]),
    ("use cases", &["app"]),
    ("edge", &["server", "shopsim"]),
    ("development", &["testkit"]),
];

const MANIFEST: &str = "[package]
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true

[lints]
workspace = true
";

fn tree(project: &str) -> Tree {
    let mut tree = Tree::default();
    let mut add = |path: String, text: String| tree.files.push(File { path, text });
    let mut crates = Vec::new();
    let mut lines = project.lines().map(|it| it.strip_prefix("        ").unwrap_or(it)).peekable();
    while let Some(line) = lines.next() {
        if let Some(path) = line.strip_prefix("file ") {
            let mut text = String::new();
            while let Some(line) = lines.next_if(|it| it.starts_with("    ") || it.is_empty()) {
                text += &format!("{}\n", line.strip_prefix("    ").unwrap_or(line));
            }
            add(path.to_owned(), text);
        } else if let Some(description) = line.strip_prefix("crate ") {
            let (name, edges) = description.split_once(':').unwrap();
            let (uses, tests_use) = edges.split_once(';').unwrap_or((edges, ""));
            let names = |it: &str| it.split_whitespace().map(str::to_owned).collect();
            let folder = format!("crates/{name}");
            add(format!("{folder}/Cargo.toml"), MANIFEST.to_owned());
            crates.push(Crate {
                name: name.to_owned(),
                folder,
                uses: names(uses),
                tests_use: names(tests_use),
            });
        }
    }
    let mut page = "## The rooms\n\n| row | crates |\n| --- | --- |\n".to_owned();
    for (title, row) in ROWS {
        let standing = row.iter().filter(|name| crates.iter().any(|it| it.name == **name));
        let cell: Vec<String> = standing.map(|it| format!("`{it}`")).collect();
        page += &format!("| {title} | {} |\n", cell.join(" "));
    }
    add("ARCHITECTURE.md".to_owned(), page);
    tree.crates = crates;
    tree
}

/// Like [`check`], for faults that would be found in this file too: they are written with an `@`
/// somewhere inside, and shown without what stands between backticks.
#[track_caller]
fn check_hidden(project: &str, expect: Expect) {
    let findings: String = check_all(&tree(&project.replace('@', "")))
        .iter()
        .map(|finding| format!("{finding}\n").split('`').step_by(2).collect::<String>())
        .collect();
    expect.assert_eq(&findings);
}

#[test]
fn this_project_is_tidy() {
    let findings = check_all(&Tree::load(crate::root()).unwrap());
    let list: String = findings.iter().map(|finding| format!("{finding}\n")).collect();
    assert!(findings.is_empty(), "`cargo xtask tidy` finds:\n{list}");
}

#[test]
fn an_orderly_project_has_no_findings() {
    check(
        "
        crate domain:
        crate ports: domain
        crate app: domain ports; testkit
        crate testkit: app
        file crates/app/src/lib.rs
            //! Use cases.
        ",
        expect![[""]],
    );
}

#[test]
fn edges_go_up_the_table_only() {
    check(
        "
        crate domain: app
        crate ports: domain testkit; testkit
        crate app: domain; server xtask
        crate server: app
        crate testkit:
        ",
        expect![[r#"
            crates/domain: uses `app`, which stands below it; turn the edge round or move what is needed up
            crates/ports: uses `testkit`, which stands below it; turn the edge round or move what is needed up
            crates/app: in tests: uses `server`, which stands below it; turn the edge round or move what is needed up
            crates/app: in tests: uses `xtask`, which is no crate to build on
            crates/server: no longer uses `api`; drop the exception "routes speak the wire types, which stand apart to be read as the API's reference"
        "#]],
    );
}

#[test]
fn the_simulated_shop_uses_none_of_our_crates() {
    check(
        "
        crate domain:
        crate shopsim: domain
        ",
        expect![[r#"
            crates/shopsim: uses `domain`, but must use none of ours: it talks HTTP as any shop does, so that what it shows holds for any shop
        "#]],
    );
}

#[test]
fn a_crate_has_a_place_in_the_table() {
    check(
        "
        crate pantry:
        ",
        expect![[r#"
            crates/pantry: add `pantry` to the table of "The rooms" in ARCHITECTURE.md
        "#]],
    );
}

#[test]
fn the_table_lists_nothing_that_does_not_stand() {
    let mut tree = tree("crate domain:\ncrate app:");
    tree.crates.retain(|it| it.name == "domain");
    let findings: Vec<String> = rooms::check(&tree).iter().map(ToString::to_string).collect();
    assert_eq!(
        findings,
        ["ARCHITECTURE.md: lists `app`, which does not exist; the page tells what stands"]
    );
}

#[test]
fn a_line_without_title_continues_the_row_above() {
    let mut tree = tree("");
    tree.files[0].text = "## The rooms\n| row | crates |\n|---|---|\n| engines | `a` |\n| | `b` `c` | d |\n| edge | `e` |\n## Next\n| x | `f` |\n"
        .to_owned();
    let rooms = Rooms::of(&tree);
    assert_eq!(rooms.crates().collect::<Vec<_>>(), ["a", "b", "c", "e"]);
    assert_eq!((rooms.row("c"), rooms.row("e"), rooms.row("f")), (Some(0), Some(1), None));
    assert_eq!(rooms.title("b"), Some("engines"));
}

#[test]
fn engines_do_not_reach_outside() {
    check(
        "
        crate domain:
        crate recommend: domain
        crate ports: domain
        file crates/recommend/src/lib.rs
            //! Never `std::fs`, says this comment.
            pub async fn load() {
            let now = Timestamp::now();
            mod tests {
            use std::fs;
        file crates/recommend/src/model/tests.rs
            //! Reads a data set with std::fs.
            use std::fs;
        file crates/ports/src/lib.rs
            //! Outside.
            use tokio::sync::mpsc;
        ",
        expect![[r#"
            crates/recommend/src/lib.rs:2: `async fn` in an engine; take what it gives as an argument
            crates/recommend/src/lib.rs:3: `::now()` in an engine; take what it gives as an argument
        "#]],
    );
}

#[test]
fn a_file_says_first_what_it_is_for() {
    check(
        "
        crate domain:
        file crates/domain/src/lib.rs
            use std::fmt;
        ",
        expect![[r#"
            crates/domain/src/lib.rs:1: open with `//!` and say what this file is for
        "#]],
    );
}

#[test]
fn modules_are_named_for_what_is_in_them() {
    check(
        "
        crate domain:
        file crates/domain/src/utils.rs
            //! Everything.
        file crates/domain/src/common/money.rs
            //! Money.
        ",
        expect![[r#"
            crates/domain/src/utils.rs: `utils` names nothing; call it by what is in it
            crates/domain/src/common/money.rs: `common` names nothing; call it by what is in it
        "#]],
    );
}

#[test]
fn nothing_is_silenced_or_left_for_later() {
    check_hidden(
        "
        crate domain:
        file crates/domain/src/lib.rs
            //! Words.
            #[ign@ore]
            #![al@low(dead_code)]
            to@do!()
            // TO@DO: more
        ",
        expect![[r#"
            crates/domain/src/lib.rs:2: : a test runs or does not exist
            crates/domain/src/lib.rs:3: : use 
            crates/domain/src/lib.rs:4: : finish it
            crates/domain/src/lib.rs:5: : finish it
        "#]],
    );
}

#[test]
fn files_are_short() {
    let long = "    //! Long.\n".repeat(801);
    check(
        &format!("crate domain:\nfile crates/domain/src/lib.rs\n{long}"),
        expect![[r#"
            crates/domain/src/lib.rs: 801 lines (limit 800); split it at a seam
            .: the median file has 801 lines (limit 200); split the longest
        "#]],
    );
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    check_hidden(
        "
        crate domain:
        file crates/domain/src/lib.rs
            //! See /wo@rk/shop.
            //! See https://shop.example/wo@rk/gloves.
            //! See ../wo@rk/shop.
        ",
        expect![[r#"
            crates/domain/src/lib.rs:1:  is a folder of one machine; say it relatively
        "#]],
    );
}

#[test]
fn manifests_inherit_from_the_workspace() {
    check(
        r#"
        file crates/domain/Cargo.toml
            [package]
            name = "domain"
            version = "0.1.0"
            edition.workspace = true
            rust-version.workspace = true
            license.workspace = true
            publish.workspace = true

            [dependencies]
            serde = "1"
            tokio = { workspace = true, features = ["fs"] }
        "#,
        expect![[r#"
            crates/domain/Cargo.toml:10: no source here mentions `serde`; drop it
            crates/domain/Cargo.toml:11: no source here mentions `tokio`; drop it
            crates/domain/Cargo.toml: add `[lints]` with `workspace = true`
            crates/domain/Cargo.toml: add `version.workspace = true`
            crates/domain/Cargo.toml:10: name the version in the workspace's manifest and inherit it here
        "#]],
    );
}

#[test]
fn every_dependency_is_used_and_explained() {
    check(
        r#"
        crate domain:
        file xtask/Cargo.toml
            [package]
            version.workspace = true
            edition.workspace = true
            rust-version.workspace = true
            license.workspace = true
            publish.workspace = true

            [dependencies]
            clap.workspace = true
            domain.workspace = true
            serde.workspace = true

            [lints]
            workspace = true
        file Cargo.toml
            [workspace.dependencies]
            domain = { path = "crates/domain" }
            clap = "4"
            serde = "1"
            tokio = "1"
        file docs/dependencies.md
            `clap` reads the command line, `tokio` waits.
        file xtask/src/main.rs
            //! Uses clap and domain, but not my_serde.
        "#,
        expect![[r#"
            Cargo.toml:4: say in docs/dependencies.md what `serde` is for and why it was chosen
            Cargo.toml:5: nothing uses `tokio`; drop it
            xtask/Cargo.toml:11: no source here mentions `serde`; drop it
        "#]],
    );
}
