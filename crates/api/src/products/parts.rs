//! The parts that products, variants and patches are made of.

use std::fmt;
use std::str::FromStr;

use app::Rejection;
use domain::{
    Attribute, AttributeText, CATEGORY_DEPTH_MAX, CategoryName, CategoryPath, Currency, InvalidId,
    MarketId, Money, Visibility,
};
use serde_json::value::RawValue;

use crate::RejectionCode;
use crate::json::{At, Object, refuse, shown, text_of};

const CATEGORIES_MAX: usize = 32;
const ATTRIBUTES_MAX: usize = 128;
const VALUES_MAX: usize = 128;
const IMAGES_MAX: usize = 64;
const MARKETS_MAX: usize = 128;

/// Takes a price: `{"amount_minor": 1999, "currency": "EUR"}`, or the decimal 19.99 of `currency`.
pub(super) fn price(
    object: &mut Object<'_>,
    name: &'static str,
    currency: Currency,
) -> Result<Option<Money>, Rejection> {
    let is_object = object.peek(name).is_some_and(|raw| raw.get().starts_with('{'));
    if !is_object {
        return object.amount(name, currency);
    }
    let Some(mut money) = object.object(name, At::field(name))? else { return Ok(None) };
    let amount_minor = money.whole("amount_minor", 0..=i64::MAX)?;
    let amount_minor = amount_minor.ok_or_else(|| money.missing("amount_minor"))?;
    let currency = money.currency("currency")?.unwrap_or(currency);
    money.nothing_left()?;
    Ok(Some(Money::new(amount_minor, currency)))
}

/// Takes a stock; not counted when it is missing.
pub(super) fn stock(object: &mut Object<'_>) -> Result<Option<u32>, Rejection> {
    object.whole("stock", 0..=u32::MAX)
}

/// Takes `visible` or `hidden`.
pub(super) fn visibility(object: &mut Object<'_>) -> Result<Option<Visibility>, Rejection> {
    let Some(text) = object.text("visibility")? else { return Ok(None) };
    match &*text {
        "visible" => Ok(Some(Visibility::Visible)),
        "hidden" => Ok(Some(Visibility::Hidden)),
        _ => {
            let field = object.at().name("visibility");
            let remedy = "is neither visible nor hidden; use one of them";
            Err(refuse(RejectionCode::UnknownName, &field, &text, remedy))
        }
    }
}

/// Takes the ways to a product: lists of names, or texts of names joined by `>`.
pub(super) fn categories(object: &mut Object<'_>) -> Result<Vec<CategoryPath>, Rejection> {
    let Some(values) = object.list("categories", CATEGORIES_MAX)? else { return Ok(Vec::new()) };
    let field = object.at().name("categories");
    values.into_iter().map(|raw| category(raw, &field)).collect()
}

fn category(raw: &RawValue, field: &str) -> Result<CategoryPath, Rejection> {
    let names: Vec<CategoryName> = match text_of(raw) {
        Some(text) => {
            let parts = text.split('>').map(str::trim).filter(|it| !it.is_empty());
            let names: Result<_, InvalidId> = parts.map(str::parse).collect();
            names.map_err(|err| invalid(field, &text, &err))?
        }
        None => ids_of(raw, field)?,
    };
    CategoryPath::new(names).ok_or_else(|| {
        let remedy = format!("is no way of 1 to {CATEGORY_DEPTH_MAX} names; shorten it");
        refuse(RejectionCode::OutOfRange, field, raw.get(), remedy)
    })
}

/// Takes the attributes: an object whose values are texts, numbers, or lists of them.
pub(super) fn attributes(object: &mut Object<'_>) -> Result<Vec<Attribute>, Rejection> {
    let Some(attributes) = object.object("attributes", At::field("attributes"))? else {
        return Ok(Vec::new());
    };
    let n_attributes = attributes.fields().len();
    if n_attributes > ATTRIBUTES_MAX {
        let remedy = format!("has {n_attributes} entries; {ATTRIBUTES_MAX} are allowed");
        return Err(refuse(RejectionCode::OutOfRange, "attributes", "", remedy));
    }
    let read = |(name, raw): &(std::borrow::Cow<'_, str>, &RawValue)| {
        let field = attributes.at().name(name);
        let values: Vec<AttributeText> = if raw.get().starts_with('[') {
            ids_of(raw, &field)?
        } else {
            vec![id_of(raw, &field)?]
        };
        if values.len() > VALUES_MAX {
            let remedy = format!("has {} values; {VALUES_MAX} are allowed", values.len());
            return Err(refuse(RejectionCode::OutOfRange, &field, "", remedy));
        }
        let name = name.parse().map_err(|err: InvalidId| invalid(&field, name, &err))?;
        Ok(Attribute { name, values })
    };
    attributes.fields().iter().map(read).collect()
}

/// Takes the addresses of pictures.
pub(super) fn images(
    object: &mut Object<'_>,
    n_bytes_max: usize,
) -> Result<Vec<String>, Rejection> {
    let Some(values) = object.list("images", IMAGES_MAX)? else { return Ok(Vec::new()) };
    let read = |raw: &RawValue| match text_of(raw) {
        Some(url) if url.len() <= n_bytes_max => Ok(url.into_owned()),
        _ => {
            let remedy = format!("is no text of at most {n_bytes_max} bytes; send addresses");
            Err(refuse(RejectionCode::WrongType, "images", raw.get(), remedy))
        }
    };
    values.into_iter().map(read).collect()
}

/// Takes the markets a product is sold in.
pub(super) fn markets(object: &mut Object<'_>) -> Result<Vec<MarketId>, Rejection> {
    let Some(values) = object.list("markets", MARKETS_MAX)? else { return Ok(Vec::new()) };
    values.into_iter().map(|raw| id_of(raw, "markets")).collect()
}

fn ids_of<T: FromStr<Err = InvalidId>>(raw: &RawValue, field: &str) -> Result<Vec<T>, Rejection> {
    let values: Vec<&RawValue> = serde_json::from_str(raw.get()).map_err(|_| {
        refuse(RejectionCode::WrongType, field, raw.get(), "is no list of texts; send a list")
    })?;
    values.into_iter().map(|raw| id_of(raw, field)).collect()
}

fn id_of<T: FromStr<Err = InvalidId>>(raw: &RawValue, field: &str) -> Result<T, Rejection> {
    if raw.get().starts_with(['{', '[', 'n']) {
        let remedy = "is no text; send a text or a number";
        return Err(refuse(RejectionCode::WrongType, field, raw.get(), remedy));
    }
    let text = shown(raw);
    text.parse().map_err(|err| invalid(field, &text, &err))
}

fn invalid(field: &str, given: &str, err: &(impl fmt::Display + ?Sized)) -> Rejection {
    refuse(RejectionCode::InvalidId, field, given, err.to_string())
}
