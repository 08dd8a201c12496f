//! The rooms: ARCHITECTURE.md's table is the law, and it lists the crates that stand, no others.

use super::tree::{Finding, Tree};

/// The page with the table.
const PAGE: &str = "ARCHITECTURE.md";
const HEADING: &str = "## The rooms";

/// The table of ARCHITECTURE.md: rows of crates, the ones that know least first.
#[derive(Debug, Default)]
pub(crate) struct Rooms {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    title: String,
    crates: Vec<String>,
}

impl Rooms {
    /// Reads the table, which is empty where the page has none.
    ///
    /// A line without a title continues the row above it: its crates stand beside those.
    pub(crate) fn of(tree: &Tree) -> Rooms {
        let page = tree.text(PAGE).unwrap_or_default();
        let section = page.lines().skip_while(|it| *it != HEADING).skip(1);
        let table = section
            .take_while(|it| !it.starts_with("## "))
            .filter(|it| it.starts_with('|'))
            .skip(2);
        let mut rows: Vec<Row> = Vec::new();
        for line in table {
            let mut cells = line.trim_matches('|').split('|').map(str::trim);
            let title = cells.next().unwrap_or_default();
            let names = cells.next().unwrap_or_default().split('`').skip(1).step_by(2);
            if !title.is_empty() || rows.is_empty() {
                rows.push(Row { title: title.to_owned(), crates: Vec::new() });
            }
            let row = rows.last_mut().expect("a row was pushed if there was none");
            row.crates.extend(names.map(str::to_owned));
        }
        Rooms { rows }
    }

    /// The index of the row in which a crate stands, counted from the top.
    pub(crate) fn row(&self, name: &str) -> Option<usize> {
        self.rows.iter().position(|row| row.crates.iter().any(|it| it == name))
    }

    /// The title of a crate's row.
    pub(crate) fn title(&self, name: &str) -> Option<&str> {
        Some(self.rows[self.row(name)?].title.as_str())
    }

    /// All crates, from the top.
    pub(crate) fn crates(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().flat_map(|row| &row.crates).map(String::as_str)
    }
}

/// Compares the table with the folders in `crates/`.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let rooms = Rooms::of(tree);
    let mut findings = Vec::new();
    for it in tree.crates.iter().filter(|it| it.folder.starts_with("crates/")) {
        if rooms.row(&it.name).is_none() {
            let message = format!("add `{}` to the table of \"The rooms\" in {PAGE}", it.name);
            findings.push(Finding::new(&it.folder, message));
        }
        if it.folder != format!("crates/{}", it.name) {
            let message = format!("the crate here is called `{}`; one name for both", it.name);
            findings.push(Finding::new(&it.folder, message));
        }
    }
    for name in rooms.crates() {
        if !tree.crates.iter().any(|it| it.name == name) {
            let message =
                format!("lists `{name}`, which does not exist; the page tells what stands");
            findings.push(Finding::new(PAGE, message));
        }
    }
    findings
}
