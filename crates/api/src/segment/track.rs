//! From a track call's name and properties to an event: Segment's Ecommerce spec, version 2, and ours.
//!
//! Names are taken as Segment writes them (`Product Viewed`) or in snake case (`product_viewed`). Every
//! other name is a custom event, whose properties are sealed.

use std::borrow::Cow;

use app::Rejection;
use domain::event::deciding::{DecisionExposed, ExposedProduct};
use domain::event::person::{ConsentChanged, Custom};
use domain::event::shopping::{
    CartViewed, CheckoutStarted, OrderCancelled, OrderCompleted, OrderRefunded, ProductAdded,
    ProductClicked, ProductListViewed, ProductRemoved, ProductReviewed, ProductViewed,
    ProductsSearched, Wish, Wishlisted,
};
use domain::{CATEGORY_DEPTH_MAX, CategoryPath, Currency, DecisionId, Event, ID_BYTES_MAX};
use serde_json::value::RawValue;

use super::Rules;
use super::lines::{each_product, line, lines, product, products, variant};
use super::message::open_text;
use super::signals::{self, PURPOSES};
use super::withheld::is_personal;
use crate::RejectionCode;
use crate::json::{At, Object, refuse, shown, text_of};

/// The largest rank and count that is believed.
const COUNT_MAX: u32 = 100_000_000;

/// The properties of an event, and what was left of the products in them.
#[derive(Debug)]
pub(super) struct Properties<'a> {
    pub(super) object: Object<'a>,
    pub(super) line_rests: Vec<Object<'a>>,
}

impl<'a> Properties<'a> {
    pub(super) const fn new(object: Object<'a>) -> Properties<'a> {
        Properties { object, line_rests: Vec::new() }
    }

    fn currency(&mut self, rules: &Rules) -> Result<Currency, Rejection> {
        Ok(self.object.currency("currency")?.unwrap_or(rules.currency))
    }

    fn decision(&mut self) -> Result<Option<DecisionId>, Rejection> {
        let Some(text) = self.object.text("decision_id")? else { return Ok(None) };
        text.parse().map(Some).map_err(|err: domain::InvalidKeyId| {
            let field = self.object.at().name("decision_id");
            refuse(RejectionCode::InvalidId, &field, &text, err.to_string())
        })
    }

    fn rank(&mut self) -> Result<Option<u32>, Rejection> {
        // Positions count from 1; some libraries send 0 for "not known".
        let rank = self.object.whole("position", 0..=COUNT_MAX)?;
        Ok(rank.filter(|it| *it > 0))
    }
}

type Read = fn(&mut Properties<'_>, &Rules) -> Result<Event, Rejection>;

/// Every name that is read as a typed event.
const TYPED: [(&str, Read); 19] = [
    ("Products Searched", products_searched),
    ("Product List Viewed", product_list_viewed),
    ("Product List Filtered", product_list_viewed),
    ("Product Clicked", product_clicked),
    ("Product Viewed", product_viewed),
    ("Product Added", product_added),
    ("Product Removed", product_removed),
    ("Cart Viewed", cart_viewed),
    ("Checkout Started", checkout_started),
    ("Order Completed", order_completed),
    ("Order Refunded", order_refunded),
    ("Order Cancelled", order_cancelled),
    ("Product Added to Wishlist", wish_added),
    ("Product Removed from Wishlist", wish_removed),
    ("Wishlist Product Added to Cart", product_added),
    ("Product Reviewed", product_reviewed),
    ("Decision Exposed", decision_exposed),
    ("Consent Changed", consent_changed),
    ("Order Canceled", order_cancelled),
];

/// The names of track calls that become typed events, as Segment writes them.
pub const TYPED_NAMES: [&str; TYPED.len()] = {
    let mut names = [""; TYPED.len()];
    let mut index = 0;
    while index < TYPED.len() {
        names[index] = TYPED[index].0;
        index += 1;
    }
    names
};

/// The event of that name with those properties.
pub(super) fn read_track(
    name: &str,
    properties: &mut Properties<'_>,
    rules: &Rules,
) -> Result<Event, Rejection> {
    match TYPED.iter().find(|(typed, _)| is_same_name(typed, name)) {
        Some((_, read)) => read(properties, rules),
        None if name.len() > ID_BYTES_MAX => {
            let remedy = format!("is longer than {ID_BYTES_MAX} bytes; shorten it");
            Err(refuse(RejectionCode::OutOfRange, "event", name, remedy))
        }
        None => Ok(Event::Custom(Custom { name: name.to_owned() })),
    }
}

fn is_same_name(typed: &str, given: &str) -> bool {
    let snake = |byte: u8| if byte == b' ' { b'_' } else { byte.to_ascii_lowercase() };
    typed.len() == given.len() && (typed == given || typed.bytes().map(snake).eq(given.bytes()))
}

fn products_searched(it: &mut Properties<'_>, _: &Rules) -> Result<Event, Rejection> {
    // The query is left, and so is sealed.
    let n_found = it.object.whole("results", 0..=COUNT_MAX)?;
    Ok(ProductsSearched { n_found }.into())
}

fn product_list_viewed(it: &mut Properties<'_>, _: &Rules) -> Result<Event, Rejection> {
    let list = open_text(&mut it.object, "list_id");
    let category = category(&mut it.object)?;
    Ok(ProductListViewed { list, category, products: products(it)? }.into())
}

fn product_clicked(it: &mut Properties<'_>, _: &Rules) -> Result<Event, Rejection> {
    let product = product(&mut it.object)?;
    Ok(ProductClicked { product, rank: it.rank()?, decision: it.decision()? }.into())
}

fn product_viewed(it: &mut Properties<'_>, _: &Rules) -> Result<Event, Rejection> {
    let product = product(&mut it.object)?;
    let variant = variant(&mut it.object)?;
    Ok(ProductViewed { product, variant, decision: it.decision()? }.into())
}

fn product_added(it: &mut Properties<'_>, rules: &Rules) -> Result<Event, Rejection> {
    let currency = it.currency(rules)?;
    let line = line(&mut it.object, currency)?;
    let cart = it.object.id("cart_id")?;
    Ok(ProductAdded { line, cart, decision: it.decision()? }.into())
}

fn product_removed(it: &mut Properties<'_>, rules: &Rules) -> Result<Event, Rejection> {
    let currency = it.currency(rules)?;
    let line = line(&mut it.object, currency)?;
    Ok(ProductRemoved { line, cart: it.object.id("cart_id")? }.into())
}

fn cart_viewed(it: &mut Properties<'_>, rules: &Rules) -> Result<Event, Rejection> {
    let currency = it.currency(rules)?;
    Ok(CartViewed { cart: it.object.id("cart_id")?, lines: lines(it, currency)? }.into())
}

fn checkout_started(it: &mut Properties<'_>, rules: &Rules) -> Result<Event, Rejection> {
    let currency = it.currency(rules)?;
    Ok(CheckoutStarted { order: it.object.id("order_id")?, lines: lines(it, currency)? }.into())
}

fn order_completed(it: &mut Properties<'_>, rules: &Rules) -> Result<Event, Rejection> {
    let currency = it.currency(rules)?;
    let event = OrderCompleted {
        order: it.object.needed_id("order_id")?,
        total: it.object.amount("total", currency)?,
        revenue: it.object.amount("revenue", currency)?,
        cart: it.object.id("cart_id")?,
        lines: lines(it, currency)?,
    };
    Ok(event.into())
}

fn order_refunded(it: &mut Properties<'_>, rules: &Rules) -> Result<Event, Rejection> {
    let currency = it.currency(rules)?;
    let event = OrderRefunded {
        order: it.object.needed_id("order_id")?,
        total: it.object.amount("total", currency)?,
        lines: lines(it, currency)?,
    };
    Ok(event.into())
}

fn order_cancelled(it: &mut Properties<'_>, rules: &Rules) -> Result<Event, Rejection> {
    let currency = it.currency(rules)?;
    let order = it.object.needed_id("order_id")?;
    Ok(OrderCancelled { order, lines: lines(it, currency)? }.into())
}

fn wish_added(it: &mut Properties<'_>, _: &Rules) -> Result<Event, Rejection> {
    Ok(Wishlisted { product: product(&mut it.object)?, wish: Wish::Added }.into())
}

fn wish_removed(it: &mut Properties<'_>, _: &Rules) -> Result<Event, Rejection> {
    Ok(Wishlisted { product: product(&mut it.object)?, wish: Wish::Removed }.into())
}

fn product_reviewed(it: &mut Properties<'_>, _: &Rules) -> Result<Event, Rejection> {
    let product = product(&mut it.object)?;
    Ok(ProductReviewed { product, rating_hundredths: rating(&mut it.object)? }.into())
}

/// Takes `rating`, from 1 to 5 stars with at most two decimals.
fn rating(object: &mut Object<'_>) -> Result<Option<u16>, Rejection> {
    let Some(label) = object.label("rating")? else { return Ok(None) };
    let (whole, fraction) = label.split_once('.').unwrap_or((&*label, ""));
    let hundredths = format!("{whole}{fraction:0<2}").parse().ok();
    let rating = hundredths.filter(|it| fraction.len() <= 2 && (100..=500).contains(it));
    rating.map(Some).ok_or_else(|| {
        let remedy = "is no rating from 1 to 5 with at most two decimals; convert the scale";
        refuse(RejectionCode::OutOfRange, &object.at().name("rating"), &label, remedy)
    })
}

fn decision_exposed(it: &mut Properties<'_>, _: &Rules) -> Result<Event, Rejection> {
    let decision = it.decision()?.ok_or_else(|| it.object.missing("decision_id"))?;
    let products = each_product(it, |object| {
        let product = product(object)?;
        Ok(ExposedProduct { product, rank: object.whole("position", 1..=COUNT_MAX)? })
    })?;
    Ok(DecisionExposed { decision, products }.into())
}

fn consent_changed(it: &mut Properties<'_>, _: &Rules) -> Result<Event, Rejection> {
    let purposes = it.object.object("purposes", At::field(PURPOSES))?;
    let purposes = purposes.ok_or_else(|| it.object.missing("purposes"))?;
    let said = signals::answers(&purposes, signals::Unknown::Refused)?;
    Ok(ConsentChanged { given: said.given, denied: said.denied }.into())
}

/// Takes `category`: names from the widest to the narrowest, as a list or joined by `>`. One that looks
/// personal is left, and so is sealed.
fn category(object: &mut Object<'_>) -> Result<Option<CategoryPath>, Rejection> {
    let Some(raw) = object.peek("category") else { return Ok(None) };
    if names_in(raw).iter().any(|it| is_personal(it)) {
        return Ok(None);
    }
    let names = match text_of(raw) {
        Some(text) => {
            object.take("category");
            let parts = text.split('>').map(str::trim).filter(|it| !it.is_empty());
            let names: Result<Vec<_>, _> = parts.map(str::parse).collect();
            names.map_err(|err| object.invalid_id("category", &text, &err))?
        }
        None => super::lines::ids(object, "category")?,
    };
    if names.is_empty() {
        return Ok(None);
    }
    CategoryPath::new(names).map(Some).ok_or_else(|| {
        let remedy = format!("has more than {CATEGORY_DEPTH_MAX} names; send a shorter way");
        refuse(RejectionCode::OutOfRange, &object.at().name("category"), raw.get(), remedy)
    })
}

/// The texts of a value that is a text or a list of texts.
fn names_in(raw: &RawValue) -> Vec<Cow<'_, str>> {
    match text_of(raw) {
        Some(text) => vec![text],
        None => {
            let values: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
            values.into_iter().map(shown).collect()
        }
    }
}
