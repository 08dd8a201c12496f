//! One touch of a product, in twelve bytes.

use domain::{ProductIdx, Timestamp};

use crate::Action;
use crate::seconds::Seconds;

/// What a shopper did with one product within one visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touch {
    product: ProductIdx,
    time: Seconds,
    strongest: Action,
    latest: Action,
}

impl Touch {
    pub(super) fn new(product: ProductIdx, action: Action, time: Timestamp) -> Touch {
        Touch { product, time: Seconds::of(time), strongest: action, latest: action }
    }

    /// Takes parts from a snapshot.
    pub(super) const fn from_parts(
        product: ProductIdx,
        time: Seconds,
        strongest: Action,
        latest: Action,
    ) -> Touch {
        Touch { product, time, strongest, latest }
    }

    /// The product.
    pub const fn product(self) -> ProductIdx {
        self.product
    }

    /// When it was touched last, to the second.
    pub fn time(self) -> Timestamp {
        self.time.timestamp()
    }

    /// The strongest thing that was done with it in that visit.
    pub const fn strongest(self) -> Action {
        self.strongest
    }

    /// The last thing that was done with it in that visit.
    pub const fn latest(self) -> Action {
        self.latest
    }

    pub(super) const fn seconds(self) -> Seconds {
        self.time
    }

    /// The same product, touched again.
    pub(super) fn again(self, action: Action, time: Timestamp) -> Touch {
        Touch {
            product: self.product,
            time: self.time.max(Seconds::of(time)),
            strongest: self.strongest.max(action),
            latest: action,
        }
    }
}
