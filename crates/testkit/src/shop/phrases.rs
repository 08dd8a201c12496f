//! What is said to a shop in tests: products, events and requests, each in a few words.
//!
//! Everything has a plain default; a test changes the fields that it is about.

use app::{DecisionRequest, Incoming, UserClaim};
use domain::event::deciding::{DecisionExposed, ExposedProduct};
use domain::event::person::ConsentChanged;
use domain::event::shopping::{
    Line, OrderCompleted, ProductAdded, ProductClicked, ProductRemoved, ProductViewed,
};
use domain::{
    CategoryName, CategoryPath, Currency, DecisionId, Event, Money, Product, ProductId, Purpose,
    Visibility,
};

/// A product for EUR 10 of which there is always enough, in no category.
///
/// # Panics
///
/// If a text cannot be an id, as do all functions here.
pub fn product(id: &str) -> Product {
    Product {
        id: product_id(id),
        title: format!("The {id}"),
        description: None,
        url: None,
        brand: None,
        categories: Vec::new(),
        attributes: Vec::new(),
        price: Some(Money::new(1_000, Currency::EUR)),
        cost: None,
        stock: None,
        images: Vec::new(),
        variants: Vec::new(),
        visibility: Visibility::Visible,
        markets: Vec::new(),
        create_time: None,
    }
}

/// A product in a category such as `Home > Lamps`.
pub fn product_in(category_path: &str, id: &str) -> Product {
    Product { categories: vec![category(category_path)], ..product(id) }
}

/// A product's id.
pub fn product_id(id: &str) -> ProductId {
    id.parse().expect("tests use good ids")
}

/// Products' ids, from words between spaces.
pub fn product_ids(words: &str) -> Vec<ProductId> {
    words.split_whitespace().map(product_id).collect()
}

/// A category such as `Home > Lamps`.
pub fn category(path: &str) -> CategoryPath {
    let names = path.split(" > ").map(|it| CategoryName::new(it).expect("tests use good names"));
    CategoryPath::new(names.collect()).expect("tests use short paths")
}

/// An event of a visitor, at the present moment, without a message id.
pub fn event(visitor: &str, event: impl Into<Event>) -> Incoming {
    Incoming {
        message_id: None,
        visitor: Some(visitor.to_owned()),
        user: None,
        original_time: None,
        sent_time: None,
        event: event.into(),
        signals: consent::Signals::default(),
        open: Vec::new(),
        private: Vec::new(),
        address: None,
        market: None,
    }
}

/// A shopper's id that nobody vouches for but the sender.
pub fn user(id: &str) -> UserClaim {
    UserClaim { user: id.to_owned(), signature: None }
}

/// A visitor looks at a product.
pub fn views(visitor: &str, id: &str) -> Incoming {
    event(visitor, ProductViewed { product: product_id(id), variant: None, decision: None })
}

/// A visitor looks at a product that a decision showed, and says so.
pub fn views_from(visitor: &str, id: &str, decision: DecisionId) -> Incoming {
    let decision = Some(decision);
    event(visitor, ProductViewed { product: product_id(id), variant: None, decision })
}

/// A visitor clicks a product that a decision showed, and says so.
pub fn clicks_from(visitor: &str, id: &str, decision: DecisionId) -> Incoming {
    let decision = Some(decision);
    event(visitor, ProductClicked { product: product_id(id), rank: None, decision })
}

/// A visitor puts a product into the cart.
pub fn adds(visitor: &str, id: &str) -> Incoming {
    event(visitor, ProductAdded { line: line(id), cart: None, decision: None })
}

/// A visitor takes a product out of the cart.
pub fn removes(visitor: &str, id: &str) -> Incoming {
    event(visitor, ProductRemoved { line: line(id), cart: None })
}

/// A visitor orders products, one piece of each.
pub fn orders(visitor: &str, order: &str, ids: &str) -> Incoming {
    let lines: Vec<Line> = ids.split_whitespace().map(line).collect();
    let order = order.parse().expect("tests use good ids");
    event(visitor, OrderCompleted { order, lines, total: None, revenue: None, cart: None })
}

/// A visitor could see products of a decision; all of them when none is named.
pub fn sees(visitor: &str, decision: DecisionId, ids: &str) -> Incoming {
    let seen = product_ids(ids).into_iter();
    let products = seen.map(|product| ExposedProduct { product, rank: None }).collect();
    event(visitor, DecisionExposed { decision, products })
}

/// A visitor allows some purposes and refuses others, for good.
pub fn consents(visitor: &str, given: &[Purpose], denied: &[Purpose]) -> Incoming {
    let given = given.iter().copied().collect();
    event(visitor, ConsentChanged { given, denied: denied.iter().copied().collect() })
}

/// One piece of a product.
pub fn line(id: &str) -> Line {
    Line { product: product_id(id), variant: None, quantity: 1, unit_price: None }
}

/// A visitor asks for five products in a placement.
pub fn request(visitor: &str, placement: &str) -> DecisionRequest {
    DecisionRequest {
        visitor: Some(visitor.to_owned()),
        user: None,
        placement: placement.parse().expect("tests use good ids"),
        products: Vec::new(),
        cart: Vec::new(),
        recent: Vec::new(),
        category: None,
        market: None,
        count: 5,
        filter: None,
        exclude: Vec::new(),
        after: None,
        deadline: None,
        signals: consent::Signals::default(),
    }
}
