//! What the shop remembers of a browser: its cart, its orders, and what went to and fro.
//!
//! In memory and bounded: the demo forgets everybody when it ends, and the longest absent when there
//! are too many. What Tastemaker knows of a visitor is not here.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use crate::client::events::Consent;

/// The most browsers that are remembered.
const VISITORS_MAX: usize = 2_000;
/// The most lines in a cart.
pub(super) const CART_LINES_MAX: usize = 50;
/// The most pieces in a line.
pub(super) const PIECES_MAX: u32 = 20;
/// The most orders remembered of one browser.
const ORDERS_MAX: usize = 10;
/// How many events are remembered for the panel.
const EVENTS_MAX: usize = 14;
/// How many decisions are remembered, so that clicks in older tabs still find theirs.
const DECISIONS_MAX: usize = 64;

/// The id in a browser's cookie.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct VisitorId(String);

impl VisitorId {
    /// How many letters an id has.
    const LENGTH: usize = 32;

    /// Draws a new id.
    pub(super) fn draw() -> VisitorId {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes).expect("the operating system has random bytes");
        VisitorId(bytes.iter().map(|it| format!("{it:02x}")).collect())
    }

    /// Reads an id from a cookie, or returns `None` for what this shop did not make.
    pub(super) fn parse(text: &str) -> Option<VisitorId> {
        let well_formed =
            text.len() == VisitorId::LENGTH && text.bytes().all(|it| it.is_ascii_hexdigit());
        well_formed.then(|| VisitorId(text.to_owned()))
    }

    /// The id, as events and decisions name the visitor.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A line of a cart or an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CartLine {
    /// The product.
    pub(super) product_id: String,
    /// The size, where there are sizes.
    pub(super) variant: Option<String>,
    /// How many pieces.
    pub(super) quantity: u32,
}

/// An order that was placed.
#[derive(Clone, Debug)]
pub(super) struct Order {
    /// Its id.
    pub(super) id: String,
    /// What was bought.
    pub(super) lines: Vec<CartLine>,
}

/// An event that went in, as the panel shows it.
#[derive(Clone, Debug)]
pub(super) struct EventRow {
    /// When, as a time of day.
    pub(super) time: String,
    /// The event's name.
    pub(super) name: &'static str,
    /// What it was about.
    pub(super) about: String,
    /// Where it stands in the history, or why it does not.
    pub(super) position: Result<String, String>,
}

/// A decision that came out, as the panel shows it.
#[derive(Clone, Debug)]
pub(super) struct DecisionRow {
    /// When, as a time of day.
    pub(super) time: String,
    /// Where it was for.
    pub(super) placement: &'static str,
    /// Its id; empty when there was none.
    pub(super) id: String,
    /// What proposed how many of them, or why there is nothing.
    pub(super) mix: Result<String, String>,
    /// What it fell back to.
    pub(super) fallback: Option<String>,
    /// How long it took, measured by the shop.
    pub(super) took_ms: String,
}

/// What is remembered of one browser.
#[derive(Clone, Debug, Default)]
pub(super) struct Visitor {
    /// What is in the cart.
    pub(super) cart: Vec<CartLine>,
    /// What was ordered, newest last.
    pub(super) orders: VecDeque<Order>,
    /// Up to where its events are kept.
    pub(super) position: Option<String>,
    /// What it said about personalization.
    pub(super) consent: Consent,
    /// Events that went in, newest first.
    pub(super) events: VecDeque<EventRow>,
    /// Decisions that came out, newest first.
    pub(super) decisions: VecDeque<DecisionRow>,
    /// How many messages it sent.
    pub(super) n_sent: u64,
    last_seen: u64,
}

impl Visitor {
    /// How many pieces are in the cart.
    pub(super) fn n_pieces(&self) -> u32 {
        self.cart.iter().map(|it| it.quantity).sum()
    }

    /// The products in the cart.
    pub(super) fn cart_ids(&self) -> Vec<String> {
        self.cart.iter().map(|it| it.product_id.clone()).collect()
    }

    /// Remembers an event.
    pub(super) fn note_event(&mut self, row: EventRow) {
        self.events.push_front(row);
        self.events.truncate(EVENTS_MAX);
    }

    /// Remembers a decision.
    pub(super) fn note_decision(&mut self, row: DecisionRow) {
        self.decisions.push_front(row);
        self.decisions.truncate(DECISIONS_MAX);
    }

    /// The decision with this id, if it was made for this visitor and is still remembered.
    pub(super) fn decision(&self, id: &str) -> Option<&DecisionRow> {
        self.decisions.iter().find(|it| !id.is_empty() && it.id == id)
    }

    /// Remembers an order and empties the cart.
    pub(super) fn order(&mut self, id: String) {
        let lines = std::mem::take(&mut self.cart);
        self.orders.push_back(Order { id, lines });
        while self.orders.len() > ORDERS_MAX {
            self.orders.pop_front();
        }
    }
}

/// Every browser that is remembered.
#[derive(Debug, Default)]
pub(super) struct Visitors {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    by_id: FxHashMap<VisitorId, Visitor>,
    /// Counts accesses, so that the longest absent can be found without a clock.
    n_accesses: u64,
}

impl Visitors {
    /// Looks at or changes what is remembered of a browser, which may be nothing yet.
    pub(super) fn with<T>(&self, id: &VisitorId, use_it: impl FnOnce(&mut Visitor) -> T) -> T {
        let mut known = self.lock();
        known.n_accesses += 1;
        let now = known.n_accesses;
        if known.by_id.len() >= VISITORS_MAX && !known.by_id.contains_key(id) {
            let absent = known.by_id.iter().min_by_key(|(_, it)| it.last_seen);
            if let Some(absent) = absent.map(|(id, _)| id.clone()) {
                known.by_id.remove(&absent);
            }
        }
        let visitor = known.by_id.entry(id.clone()).or_default();
        visitor.last_seen = now;
        use_it(visitor)
    }

    /// A copy of what is remembered of a browser.
    pub(super) fn get(&self, id: &VisitorId) -> Visitor {
        self.with(id, |it| it.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        // A page that panicked while it held the lock left at worst one visitor's rows incomplete.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
