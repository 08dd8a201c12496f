//! What happens in the shop, in the words of Segment's Ecommerce v2 vocabulary.
//!
//! A [`Happening`] is what happened; an [`Event`] adds to whom, when, and a message id by which a
//! repetition is recognised.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::catalogue::Product;
use crate::catalogue::product::{CURRENCY, decimal};

/// What happened, without who and when.
#[derive(Clone, Debug)]
pub(crate) struct Happening {
    /// Which of Segment's calls tells of it.
    pub(crate) call: Call,
    /// The name in the vocabulary.
    pub(crate) name: &'static str,
    /// Its properties.
    pub(crate) properties: Value,
}

/// A call of Segment's interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// Something was done.
    Track,
    /// A page was looked at.
    Page,
    /// A visitor turned out to be a customer.
    Identify,
}

/// Something that happened to somebody at some time.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    happening: Happening,
    visitor: String,
    user: Option<String>,
    message_id: String,
    time: Timestamp,
}

impl Happening {
    /// Makes it an event.
    pub(crate) fn by(self, visitor: &str, message_id: String, time: Timestamp) -> Event {
        Event { happening: self, visitor: visitor.to_owned(), user: None, message_id, time }
    }

    /// Names the decision that led to it.
    pub(crate) fn led_by(mut self, decision_id: Option<&str>) -> Happening {
        if let Some(id) = decision_id {
            self.properties["decision_id"] = id.into();
        }
        self
    }
}

impl Event {
    /// Says which customer it was, as only the shop's server may.
    pub(crate) fn of_customer(mut self, user: Option<&str>) -> Event {
        self.user = user.map(str::to_owned);
        self
    }

    /// The same event as told by a clock that is wrong by so much.
    pub(crate) fn skewed(mut self, by: SignedDuration) -> Event {
        self.time += by;
        self
    }

    /// When it happened.
    pub(crate) fn time(&self) -> Timestamp {
        self.time
    }

    /// The message as `POST /v1/batch` takes it.
    pub(crate) fn to_json(&self) -> Value {
        let (call, field) = match self.happening.call {
            Call::Track => ("track", Some("event")),
            Call::Page => ("page", Some("name")),
            Call::Identify => ("identify", None),
        };
        let mut message = json!({
            "type": call,
            "anonymousId": self.visitor,
            "messageId": self.message_id,
            "timestamp": self.time.to_string(),
            "properties": self.happening.properties,
        });
        if let Some(field) = field {
            message[field] = self.happening.name.into();
        }
        if let Some(user) = &self.user {
            message["userId"] = user.as_str().into();
        }
        message
    }
}

/// Some pieces of one product.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pieces<'a> {
    /// The product.
    pub(crate) product: &'a Product,
    /// The variant's id, where there are variants.
    pub(crate) variant: Option<&'a str>,
    /// How many.
    pub(crate) quantity: u32,
}

impl Pieces<'_> {
    /// What they cost together, in cents.
    pub(crate) fn total_minor(&self) -> i64 {
        self.product.price_minor() * i64::from(self.quantity)
    }
}

/// How a category path is written in one property.
pub(crate) fn category_text(names: &[&str]) -> String {
    names.join(" > ")
}

fn about(product: &Product) -> Value {
    json!({
        "product_id": product.id(),
        "name": product.title(),
        "brand": product.brand.name,
        "category": category_text(&product.category()),
        "price": product.price_number(),
        "currency": CURRENCY,
    })
}

fn about_pieces(pieces: Pieces<'_>) -> Value {
    let mut about = about(pieces.product);
    about["quantity"] = pieces.quantity.into();
    if let Some(variant) = pieces.variant {
        about["variant"] = variant.into();
    }
    about
}

fn about_all(lines: &[Pieces<'_>]) -> Value {
    lines.iter().map(|it| about_pieces(*it)).collect()
}

fn track(name: &'static str, properties: Value) -> Happening {
    Happening { call: Call::Track, name, properties }
}

/// A page without products was looked at.
pub(crate) fn page_viewed(name: &'static str) -> Happening {
    Happening { call: Call::Page, name, properties: json!({}) }
}

/// A product's page was opened.
pub(crate) fn product_viewed(product: &Product) -> Happening {
    track("Product Viewed", about(product))
}

/// A product in a list was clicked; `rank` counts from 1.
pub(crate) fn product_clicked(product: &Product, rank: usize) -> Happening {
    let mut properties = about(product);
    properties["position"] = rank.into();
    track("Product Clicked", properties)
}

/// A list of products was looked at.
pub(crate) fn product_list_viewed<'a>(
    category: &[&str],
    products: impl Iterator<Item = &'a Product>,
) -> Happening {
    let products: Value = (1..)
        .zip(products)
        .map(|(rank, it): (u32, _)| json!({"product_id": it.id(), "position": rank}))
        .collect();
    let category = category_text(category);
    track(
        "Product List Viewed",
        json!({"list_id": category, "category": category, "products": products}),
    )
}

/// Pieces were put into the cart.
pub(crate) fn product_added(pieces: Pieces<'_>) -> Happening {
    track("Product Added", about_pieces(pieces))
}

/// Pieces were taken out of the cart.
pub(crate) fn product_removed(pieces: Pieces<'_>) -> Happening {
    track("Product Removed", about_pieces(pieces))
}

/// The cart was looked at.
pub(crate) fn cart_viewed(lines: &[Pieces<'_>]) -> Happening {
    track("Cart Viewed", json!({"products": about_all(lines)}))
}

/// Checkout began.
pub(crate) fn checkout_started(order: &str, lines: &[Pieces<'_>]) -> Happening {
    track("Checkout Started", about_order(order, lines))
}

/// An order was placed.
pub(crate) fn order_completed(order: &str, lines: &[Pieces<'_>]) -> Happening {
    track("Order Completed", about_order(order, lines))
}

/// Pieces of an order came back.
pub(crate) fn order_refunded(order: &str, lines: &[Pieces<'_>]) -> Happening {
    let total = decimal(lines.iter().map(Pieces::total_minor).sum());
    let properties = json!({
        "order_id": order,
        "currency": CURRENCY,
        "total": total,
        "products": about_all(lines),
    });
    track("Order Refunded", properties)
}

/// A visitor logged in; the event says as which customer.
pub(crate) fn logged_in() -> Happening {
    Happening { call: Call::Identify, name: "Logged In", properties: json!({}) }
}

fn about_order(order: &str, lines: &[Pieces<'_>]) -> Value {
    let total = decimal(lines.iter().map(Pieces::total_minor).sum());
    json!({
        "order_id": order,
        "currency": CURRENCY,
        "total": total,
        "revenue": total,
        "products": about_all(lines),
    })
}

/// Something was searched for.
pub(crate) fn products_searched(query: &str) -> Happening {
    track("Products Searched", json!({"query": query}))
}

/// A product was put on the wish list.
pub(crate) fn wishlisted(product: &Product) -> Happening {
    track("Product Added to Wishlist", about(product))
}

/// A visitor could see products of a decision; ranks count from 1.
pub(crate) fn exposed<'a>(
    decision_id: &str,
    products: impl Iterator<Item = (usize, &'a str)>,
) -> Happening {
    let products: Value =
        products.map(|(rank, id)| json!({"product_id": id, "position": rank})).collect();
    track("Decision Exposed", json!({"decision_id": decision_id, "products": products}))
}

/// A visitor said whether the shop may be personal.
pub(crate) fn consent_changed(personalization: Consent) -> Happening {
    let word = personalization.word();
    track("Consent Changed", json!({"purposes": {"personalization": word}}))
}

/// What a visitor said about personalization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Consent {
    /// They may be known.
    #[default]
    Given,
    /// They may not.
    Denied,
}

impl Consent {
    /// The word in the interface.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Consent::Given => "given",
            Consent::Denied => "denied",
        }
    }
}
