//! What the invoices say of the products.

use std::collections::BTreeMap;

use api::RejectionCode;
use app::import::ImportRow;
use domain::{Money, Product, ProductId, Timestamp, Visibility};

use super::Row;
use crate::product_json::refuse;

/// What is being found out about a stock code.
#[derive(Default)]
struct Stocked {
    first_line: u64,
    description: String,
    price: Option<Money>,
    first_sold: Timestamp,
}

/// Every stock code.
#[derive(Default)]
pub(super) struct Products(BTreeMap<String, Stocked>);

impl Products {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Learns from a row.
    pub(super) fn note(&mut self, row: &Row) {
        let entry = self.0.entry(row.stock_code.clone()).or_insert_with(|| Stocked {
            first_line: row.line,
            first_sold: row.time,
            ..Stocked::default()
        });
        // Notes on faults ("damaged", "lost?") stand in lower case; descriptions of goods do not.
        let describes_goods = row.description.chars().any(char::is_uppercase)
            && !row.description.chars().any(char::is_lowercase);
        if describes_goods || entry.description.is_empty() {
            entry.description.clone_from(&row.description);
        }
        if row.unit_price.amount_minor() > 0 {
            entry.price = Some(row.unit_price);
        }
    }

    pub(super) fn into_rows(self) -> impl Iterator<Item = ImportRow> + Send {
        self.0.into_iter().map(|(code, stocked)| row(code, stocked))
    }
}

fn row(code: String, stocked: Stocked) -> ImportRow {
    let is_goods = code.starts_with(|c: char| c.is_ascii_digit());
    let title = if stocked.description.is_empty() { code.clone() } else { stocked.description };
    let product = ProductId::new(&code)
        .map(|id| Product {
            id,
            title,
            description: None,
            url: None,
            brand: None,
            categories: Vec::new(),
            attributes: Vec::new(),
            price: stocked.price,
            cost: None,
            stock: None,
            images: Vec::new(),
            variants: Vec::new(),
            visibility: if is_goods { Visibility::Visible } else { Visibility::Hidden },
            markets: Vec::new(),
            create_time: Some(stocked.first_sold),
        })
        .map_err(|err| refuse(RejectionCode::InvalidId, "StockCode", &code, err.to_string()));
    ImportRow::product(stocked.first_line, product)
}
