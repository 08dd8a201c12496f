//! Dense numbers for products, for engines that index arrays by product.

/// A product's dense number within one running instance: the index of arrays, postings and bitmaps.
///
/// Numbers are given in the order in which products are first named in the log, so that the same
/// history gives the same numbers. They never leave the process; the shop's own id is
/// [`ProductId`](crate::ProductId).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProductIdx(u32);

impl ProductIdx {
    /// Wraps a dense number.
    pub const fn new(idx: u32) -> ProductIdx {
        ProductIdx(idx)
    }

    /// The dense number.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The dense number, to index a slice.
    pub const fn as_usize(self) -> usize {
        self.0 as usize
    }
}
