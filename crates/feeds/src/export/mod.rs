//! What a shop takes along: its catalogue and its events, in forms that others read.
//!
//! | of products | in it |
//! | --- | --- |
//! | JSON lines, CSV | everything; imported again, it changes nothing |
//! | Google's XML and TSV | what the specification has a name for; hidden products are left out |
//!
//! | of events | in it |
//! | --- | --- |
//! | JSON lines | the open part of each, with its position |
//! | Segment's messages | what their libraries would send, under pseudonyms |
//!
//! Which events may leave is asked of `consent` before they come here; nothing sealed ever does.

mod csv;
mod events;
mod google;

use std::io::{self, Write};

use api::products::ProductView;
use domain::{Product, Recorded};
use serde_json::Value;

/// How products are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductFormat {
    /// One JSON object a line, as the interface answers it.
    JsonLines,
    /// CSV whose columns are named like the fields, a row for each variant.
    Csv,
    /// A feed of Google Merchant Center as RSS.
    GoogleXml,
    /// The same as tab-separated text.
    GoogleTsv,
}

/// How events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventFormat {
    /// The open part, one JSON object a line.
    JsonLines,
    /// Messages of Segment's API, one a line.
    Segment,
}

/// Writes every product that `products` gives; it is asked twice where columns have to be known first.
/// Answers how many were written.
///
/// # Errors
///
/// [`io::Error`] when `out` cannot be written.
pub fn write_products<I: Iterator<Item = Product>>(
    format: ProductFormat,
    products: impl Fn() -> I,
    out: &mut dyn Write,
) -> io::Result<u64> {
    match format {
        ProductFormat::JsonLines => {
            let mut n_products = 0;
            for product in products() {
                serde_json::to_writer(&mut *out, &ProductView::from(product))?;
                out.write_all(b"\n")?;
                n_products += 1;
            }
            Ok(n_products)
        }
        ProductFormat::Csv => csv::write(products, out),
        ProductFormat::GoogleXml => google::write_xml(products(), out),
        ProductFormat::GoogleTsv => google::write_tsv(products, out),
    }
}

/// Writes events, a line each; those that the format has no words for are passed over. Answers how many
/// were written.
///
/// # Errors
///
/// [`io::Error`] when `out` cannot be written.
pub fn write_events(
    format: EventFormat,
    events: &[Recorded],
    out: &mut dyn Write,
) -> io::Result<u64> {
    let mut n_events = 0;
    for event in events {
        let line: Option<Value> = match format {
            EventFormat::JsonLines => Some(events::open_part(event)),
            EventFormat::Segment => events::message(event),
        };
        if let Some(line) = line {
            writeln!(out, "{line}")?;
            n_events += 1;
        }
    }
    Ok(n_events)
}

/// The amount as people and feeds write it: `19.99 EUR`.
fn amount(money: domain::Money) -> String {
    let shown = money.to_string();
    let (currency, number) = shown.split_once(' ').unwrap_or(("", &shown));
    format!("{number} {currency}")
}

#[cfg(test)]
mod tests;
