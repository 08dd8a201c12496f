//! Products: what the grocer has on its shelves.

use app::import::{ImportRow, Unreadable};
use serde_json::{Map, json};

use super::columns::{Columns, text_in};
use super::{CURRENCY, PRODUCTS, line};
use crate::product_json::{Fields, product_row, set_text};
use crate::table::ArrowBatches;
use crate::{Facts, FeedError, Source};

type Row = Result<ImportRow, Unreadable>;

/// The products of the folder.
pub(super) fn rows(
    source: &Source,
    facts: &Facts,
) -> Result<impl Iterator<Item = Row> + Send + use<>, FeedError> {
    let batches = ArrowBatches::open(source, None)?;
    facts.set("products", batches.n_records());
    let (source, mut n_read) = (source.clone(), 0);
    Ok(batches.flat_map(move |batch| {
        let rows =
            batch.and_then(|batch| read(&Columns { source: &source, batch: &batch }, n_read));
        match rows {
            Ok(rows) => {
                n_read += rows.len() as u64;
                rows.into_iter().map(Ok).collect()
            }
            Err(err) => vec![Err(err.into())],
        }
    }))
}

fn read(columns: &Columns<'_>, n_before: u64) -> Result<Vec<ImportRow>, FeedError> {
    let id = columns.whole("product_id")?;
    let names = ["department", "product_category", "product_type", "brand", "package_size"];
    let [department, category, kind, brand, size] = names.map(|it| columns.text(it));
    let (department, category, kind, brand, size) = (department?, category?, kind?, brand?, size?);
    let row = |row: usize| {
        let at = |column| text_in(column, row);
        let told = Told {
            id: id.value(row).to_string(),
            way: [at(&department), at(&category), at(&kind)],
            brand: at(&brand),
            size: at(&size),
        };
        product_row(line(PRODUCTS, n_before + row as u64 + 1), told.fields(), CURRENCY)
    };
    Ok((0..columns.batch.num_rows()).map(row).collect())
}

/// What a record tells of a product.
pub(super) struct Told<'a> {
    pub(super) id: String,
    /// Department, category, type; empty where they are not known.
    pub(super) way: [&'a str; 3],
    pub(super) brand: &'a str,
    pub(super) size: &'a str,
}

impl Told<'_> {
    pub(super) fn fields(&self) -> Fields {
        let mut fields = Map::new();
        let way: Vec<&str> = self.way.iter().copied().filter(|it| !it.is_empty()).collect();
        // The file has no names: the narrowest category and the size come closest to one.
        let title: Vec<&str> = way
            .last()
            .copied()
            .into_iter()
            .chain([self.size])
            .filter(|it| !it.is_empty())
            .collect();
        set_text(&mut fields, "id", &self.id);
        let title = if title.is_empty() { self.id.clone() } else { title.join(", ") };
        set_text(&mut fields, "title", &title);
        set_text(&mut fields, "brand", self.brand);
        if !way.is_empty() {
            fields.insert("categories".into(), json!([way]));
        }
        if !self.size.is_empty() {
            fields.insert("attributes".into(), json!({ "size": self.size }));
        }
        fields
    }
}
