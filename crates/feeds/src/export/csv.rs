//! Products as CSV: columns named like the fields, so that importing needs no mapping.
//!
//! A product with variants takes a row for each, of which the first tells the product as well. Lists are
//! written with `|` between, or as JSON where a value holds a separator.

use std::collections::BTreeSet;
use std::io::{self, Write};

use domain::{Attribute, Product, Variant, Visibility};

use super::amount;

const FIELDS: [&str; 12] = [
    "id",
    "title",
    "description",
    "url",
    "brand",
    "categories",
    "price",
    "cost",
    "stock",
    "images",
    "visibility",
    "markets",
];
const CREATE_TIME: &str = "create_time";
const VARIANT_FIELDS: [&str; 4] =
    ["variants.id", "variants.title", "variants.price", "variants.stock"];

/// Which columns a catalogue needs beside the usual ones.
#[derive(Default)]
struct Names {
    attributes: BTreeSet<String>,
    variant_attributes: BTreeSet<String>,
    has_variants: bool,
}

impl Names {
    fn note(&mut self, product: &Product) {
        self.attributes.extend(product.attributes.iter().map(|it| it.name.to_string()));
        self.has_variants |= !product.variants.is_empty();
        for variant in &product.variants {
            let names = variant.attributes.iter().map(|it| it.name.to_string());
            self.variant_attributes.extend(names);
        }
    }

    fn header(&self) -> Vec<String> {
        let mut header: Vec<String> = FIELDS.map(str::to_owned).to_vec();
        header.push(CREATE_TIME.to_owned());
        header.extend(self.attributes.iter().map(|it| format!("attributes.{it}")));
        if self.has_variants {
            header.extend(VARIANT_FIELDS.map(str::to_owned));
            let names = self.variant_attributes.iter();
            header.extend(names.map(|it| format!("variants.attributes.{it}")));
        }
        header
    }
}

/// Writes every product.
pub(super) fn write<I: Iterator<Item = Product>>(
    products: impl Fn() -> I,
    out: &mut dyn Write,
) -> io::Result<u64> {
    let mut names = Names::default();
    products().for_each(|it| names.note(&it));
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record(names.header())?;
    let mut n_products = 0;
    for product in products() {
        for row in rows(&names, &product) {
            writer.write_record(row)?;
        }
        n_products += 1;
    }
    writer.flush()?;
    Ok(n_products)
}

fn rows(names: &Names, product: &Product) -> Vec<Vec<String>> {
    let whole = whole(names, product);
    if !names.has_variants {
        return vec![whole];
    }
    let n_of_variant = VARIANT_FIELDS.len() + names.variant_attributes.len();
    if product.variants.is_empty() {
        return vec![[whole, vec![String::new(); n_of_variant]].concat()];
    }
    let mut rows = Vec::with_capacity(product.variants.len());
    for (index, variant) in product.variants.iter().enumerate() {
        let before = if index == 0 {
            whole.clone()
        } else {
            let mut named = vec![String::new(); whole.len()];
            if let Some(id) = named.first_mut() {
                *id = product.id.to_string();
            }
            named
        };
        rows.push([before, of_variant(names, variant)].concat());
    }
    rows
}

fn whole(names: &Names, product: &Product) -> Vec<String> {
    let categories: Vec<Vec<String>> = product
        .categories
        .iter()
        .map(|it| it.names().iter().map(ToString::to_string).collect())
        .collect();
    let texts = |it: &[domain::MarketId]| it.iter().map(ToString::to_string).collect::<Vec<_>>();
    let visibility = match product.visibility {
        Visibility::Visible => "visible",
        Visibility::Hidden => "hidden",
    };
    let mut cells = vec![
        product.id.to_string(),
        product.title.clone(),
        product.description.clone().unwrap_or_default(),
        product.url.clone().unwrap_or_default(),
        product.brand.as_ref().map(ToString::to_string).unwrap_or_default(),
        ways(&categories),
        product.price.map(amount).unwrap_or_default(),
        product.cost.map(amount).unwrap_or_default(),
        product.stock.map(|it| it.to_string()).unwrap_or_default(),
        list(&product.images),
        visibility.to_owned(),
        list(&texts(&product.markets)),
        product.create_time.map(|it| it.to_string()).unwrap_or_default(),
    ];
    cells.extend(names.attributes.iter().map(|it| attribute(&product.attributes, it)));
    cells
}

fn of_variant(names: &Names, variant: &Variant) -> Vec<String> {
    let mut cells = vec![
        variant.id.to_string(),
        variant.title.clone(),
        variant.price.map(amount).unwrap_or_default(),
        variant.stock.map(|it| it.to_string()).unwrap_or_default(),
    ];
    cells.extend(names.variant_attributes.iter().map(|it| attribute(&variant.attributes, it)));
    cells
}

fn attribute(attributes: &[Attribute], name: &str) -> String {
    let found = attributes.iter().find(|it| it.name.as_str() == name);
    let values = found.map(|it| it.values.iter().map(ToString::to_string).collect::<Vec<_>>());
    list(&values.unwrap_or_default())
}

/// Whether a value would be taken for several, or for something else, when it is read.
fn is_ambiguous(value: &str, separators: &[char]) -> bool {
    value.contains(separators) || value.starts_with('[') || value.trim() != value
}

fn list(values: &[String]) -> String {
    match values.iter().any(|it| is_ambiguous(it, &['|'])) {
        true => serde_json::json!(values).to_string(),
        false => values.join("|"),
    }
}

fn ways(ways: &[Vec<String>]) -> String {
    match ways.iter().flatten().any(|it| is_ambiguous(it, &['|', '>'])) {
        true => serde_json::json!(ways).to_string(),
        false => ways.iter().map(|it| it.join(" > ")).collect::<Vec<_>>().join("|"),
    }
}
