//! A history with every sort of event that a lake treats in its own way, and what its acts are.

use domain::event::deciding::DecisionMade;
use domain::event::person::Custom;
use domain::event::shopping::{
    Line, OrderCompleted, ProductAdded, ProductClicked, ProductRemoved, Wish, Wishlisted,
};
use domain::{
    Currency, DecisionId, Envelope, Event, MarketId, Money, OrderId, PlacementId, Position,
    ProductId, Propensity, Purpose, Purposes, Reason, Recorded, ShopperKey, Shown, Span, Timestamp,
    Verification,
};

use super::super::any_event;
use crate::{Act, ActKind, ActsWanted};

const NOON: Timestamp = Timestamp::from_secs(1_800_000_000);
const KINDS: u64 = 10;

/// The first `n` events of a history of many kinds, shoppers and days, in an order that is not that of
/// their times.
///
/// # Panics
///
/// Never.
pub fn history(n: u64) -> Vec<Recorded> {
    (1..=n).map(|n| Recorded { position: Position::new(n), envelope: envelope(n) }).collect()
}

fn product(n: u64) -> ProductId {
    ProductId::new(&format!("tent-{}", n % 40)).expect("a short text is an id")
}

fn line(n: u64) -> Line {
    let price = Money::new(i64::try_from(n % 5_000).unwrap_or(0), Currency::EUR);
    let quantity = i32::try_from(n % 4).unwrap_or(0) + 1;
    Line { product: product(n), variant: None, quantity, unit_price: Some(price) }
}

fn envelope(n: u64) -> Envelope {
    let mut envelope = any_event(n);
    let shopper = n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()[0] % 23;
    envelope.shopper = ShopperKey::from_bytes([shopper.wrapping_mul(11); 16]);
    let seconds = i64::try_from(n.wrapping_mul(7_919) % (5 * 86_400)).unwrap_or(0);
    // Some happened at one moment.
    envelope.event_time = NOON.minus(Span::SECOND.times(seconds / 60 * 60));
    envelope.event = event(n);
    if n.is_multiple_of(3) {
        envelope.source.verification = Verification::Unverified;
        envelope.purposes = Purposes::NONE.with(Purpose::Operation).with(Purpose::Personalization);
    }
    if n.is_multiple_of(5) {
        envelope.market = MarketId::new("de").ok();
    }
    if n % KINDS == 8 {
        return of_a_newer_program(&envelope);
    }
    envelope
}

fn event(n: u64) -> Event {
    let wish = |wish| Wishlisted { product: product(n), wish }.into();
    match n % KINDS {
        1 => ProductClicked { product: product(n), rank: Some(2), decision: None }.into(),
        2 => ProductAdded { line: line(n), cart: None, decision: None }.into(),
        3 => ProductRemoved { line: line(n), cart: None }.into(),
        4 => OrderCompleted {
            order: OrderId::new(&format!("order-{n}")).expect("a short text is an id"),
            lines: (0..n % 5).map(|it| line(n + it * 7)).collect(),
            total: Some(Money::new(9_900, Currency::EUR)),
            revenue: None,
            cart: None,
        }
        .into(),
        5 => wish(Wish::Added),
        6 => wish(Wish::Removed),
        7 => decision(n).into(),
        8 => Custom { name: "Quiz Finished".to_owned() }.into(),
        _ => any_event(n).event,
    }
}

fn decision(n: u64) -> DecisionMade {
    let shown = |it: u64| Shown {
        product: product(it),
        score: 0.5,
        generator: "popular".to_owned(),
        reason: Reason::Popular { category: None },
    };
    DecisionMade {
        decision: DecisionId::from_bytes([7; 16]),
        placement: PlacementId::new("home").expect("a short slug is an id"),
        slate: (0..n % 4).map(shown).collect(),
        fallback: None,
        propensity: Propensity::new(1.0).expect("one is a chance"),
        versions: vec!["popular@1".to_owned()],
        seen: Position::new(n - 1),
        serial: n,
        journal: None,
        anchors: vec![product(n)],
        took_micros: 900,
    }
}

/// The same event, but of a kind and with a field that this program does not know.
fn of_a_newer_program(envelope: &Envelope) -> Envelope {
    let mut bytes = envelope.encode();
    // Field 10, the kind, holds 22, the last kind known; field 11 follows.
    let kind = bytes.windows(3).position(|it| *it == [10, 22, 11]).expect("an event has a kind");
    if let Some(known) = bytes.get_mut(kind + 1) {
        *known = 23;
    }
    let mut newer = Envelope::decode(&bytes).expect("unknown kinds are read");
    assert!(matches!(newer.event, Event::Unknown(_)), "kind 23 is known; take the next one here");
    newer.unknown = vec![(77, vec![0x82, 0x01, 0x02])];
    newer
}

/// The acts that `events` tell of, found in the plainest way.
pub(super) fn acts(events: &[Recorded], wanted: &ActsWanted) -> Vec<Act> {
    let mut acts = Vec::new();
    for Recorded { position, envelope } in events {
        for (product, kind, quantity) in pieces(&envelope.event) {
            let is_wanted = wanted.kinds.contains(&kind)
                && wanted.from <= envelope.event_time
                && envelope.event_time < wanted.until
                && *position <= wanted.through;
            if is_wanted {
                acts.push(Act {
                    shopper: envelope.shopper,
                    product,
                    kind,
                    quantity,
                    time: envelope.event_time,
                    position: *position,
                    purposes: envelope.purposes,
                    verification: envelope.source.verification,
                    market: envelope.market.clone(),
                });
            }
        }
    }
    // Lines of one order stay in their order.
    acts.sort_by_key(|it| (it.shopper, it.time, it.position));
    acts
}

fn pieces(event: &Event) -> Vec<(ProductId, ActKind, i32)> {
    match event {
        Event::ProductViewed(it) => vec![(it.product.clone(), ActKind::Viewed, 1)],
        Event::ProductClicked(it) => vec![(it.product.clone(), ActKind::Clicked, 1)],
        Event::ProductAdded(it) => {
            vec![(it.line.product.clone(), ActKind::Added, it.line.quantity)]
        }
        Event::ProductRemoved(it) => {
            vec![(it.line.product.clone(), ActKind::Removed, it.line.quantity)]
        }
        Event::OrderCompleted(it) => {
            it.lines.iter().map(|it| (it.product.clone(), ActKind::Ordered, it.quantity)).collect()
        }
        Event::Wishlisted(it) if it.wish == Wish::Added => {
            vec![(it.product.clone(), ActKind::Wished, 1)]
        }
        _ => Vec::new(),
    }
}
