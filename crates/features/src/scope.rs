//! Dense numbers for what counts are kept by besides products: categories and markets.

/// A category's dense number within one running instance.
///
/// Like [`ProductIdx`](domain::ProductIdx), numbers are given in the order in which categories are
/// first named in the log. Every level of a path is a category of its own: `Outdoor` and
/// `Outdoor > Tents` have different numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CategoryIdx(u32);

impl CategoryIdx {
    /// Wraps a dense number.
    pub const fn new(idx: u32) -> CategoryIdx {
        CategoryIdx(idx)
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

/// A market's dense number within one running instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MarketIdx(u32);

impl MarketIdx {
    /// Wraps a dense number.
    pub const fn new(idx: u32) -> MarketIdx {
        MarketIdx(idx)
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
