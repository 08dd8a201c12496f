//! What is known when products are asked for.

use domain::{ProductIdx, Timestamp};
use features::{CategoryIdx, Habit, MarketIdx};

/// A session's number in a [`SessionNeighbors`](crate::SessionNeighbors): its rank in the order of
/// beginning, counted from the first session ever appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionIdx(u32);

impl SessionIdx {
    /// Wraps a number that a model gave.
    pub const fn new(idx: u32) -> SessionIdx {
        SessionIdx(idx)
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

/// One product of a visit, and when it was touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touch {
    /// The product.
    pub product: ProductIdx,
    /// When.
    pub time: Timestamp,
}

/// What is known when products are asked for: borrowed, cheap to copy, and all that a generator sees.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The moment of the request.
    pub now: Timestamp,
    /// What the visit touched so far, oldest first; a product touched twice stands here twice.
    pub visit: &'a [Touch],
    /// What the shopper did over months, by ascending product, each product once.
    pub past: &'a [Habit],
    /// Products on the page or in the cart, the most important first.
    pub anchors: &'a [ProductIdx],
    /// The category on the page.
    pub category: Option<CategoryIdx>,
    /// The market the shopper is in.
    pub market: Option<MarketIdx>,
    /// The session that this visit itself is being appended as: it is never its own neighbor.
    pub own_session: Option<SessionIdx>,
    /// What may be proposed.
    pub eligible: Eligible<'a>,
}

impl Context<'static> {
    /// A request at `now` of which nothing else is known, and for which everything is eligible.
    pub const fn at(now: Timestamp) -> Context<'static> {
        Context {
            now,
            visit: &[],
            past: &[],
            anchors: &[],
            category: None,
            market: None,
            own_session: None,
            eligible: Eligible::Everything,
        }
    }
}

/// Which products may be proposed.
#[derive(Clone, Copy, Debug)]
pub enum Eligible<'a> {
    /// Every product that a generator knows of.
    Everything,
    /// The products whose bit is set: product `i` is bit `i % 64` of word `i / 64`, and products
    /// beyond the last word are not eligible.
    Only(&'a [u64]),
}

impl Eligible<'_> {
    /// Whether `product` may be proposed. Takes a few instructions, for it stands in inner loops.
    #[inline]
    pub fn contains(self, product: ProductIdx) -> bool {
        match self {
            Eligible::Everything => true,
            Eligible::Only(words) => words
                .get(product.as_usize() / 64)
                .is_some_and(|word| word >> (product.get() % 64) & 1 == 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_eligible_if_its_bit_is_set_and_never_beyond_the_last_word() {
        let eligible = Eligible::Only(&[1 << 3, 1]);
        let products: Vec<u32> =
            (0..200).filter(|&it| eligible.contains(ProductIdx::new(it))).collect();
        assert_eq!(products, [3, 64]);
        assert!(Eligible::Everything.contains(ProductIdx::new(u32::MAX)));
    }
}
