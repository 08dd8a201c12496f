//! What is left of an event when nothing in it may join it to another one.

use super::Event;
use crate::DecisionId;

impl Event {
    /// The event without whatever would join it to another event of the same shopper: cart, decision,
    /// list, and the order of a checkout that may come to nothing.
    ///
    /// An order, a refund and a cancellation keep the order's number: the shop's books need it. What the
    /// shop itself says, and changes of consent, stay whole, as does what a newer program wrote.
    #[must_use]
    pub fn unlinked(mut self) -> Event {
        match &mut self {
            Event::ProductViewed(it) => it.decision = None,
            Event::ProductListViewed(it) => it.list = None,
            Event::ProductClicked(it) => it.decision = None,
            Event::ProductAdded(it) => (it.cart, it.decision) = (None, None),
            Event::ProductRemoved(it) => it.cart = None,
            Event::CartViewed(it) => it.cart = None,
            Event::CheckoutStarted(it) => it.order = None,
            Event::OrderCompleted(it) => it.cart = None,
            Event::DecisionExposed(it) => it.decision = DecisionId::WITHHELD,
            Event::OrderRefunded(_)
            | Event::OrderCancelled(_)
            | Event::ProductsSearched(_)
            | Event::Wishlisted(_)
            | Event::ProductReviewed(_)
            | Event::PageViewed(_)
            | Event::Identified(_)
            | Event::ProductUpserted(_)
            | Event::ProductPatched(_)
            | Event::ProductDeleted(_)
            | Event::ConsentChanged(_)
            | Event::DecisionMade(_)
            | Event::Custom(_)
            | Event::Unknown(_) => {}
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::deciding::{DecisionExposed, ExposedProduct};
    use crate::event::person::{Custom, Identified};
    use crate::event::shopping::*;
    use crate::{Currency, Money};

    /// What can join two events: each is recognizable in an event as it is printed.
    const LINKS: [&str; 4] = ["cart-7", "order-7", "list-7", "abababab"];

    /// Of every kind that is taken in from a storefront, an event with all that joins it to others.
    fn one_of_each() -> Vec<Event> {
        let product = || "lamp".parse().unwrap();
        let unit_price = Some(Money::new(1_000, Currency::EUR));
        let line = || Line { product: product(), variant: None, quantity: 2, unit_price };
        let cart = || Some("cart-7".parse().unwrap());
        let order = || "order-7".parse().unwrap();
        let id = DecisionId::from_bytes([0xab; 16]);
        let decision = Some(id);
        let lines = || vec![line()];
        let exposed = ExposedProduct { product: product(), rank: Some(1) };
        vec![
            ProductViewed { product: product(), variant: None, decision }.into(),
            ProductListViewed {
                list: Some("list-7".to_owned()),
                category: None,
                products: vec![product()],
            }
            .into(),
            ProductClicked { product: product(), rank: Some(1), decision }.into(),
            ProductAdded { line: line(), cart: cart(), decision }.into(),
            ProductRemoved { line: line(), cart: cart() }.into(),
            CartViewed { cart: cart(), lines: lines() }.into(),
            CheckoutStarted { order: Some(order()), lines: lines() }.into(),
            OrderCompleted {
                order: order(),
                lines: lines(),
                total: unit_price,
                revenue: unit_price,
                cart: cart(),
            }
            .into(),
            OrderRefunded { order: order(), lines: lines(), total: unit_price }.into(),
            OrderCancelled { order: order(), lines: lines() }.into(),
            ProductsSearched { n_found: Some(3) }.into(),
            Wishlisted { product: product(), wish: Wish::Added }.into(),
            ProductReviewed { product: product(), rating_hundredths: Some(450) }.into(),
            PageViewed { category: Some("Help".to_owned()) }.into(),
            Identified {}.into(),
            DecisionExposed { decision: id, products: vec![exposed] }.into(),
            Custom { name: "Quiz Finished".to_owned() }.into(),
        ]
    }

    fn links_in(event: &Event) -> Vec<&'static str> {
        let text = format!("{event:?}");
        LINKS.into_iter().filter(|link| text.contains(link)).collect()
    }

    #[test]
    fn an_unlinked_event_keeps_of_what_joins_events_only_the_number_of_an_order_that_was_placed() {
        for event in one_of_each() {
            let kind = event.kind_name();
            let is_order = ["order_completed", "order_refunded", "order_cancelled"].contains(&kind);
            let expected: &[&str] = if is_order { &["order-7"] } else { &[] };
            assert_eq!(links_in(&event.unlinked()), expected, "{kind}");
        }
    }

    #[test]
    fn every_kind_that_a_storefront_sends_is_looked_at() {
        let looked_at: Vec<u16> = one_of_each().iter().map(Event::kind_number).collect();
        // What the shop says itself (16 to 18), consent (19) and decisions (20) are never unlinked. A
        // new kind comes after the last one here.
        let expected: Vec<u16> = (1..=15).chain(21..=22).collect();
        assert_eq!(looked_at, expected);
        let n_links: usize = one_of_each().iter().map(|it| links_in(it).len()).sum();
        assert_eq!(n_links, 13, "the events to look at do have what joins them");
        assert!(
            matches!(Event::decode_payload(23, &[0xa0]), Ok(Event::Unknown(_)),),
            "the new kind has to be looked at, too"
        );
    }

    #[test]
    fn products_amounts_and_counts_stay() {
        for event in one_of_each() {
            let text = format!("{event:?}");
            let unlinked = format!("{:?}", event.unlinked());
            for kept in ["\"lamp\"", "1000", "Some(3)", "Some(450)", "Help", "Quiz Finished"] {
                assert_eq!(unlinked.contains(kept), text.contains(kept), "{kept} in {text}");
            }
        }
    }
}
