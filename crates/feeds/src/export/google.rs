//! Products as a feed of Google Merchant Center.
//!
//! A product with variants becomes an item for each, in a group of the product's id. Attributes that the
//! specification has no name for become details. What it cannot say is left out: markets, the time of
//! creation, titles of variants, values that a list in TSV cannot hold.

use std::collections::BTreeSet;
use std::io::{self, Write};

use domain::{Attribute, Product, Variant, Visibility};
use quick_xml::escape::escape;

use super::amount;
use crate::google::{DETAIL_SEPARATOR, STEADY, VARYING};

/// The section of all details.
const SECTION: &str = "Attributes";
/// Fields of which one item has several; TSV writes them into one column.
const LISTS: [&str; 3] = ["additional_image_link", "product_type", "product_detail"];

type Item = Vec<(&'static str, String)>;

/// The items of a product; none where shoppers may not see it.
fn items(product: &Product) -> Vec<Item> {
    if product.visibility == Visibility::Hidden {
        return Vec::new();
    }
    if product.variants.is_empty() {
        let mut item = vec![("id", product.id.to_string())];
        item.extend(of_product(product));
        item.extend(price(product.price));
        item.extend(stock(product.stock));
        item.extend(named(&product.attributes, &VARYING));
        return vec![item];
    }
    let item = |variant: &Variant| {
        let mut item =
            vec![("id", variant.id.to_string()), ("item_group_id", product.id.to_string())];
        item.extend(of_product(product));
        item.extend(price(variant.price.or(product.price)));
        item.extend(stock(variant.stock.or(product.stock)));
        item.extend(named(&variant.attributes, &VARYING));
        item
    };
    product.variants.iter().map(item).collect()
}

fn of_product(product: &Product) -> Item {
    let mut item = vec![("title", product.title.clone())];
    let texts = [
        ("description", product.description.clone()),
        ("link", product.url.clone()),
        ("brand", product.brand.as_ref().map(ToString::to_string)),
        ("cost_of_goods_sold", product.cost.map(amount)),
    ];
    item.extend(texts.into_iter().filter_map(|(name, text)| Some((name, text?))));
    item.extend(product.categories.iter().map(|it| ("product_type", it.to_string())));
    let names = std::iter::once("image_link").chain(std::iter::repeat("additional_image_link"));
    item.extend(names.zip(product.images.iter().cloned()));
    item.extend(named(&product.attributes, &STEADY));
    let is_known = |name: &str| STEADY.contains(&name) || VARYING.contains(&name);
    for attribute in product.attributes.iter().filter(|it| !is_known(it.name.as_str())) {
        for value in &attribute.values {
            let detail = [SECTION, attribute.name.as_str(), value.as_str()];
            item.push(("product_detail", detail.join(&DETAIL_SEPARATOR.to_string())));
        }
    }
    item
}

fn price(price: Option<domain::Money>) -> Option<(&'static str, String)> {
    price.map(|it| ("price", amount(it)))
}

fn stock(stock: Option<u32>) -> Item {
    let availability = if stock == Some(0) { "out_of_stock" } else { "in_stock" };
    let mut fields = vec![("availability", availability.to_owned())];
    fields.extend(stock.map(|it| ("quantity", it.to_string())));
    fields
}

fn named(attributes: &[Attribute], names: &[&'static str]) -> Item {
    let mut fields = Vec::new();
    for name in names {
        let found = attributes.iter().find(|it| it.name.as_str() == *name);
        let values = found.map(|it| it.values.iter()).into_iter().flatten();
        fields.extend(values.map(|it| (*name, it.to_string())));
    }
    fields
}

/// Writes RSS 2.0 with Google's namespace.
pub(super) fn write_xml(
    products: impl Iterator<Item = Product>,
    out: &mut dyn Write,
) -> io::Result<u64> {
    out.write_all(
        b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
          <rss version=\"2.0\" xmlns:g=\"http://base.google.com/ns/1.0\">\n<channel>\n\
          <title>Products</title>\n",
    )?;
    let mut n_products = 0;
    for product in products {
        let items = items(&product);
        n_products += u64::from(!items.is_empty());
        for item in items {
            out.write_all(b"<item>\n")?;
            for (name, value) in item {
                write_field(name, &value, out)?;
            }
            out.write_all(b"</item>\n")?;
        }
    }
    out.write_all(b"</channel>\n</rss>\n")?;
    Ok(n_products)
}

fn write_field(name: &str, value: &str, out: &mut dyn Write) -> io::Result<()> {
    if name != "product_detail" {
        return writeln!(out, "<g:{name}>{}</g:{name}>", escape(value));
    }
    let mut parts = value.splitn(3, DETAIL_SEPARATOR);
    out.write_all(b"<g:product_detail>")?;
    for part in ["section_name", "attribute_name", "attribute_value"] {
        write!(out, "<g:{part}>{}</g:{part}>", escape(parts.next().unwrap_or_default()))?;
    }
    out.write_all(b"</g:product_detail>\n")
}

/// Writes tab-separated text, with a column for each field that any product has.
pub(super) fn write_tsv<I: Iterator<Item = Product>>(
    products: impl Fn() -> I,
    out: &mut dyn Write,
) -> io::Result<u64> {
    let mut names: BTreeSet<&'static str> = BTreeSet::from(["id", "title"]);
    for product in products() {
        names.extend(items(&product).iter().flatten().map(|(name, _)| *name));
    }
    let mut writer = ::csv::WriterBuilder::new().delimiter(b'\t').from_writer(out);
    writer.write_record(&names)?;
    let mut n_products = 0;
    for product in products() {
        let items = items(&product);
        n_products += u64::from(!items.is_empty());
        for item in items {
            writer.write_record(names.iter().map(|it| cell(&item, it)))?;
        }
    }
    writer.flush()?;
    Ok(n_products)
}

fn cell(item: &Item, name: &str) -> String {
    let values = item.iter().filter(|(it, _)| *it == name).map(|(_, value)| value.as_str());
    if !LISTS.contains(&name) {
        // A column holds one value; what has several keeps its first.
        return values.take(1).collect();
    }
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    drop(writer.write_record(values));
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).trim_end_matches('\n').to_owned()
}
