//! The public sets whose products are described.

use std::collections::BTreeMap;
use std::num::NonZeroU16;

use anyhow::Context;
use app::judging::{PlainFile, plain};
use domain::{ProductIdx, Timestamp};
use features::{Action, Histories, Interaction, ProductFact, ProductFacts};
use serde::Deserialize;

use super::ColdSet;
use crate::dataset::{folder, text};
use crate::described::by_attributes;

/// A line of an invoice.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Line {
    stock_code: String,
    description: String,
    quantity: i64,
    invoice_date: String,
    unit_price: f32,
    #[serde(rename = "CustomerID")]
    customer: String,
}

/// A wholesaler of gifts: products are told of in a few words, and have a price.
pub(super) fn online_retail() -> anyhow::Result<Option<ColdSet>> {
    let Some(folder) = folder("shop/online-retail") else { return Ok(None) };
    let lines = text(&folder.join("transactions.csv.gz"))?;
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    let mut told: Vec<ProductFact> = Vec::new();
    let mut shoppers: BTreeMap<String, Vec<Interaction>> = BTreeMap::new();
    for line in csv::Reader::from_reader(lines.as_bytes()).deserialize() {
        let line: Line = line.context("reading a line of an invoice")?;
        if line.quantity <= 0 || line.unit_price <= 0.0 || line.customer.is_empty() {
            continue;
        }
        let next = u32::try_from(told.len())?;
        let number = *numbers.entry(line.stock_code).or_insert(next);
        if number == next {
            let price = Some(line.unit_price);
            told.push(ProductFact { text: line.description, price, ..ProductFact::default() });
        }
        let time: Timestamp = format!("{}Z", line.invoice_date.replace(' ', "T")).parse()?;
        let quantity = u16::try_from(line.quantity).unwrap_or(u16::MAX);
        let quantity = NonZeroU16::new(quantity).unwrap_or(NonZeroU16::MIN);
        let act = Interaction::new(ProductIdx::new(number), Action::Ordered, time, quantity);
        shoppers.entry(line.customer).or_default().push(act);
    }
    let (mut histories, mut facts) = (Histories::new(), ProductFacts::new());
    shoppers.into_values().for_each(|acts| histories.push_shopper(acts));
    told.into_iter().for_each(|it| facts.push(it));
    Ok(Some(ColdSet { name: "online-retail", histories, facts }))
}

/// Cosmetics, of which nothing but anonymous attributes is told.
pub(super) fn beauty() -> anyhow::Result<Option<ColdSet>> {
    let Some(folder) = folder("sequences/beauty") else { return Ok(None) };
    let lines = text(&folder.join("sequences.txt.gz"))?;
    let material = plain::sequences(PlainFile { name: "sequences.txt.gz", text: &lines })?;
    let attributes = text(&folder.join("item_attributes.json.gz"))?;
    let facts = by_attributes(&attributes, material.products())?;
    // All but the last of each, which the other benchmarks ask for.
    let histories = material.learned().into_owned();
    Ok(Some(ColdSet { name: "beauty", histories, facts }))
}
