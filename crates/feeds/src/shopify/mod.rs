//! Shopify's product export.
//!
//! One row is a variant, a picture, or both; the first row of a handle tells the product. The columns
//! have been renamed over the years, and all names are known: `Variant Price` as `Price`, `Handle` as
//! `URL handle`, `Body (HTML)` as `Description` and so on (`columns.rs`).
//!
//! | in the file | here |
//! | --- | --- |
//! | `Handle` | the product's id |
//! | `Title`, `Body (HTML)`, `Vendor` | title, description as text, brand |
//! | `Product Category`, `Type` | a way through categories each |
//! | `Tags` | the attribute `tags` |
//! | `Published` false, or `Status` draft or archived | hidden |
//! | `Option1 Name`, `Option1 Value`, … | attributes of variants, and of the product with all their values |
//! | `Variant SKU` | the variant's id; where a product has one twice or lacks one, its options are |
//! | `Variant Price`, the lowest | the product's price, in the shop's currency |
//! | `Variant Inventory Qty` | stock, where Shopify tracks it and does not sell beyond it |
//! | `Cost per item` | cost |
//! | `Image Src`, `Variant Image` | pictures, by `Image Position` |

mod columns;

use std::collections::{BTreeMap, BTreeSet};

use api::segment::Rules;
use app::import::ImportRow;
use domain::{Currency, Money};
use serde_json::{Map, Value, json};

use crate::grouped::{Grouping, Step, grouped};
use crate::html::text_of;
use crate::mapping::CsvForm;
use crate::product_json::{Fields, description, money, product_row, set_text};
use crate::table::{self, Record};
use crate::{Facts, FeedError, Rows, Source};
use columns::{Column, Columns};

/// The most values of one attribute that a product may have.
const VALUES_MAX: usize = 128;
/// What Shopify calls the only form of a product that has no others.
const NO_OPTION: &str = "Default Title";
/// How many options a product can have.
const N_OPTIONS: usize = 3;

/// A row with the column that groups it.
struct Row {
    record: Record,
    handle: usize,
}

impl Grouping for Row {
    fn key(&self) -> Option<&str> {
        Some(self.record.text(self.handle)).filter(|it| !it.is_empty())
    }

    fn line(&self) -> u64 {
        self.record.line
    }
}

/// The products of an export.
pub(crate) fn rows(source: &Source, rules: &Rules, facts: &Facts) -> Result<Rows, FeedError> {
    let columns = Columns::find(source, &table::csv(source, CsvForm::default())?.columns)?;
    let handle = columns.handle();
    let groups = grouped(source.path(), || {
        let records = table::csv(source, CsvForm::default())?.records;
        Ok(records.map(move |step| {
            Ok(match step? {
                Step::Row(record) => Step::Row(Row { record, handle }),
                Step::Refused(row) => Step::Refused(row),
            })
        }))
    })?;
    facts.set("rows", 0);
    facts.set("products", groups.n_groups());
    let (facts, currency, mut n_rows, mut n_variants) = (facts.clone(), rules.currency, 0, 0);
    Ok(Box::new(groups.map(move |step| {
        let row = match step? {
            Step::Row(rows) => {
                n_rows += rows.len();
                let records: Vec<&Record> = rows.iter().map(|it| &it.record).collect();
                n_variants += records.iter().filter(|it| columns.is_variant(it)).count();
                product(&columns, &records, currency)
            }
            Step::Refused(row) => {
                n_rows += 1;
                *row
            }
        };
        facts.set("rows", n_rows);
        facts.set("variants", n_variants);
        Ok(row)
    })))
}

fn product(columns: &Columns, records: &[&Record], currency: Currency) -> ImportRow {
    let line = records.first().map_or(0, |it| it.line);
    let raw = records.iter().map(|it| it.raw.as_str()).collect::<Vec<_>>().join("\n");
    let mut mended = Vec::new();
    let fields = fields(columns, records, currency, &mut mended);
    let row = product_row(line, fields, currency).with_raw(raw);
    let item = row.item.map_err(|why| columns.in_words_of_the_file(why));
    ImportRow { item, mended, ..row }
}

fn fields(
    columns: &Columns,
    records: &[&Record],
    currency: Currency,
    mended: &mut Vec<String>,
) -> Fields {
    let mut fields = Map::new();
    let Some(first) = records.first() else { return fields };
    let of_first = |column: Column| columns.text(first, column);
    set_text(&mut fields, "id", of_first(Column::Handle));
    set_text(&mut fields, "title", of_first(Column::Title));
    let text = text_of(of_first(Column::Body));
    let (text, is_cut) = description(&text);
    if is_cut {
        mended.push("the description is cut to what fits".to_owned());
    }
    set_text(&mut fields, "description", text);
    set_text(&mut fields, "brand", of_first(Column::Vendor));
    let path = |it: &str| -> Vec<String> {
        it.split('>').map(|name| name.trim().to_owned()).filter(|it| !it.is_empty()).collect()
    };
    let ways = [path(of_first(Column::Category)), vec![of_first(Column::Type).to_owned()]];
    let ways = ways.into_iter().filter(|it| it.first().is_some_and(|it| !it.is_empty()));
    let ways: Vec<Vec<String>> = ways.collect();
    fields.insert("categories".into(), json!(ways));
    if is_hidden(of_first(Column::Published), of_first(Column::Status)) {
        set_text(&mut fields, "visibility", "hidden");
    }
    fields.insert("images".into(), json!(images(columns, records)));

    let variants: Vec<&Record> =
        records.iter().copied().filter(|it| columns.is_variant(it)).collect();
    let mut attributes = attributes(columns, first, &variants);
    let tags = of_first(Column::Tags).split(',').map(str::trim).filter(|it| !it.is_empty());
    let tags: BTreeSet<&str> = tags.collect();
    if tags.len() > VALUES_MAX {
        mended.push(format!("of {} tags the first {VALUES_MAX} are kept", tags.len()));
    }
    if !tags.is_empty() {
        let tags = tags.into_iter().take(VALUES_MAX).map(str::to_owned).collect();
        attributes.insert("tags".to_owned(), tags);
    }
    fields.insert("attributes".into(), json!(attributes));
    prices_and_variants(columns, first, &variants, currency, &mut fields);
    fields
}

/// Prices and stock: the product's own where it has one form only, else those of its variants.
fn prices_and_variants(
    columns: &Columns,
    first: &Record,
    variants: &[&Record],
    currency: Currency,
    fields: &mut Fields,
) {
    let parsed =
        |it: &&Record| Money::parse_decimal(columns.text(it, Column::Price), currency).ok();
    let lowest = variants.iter().filter_map(parsed).min_by_key(|it| it.amount_minor());
    let any_price = variants.first().map_or("", |it| columns.text(it, Column::Price));
    match lowest {
        Some(price) => drop(fields.insert("price".into(), money(price))),
        None => set_text(fields, "price", any_price),
    }
    let cost = variants.iter().map(|it| columns.text(it, Column::Cost)).find(|it| !it.is_empty());
    set_text(fields, "cost", cost.unwrap_or_default());

    let is_single = variants.len() == 1
        && ["", NO_OPTION].contains(&columns.text(first, Column::OptionValue(0)));
    if let ([only], true) = (variants, is_single) {
        if let Some(stock) = stock(columns, only) {
            fields.insert("stock".into(), stock.into());
        }
        return;
    }
    let ids = variant_ids(columns, variants);
    let variant = |(record, id): (&&Record, String)| {
        let options: Vec<&str> = options(columns, record).collect();
        let mut variant = Map::new();
        variant.insert("id".into(), id.into());
        set_text(&mut variant, "title", &options.join(" / "));
        let named = (0..N_OPTIONS).filter_map(|it| option(columns, first, record, it));
        let attributes: BTreeMap<&str, &str> = named.collect();
        variant.insert("attributes".into(), json!(attributes));
        if parsed(record) != lowest || lowest.is_none() {
            set_text(&mut variant, "price", columns.text(record, Column::Price));
        }
        if let Some(stock) = stock(columns, record) {
            variant.insert("stock".into(), stock.into());
        }
        Value::Object(variant)
    };
    let variants: Vec<Value> = variants.iter().zip(ids).map(variant).collect();
    fields.insert("variants".into(), variants.into());
}

fn options<'a>(columns: &'a Columns, record: &'a Record) -> impl Iterator<Item = &'a str> {
    let values = (0..N_OPTIONS).map(|it| columns.text(record, Column::OptionValue(it)));
    values.filter(|it| !it.is_empty() && *it != NO_OPTION)
}

/// The name and the value of an option. Only the first row of a product names it.
fn option<'a>(
    columns: &'a Columns,
    first: &'a Record,
    record: &'a Record,
    number: usize,
) -> Option<(&'a str, &'a str)> {
    let name = columns.text(first, Column::OptionName(number));
    let value = columns.text(record, Column::OptionValue(number));
    let is_said = !name.is_empty() && !value.is_empty() && value != NO_OPTION;
    is_said.then_some((name, value))
}

fn attributes(
    columns: &Columns,
    first: &Record,
    variants: &[&Record],
) -> BTreeMap<String, Vec<String>> {
    let mut attributes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for record in variants {
        for (name, value) in (0..N_OPTIONS).filter_map(|it| option(columns, first, record, it)) {
            let values = attributes.entry(name.to_owned()).or_default();
            if values.len() < VALUES_MAX && !values.iter().any(|it| it == value) {
                values.push(value.to_owned());
            }
        }
    }
    attributes
}

/// The ids of variants: their SKUs where each has one of its own, else the handle and their options.
fn variant_ids(columns: &Columns, variants: &[&Record]) -> Vec<String> {
    let skus: Vec<&str> = variants.iter().map(|it| columns.text(it, Column::Sku)).collect();
    let distinct: BTreeSet<&str> = skus.iter().copied().filter(|it| !it.is_empty()).collect();
    if distinct.len() == variants.len() {
        return skus.into_iter().map(str::to_owned).collect();
    }
    let id = |record: &&Record| {
        let handle = columns.text(record, Column::Handle);
        std::iter::once(handle).chain(options(columns, record)).collect::<Vec<_>>().join("/")
    };
    variants.iter().map(id).collect()
}

/// How many can be sold; `None` where Shopify does not count or sells beyond.
fn stock(columns: &Columns, record: &Record) -> Option<u32> {
    let sells_beyond = columns.text(record, Column::Policy).to_ascii_lowercase();
    if columns.text(record, Column::Tracker).is_empty()
        || ["continue", "true", "yes"].contains(&sells_beyond.as_str())
    {
        return None;
    }
    let quantity: i64 = columns.text(record, Column::Quantity).parse().unwrap_or_default();
    Some(u32::try_from(quantity.max(0)).unwrap_or(u32::MAX))
}

fn is_hidden(published: &str, status: &str) -> bool {
    let is = |text: &str, words: &[&str]| words.iter().any(|it| text.eq_ignore_ascii_case(it));
    is(published, &["false", "no", "0"]) || is(status, &["draft", "archived", "unlisted"])
}

/// Addresses of pictures, each once, by their position.
fn images(columns: &Columns, records: &[&Record]) -> Vec<String> {
    let mut placed: Vec<(u32, &str)> = Vec::new();
    for record in records {
        let position = columns.text(record, Column::ImagePosition).parse().unwrap_or(u32::MAX);
        placed.push((position, columns.text(record, Column::Image)));
    }
    placed.sort_by_key(|(position, _)| *position);
    let of_variants = records.iter().map(|it| columns.text(it, Column::VariantImage));
    let mut images: Vec<String> = Vec::new();
    for address in placed.into_iter().map(|(_, it)| it).chain(of_variants) {
        if !address.is_empty() && !images.iter().any(|it| it == address) {
            images.push(address.to_owned());
        }
    }
    images
}

#[cfg(test)]
mod tests;
