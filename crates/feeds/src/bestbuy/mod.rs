//! The recipe for the Best Buy catalogue: products of an electronics shop as one JSON array.
//!
//! | in the file | here |
//! | --- | --- |
//! | `name`, `description`, `brand` | title, description, brand |
//! | `categories` | one category path, widest first |
//! | `price` | US dollars |
//! | `image` | the picture; its file's number is the product's id, as the shop has no other |
//!
//! A row's line is its place in the array, counted from 1.

use api::RejectionCode;
use api::products::ROW_BYTES_MAX;
use app::import::ImportRow;
use domain::Currency;
use serde_json::{Map, Value, json};

use crate::json_rows::elements;
use crate::product_json::{Fields, product_row, refuse, set_text};
use crate::{Facts, FeedError, Rows, Source};

/// The products of the file.
pub(crate) fn rows(source: &Source, facts: &Facts) -> Result<Rows, FeedError> {
    let facts = facts.clone();
    facts.set("products", 0);
    Ok(Box::new(elements(source, ROW_BYTES_MAX)?.map(move |element| {
        let (line, text) = element?;
        facts.set("products", line);
        Ok(match text {
            Err(why) => ImportRow::new(line, Err(why)),
            Ok(text) => row(line, text),
        })
    })))
}

fn row(line: u64, text: String) -> ImportRow {
    let listed: Map<String, Value> = match serde_json::from_str(&text) {
        Ok(listed) => listed,
        Err(err) => {
            let why =
                refuse(RejectionCode::BrokenRow, "row", &text, format!("is no object: {err}"));
            return ImportRow::new(line, Err(why)).with_raw(text);
        }
    };
    let mut mended = Vec::new();
    let fields = fields(&listed, &mut mended);
    ImportRow { mended, ..product_row(line, fields, Currency::USD) }.with_raw(text)
}

fn fields(listed: &Map<String, Value>, mended: &mut Vec<String>) -> Fields {
    let text = |name: &str| listed.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut fields = Map::new();
    let image = text("image");
    let id = image.rsplit('/').next().and_then(|file| file.split(['_', '.']).next());
    set_text(&mut fields, "id", id.unwrap_or_default());
    set_text(&mut fields, "title", text("name"));
    set_text(&mut fields, "description", text("description"));
    set_text(&mut fields, "brand", &printable(text("brand"), mended));
    if let Some(Value::Array(names)) = listed.get("categories")
        && !names.is_empty()
    {
        fields.insert("categories".into(), json!([names]));
    }
    if let Some(Value::Number(price)) = listed.get("price") {
        set_text(&mut fields, "price", &price.to_string());
    }
    fields.insert("images".into(), json!([image]));
    fields
}

/// The text without control characters: trademark signs arrived as such in two brands.
fn printable(text: &str, mended: &mut Vec<String>) -> String {
    let printable: String = text.chars().filter(|it| !it.is_control()).collect();
    if printable != text {
        mended.push(format!("the brand {printable} is freed from a control character"));
    }
    printable
}
