//! Products in properties: one, or a list of them.

use std::fmt;
use std::str::FromStr;

use app::Rejection;
use domain::event::shopping::{LINES_MAX, Line};
use domain::{Currency, InvalidId, ProductId, VariantId};

use super::track::Properties;
use crate::json::{At, Object};

/// The most pieces of one line.
const QUANTITY_MAX: i32 = 1_000_000;

/// The path of a list of products, for refusals.
const PRODUCTS: &str = "properties.products";

/// Takes the product's id: `product_id`, else `sku`.
pub(super) fn product(object: &mut Object<'_>) -> Result<ProductId, Rejection> {
    match object.id("product_id")? {
        Some(id) => Ok(id),
        None => match object.id("sku")? {
            Some(id) => Ok(id),
            None => Err(object.missing("product_id")),
        },
    }
}

/// Takes the variant's id: `variant_id`, else `variant`.
pub(super) fn variant(object: &mut Object<'_>) -> Result<Option<VariantId>, Rejection> {
    match object.id("variant_id")? {
        Some(id) => Ok(Some(id)),
        None => object.id("variant"),
    }
}

/// Takes a line: product, variant, quantity (1 when not given) and unit price.
pub(super) fn line(object: &mut Object<'_>, currency: Currency) -> Result<Line, Rejection> {
    Ok(Line {
        product: product(object)?,
        variant: variant(object)?,
        quantity: object.whole("quantity", 1..=QUANTITY_MAX)?.unwrap_or(1),
        unit_price: object.amount("price", currency)?,
    })
}

/// Takes the lines of `products`; no lines when there is no such list.
pub(super) fn lines(
    properties: &mut Properties<'_>,
    currency: Currency,
) -> Result<Vec<Line>, Rejection> {
    each_product(properties, |object| line(object, currency))
}

/// Takes the ids of `products`, which may be objects or bare ids.
pub(super) fn products(properties: &mut Properties<'_>) -> Result<Vec<ProductId>, Rejection> {
    let is_list_of_texts = properties
        .object
        .peek("products")
        .is_some_and(|raw| raw.get().trim_start_matches('[').trim_start().starts_with('"'));
    if is_list_of_texts {
        return ids(&mut properties.object, "products");
    }
    each_product(properties, product)
}

/// Takes a list of ids.
pub(super) fn ids<T>(object: &mut Object<'_>, name: &'static str) -> Result<Vec<T>, Rejection>
where
    T: FromStr<Err = InvalidId> + fmt::Debug,
{
    let Some(values) = object.list(name, LINES_MAX)? else { return Ok(Vec::new()) };
    let object = &*object;
    values
        .into_iter()
        .map(|raw| {
            let label = object.label_of(name, raw)?;
            label.parse().map_err(|err: InvalidId| object.invalid_id(name, &label, &err))
        })
        .collect()
}

/// Reads each product of the list with `read`, and keeps what it leaves.
pub(super) fn each_product<T>(
    properties: &mut Properties<'_>,
    mut read: impl FnMut(&mut Object<'_>) -> Result<T, Rejection>,
) -> Result<Vec<T>, Rejection> {
    let Some(values) = properties.object.list("products", LINES_MAX)? else {
        return Ok(Vec::new());
    };
    let mut all = Vec::with_capacity(values.len());
    for (index, raw) in values.into_iter().enumerate() {
        let mut object = Object::parse(raw.get(), At::item(PRODUCTS, index))?;
        all.push(read(&mut object)?);
        properties.line_rests.push(object);
    }
    Ok(all)
}
