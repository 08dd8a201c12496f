//! One habit, in 24 bytes.

use domain::{ProductIdx, Timestamp};

use super::FADING_DAYS;
use crate::seconds::Seconds;
use crate::{Action, Weight};

/// What a shopper did with one product over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habit {
    product: ProductIdx,
    /// When anything was done last.
    last: Seconds,
    /// When it was ordered first and last; no meaning without an order.
    first_order: Seconds,
    last_order: Seconds,
    n_orders: u16,
    /// How often something weaker than an order was done.
    n_touches: u16,
    strongest: Action,
}

/// How often a shopper ordered a product, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Orders {
    /// How often, at least once; lines of one moment are one order.
    pub n: u16,
    /// When first, to the second.
    pub first: Timestamp,
    /// When last, to the second.
    pub last: Timestamp,
}

impl Habit {
    /// The first act with a product.
    pub(super) fn of(product: ProductIdx, action: Action, time: Timestamp) -> Habit {
        let time = Seconds::of(time);
        let mut habit = Habit {
            product,
            last: time,
            first_order: time,
            last_order: time,
            n_orders: 0,
            n_touches: 0,
            strongest: action,
        };
        match action {
            Action::Ordered => habit.n_orders = 1,
            _ => habit.n_touches = 1,
        }
        habit
    }

    /// A further act with the product.
    pub(super) fn note(&mut self, action: Action, time: Timestamp) {
        let time = Seconds::of(time);
        self.last = self.last.max(time);
        self.strongest = self.strongest.max(action);
        if action < Action::Ordered {
            self.n_touches = self.n_touches.saturating_add(1);
        } else if self.n_orders == 0 {
            (self.n_orders, self.first_order, self.last_order) = (1, time, time);
        } else {
            // Two lines of one order are one occasion.
            if time != self.last_order && time != self.first_order {
                self.n_orders = self.n_orders.saturating_add(1);
            }
            self.first_order = self.first_order.min(time);
            self.last_order = self.last_order.max(time);
        }
    }

    /// The product.
    pub const fn product(&self) -> ProductIdx {
        self.product
    }

    /// When anything was done with it last, to the second.
    pub fn last(&self) -> Timestamp {
        self.last.timestamp()
    }

    /// How often and when it was ordered, if it was.
    pub fn orders(&self) -> Option<Orders> {
        let Habit { n_orders: n, first_order, last_order, .. } = *self;
        (n > 0).then(|| Orders { n, first: first_order.timestamp(), last: last_order.timestamp() })
    }

    /// How often something other than ordering was done with it.
    pub const fn n_touches(&self) -> u16 {
        self.n_touches
    }

    /// The strongest thing that was ever done with it.
    pub const fn strongest(&self) -> Action {
        self.strongest
    }

    /// How much it counts when habits compete for their places: the more, the greater.
    ///
    /// It is the logarithm of its acts' weights, faded since the last of them, as everywhere in this
    /// crate; but only as near as the bits of a float tell it, to within a tenth of a halving. That takes
    /// no more than a few instructions, for all of a shopper's habits are compared to find the least.
    pub(super) fn worth(&self) -> u64 {
        const HALF_LIFE_SECS: u64 = FADING_DAYS as u64 * 24 * 3600;
        const MANTISSA_BITS: u32 = f32::MANTISSA_DIGITS - 1;
        let weight = f32::from(self.n_orders) * Weight::ORDERED.get()
            + f32::from(self.n_touches) * Weight::VIEWED.get();
        // Where one bit of the exponent is a halving, so is one half-life.
        u64::from(weight.to_bits()) * HALF_LIFE_SECS + (u64::from(self.last.0) << MANTISSA_BITS)
    }

    /// Its parts, for snapshots.
    pub(super) const fn to_parts(self) -> ([u32; 4], [u16; 2], Action) {
        let numbers = [self.product.get(), self.last.0, self.first_order.0, self.last_order.0];
        (numbers, [self.n_orders, self.n_touches], self.strongest)
    }

    /// Parts from a snapshot, or nothing for what no acts leave behind.
    pub(super) fn from_parts(
        [product, last, first_order, last_order]: [u32; 4],
        [n_orders, n_touches]: [u16; 2],
        strongest: Action,
    ) -> Option<Habit> {
        let is_possible = u32::from(n_orders) + u32::from(n_touches) > 0
            && (n_orders > 0) == (strongest == Action::Ordered)
            && strongest > Action::Removed
            && first_order <= last_order
            && (n_orders == 0 || last_order <= last);
        is_possible.then_some(Habit {
            product: ProductIdx::new(product),
            last: Seconds(last),
            first_order: Seconds(first_order),
            last_order: Seconds(last_order),
            n_orders,
            n_touches,
            strongest,
        })
    }
}
