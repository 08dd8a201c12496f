//! Mappings: what the columns of a table mean, said in a small TOML file.
//!
//! ```toml
//! kind = "products"
//! separator = ";"
//! decimal = ","
//!
//! [columns]                    # field = "Column"
//! id = "Artikelnummer"
//! title = "Bezeichnung"
//! price = "VK"
//! "attributes.colour" = "Farbe"
//!
//! [constants]
//! currency = "EUR"
//! ```
//!
//! A record becomes the JSON that HTTP takes and is read by `api`, so that a field means the same
//! wherever it comes from. What `api` refuses is told in the column's name.
//!
//! Rows with one id are one thing where the mapping names parts of it: `variants.*` of a product,
//! `lines.*` of an order.

mod fields;
mod file;
mod record;
mod value;

use std::collections::BTreeMap;
use std::path::Path;

use crate::grouped::{Step, grouped};
use crate::table::{self, Table};
use crate::{Facts, FeedError, Rows, Rules, Source};
use fields::Field;
use record::{Keyed, Reader};
use value::Values;
pub(crate) use value::split_currency;

/// What rows tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Products.
    #[default]
    Products,
    /// Events.
    Events,
}

/// How the bytes of a text are to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    #[default]
    Utf8,
    Windows1252,
}

/// How CSV is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CsvForm {
    pub(crate) separator: u8,
    /// Whether quotes mean anything.
    pub(crate) quoted: bool,
    pub(crate) encoding: Encoding,
}

impl Default for CsvForm {
    fn default() -> CsvForm {
        CsvForm { separator: b',', quoted: true, encoding: Encoding::Utf8 }
    }
}

/// What the table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Csv(CsvForm),
    Parquet,
}

/// Where a field's value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Column(String),
    Constant(String),
}

/// What the columns of a table mean.
#[derive(Clone, Debug)]
pub(crate) struct Mapping {
    kind: Kind,
    form: Form,
    values: Values,
    fields: Vec<(Field, Origin)>,
    /// What words of the file stand for, by field.
    words: BTreeMap<String, BTreeMap<String, String>>,
    /// The field whose value groups rows.
    group_by: String,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    ///
    /// [`FeedError::Mapping`], which names what is wrong in it.
    pub(crate) fn read(path: &Path) -> Result<Mapping, FeedError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| FeedError::Read { path: path.to_owned(), source })?;
        file::parse(&text).map_err(|what| FeedError::Mapping { path: path.to_owned(), what })
    }

    /// The mapping of columns that are named like the fields of products; `None` when one is not.
    pub(crate) fn of_columns(columns: &[String]) -> Option<Mapping> {
        let fields = columns.iter().map(|column| {
            // What the first form of this table called it.
            let name = if column == "image" { "images" } else { column.as_str() };
            Some((Field::of(Kind::Products, name)?, Origin::Column(column.clone())))
        });
        Some(Mapping {
            kind: Kind::Products,
            form: Form::Csv(CsvForm::default()),
            values: Values::default(),
            fields: fields.collect::<Option<Vec<_>>>()?,
            words: BTreeMap::new(),
            group_by: "id".to_owned(),
        })
    }

    /// The same for a table in Parquet.
    pub(crate) fn of_parquet(mut self) -> Mapping {
        self.form = Form::Parquet;
        self
    }

    fn table(&self, source: &Source) -> Result<Table, FeedError> {
        match self.form {
            Form::Csv(form) => table::csv(source, form),
            Form::Parquet => table::parquet(source),
        }
    }
}

/// The rows of a table with that mapping.
pub(crate) fn rows(
    source: &Source,
    mapping: Mapping,
    rules: &Rules,
    facts: &Facts,
) -> Result<Rows, FeedError> {
    let columns = mapping.table(source)?.columns;
    let reader = Reader::new(source, &mapping, &columns, rules)?;
    let (facts, mut n_rows) = (facts.clone(), 0_u64);
    let mut note = move |n_records: usize| {
        n_rows += n_records as u64;
        facts.set("rows", n_rows);
    };
    let key_column = reader.key_column();
    let Some(key_column) = key_column else {
        let records = mapping.table(source)?.records;
        return Ok(Box::new(records.map(move |step| {
            note(1);
            Ok(match step? {
                Step::Row(record) => reader.row(&[&record]),
                Step::Refused(row) => *row,
            })
        })));
    };
    let groups = grouped(source.path(), || {
        let records = mapping.table(source)?.records;
        Ok(records.map(move |step| {
            Ok(match step? {
                Step::Row(record) => Step::Row(Keyed { record, key_column }),
                Step::Refused(row) => Step::Refused(row),
            })
        }))
    })?;
    Ok(Box::new(groups.map(move |step| {
        Ok(match step? {
            Step::Row(group) => {
                note(group.len());
                reader.row(&group.iter().map(|it| &it.record).collect::<Vec<_>>())
            }
            Step::Refused(row) => {
                note(1);
                *row
            }
        })
    })))
}

#[cfg(test)]
mod tests;
