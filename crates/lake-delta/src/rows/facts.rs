//! What readers elsewhere ask of an event, whatever its kind.

use domain::event::shopping::{Line, Wish};
use domain::{CartId, DecisionId, Event, Money, OrderId, ProductId, VariantId};

/// One product of an event.
pub(super) struct Piece<'e> {
    pub product: &'e str,
    pub variant: Option<&'e str>,
    /// How many; negative when they come back or are taken off; none where the event has no such number.
    pub quantity: Option<i32>,
    pub unit_price: Option<Money>,
}

/// What is in the columns that only the table of events has.
#[derive(Default)]
pub(super) struct Facts<'e> {
    pub pieces: Vec<Piece<'e>>,
    pub order: Option<&'e str>,
    pub cart: Option<&'e str>,
    pub total: Option<Money>,
    pub revenue: Option<Money>,
    pub name: Option<&'e str>,
}

fn piece<'e>(product: &'e ProductId, variant: Option<&'e VariantId>) -> Piece<'e> {
    let variant = variant.map(VariantId::as_str);
    Piece { product: product.as_str(), variant, quantity: None, unit_price: None }
}

fn line(line: &Line) -> Piece<'_> {
    Piece {
        quantity: Some(line.quantity),
        unit_price: line.unit_price,
        ..piece(&line.product, line.variant.as_ref())
    }
}

fn lines(lines: &[Line]) -> Vec<Piece<'_>> {
    lines.iter().map(line).collect()
}

fn one<'e>(product: &'e ProductId, variant: Option<&'e VariantId>) -> Facts<'e> {
    Facts { pieces: vec![piece(product, variant)], ..Facts::default() }
}

fn named(name: Option<&str>) -> Facts<'_> {
    Facts { name, ..Facts::default() }
}

impl<'e> Facts<'e> {
    /// What `event` says.
    pub(super) fn of(event: &'e Event) -> Facts<'e> {
        let cart_of = |it: &'e Option<CartId>| it.as_ref().map(CartId::as_str);
        let order_of = |it: &'e OrderId| Some(it.as_str());
        match event {
            Event::ProductViewed(it) => one(&it.product, it.variant.as_ref()),
            Event::ProductListViewed(it) => Facts {
                pieces: it.products.iter().map(|it| piece(it, None)).collect(),
                ..named(it.list.as_deref())
            },
            Event::ProductClicked(it) => one(&it.product, None),
            Event::ProductAdded(it) => {
                Facts { pieces: vec![line(&it.line)], cart: cart_of(&it.cart), ..Facts::default() }
            }
            Event::ProductRemoved(it) => {
                Facts { pieces: vec![line(&it.line)], cart: cart_of(&it.cart), ..Facts::default() }
            }
            Event::CartViewed(it) => {
                Facts { pieces: lines(&it.lines), cart: cart_of(&it.cart), ..Facts::default() }
            }
            Event::CheckoutStarted(it) => Facts {
                pieces: lines(&it.lines),
                order: it.order.as_ref().map(OrderId::as_str),
                ..Facts::default()
            },
            Event::OrderCompleted(it) => Facts {
                pieces: lines(&it.lines),
                order: order_of(&it.order),
                cart: cart_of(&it.cart),
                total: it.total,
                revenue: it.revenue,
                name: None,
            },
            Event::OrderRefunded(it) => Facts {
                pieces: lines(&it.lines),
                order: order_of(&it.order),
                total: it.total,
                ..Facts::default()
            },
            Event::OrderCancelled(it) => {
                Facts { pieces: lines(&it.lines), order: order_of(&it.order), ..Facts::default() }
            }
            Event::Wishlisted(it) => {
                let quantity = match it.wish {
                    Wish::Added => 1,
                    Wish::Removed => -1,
                };
                let wished = Piece { quantity: Some(quantity), ..piece(&it.product, None) };
                Facts { pieces: vec![wished], ..Facts::default() }
            }
            Event::ProductReviewed(it) => one(&it.product, None),
            Event::PageViewed(it) => named(it.category.as_deref()),
            Event::ProductUpserted(it) => one(&it.product.id, None),
            Event::ProductPatched(it) => one(&it.product, None),
            Event::ProductDeleted(it) => one(&it.product, None),
            Event::DecisionExposed(it) => Facts {
                pieces: it.products.iter().map(|it| piece(&it.product, None)).collect(),
                ..Facts::default()
            },
            Event::Custom(it) => named(Some(&it.name)),
            Event::ProductsSearched(_)
            | Event::Identified(_)
            | Event::ConsentChanged(_)
            | Event::DecisionMade(_)
            | Event::Unknown(_) => Facts::default(),
        }
    }
}

/// The decision that `event` is, tells of, or names as its cause.
pub(super) fn decision(event: &Event) -> Option<DecisionId> {
    match event {
        Event::ProductViewed(it) => it.decision,
        Event::ProductClicked(it) => it.decision,
        Event::ProductAdded(it) => it.decision,
        Event::DecisionExposed(it) => Some(it.decision),
        Event::DecisionMade(it) => Some(it.decision),
        _ => None,
    }
}
