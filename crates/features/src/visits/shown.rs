//! What decisions showed, kept for as long as an outcome may be inferred from it.

use domain::{DecisionId, ProductIdx, Span, Timestamp};

use super::SHOWN_MAX;
use crate::seconds::Seconds;

/// A decision and the products it showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownDecision {
    id: DecisionId,
    time: Seconds,
    n_products: u8,
    /// Zero beyond `n_products`, so that equal decisions are equal.
    products: [u32; SHOWN_MAX],
}

/// A product found among those that a decision showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownMatch {
    /// The decision.
    pub decision: DecisionId,
    /// When it was made, to the second.
    pub time: Timestamp,
    /// The product's place in it, from 0.
    pub place: u8,
}

impl ShownDecision {
    /// A decision that showed `products`, of which the first [`SHOWN_MAX`] are kept.
    pub(super) fn new(id: DecisionId, products: &[ProductIdx], time: Timestamp) -> ShownDecision {
        let mut kept = [0; SHOWN_MAX];
        for (place, product) in kept.iter_mut().zip(products) {
            *place = product.get();
        }
        let n_products = u8::try_from(products.len().min(SHOWN_MAX)).expect("at most a dozen");
        ShownDecision { id, time: Seconds::of(time), n_products, products: kept }
    }

    /// The decision's id.
    pub const fn id(&self) -> DecisionId {
        self.id
    }

    /// When it was made, to the second.
    pub fn time(&self) -> Timestamp {
        self.time.timestamp()
    }

    /// What it showed, the best first.
    pub fn products(&self) -> impl ExactSizeIterator<Item = ProductIdx> {
        self.products[..usize::from(self.n_products)].iter().copied().map(ProductIdx::new)
    }

    /// The product's place in it, if it was made at most `window` before `now`.
    pub(super) fn find(
        &self,
        product: ProductIdx,
        now: Timestamp,
        window: Span,
    ) -> Option<ShownMatch> {
        let age = now.since(self.time());
        if age < Span::ZERO || age > window {
            return None;
        }
        let place = self.products().position(|it| it == product)?;
        let place = u8::try_from(place).expect("at most a dozen");
        Some(ShownMatch { decision: self.id, time: self.time(), place })
    }
}
