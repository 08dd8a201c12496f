//! Feeds as tab-separated text: a column for each field, lists with commas between.

use api::segment::Rules;

use super::item::Item;
use super::products;
use crate::grouped::Step;
use crate::mapping::CsvForm;
use crate::table::{self, Record, column};
use crate::{Facts, FeedError, Rows, Source};

/// Fields that hold several values.
const LISTS: [&str; 3] = ["additional_image_link", "product_type", "product_detail"];

const FORM: CsvForm =
    CsvForm { separator: b'\t', quoted: true, encoding: crate::mapping::Encoding::Utf8 };

/// The products of a feed.
pub(crate) fn tsv_rows(source: &Source, rules: &Rules, facts: &Facts) -> Result<Rows, FeedError> {
    let columns = names(&table::csv(source, FORM)?.columns);
    for needed in ["id", "title"] {
        column(source, &columns, needed)?;
    }
    let open = || {
        let records = table::csv(source, FORM)?.records;
        let columns = columns.clone();
        Ok(records.map(move |step| {
            Ok(match step? {
                Step::Row(record) => Step::Row(item(&columns, record)),
                Step::Refused(row) => Step::Refused(row),
            })
        }))
    };
    products(source, open, rules, facts)
}

/// Columns by the names of the specification: some write `image link` for `image_link`.
fn names(columns: &[String]) -> Vec<String> {
    let name = |it: &String| it.trim_start_matches("g:").to_ascii_lowercase().replace(' ', "_");
    columns.iter().map(name).collect()
}

fn item(columns: &[String], record: Record) -> Item {
    let mut fields = Vec::with_capacity(columns.len());
    for (index, name) in columns.iter().enumerate() {
        let text = record.text(index);
        if LISTS.contains(&name.as_str()) {
            fields.extend(listed(text).map(|it| (name.clone(), it)));
        } else if !text.is_empty() {
            fields.push((name.clone(), text.to_owned()));
        }
    }
    Item { line: record.line, fields, raw: record.raw }
}

/// The values of a list, which may be quoted where they hold a comma.
fn listed(text: &str) -> impl Iterator<Item = String> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let values: Vec<String> = reader
        .records()
        .flatten()
        .flat_map(|it| it.iter().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    values.into_iter().map(|it| it.trim().to_owned()).filter(|it| !it.is_empty())
}
