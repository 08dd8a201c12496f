//! What shoppers did, as flat arrays: the data that models are fitted on and judged by.
//!
//! ```text
//! starts   [0, 3, 5, …]            one more than there are shoppers
//! acts     [a, b, c │ d, e │ …]    each shopper's in the order of time
//! ```
//!
//! An act takes twelve bytes, so fifty million take 600 MB.

use core::num::NonZeroU16;

use domain::{ProductIdx, Timestamp};

use crate::Action;
use crate::seconds::Seconds;

/// What a shopper did with a product once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interaction {
    product: ProductIdx,
    time: Seconds,
    quantity: NonZeroU16,
    action: Action,
}

impl Interaction {
    /// Something done with a product; times before 1970 or after 2106 are taken for the nearest that can be told.
    pub fn new(
        product: ProductIdx,
        action: Action,
        time: Timestamp,
        quantity: NonZeroU16,
    ) -> Interaction {
        Interaction { product, time: Seconds::of(time), quantity, action }
    }

    /// With which product.
    pub const fn product(self) -> ProductIdx {
        self.product
    }

    /// What.
    pub const fn action(self) -> Action {
        self.action
    }

    /// When, to the second.
    pub fn time(self) -> Timestamp {
        self.time.timestamp()
    }

    /// How many pieces; 1 where that has no meaning.
    pub const fn quantity(self) -> NonZeroU16 {
        self.quantity
    }
}

/// What many shoppers did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histories {
    starts: Vec<usize>,
    interactions: Vec<Interaction>,
}

impl Default for Histories {
    fn default() -> Histories {
        Histories { starts: vec![0], interactions: Vec::new() }
    }
}

impl Histories {
    /// Nobody yet.
    pub fn new() -> Histories {
        Histories::default()
    }

    /// Adds a shopper with what they did, which is put in the order of time; acts of one time stay in
    /// their order.
    pub fn push_shopper(&mut self, interactions: impl IntoIterator<Item = Interaction>) {
        let start = self.interactions.len();
        self.interactions.extend(interactions);
        if let Some(added) = self.interactions.get_mut(start..) {
            added.sort_by_key(|it| it.time);
        }
        self.starts.push(self.interactions.len());
    }

    /// How many shoppers there are.
    pub fn n_shoppers(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many things they did.
    pub fn n_interactions(&self) -> usize {
        self.interactions.len()
    }

    /// What the shopper of that number did, oldest first; nothing beyond the last.
    pub fn of(&self, shopper: usize) -> &[Interaction] {
        let bounds = self.starts.get(shopper).zip(self.starts.get(shopper + 1));
        bounds.and_then(|(&start, &end)| self.interactions.get(start..end)).unwrap_or_default()
    }

    /// Each shopper's acts, in the order they were added.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[Interaction]> {
        (0..self.n_shoppers()).map(|it| self.of(it))
    }

    /// The first acts of each shopper, as many as `n_kept` says for the shopper of that number; everybody
    /// keeps their number.
    pub fn truncated(&self, n_kept: impl Fn(usize) -> usize) -> Histories {
        let mut kept = Histories::new();
        for (shopper, acts) in self.iter().enumerate() {
            kept.interactions.extend(acts.iter().take(n_kept(shopper)));
            kept.starts.push(kept.interactions.len());
        }
        kept
    }

    /// What was done before `cut`; everybody keeps their number.
    pub fn before(&self, cut: Timestamp) -> Histories {
        self.truncated(|shopper| self.of(shopper).partition_point(|it| it.time() < cut))
    }

    /// Keeps the shoppers for whose numbers `keep` says so, in their order; they get new numbers.
    pub fn retain_shoppers(&mut self, mut keep: impl FnMut(usize) -> bool) {
        let mut starts = vec![0];
        let mut end = 0;
        for (shopper, bounds) in self.starts.windows(2).enumerate() {
            if keep(shopper) {
                let acts = bounds[0]..bounds[1];
                let n_acts = acts.len();
                self.interactions.copy_within(acts, end);
                end += n_acts;
                starts.push(end);
            }
        }
        self.interactions.truncate(end);
        self.starts = starts;
    }

    /// Gives products other numbers: `numbers` has the new number of each product that was acted on.
    ///
    /// # Panics
    ///
    /// When it has none for one of them.
    pub fn renumber(&mut self, numbers: &[ProductIdx]) {
        for it in &mut self.interactions {
            it.product = numbers[it.product.as_usize()];
        }
    }

    /// One more than the largest product's number; 0 when nothing was done.
    pub fn n_products(&self) -> usize {
        self.interactions.iter().map(|it| it.product.as_usize() + 1).max().unwrap_or(0)
    }

    /// Bytes of memory held.
    pub fn memory_bytes(&self) -> usize {
        self.starts.capacity() * size_of::<usize>()
            + self.interactions.capacity() * size_of::<Interaction>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewed(product: u32, secs: i64) -> Interaction {
        let (product, time) = (ProductIdx::new(product), Timestamp::from_secs(secs));
        Interaction::new(product, Action::Viewed, time, NonZeroU16::MIN)
    }

    #[test]
    fn a_shopper_s_acts_stand_together_in_the_order_of_time() {
        let mut histories = Histories::new();
        histories.push_shopper([viewed(3, 20), viewed(1, 10), viewed(2, 20)]);
        histories.push_shopper([]);
        histories.push_shopper([viewed(7, 5)]);

        let products = |shopper: usize| -> Vec<u32> {
            histories.of(shopper).iter().map(|it| it.product().get()).collect()
        };
        assert_eq!(products(0), [1, 3, 2]);
        assert_eq!(products(1), [0_u32; 0]);
        assert_eq!(products(2), [7]);
        assert_eq!((histories.n_shoppers(), histories.n_products()), (3, 8));
    }

    #[test]
    fn what_comes_later_is_cut_off_and_everybody_keeps_their_number() {
        let mut histories = Histories::new();
        histories.push_shopper([viewed(1, 30)]);
        histories.push_shopper([viewed(1, 10), viewed(2, 20), viewed(3, 30)]);
        let before = histories.before(Timestamp::from_secs(20));
        assert_eq!((before.n_shoppers(), before.n_interactions()), (2, 1));
        assert_eq!(before.of(1), &histories.of(1)[..1]);
        assert_eq!(histories.truncated(|shopper| shopper * 2).of(1), &histories.of(1)[..2]);
    }

    #[test]
    fn some_shoppers_are_kept_with_what_they_did() {
        let mut histories = Histories::new();
        histories.push_shopper([viewed(1, 10), viewed(2, 20)]);
        histories.push_shopper([viewed(3, 5)]);
        histories.push_shopper([]);
        histories.push_shopper([viewed(4, 7), viewed(5, 8)]);
        let mut expected = Histories::new();
        expected.push_shopper([viewed(3, 5)]);
        expected.push_shopper([viewed(4, 7), viewed(5, 8)]);
        histories.retain_shoppers(|shopper| shopper % 2 == 1);
        assert_eq!(histories, expected);
    }

    #[test]
    fn products_get_other_numbers() {
        let mut histories = Histories::new();
        histories.push_shopper([viewed(1, 10), viewed(0, 20), viewed(1, 30)]);
        histories.renumber(&[ProductIdx::new(7), ProductIdx::new(3)]);
        let products: Vec<u32> = histories.of(0).iter().map(|it| it.product().get()).collect();
        assert_eq!(products, [3, 7, 3]);
    }

    #[test]
    fn an_act_takes_twelve_bytes() {
        assert_eq!(size_of::<Interaction>(), 12);
    }
}
