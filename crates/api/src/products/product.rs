//! Reading a product.

use app::Rejection;
use domain::{Currency, Product, ProductId, Variant};

use super::parts::{attributes, categories, images, markets, price, stock, visibility};
use crate::RejectionCode;
use crate::json::{At, Object, refuse};

const TITLE_BYTES_MAX: usize = 1_000;
const DESCRIPTION_BYTES_MAX: usize = 20_000;
const URL_BYTES_MAX: usize = 2_048;
const VARIANTS_MAX: usize = 500;

/// Reads a product. Prices that name no currency are of `currency`; a product without an id takes that
/// of the path, `id`, and one with another id is refused.
///
/// # Errors
///
/// A [`Rejection`] that names the field at fault. Fields of no known name are refused, so that a
/// misspelt `stock` is noticed.
pub fn read_product(
    json: &str,
    id: Option<&ProductId>,
    currency: Currency,
) -> Result<Product, Rejection> {
    let mut row = Object::parse(json, At::ROOT)?;
    let currency = row.currency("currency")?.unwrap_or(currency);
    let product = Product {
        id: own_id(&mut row, id)?,
        title: row.short_text("title", TITLE_BYTES_MAX)?.ok_or_else(|| row.missing("title"))?,
        description: row.short_text("description", DESCRIPTION_BYTES_MAX)?,
        url: row.short_text("url", URL_BYTES_MAX)?,
        brand: row.id("brand")?,
        categories: categories(&mut row)?,
        attributes: attributes(&mut row)?,
        price: price(&mut row, "price", currency)?,
        cost: price(&mut row, "cost", currency)?,
        stock: stock(&mut row)?,
        images: images(&mut row, URL_BYTES_MAX)?,
        variants: variants(&mut row, currency)?,
        visibility: visibility(&mut row)?.unwrap_or_default(),
        markets: markets(&mut row)?,
        create_time: row.time("create_time")?,
    };
    row.nothing_left()?;
    Ok(product)
}

/// Takes `id`, which may be missing where the path names it, but never be another.
pub(super) fn own_id(
    row: &mut Object<'_>,
    by_path: Option<&ProductId>,
) -> Result<ProductId, Rejection> {
    let own: Option<ProductId> = row.id("id")?;
    match (own, by_path) {
        (Some(own), Some(by_path)) if own != *by_path => {
            let remedy = format!("is not the `{by_path}` of the path; leave it out");
            Err(refuse(RejectionCode::InvalidId, "id", own.as_str(), remedy))
        }
        (Some(own), _) => Ok(own),
        (None, Some(by_path)) => Ok(by_path.clone()),
        (None, None) => Err(row.missing("id")),
    }
}

fn variants(row: &mut Object<'_>, currency: Currency) -> Result<Vec<Variant>, Rejection> {
    let Some(values) = row.list("variants", VARIANTS_MAX)? else { return Ok(Vec::new()) };
    let read = |(index, raw): (usize, &serde_json::value::RawValue)| {
        let mut it = Object::parse(raw.get(), At::item("variants", index))?;
        let variant = Variant {
            id: it.needed_id("id")?,
            title: it.short_text("title", TITLE_BYTES_MAX)?.unwrap_or_default(),
            attributes: attributes(&mut it)?,
            price: price(&mut it, "price", currency)?,
            stock: stock(&mut it)?,
        };
        it.nothing_left()?;
        Ok(variant)
    };
    values.into_iter().enumerate().map(read).collect()
}
