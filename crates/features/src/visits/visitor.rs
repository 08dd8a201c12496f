//! One visitor: the current visit, the touches before it, the cart, the last decisions.

use domain::{ProductIdx, Span, Timestamp};

use super::{
    CART_MAX, DECISIONS_MAX, RECENT_MAX, ShownDecision, ShownMatch, Touch, VISIT_GAP,
    VISIT_TOUCHES_MAX,
};
use crate::Action;
use crate::seconds::Seconds;
use crate::slots::Kept;

/// Which visit of a shopper it is, as far as is remembered. The first is 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VisitOrdinal(u32);

impl VisitOrdinal {
    /// Wraps a visit's number.
    pub const fn new(ordinal: u32) -> VisitOrdinal {
        VisitOrdinal(ordinal)
    }

    /// The visit's number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

/// What an event did to the shopper's visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VisitChange {
    /// It is the first event of a new visit.
    Started,
    /// It belongs to the current visit.
    Continued,
    /// It belongs to some earlier visit, and the current one goes on without it.
    Late,
}

/// Whether a product is touched for the first time in a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// The first time, or there was no product.
    First,
    /// The product was touched before in this visit.
    Again,
}

/// What came of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VisitEffect {
    /// The shopper's current visit, after the event.
    pub visit: VisitOrdinal,
    /// What the event did to it.
    pub change: VisitChange,
    /// Whether the product was touched before in this visit.
    pub repeat: Repeat,
}

/// What is known of one active visitor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Visitor {
    pub(super) started: Seconds,
    pub(super) latest: Seconds,
    pub(super) visit: VisitOrdinal,
    pub(super) session: Option<u32>,
    /// How many of the touches, at their end, belong to the current visit.
    pub(super) n_visit_touches: u8,
    pub(super) touches: Vec<Touch>,
    pub(super) cart: Vec<ProductIdx>,
    pub(super) decisions: Vec<ShownDecision>,
}

impl Visitor {
    /// The current visit's number.
    pub const fn visit_ordinal(&self) -> VisitOrdinal {
        self.visit
    }

    /// When the current visit began, to the second.
    pub fn visit_start(&self) -> Timestamp {
        self.started.timestamp()
    }

    /// When the shopper did something last, to the second.
    pub fn latest_time(&self) -> Timestamp {
        self.latest.timestamp()
    }

    /// Whether the visit, seen from `now`, is still going on.
    pub fn is_visiting(&self, now: Timestamp) -> bool {
        now.since(self.latest_time()) <= VISIT_GAP
    }

    /// The current visit's number in an index of visits, if it was linked to one.
    pub const fn session(&self) -> Option<u32> {
        self.session
    }

    /// The products touched in the current visit, each once, the one touched last at the end.
    pub fn visit_touches(&self) -> &[Touch] {
        let n = usize::from(self.n_visit_touches).min(VISIT_TOUCHES_MAX);
        &self.touches[self.touches.len() - n..]
    }

    /// The products touched lately over all visits, each once a visit, the one touched last at the
    /// end.
    pub fn recent_touches(&self) -> &[Touch] {
        &self.touches
    }

    /// What is in the cart, the product added first standing first.
    pub fn cart(&self) -> &[ProductIdx] {
        &self.cart
    }

    /// The last decisions that showed the shopper something, the latest at the end.
    pub fn decisions(&self) -> &[ShownDecision] {
        &self.decisions
    }

    /// The latest decision of at most `window` before `now` that showed the product.
    ///
    /// This is how an outcome finds its decision when the event does not name one.
    pub fn shown(&self, product: ProductIdx, now: Timestamp, window: Span) -> Option<ShownMatch> {
        self.decisions.iter().rev().find_map(|it| it.find(product, now, window))
    }

    pub(super) fn touch(
        &mut self,
        product: ProductIdx,
        action: Action,
        time: Timestamp,
    ) -> VisitEffect {
        let effect = self.arrive(time);
        if effect.change == VisitChange::Late {
            self.insert_late(Touch::new(product, action, time));
            return effect;
        }
        match action {
            Action::Added => self.put_into_cart(product),
            Action::Removed | Action::Ordered => self.cart.retain(|&it| it != product),
            Action::Clicked | Action::Viewed | Action::Wished => {}
        }
        let earlier = self.touches.len() - usize::from(self.n_visit_touches);
        match self.touches[earlier..].iter().position(|it| it.product() == product) {
            Some(at) => {
                let again = self.touches.remove(earlier + at).again(action, time);
                self.touches.push(again);
                VisitEffect { repeat: Repeat::Again, ..effect }
            }
            None => {
                push_bounded(&mut self.touches, Touch::new(product, action, time), RECENT_MAX);
                let n = usize::from(self.n_visit_touches) + 1;
                self.n_visit_touches = u8::try_from(n.min(RECENT_MAX)).expect("at most 64");
                effect
            }
        }
    }

    pub(super) fn arrive(&mut self, time: Timestamp) -> VisitEffect {
        let is_first = self.visit == VisitOrdinal::default();
        let change = if is_first || time.since(self.latest_time()) > VISIT_GAP {
            self.visit = VisitOrdinal(self.visit.0.saturating_add(1));
            self.started = Seconds::of(time);
            self.latest = self.started;
            self.session = None;
            self.n_visit_touches = 0;
            VisitChange::Started
        } else if self.visit_start().since(time) > VISIT_GAP {
            VisitChange::Late
        } else {
            self.started = self.started.min(Seconds::of(time));
            self.latest = self.latest.max(Seconds::of(time));
            VisitChange::Continued
        };
        VisitEffect { visit: self.visit, change, repeat: Repeat::First }
    }

    pub(super) fn replace_cart(&mut self, products: &[ProductIdx]) {
        self.cart.clear();
        for &product in products {
            self.put_into_cart(product);
        }
    }

    pub(super) fn show(&mut self, decision: ShownDecision) {
        push_bounded(&mut self.decisions, decision, DECISIONS_MAX);
    }

    pub(super) const fn link_session(&mut self, session: u32) {
        self.session = Some(session);
    }

    pub(super) const fn unlink_session(&mut self) {
        self.session = None;
    }

    fn put_into_cart(&mut self, product: ProductIdx) {
        if !self.cart.contains(&product) {
            push_bounded(&mut self.cart, product, CART_MAX);
        }
    }

    /// Puts a late touch among those before the visit, by time; the oldest gives way.
    fn insert_late(&mut self, touch: Touch) {
        let earlier = self.touches.len() - usize::from(self.n_visit_touches);
        let at = self.touches[..earlier].partition_point(|it| it.seconds() <= touch.seconds());
        if self.touches.len() < RECENT_MAX {
            self.touches.insert(at, touch);
        } else if at > 0 {
            self.touches[..at].rotate_left(1);
            self.touches[at - 1] = touch;
        }
    }
}

impl Kept for Visitor {
    fn heap_bytes(&self) -> usize {
        self.touches.capacity() * size_of::<Touch>()
            + self.cart.capacity() * size_of::<ProductIdx>()
            + self.decisions.capacity() * size_of::<ShownDecision>()
    }
}

/// Appends an item, in place of the first one if there are `n_max` already.
///
/// Lists begin at exactly one item, because most visitors do little.
fn push_bounded<T>(items: &mut Vec<T>, item: T, n_max: usize) {
    if items.len() >= n_max {
        items.remove(0);
    }
    if items.len() == items.capacity() {
        items.reserve_exact(items.len().clamp(1, n_max - items.len()));
    }
    items.push(item);
}
