//! Reading a change of a few fields of a product.

use app::Rejection;
use domain::{Currency, ProductId, ProductPatch, VariantPatch};

use super::parts::{price, stock, visibility};
use super::product::own_id;
use crate::RejectionCode;
use crate::json::{At, Object, refuse};

const VARIANTS_MAX: usize = 500;

/// Reads a change: `id` unless the path names it, and any of `price`, `cost`, `stock`, `visibility` and
/// `variants` with `id`, `price`, `stock`.
///
/// # Errors
///
/// A [`Rejection`] that names the field at fault, also when nothing is changed at all.
pub fn read_patch(
    json: &str,
    id: Option<&ProductId>,
    currency: Currency,
) -> Result<(ProductId, ProductPatch), Rejection> {
    let mut row = Object::parse(json, At::ROOT)?;
    let currency = row.currency("currency")?.unwrap_or(currency);
    let id = own_id(&mut row, id)?;
    let patch = ProductPatch {
        price: price(&mut row, "price", currency)?,
        cost: price(&mut row, "cost", currency)?,
        stock: stock(&mut row)?,
        visibility: visibility(&mut row)?,
        variants: variants(&mut row, currency)?,
    };
    row.nothing_left()?;
    if patch == ProductPatch::default() {
        let remedy = "changes nothing; send price, cost, stock, visibility or variants";
        return Err(refuse(RejectionCode::MissingField, "it", json, remedy));
    }
    Ok((id, patch))
}

fn variants(row: &mut Object<'_>, currency: Currency) -> Result<Vec<VariantPatch>, Rejection> {
    let Some(values) = row.list("variants", VARIANTS_MAX)? else { return Ok(Vec::new()) };
    let read = |(index, raw): (usize, &serde_json::value::RawValue)| {
        let mut it = Object::parse(raw.get(), At::item("variants", index))?;
        let patch = VariantPatch {
            id: it.needed_id("id")?,
            price: price(&mut it, "price", currency)?,
            stock: stock(&mut it)?,
        };
        it.nothing_left()?;
        Ok(patch)
    };
    values.into_iter().enumerate().map(read).collect()
}
