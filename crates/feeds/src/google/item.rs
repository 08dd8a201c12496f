//! An item of a feed, and the product that one or several of them tell.

use std::collections::BTreeMap;

use app::import::ImportRow;
use domain::{Currency, Money};
use serde_json::{Map, Value, json};

use super::{STEADY, VARYING};
use crate::grouped::Grouping;
use crate::html::text_of;
use crate::mapping::split_currency;
use crate::product_json::{Fields, description, money, product_row, set_text};

/// What stands between the section, the name and the value of a detail.
pub(crate) const DETAIL_SEPARATOR: char = ':';

/// An item, its fields named without a prefix, in their order; a name may stand several times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) line: u64,
    pub(super) fields: Vec<(String, String)>,
    pub(super) raw: String,
}

impl Grouping for Item {
    fn key(&self) -> Option<&str> {
        Some(self.get("item_group_id")).filter(|it| !it.is_empty())
    }

    fn line(&self) -> u64 {
        self.line
    }
}

impl Item {
    fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.fields.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_str()).filter(|it| !it.is_empty())
    }

    /// What it sells for; the text as it stands where it cannot be read.
    fn price(&self, currency: Currency) -> Option<Value> {
        let sale = Some(self.get("sale_price"))
            .filter(|it| !it.is_empty() && self.get("sale_price_effective_date").is_empty());
        amount(sale.unwrap_or(self.get("price")), currency)
    }

    fn stock(&self) -> Option<u32> {
        let is_out = ["out_of_stock", "out of stock"]
            .iter()
            .any(|it| self.get("availability").eq_ignore_ascii_case(it));
        match self.get("quantity").parse() {
            _ if is_out => Some(0),
            Ok(quantity) => Some(quantity),
            Err(_) => None,
        }
    }
}

fn amount(text: &str, currency: Currency) -> Option<Value> {
    if text.is_empty() {
        return None;
    }
    let (number, currency) = split_currency(text).unwrap_or((text, currency));
    Some(Money::parse_decimal(number, currency).map_or_else(|_| Value::from(text), money))
}

/// The product that items of one group tell.
pub(super) fn product(items: &[Item], currency: Currency) -> ImportRow {
    let line = items.first().map_or(0, |it| it.line);
    let raw = items.iter().map(|it| it.raw.as_str()).collect::<Vec<_>>().join("\n");
    let mut mended = Vec::new();
    let fields = fields(items, currency, &mut mended);
    ImportRow { mended, ..product_row(line, fields, currency) }.with_raw(raw)
}

fn fields(items: &[Item], currency: Currency, mended: &mut Vec<String>) -> Fields {
    let mut fields = Map::new();
    let Some(first) = items.first() else { return fields };
    let group = first.get("item_group_id");
    set_text(&mut fields, "id", if group.is_empty() { first.get("id") } else { group });
    set_text(&mut fields, "title", first.get("title"));
    let text = text_of(first.get("description"));
    let (text, is_cut) = description(&text);
    if is_cut {
        mended.push("the description is cut to what fits".to_owned());
    }
    set_text(&mut fields, "description", text);
    set_text(&mut fields, "url", first.get("link"));
    set_text(&mut fields, "brand", first.get("brand"));
    fields.insert("categories".into(), json!(categories(first)));
    if let Some(cost) = amount(first.get("cost_of_goods_sold"), currency) {
        fields.insert("cost".into(), cost);
    }
    let mut images: Vec<&str> = Vec::new();
    for name in ["image_link", "additional_image_link"] {
        for address in items.iter().flat_map(|it| it.all(name)) {
            if !images.contains(&address) {
                images.push(address);
            }
        }
    }
    fields.insert("images".into(), json!(images));
    let price = first.price(currency);
    if let Some(price) = &price {
        fields.insert("price".into(), price.clone());
    }
    let mut attributes = details(first);
    if group.is_empty() {
        attributes.extend(named(first, &VARYING));
        if let Some(stock) = first.stock() {
            fields.insert("stock".into(), stock.into());
        }
    } else {
        let variant = |item: &Item| variant(item, price.as_ref(), currency);
        fields.insert("variants".into(), items.iter().map(variant).collect());
    }
    attributes.extend(named(first, &STEADY));
    fields.insert("attributes".into(), json!(attributes));
    fields
}

fn variant(item: &Item, of_product: Option<&Value>, currency: Currency) -> Value {
    let mut variant = Map::new();
    set_text(&mut variant, "id", item.get("id"));
    let values: Vec<&str> = VARYING.iter().flat_map(|it| item.all(it)).collect();
    set_text(&mut variant, "title", &values.join(" / "));
    variant.insert("attributes".into(), json!(named(item, &VARYING)));
    if let Some(price) = item.price(currency).filter(|it| Some(it) != of_product) {
        variant.insert("price".into(), price);
    }
    if let Some(stock) = item.stock() {
        variant.insert("stock".into(), stock.into());
    }
    Value::Object(variant)
}

fn named(item: &Item, names: &[&str]) -> BTreeMap<String, Vec<String>> {
    let values = |name: &&str| -> Vec<String> { item.all(name).map(str::to_owned).collect() };
    let named = names.iter().map(|name| ((*name).to_owned(), values(name)));
    named.filter(|(_, values)| !values.is_empty()).collect()
}

/// Details as attributes, their sections left out.
fn details(item: &Item) -> BTreeMap<String, Vec<String>> {
    let mut details: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for detail in item.all("product_detail") {
        let mut parts = detail.splitn(3, DETAIL_SEPARATOR).map(str::trim);
        let (_, name, value) = (parts.next(), parts.next(), parts.next());
        if let (Some(name), Some(value)) = (name, value)
            && !name.is_empty()
            && !value.is_empty()
        {
            details.entry(name.to_owned()).or_default().push(value.to_owned());
        }
    }
    details
}

/// The ways through categories. Google's own category stands in where the shop says none.
fn categories(item: &Item) -> Vec<Vec<String>> {
    let path = |text: &str| -> Vec<String> {
        text.split('>').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
    };
    let ways: Vec<Vec<String>> = item.all("product_type").map(path).collect();
    if !ways.is_empty() {
        return ways;
    }
    // A number is a name in Google's taxonomy, not one of the shop's.
    let is_named = |it: &&str| !it.bytes().all(|b| b.is_ascii_digit());
    item.all("google_product_category").filter(is_named).map(path).collect()
}
