//! Products on their way to `api`, which reads the JSON that HTTP takes.

use api::products::read_product;
use app::Rejection;
use app::import::ImportRow;
use domain::{Currency, Money, ProductId};
use serde_json::{Map, Value, json};

/// The longest description that a product may have, in bytes.
pub(crate) const DESCRIPTION_BYTES_MAX: usize = 20_000;

/// A product as the JSON that HTTP takes.
pub(crate) type Fields = Map<String, Value>;

/// Reads a product, for a row of that line.
pub(crate) fn product_row(line: u64, fields: Fields, currency: Currency) -> ImportRow {
    let id = fields.get("id").and_then(Value::as_str).and_then(|it| it.parse::<ProductId>().ok());
    let json = Value::Object(fields).to_string();
    let row = ImportRow::product(line, read_product(&json, None, currency));
    ImportRow { about: id.filter(|_| row.item.is_err()), ..row }
}

/// Sets a field, unless there is nothing to set.
pub(crate) fn set_text(fields: &mut Fields, name: &str, text: &str) {
    if !text.is_empty() {
        fields.insert(name.to_owned(), Value::from(text));
    }
}

/// An amount with its currency.
pub(crate) fn money(money: Money) -> Value {
    json!({ "amount_minor": money.amount_minor(), "currency": money.currency().code() })
}

/// The text, cut to what a description may have, and whether it was cut.
pub(crate) fn description(text: &str) -> (&str, bool) {
    if text.len() <= DESCRIPTION_BYTES_MAX {
        return (text, false);
    }
    let end = (0..=DESCRIPTION_BYTES_MAX).rev().find(|it| text.is_char_boundary(*it));
    (text.get(..end.unwrap_or(0)).unwrap_or_default(), true)
}

/// A refusal of a column.
pub(crate) fn refuse(
    code: api::RejectionCode,
    column: &str,
    value: &str,
    remedy: impl Into<String>,
) -> Rejection {
    Rejection::new(code.name(), column, value, remedy)
}
