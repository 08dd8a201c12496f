//! The recipe for the Best Buy catalogue: products of an electronics shop as one JSON array.
//!
//! | in the file | here |
//! | --- | --- |
//! | `name`, `description`, `brand` | title, description, brand |
//! | `categories` | one category path, widest first |
//! | `price` | US dollars |
//! | `image` | the picture; its file's number is the product's id, as the shop has no other |

use domain::{AttributeText, CategoryName, CategoryPath, Currency, Money, Product, ProductId};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{ImportItem, ImportPlan, ImportRow};
use crate::{CatalogueChange, Rejection};

#[derive(Deserialize)]
struct Listed<'a> {
    name: String,
    description: Option<String>,
    brand: Option<String>,
    #[serde(default)]
    categories: Vec<String>,
    #[serde(borrow)]
    price: Option<&'a RawValue>,
    image: Option<String>,
}

/// Makes a plan of the file's bytes. A row's line is its place in the array, counted from 1.
pub fn plan(json_bytes: &[u8]) -> ImportPlan {
    let rows: Vec<&RawValue> = match serde_json::from_slice(json_bytes) {
        Ok(rows) => rows,
        Err(err) => {
            let why = Rejection::new("JSON_UNREADABLE", "file", "", err.to_string());
            let rows = vec![ImportRow { line: err.line() as u64, item: Err(why) }];
            return ImportPlan { rows, ..ImportPlan::default() };
        }
    };
    let mut plan = ImportPlan::default();
    plan.facts.push(("products", rows.len().to_string()));
    for (index, row) in rows.into_iter().enumerate() {
        let line = index as u64 + 1;
        let item = product(row, line, &mut plan.mended);
        let item = item.map(|it| ImportItem::Catalogue(CatalogueChange::Upsert(it.into())));
        plan.rows.push(ImportRow { line, item });
    }
    plan
}

fn product(
    row: &RawValue,
    line: u64,
    mended: &mut Vec<(u64, String)>,
) -> Result<Product, Rejection> {
    let listed: Listed<'_> = serde_json::from_str(row.get())
        .map_err(|err| Rejection::new("JSON_UNREADABLE", "row", row.get(), err.to_string()))?;
    let image = listed.image.unwrap_or_default();
    let id = image.rsplit('/').next().and_then(|file| file.split(['_', '.']).next());
    let id = ProductId::new(id.unwrap_or_default())
        .map_err(|err| Rejection::new("INVALID_ID", "image", &image, err.to_string()))?;
    let price = listed.price.map(|text| {
        Money::parse_decimal(text.get(), Currency::USD)
            .map_err(|err| Rejection::new("INVALID_PRICE", "price", text.get(), err.to_string()))
    });
    let names: Result<Vec<_>, _> =
        listed.categories.iter().map(|name| CategoryName::new(name)).collect();
    let names = names.map_err(|err| {
        let shown = listed.categories.join(" > ");
        Rejection::new("INVALID_CATEGORY", "categories", &shown, err.to_string())
    })?;
    let brand = listed.brand.filter(|it| !it.is_empty());
    let brand = brand.map(|it| printable(it, line, mended)).map(|it| {
        AttributeText::new(&it)
            .map_err(|err| Rejection::new("INVALID_ATTRIBUTE", "brand", &it, err.to_string()))
    });
    Ok(Product {
        id,
        title: listed.name,
        description: listed.description,
        url: None,
        brand: brand.transpose()?,
        categories: CategoryPath::new(names).into_iter().collect(),
        attributes: Vec::new(),
        price: price.transpose()?,
        cost: None,
        stock: None,
        images: vec![image],
        variants: Vec::new(),
        visibility: domain::Visibility::Visible,
        markets: Vec::new(),
        create_time: None,
    })
}

/// The text without control characters: trademark signs arrived as such in two brands.
fn printable(text: String, line: u64, mended: &mut Vec<(u64, String)>) -> String {
    let printable: String = text.chars().filter(|it| !it.is_control()).collect();
    if printable != text {
        mended.push((line, format!("the brand {printable} is freed from a control character")));
    }
    printable
}
