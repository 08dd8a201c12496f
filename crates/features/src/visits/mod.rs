//! What each shopper is doing now: the visit, the products lately touched, the cart, what was shown.
//!
//! ```text
//! Visits ── map ──▶ slot ──▶ Visitor   touches, oldest first │ the current visit's at the end
//!             └─ list of slots, from the one seen last to the one seen longest ago
//! ```
//!
//! # Bounds and cost
//!
//! At most [`VISITORS_MAX`] visitors are kept unless [`Visits::new`] is told otherwise; to make room
//! for one more, the one that did nothing for longest is forgotten. "Longest" is meant in the order
//! of the log, so the same history forgets the same visitors.
//!
//! An active visitor takes about 160 bytes, and 12 for each touch, 4 for each product in the cart and
//! 72 for each decision: some 400 bytes for ten touches and a decision, 1.4 kB at the limits. Lists
//! grow to the next power of two. [`Visits::memory_bytes`] states the sum.
//!
//! A touch takes about 0.6 µs among 200,000 visitors who come in no order, most of it waiting for
//! memory.
//!
//! # Times
//!
//! A visit ends when [`VISIT_GAP`] passes between the times of two events. Times are kept in seconds.
//! An event that is older than the visit by more than the gap arrived late: it takes its place among
//! the earlier touches and leaves the visit and the cart alone.
//!
//! # What does not live here
//!
//! Whether a visitor may be followed at all is decided by `consent`, before anything is told here.

mod shown;
mod snapshot;
#[cfg(test)]
mod tests;
mod touch;
mod visitor;

use std::num::NonZeroU32;

use domain::{DecisionId, ProductIdx, ShopperKey, Span, Timestamp};

pub use shown::{ShownDecision, ShownMatch};
pub use touch::Touch;
pub use visitor::{Repeat, VisitChange, VisitEffect, VisitOrdinal, Visitor};

use crate::Action;
use crate::slots::Slots;

/// A visit ends when nothing happens for longer than this.
pub const VISIT_GAP: Span = Span::MINUTE.times(30);
/// How many touches of a visit are handed out, the latest ones.
pub const VISIT_TOUCHES_MAX: usize = 50;
/// How many touches of a shopper are kept, over all visits.
pub const RECENT_MAX: usize = 64;
/// How many products a cart holds here; the one that was added first gives way.
pub const CART_MAX: usize = 32;
/// How many decisions are remembered with what they showed.
pub const DECISIONS_MAX: usize = 4;
/// How many products of a decision are remembered, from its first place on.
pub const SHOWN_MAX: usize = 12;
/// How many visitors are kept unless told otherwise.
pub const VISITORS_MAX: NonZeroU32 = NonZeroU32::new(400_000).expect("is not zero");

/// The live state of all active visitors.
#[derive(Clone, Debug)]
pub struct Visits {
    visitors_max: NonZeroU32,
    slots: Slots<Visitor>,
}

impl Visits {
    /// Nobody is here yet; never more than `visitors_max` will be.
    pub fn new(visitors_max: NonZeroU32) -> Visits {
        Visits { visitors_max, slots: Slots::default() }
    }

    /// Notes that a shopper did something with a product.
    pub fn touch(
        &mut self,
        shopper: ShopperKey,
        product: ProductIdx,
        action: Action,
        time: Timestamp,
    ) -> VisitEffect {
        self.visitor(shopper).touch(product, action, time)
    }

    /// Notes that a shopper did something that is not about a product, such as searching.
    pub fn arrive(&mut self, shopper: ShopperKey, time: Timestamp) -> VisitEffect {
        self.visitor(shopper).arrive(time)
    }

    /// Replaces what is known of a shopper's cart, the product added first standing first.
    pub fn replace_cart(&mut self, shopper: ShopperKey, products: &[ProductIdx]) {
        self.visitor(shopper).replace_cart(products);
    }

    /// Remembers what a decision showed, the best first.
    pub fn show(
        &mut self,
        shopper: ShopperKey,
        decision: DecisionId,
        products: &[ProductIdx],
        time: Timestamp,
    ) {
        self.visitor(shopper).show(ShownDecision::new(decision, products, time));
    }

    /// Links the shopper's current visit to its number in an index of visits, until the next begins.
    ///
    /// Does nothing for a shopper who is not here.
    pub fn link_session(&mut self, shopper: &ShopperKey, session: u32) {
        if let Some(visitor) = self.slots.get_mut(shopper) {
            visitor.link_session(session);
        }
    }

    /// What is known of a shopper.
    pub fn get(&self, shopper: &ShopperKey) -> Option<&Visitor> {
        self.slots.get(shopper)
    }

    /// Forgets a shopper, who begins anew if seen again.
    pub fn forget(&mut self, shopper: &ShopperKey) {
        self.slots.remove(shopper);
    }

    /// The visitors that are `wanted`, going on as they are; of more than `visitors_max` those seen last.
    pub fn part(
        &self,
        visitors_max: NonZeroU32,
        is_wanted: impl Fn(&ShopperKey) -> bool,
    ) -> Visits {
        Visits { visitors_max, slots: self.slots.part(visitors_max, is_wanted) }
    }

    /// Unlinks all visits from their numbers, which were those of another index of visits.
    pub fn unlink_sessions(&mut self) {
        self.slots.change_all(Visitor::unlink_session);
    }

    /// How many visitors are kept.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether nobody is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many visitors may be kept.
    pub const fn visitors_max(&self) -> NonZeroU32 {
        self.visitors_max
    }

    /// The bytes of memory that all visitors take, the allocator's own not counted.
    pub fn memory_bytes(&self) -> usize {
        self.slots.memory_bytes()
    }

    /// The shopper's visitor, made if there is none, as the one seen last.
    fn visitor(&mut self, shopper: ShopperKey) -> &mut Visitor {
        self.slots.get_or_insert(shopper, self.visitors_max)
    }
}
