//! Events in the words of others.

use domain::event::shopping::{Line, Wish};
use domain::{CategoryPath, Event, Money, OpenValue, Recorded, Verification};
use serde_json::{Map, Value, json};

type Fields = Map<String, Value>;

/// The open part of an event: everything but what is sealed and where it came from.
pub(super) fn open_part(recorded: &Recorded) -> Value {
    let it = &recorded.envelope;
    let verification = match it.source.verification {
        Verification::Verified => "verified",
        Verification::Unverified => "unverified",
    };
    let purposes: Vec<&str> = it.purposes.iter().map(domain::Purpose::name).collect();
    json!({
        "position": recorded.position.to_string(),
        "message": it.message.to_string(),
        "shopper": it.shopper.to_string(),
        "event_time": it.event_time.to_string(),
        "received_time": it.received_time.to_string(),
        "verification": verification,
        "purposes": purposes,
        "market": it.market.as_ref().map(ToString::to_string),
        "kind": it.event.kind_name(),
        "properties": properties(recorded),
    })
}

/// A message as Segment's libraries send it; `None` for what they have no message for.
pub(super) fn message(recorded: &Recorded) -> Option<Value> {
    let it = &recorded.envelope;
    let (kind, name) = match &it.event {
        Event::PageViewed(_) => ("page", None),
        Event::Identified(_) => ("identify", None),
        Event::Custom(event) => ("track", Some(event.name.as_str())),
        event => ("track", Some(track_name(event)?)),
    };
    let mut message = Map::new();
    message.insert("type".into(), kind.into());
    if let Some(name) = name {
        message.insert("event".into(), name.into());
    }
    message.insert("anonymousId".into(), it.shopper.to_string().into());
    message.insert("messageId".into(), it.message.to_string().into());
    message.insert("timestamp".into(), it.event_time.to_string().into());
    let properties = properties(recorded);
    if !properties.is_empty() {
        message.insert("properties".into(), properties.into());
    }
    if let Some(market) = &it.market {
        message.insert("context".into(), json!({ "market": market.to_string() }));
    }
    Some(Value::Object(message))
}

/// Segment's name of an event, or ours where the interface takes it by that name.
fn track_name(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::ProductViewed(_) => "Product Viewed",
        Event::ProductListViewed(_) => "Product List Viewed",
        Event::ProductClicked(_) => "Product Clicked",
        Event::ProductAdded(_) => "Product Added",
        Event::ProductRemoved(_) => "Product Removed",
        Event::CartViewed(_) => "Cart Viewed",
        Event::CheckoutStarted(_) => "Checkout Started",
        Event::OrderCompleted(_) => "Order Completed",
        Event::OrderRefunded(_) => "Order Refunded",
        Event::OrderCancelled(_) => "Order Cancelled",
        Event::ProductsSearched(_) => "Products Searched",
        Event::Wishlisted(it) if it.wish == Wish::Added => "Product Added to Wishlist",
        Event::Wishlisted(_) => "Product Removed from Wishlist",
        Event::ProductReviewed(_) => "Product Reviewed",
        Event::DecisionExposed(_) => "Decision Exposed",
        Event::ConsentChanged(_) => "Consent Changed",
        _ => return None,
    })
}

/// What is said of an event beside who and when.
fn properties(recorded: &Recorded) -> Fields {
    let mut fields = shopping(&recorded.envelope.event);
    for (name, value) in &recorded.envelope.open {
        let value = match value {
            OpenValue::Bool(value) => Value::from(*value),
            OpenValue::Number(value) => Value::from(*value),
            OpenValue::Text(value) => Value::from(value.as_str()),
        };
        fields.entry(name.clone()).or_insert(value);
    }
    fields
}

fn shopping(event: &Event) -> Fields {
    let mut it = Writer::default();
    match event {
        Event::ProductViewed(event) => {
            it.set("product_id", &event.product);
            it.maybe("variant_id", event.variant.as_ref());
            it.maybe("decision_id", event.decision);
        }
        Event::ProductListViewed(event) => {
            it.maybe("list_id", event.list.as_ref());
            it.category(event.category.as_ref());
            it.products(event.products.iter().map(|it| json!({ "product_id": it.to_string() })));
        }
        Event::ProductClicked(event) => {
            it.set("product_id", &event.product);
            it.number("position", event.rank);
            it.maybe("decision_id", event.decision);
        }
        Event::ProductAdded(event) => {
            it.line(&event.line);
            it.maybe("cart_id", event.cart.as_ref());
            it.maybe("decision_id", event.decision);
        }
        Event::ProductRemoved(event) => {
            it.line(&event.line);
            it.maybe("cart_id", event.cart.as_ref());
        }
        Event::CartViewed(event) => {
            it.maybe("cart_id", event.cart.as_ref());
            it.lines(&event.lines);
        }
        Event::ProductsSearched(event) => it.number("results", event.n_found),
        Event::Wishlisted(event) => it.set("product_id", &event.product),
        Event::ProductReviewed(event) => {
            it.set("product_id", &event.product);
            it.maybe("rating", event.rating_hundredths.map(|it| f64::from(it) / 100.0));
        }
        Event::PageViewed(event) => it.maybe("category", event.category.as_ref()),
        event => deciding(event, &mut it),
    }
    it.0
}

fn deciding(event: &Event, it: &mut Writer) {
    match event {
        Event::CheckoutStarted(event) => {
            it.maybe("order_id", event.order.as_ref());
            it.lines(&event.lines);
        }
        Event::OrderCompleted(event) => {
            it.set("order_id", &event.order);
            it.money("total", event.total);
            it.money("revenue", event.revenue);
            it.maybe("cart_id", event.cart.as_ref());
            it.lines(&event.lines);
        }
        Event::OrderRefunded(event) => {
            it.set("order_id", &event.order);
            it.money("total", event.total);
            it.lines(&event.lines);
        }
        Event::OrderCancelled(event) => {
            it.set("order_id", &event.order);
            it.lines(&event.lines);
        }
        Event::DecisionMade(event) => {
            it.set("decision_id", &event.decision);
            it.set("placement", &event.placement);
            let shown =
                event.slate.iter().map(|it| json!({ "product_id": it.product.to_string() }));
            it.products(shown);
        }
        Event::DecisionExposed(event) => {
            it.set("decision_id", &event.decision);
            it.products(event.products.iter().map(|it| {
                let mut product = Writer::default();
                product.set("product_id", &it.product);
                product.number("position", it.rank);
                product.0.into()
            }));
        }
        Event::ConsentChanged(event) => {
            let answer = |purpose| Some((purpose, event.answer(purpose)?));
            let answers = domain::Purpose::ALL.into_iter().filter_map(answer);
            let answers = answers.map(|(it, yes)| (it.name().to_owned(), Value::from(yes)));
            it.0.insert("purposes".into(), Value::Object(answers.collect()));
        }
        Event::ProductUpserted(event) => it.set("product_id", &event.product.id),
        Event::ProductPatched(event) => it.set("product_id", &event.product),
        Event::ProductDeleted(event) => it.set("product_id", &event.product),
        _ => {}
    }
}

/// Properties on their way.
#[derive(Default)]
struct Writer(Fields);

impl Writer {
    fn set(&mut self, name: &str, value: &impl ToString) {
        self.0.insert(name.to_owned(), value.to_string().into());
    }

    fn maybe(&mut self, name: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.set(name, &value);
        }
    }

    fn number(&mut self, name: &str, value: Option<u32>) {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into());
        }
    }

    /// An amount, with its currency beside it.
    fn money(&mut self, name: &str, money: Option<Money>) {
        if let Some(money) = money {
            let shown = money.to_string();
            let (currency, number) = shown.split_once(' ').unwrap_or(("", &shown));
            self.0.insert(name.to_owned(), number.into());
            self.0.insert("currency".to_owned(), currency.into());
        }
    }

    fn line(&mut self, line: &Line) {
        self.set("product_id", &line.product);
        self.maybe("variant_id", line.variant.as_ref());
        self.0.insert("quantity".to_owned(), line.quantity.into());
        self.money("price", line.unit_price);
    }

    fn lines(&mut self, lines: &[Line]) {
        let currency = lines.iter().find_map(|it| it.unit_price).map(Money::currency);
        if let Some(currency) = currency {
            self.set("currency", &currency);
        }
        self.products(lines.iter().map(|it| {
            let mut line = Writer::default();
            line.line(it);
            line.0.remove("currency");
            line.0.into()
        }));
    }

    fn products(&mut self, products: impl Iterator<Item = Value>) {
        self.0.insert("products".to_owned(), products.collect::<Vec<_>>().into());
    }

    fn category(&mut self, category: Option<&CategoryPath>) {
        if let Some(category) = category {
            let names: Vec<String> = category.names().iter().map(ToString::to_string).collect();
            self.0.insert("category".to_owned(), names.into());
        }
    }
}
