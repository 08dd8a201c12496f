//! Which shares of the shoppers a process follows.
//!
//! A share is a sixteenth of all shoppers, by the partition of their key: what the tables of decisions are
//! divided by ([`crate::tables`]) and, where there are many replicas, what is known of shoppers too. How a
//! process comes from one set of shares to another is in [`crate::own_shares`].

use ports::Share;

/// Some of the shares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shares(u16);

/// Whom a process follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Following {
    /// Everybody: the state is that of the whole history.
    Whole,
    /// Those of its own shares; of all others only what products have in common.
    Own(Shares),
}

impl Shares {
    /// Not one.
    pub(crate) const NONE: Shares = Shares(0);
    /// All of them.
    pub(crate) const ALL: Shares = Shares(u16::MAX);

    pub(crate) const fn contains(self, share: Share) -> bool {
        self.0 & Shares::of(share).0 != 0
    }

    /// Those that are in both.
    pub(crate) const fn and(self, other: Shares) -> Shares {
        Shares(self.0 & other.0)
    }

    /// Those that are not in the other.
    pub(crate) const fn without(self, other: Shares) -> Shares {
        Shares(self.0 & !other.0)
    }

    pub(crate) const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// In order.
    pub(crate) fn iter(self) -> impl Iterator<Item = Share> {
        Share::all().filter(move |it| self.contains(*it))
    }

    /// As a number, for an atomic.
    pub(crate) const fn to_bits(self) -> u16 {
        self.0
    }

    pub(crate) const fn from_bits(bits: u16) -> Shares {
        Shares(bits)
    }

    const fn of(share: Share) -> Shares {
        Shares(1 << share.number())
    }
}

impl FromIterator<Share> for Shares {
    fn from_iter<T: IntoIterator<Item = Share>>(shares: T) -> Shares {
        shares.into_iter().fold(Shares::NONE, |all, it| Shares(all.0 | Shares::of(it).0))
    }
}
