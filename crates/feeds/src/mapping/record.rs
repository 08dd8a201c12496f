//! From records to the JSON that HTTP takes, and from its refusals back to columns.

use std::collections::BTreeMap;

use api::segment::Rules;
use app::Rejection;
use app::import::ImportRow;
use serde_json::{Map, Value};

use super::fields::Field;
use super::{Kind, Mapping, Origin};
use crate::grouped::Grouping;
use crate::json_rows::read_event;
use crate::product_json::product_row;
use crate::table::{Cell, Record, column};
use crate::{FeedError, Source};

/// What is read out of every record.
pub(super) struct Reader {
    mapping: Mapping,
    rules: Rules,
    /// For each field of the mapping its column, or `None` for a constant.
    columns: Vec<Option<usize>>,
    key_column: Option<usize>,
    /// The columns by the paths that refusals name.
    names: BTreeMap<String, String>,
}

/// A record with the column that groups it.
pub(super) struct Keyed {
    pub(super) record: Record,
    pub(super) key_column: usize,
}

impl Grouping for Keyed {
    fn key(&self) -> Option<&str> {
        Some(self.record.text(self.key_column)).filter(|it| !it.is_empty())
    }

    fn line(&self) -> u64 {
        self.record.line
    }
}

impl Reader {
    /// Finds the mapping's columns in the table.
    ///
    /// # Errors
    ///
    /// [`FeedError::ColumnMissing`] for one that is not there.
    pub(super) fn new(
        source: &Source,
        mapping: &Mapping,
        table_columns: &[String],
        rules: &Rules,
    ) -> Result<Reader, FeedError> {
        let mut columns = Vec::with_capacity(mapping.fields.len());
        let mut names = BTreeMap::new();
        for (field, origin) in &mapping.fields {
            columns.push(match origin {
                Origin::Column(name) => {
                    names.insert(field.path_in_refusals(mapping.kind), name.clone());
                    Some(column(source, table_columns, name)?)
                }
                Origin::Constant(_) => None,
            });
        }
        let has_parts = mapping.fields.iter().any(|(it, _)| it.is_of_part);
        let key = mapping.fields.iter().zip(&columns);
        let key_column = key
            .filter(|((field, _), _)| has_parts && field.name == mapping.group_by)
            .find_map(|(_, column)| *column);
        Ok(Reader { mapping: mapping.clone(), rules: rules.clone(), columns, key_column, names })
    }

    /// The column that groups records, where they are grouped.
    pub(super) fn key_column(&self) -> Option<usize> {
        self.key_column
    }

    /// What records that belong together tell.
    pub(super) fn row(&self, records: &[&Record]) -> ImportRow {
        let line = records.first().map_or(0, |it| it.line);
        let raw = records.iter().map(|it| it.raw.as_str()).collect::<Vec<_>>().join("\n");
        let row = match self.json(records) {
            Err(why) => ImportRow::new(line, Err(why)),
            Ok(json) => match self.mapping.kind {
                Kind::Products => product_row(line, json, self.rules.currency),
                Kind::Events => {
                    let message = Value::Object(json).to_string();
                    ImportRow::event(line, read_event(&message, &self.rules))
                }
            },
        };
        let about = row.about.clone().or_else(|| {
            let id = self.cell_of("id", records.first()?)?;
            id.parse().ok().filter(|_| row.item.is_err() && self.mapping.kind == Kind::Products)
        });
        match row.item {
            Ok(_) => row.with_raw(raw),
            Err(why) => {
                let (why, line) = self.in_words_of_the_file(why, records, line);
                ImportRow { line, about, item: Err(why), ..row }.with_raw(raw)
            }
        }
    }

    fn cell_of<'a>(&self, field: &str, record: &'a Record) -> Option<&'a str> {
        let mut fields = self.mapping.fields.iter().zip(&self.columns);
        let (_, column) = fields.find(|((it, _), _)| it.name == field)?;
        Some(record.text((*column)?))
    }

    fn json(&self, records: &[&Record]) -> Result<Map<String, Value>, Rejection> {
        let mut whole = Map::new();
        let mut parts = Vec::new();
        for (index, record) in records.iter().enumerate() {
            let mut part = Map::new();
            for ((field, origin), column) in self.mapping.fields.iter().zip(&self.columns) {
                // The whole is what its first record says.
                if !field.is_of_part && index > 0 {
                    continue;
                }
                let Some(value) = self.value(field, origin, *column, record)? else { continue };
                insert(if field.is_of_part { &mut part } else { &mut whole }, &field.path, value);
            }
            if !part.is_empty() {
                parts.push(Value::Object(part));
            }
        }
        if self.key_column.is_some() {
            self.add_parts(&mut whole, parts, records);
        }
        if self.mapping.kind == Kind::Events {
            whole.entry("type").or_insert_with(|| Value::from("track"));
        }
        Ok(whole)
    }

    fn add_parts(&self, whole: &mut Map<String, Value>, parts: Vec<Value>, records: &[&Record]) {
        match self.mapping.kind {
            Kind::Events => insert(whole, &["properties".into(), "products".into()], parts.into()),
            Kind::Products => {
                // A product that comes in one form only, without a name, has no variants.
                let is_named = |it: &Value| it.get("id").is_some();
                if records.len() > 1 || parts.iter().any(is_named) {
                    whole.insert("variants".into(), parts.into());
                }
            }
        }
    }

    fn value(
        &self,
        field: &Field,
        origin: &Origin,
        column: Option<usize>,
        record: &Record,
    ) -> Result<Option<Value>, Rejection> {
        let constant;
        let (name, cell) = match (origin, column) {
            (Origin::Column(name), Some(column)) => {
                (name, record.cells.get(column).unwrap_or(&Cell::Empty))
            }
            (Origin::Constant(text) | Origin::Column(text), _) => {
                constant = Cell::Text(text.clone());
                (&field.name, &constant)
            }
        };
        let word = match (self.mapping.words.get(&field.name), cell) {
            (Some(words), Cell::Text(text)) => words.get(text).cloned().map(Cell::Text),
            _ => None,
        };
        let cell = match &word {
            // A word may stand for nothing.
            Some(Cell::Text(text)) if text.is_empty() => &Cell::Empty,
            Some(cell) => cell,
            None => cell,
        };
        self.mapping.values.value(name, cell, field.shape)
    }

    /// The refusal with the column in place of the field, and the line of the record at fault.
    fn in_words_of_the_file(
        &self,
        why: Rejection,
        records: &[&Record],
        line: u64,
    ) -> (Rejection, u64) {
        let (path, index) = without_index(&why.field);
        let line = index.and_then(|it| records.get(it)).map_or(line, |it| it.line);
        match self.names.get(&path) {
            Some(column) => (Rejection { field: column.clone(), ..why }, line),
            None => (why, line),
        }
    }
}

/// The path without the index in it, and the index.
fn without_index(field: &str) -> (String, Option<usize>) {
    let found = field.split_once('[').and_then(|(before, rest)| {
        let (index, after) = rest.split_once(']')?;
        Some((format!("{before}{after}"), index.parse().ok()))
    });
    found.unwrap_or_else(|| (field.to_owned(), None))
}

/// Puts a value where the path leads, making objects on the way.
fn insert(object: &mut Map<String, Value>, path: &[String], value: Value) {
    match path {
        [] => {}
        [name] => drop(object.insert(name.clone(), value)),
        [name, rest @ ..] => {
            let inner = object.entry(name.clone()).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}
