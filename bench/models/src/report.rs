//! The shape of every result: rows of named cells, as a table for people or JSON lines for programs.
//!
//! Flatten [`Output`] into a benchmark's arguments, collect [`Row`]s, and [`Output::print`] them.
//! Progress and remarks go to standard error; standard output holds the result alone.

use clap::Args;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// How a benchmark answers.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Output {
    /// Print one JSON object a row instead of a table
    #[arg(long)]
    json: bool,
}

/// One line of a result: cells by name, in the order in which they were added.
#[derive(Clone, Debug, Default)]
pub struct Row(Vec<(&'static str, Cell)>);

#[derive(Clone, Debug)]
enum Cell {
    Text(String),
    Whole(u64),
    Decimal { value: f64, n_digits: usize },
}

impl Row {
    /// A row without cells.
    pub fn new() -> Row {
        Row::default()
    }

    /// Adds a word, such as the name of a data set.
    pub fn text(mut self, name: &'static str, value: impl Into<String>) -> Row {
        self.0.push((name, Cell::Text(value.into())));
        self
    }

    /// Adds a count.
    pub fn whole(mut self, name: &'static str, value: u64) -> Row {
        self.0.push((name, Cell::Whole(value)));
        self
    }

    /// Adds a measure, rounded to `n_digits` decimals in the table and in JSON alike.
    pub fn decimal(mut self, name: &'static str, value: f64, n_digits: usize) -> Row {
        self.0.push((name, Cell::Decimal { value, n_digits }));
        self
    }
}

impl Cell {
    fn render(&self) -> String {
        match self {
            Cell::Text(it) => it.clone(),
            Cell::Whole(it) => it.to_string(),
            Cell::Decimal { value, n_digits } => format!("{value:.n_digits$}"),
        }
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, cell) in &self.0 {
            match cell {
                Cell::Text(it) => map.serialize_entry(name, it)?,
                Cell::Whole(it) => map.serialize_entry(name, it)?,
                // Through its printed form, so that both outputs state the same figure; a measure
                // that is no number has no JSON form and becomes null.
                Cell::Decimal { .. } => {
                    map.serialize_entry(name, &cell.render().parse::<f64>().ok())?
                }
            }
        }
        map.end()
    }
}

impl Output {
    /// Prints `rows` to standard output.
    #[expect(clippy::print_stdout, reason = "the result is what was asked for")]
    pub fn print(self, rows: &[Row]) -> anyhow::Result<()> {
        if self.json {
            for row in rows {
                println!("{}", serde_json::to_string(row)?);
            }
        } else {
            print!("{}", table(rows));
        }
        Ok(())
    }
}

/// Lays `rows` out in Markdown, ready for `RESULTS.md`: one column for each name, in order of
/// first appearance, empty where a row has no such cell.
fn table(rows: &[Row]) -> String {
    let mut names: Vec<&'static str> = Vec::new();
    for (name, _) in rows.iter().flat_map(|row| &row.0) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let cell = |row: &Row, name: &str| {
        row.0.iter().find(|it| it.0 == name).map(|it| it.1.render()).unwrap_or_default()
    };
    let mut lines = vec![names.iter().map(ToString::to_string).collect::<Vec<_>>()];
    lines.extend(rows.iter().map(|row| names.iter().map(|name| cell(row, name)).collect()));
    let widths: Vec<usize> = (0..names.len())
        .map(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0))
        .collect();
    lines.insert(1, widths.iter().map(|width| "-".repeat(*width)).collect());

    let mut text = String::new();
    for line in lines {
        for (value, width) in line.iter().zip(&widths) {
            text += &format!("| {value:width$} ");
        }
        text += "|\n";
    }
    text
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn rows() -> Vec<Row> {
        vec![
            Row::new().text("method", "popularity").decimal("p20", 0.5, 2).whole("n", 60858),
            Row::new().text("method", "session_neighbors").decimal("p20", 52.954, 2),
        ]
    }

    #[test]
    fn the_table_has_a_column_for_every_name() {
        expect![[r#"
            | method            | p20   | n     |
            | ----------------- | ----- | ----- |
            | popularity        | 0.50  | 60858 |
            | session_neighbors | 52.95 |       |
        "#]]
        .assert_eq(&table(&rows()));
    }

    #[test]
    fn json_keeps_the_order_and_the_rounding_of_the_table() {
        let lines: Vec<String> =
            rows().iter().map(|it| serde_json::to_string(it).unwrap()).collect();
        expect![[r#"
            {"method":"popularity","p20":0.5,"n":60858}
            {"method":"session_neighbors","p20":52.95}"#]]
        .assert_eq(&lines.join("\n"));
    }
}
