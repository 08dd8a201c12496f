//! What Tastemaker decided, and that a shopper could see it.

use minicbor::{Decode, Encode};

use crate::{DecisionId, Fallback, PlacementId, Position, ProductId, Propensity, Shown};

/// Tastemaker decided something.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct DecisionMade {
    /// Its id.
    #[n(0)]
    pub decision: DecisionId,
    /// Where it was shown.
    #[n(1)]
    pub placement: PlacementId,
    /// What was shown, first to last.
    #[n(2)]
    pub slate: Vec<Shown>,
    /// What was fallen back to, and why; `None` when nothing was missing.
    #[n(3)]
    pub fallback: Option<Fallback>,
    /// The chance of the whole slate; certain when nothing was explored.
    #[n(4)]
    pub propensity: Propensity,
    /// The versions of what decided, such as `session_neighbors@1`.
    #[n(5)]
    pub versions: Vec<String>,
    /// The position up to which the deciding state had seen events.
    #[n(6)]
    pub seen: Position,
    /// How many decisions its journal had taken since it began, this one included.
    ///
    /// A gap in these numbers is a decision that was lost in a crash.
    #[n(7)]
    pub serial: u64,
    /// What the shopper was looking at.
    #[n(8)]
    pub anchors: Vec<ProductId>,
    /// How long it took, in microseconds.
    #[n(9)]
    pub took_micros: u32,
    /// The journal that it was taken by; none where one process decides for the shop.
    #[n(10)]
    pub journal: Option<u64>,
}

/// A shopper could see what was decided.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DecisionExposed {
    /// The decision.
    #[n(0)]
    pub decision: DecisionId,
    /// What of it could be seen, with ranks counted from 1; empty for all of it.
    #[n(1)]
    pub products: Vec<ExposedProduct>,
}

/// One product that could be seen.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ExposedProduct {
    /// The product.
    #[n(0)]
    pub product: ProductId,
    /// Its place, counted from 1.
    #[n(1)]
    pub rank: Option<u32>,
}
