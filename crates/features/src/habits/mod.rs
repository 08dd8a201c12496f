//! What each shopper comes back to: per product how often, when first and last, and the strongest act.
//!
//! ```text
//! act ──▶ Habits::note ──▶ shopper ──▶ Habit   one a product, by ascending product
//! data set ──▶ habits_of ─────────────▶ Habit   the same fold, over a history at once
//! ```
//!
//! A visit is over after minutes; a habit is told over months. Both are folded from the same events,
//! and generators are given both.
//!
//! # One definition
//!
//! [`habits_of`] is the fold of [`Habits::note`] over a history, so that a model is fitted and judged on
//! what it will see when it serves.
//!
//! # Bounds and cost
//!
//! A shopper has at most [`HABITS_MAX`] habits. To make room for one more, the one goes that counts for
//! least, the newcomer among them: acts are weighed as shared counts weigh them, and fade from the last
//! of them with a half-life of [`FADING_DAYS`] days.
//!
//! At most as many shoppers are kept as [`Habits::new`] is told. A quarter of the places is for those who
//! never ordered anything, so that a crowd which passes by once drives out nobody who buys; on either
//! side the one who did nothing for longest is forgotten first.
//!
//! A habit takes 24 bytes; a shopper about 90 beside them, most of it in the map and in the growth of
//! the list. A shopper of twenty products takes 0.9 kB, one at the limit 24 kB. Noting an act takes a
//! search among the shopper's products, and less than a microsecond more where one has to go.
//!
//! # What does not live here
//!
//! Whether a shopper may be followed is decided by `consent`, before anything is told here. Which habit
//! is worth proposing is for `recommend` to say.

mod habit;
mod snapshot;
#[cfg(test)]
mod tests;

use std::num::NonZeroU32;

use domain::{ProductIdx, ShopperKey, Timestamp};

pub use habit::{Habit, Orders};

use crate::slots::{Kept, Slots};
use crate::{Action, Interaction};

/// How many products of a shopper are kept.
pub const HABITS_MAX: usize = 1_000;
/// The half-life with which a habit fades where it is compared with others for its place.
pub const FADING_DAYS: u16 = 120;
/// One in so many places is for shoppers who never ordered anything.
const LOOKERS_SHARE: u32 = 4;
/// How many shoppers are kept unless told otherwise.
pub const SHOPPERS_MAX: NonZeroU32 = NonZeroU32::new(400_000).expect("is not zero");

/// The habits of many shoppers.
#[derive(Clone, Debug)]
pub struct Habits {
    shoppers_max: NonZeroU32,
    /// Those who ordered something at some time.
    buyers: Slots<Own>,
    /// Those who never did.
    lookers: Slots<Own>,
}

impl Habits {
    /// Nobody is known yet; never more than `shoppers_max` will be, but one buyer and one
    /// looker at least.
    pub fn new(shoppers_max: NonZeroU32) -> Habits {
        Habits { shoppers_max, buyers: Slots::default(), lookers: Slots::default() }
    }

    /// Notes that a shopper did something with a product.
    pub fn note(
        &mut self,
        shopper: ShopperKey,
        product: ProductIdx,
        action: Action,
        time: Timestamp,
    ) {
        if action == Action::Removed {
            return;
        }
        let is_buyer = action == Action::Ordered || self.buyers.get(&shopper).is_some();
        let own = if is_buyer {
            let before = self.lookers.remove(&shopper);
            let own = self.buyers.get_or_insert(shopper, self.buyers_max());
            if let Some(before) = before {
                *own = before;
            }
            own
        } else {
            self.lookers.get_or_insert(shopper, self.lookers_max())
        };
        own.note(product, action, time);
    }

    /// A shopper's habits by ascending product; none for one who is not known.
    pub fn of(&self, shopper: &ShopperKey) -> &[Habit] {
        self.buyers.get(shopper).or_else(|| self.lookers.get(shopper)).map_or(&[], |it| &it.habits)
    }

    /// Forgets a shopper, who begins anew if seen again.
    pub fn forget(&mut self, shopper: &ShopperKey) {
        self.buyers.remove(shopper);
        self.lookers.remove(shopper);
    }

    /// The shoppers that are `wanted`, going on as they are; of more than `shoppers_max` those seen last.
    pub fn part(
        &self,
        shoppers_max: NonZeroU32,
        is_wanted: impl Fn(&ShopperKey) -> bool,
    ) -> Habits {
        let none = Habits::new(shoppers_max);
        let buyers = self.buyers.part(none.buyers_max(), &is_wanted);
        let lookers = self.lookers.part(none.lookers_max(), &is_wanted);
        Habits { buyers, lookers, ..none }
    }

    /// How many shoppers are kept.
    pub fn len(&self) -> usize {
        self.buyers.len() + self.lookers.len()
    }

    /// Whether nobody is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many shoppers may be kept.
    pub const fn shoppers_max(&self) -> NonZeroU32 {
        self.shoppers_max
    }

    /// The bytes of memory that all habits take, the allocator's own not counted.
    pub fn memory_bytes(&self) -> usize {
        self.buyers.memory_bytes() + self.lookers.memory_bytes()
    }

    fn lookers_max(&self) -> NonZeroU32 {
        NonZeroU32::new(self.shoppers_max.get() / LOOKERS_SHARE).unwrap_or(NonZeroU32::MIN)
    }

    fn buyers_max(&self) -> NonZeroU32 {
        let rest = self.shoppers_max.get() - self.shoppers_max.get() / LOOKERS_SHARE;
        NonZeroU32::new(rest).unwrap_or(NonZeroU32::MIN)
    }
}

/// The habits that a history leaves behind, by ascending product.
///
/// What [`Habits`] would know of a shopper who did all that in this order.
pub fn habits_of(history: &[Interaction]) -> Vec<Habit> {
    let mut own = Own::default();
    for it in history.iter().filter(|it| it.action() > Action::Removed) {
        own.note(it.product(), it.action(), it.time());
    }
    own.habits
}

/// One shopper's habits, by ascending product.
#[derive(Clone, Debug, Default, PartialEq)]
struct Own {
    habits: Vec<Habit>,
}

impl Own {
    /// Notes something other than a removal, which tells of no habit.
    fn note(&mut self, product: ProductIdx, action: Action, time: Timestamp) {
        let at = match self.habits.binary_search_by_key(&product, |it| it.product()) {
            Ok(at) => {
                self.habits[at].note(action, time);
                return;
            }
            Err(at) => at,
        };
        let newcomer = Habit::of(product, action, time);
        if self.habits.len() < HABITS_MAX {
            self.habits.insert(at, newcomer);
            return;
        }
        let Some(least) = self.least_below(newcomer.worth()) else { return };
        // What stands between the one that goes and the one that comes moves over by one.
        if least < at {
            self.habits[least..at].rotate_left(1);
            self.habits[at - 1] = newcomer;
        } else {
            self.habits[at..=least].rotate_right(1);
            self.habits[at] = newcomer;
        }
    }
}

impl Own {
    /// Where the habit stands that counts for least, and for less than `worth`.
    fn least_below(&self, worth: u64) -> Option<usize> {
        let worths = self.habits.iter().map(Habit::worth).enumerate();
        worths.min_by_key(|&(_, it)| it).filter(|&(_, it)| it < worth).map(|(at, _)| at)
    }
}

impl Kept for Own {
    fn heap_bytes(&self) -> usize {
        self.habits.capacity() * size_of::<Habit>()
    }
}
