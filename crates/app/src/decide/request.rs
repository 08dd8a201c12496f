//! What can be asked of a decision, and what is answered.

use domain::{
    CategoryPath, DecisionId, Fallback, MarketId, PlacementId, Position, ProductId, Shown, Span,
};

use crate::UserClaim;

/// What a shopper is asked to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionRequest {
    /// The visitor's anonymous id.
    pub visitor: Option<String>,
    /// The shopper's id in the shop.
    pub user: Option<UserClaim>,
    /// Where it will be shown.
    pub placement: PlacementId,
    /// Products on the page, the most important first.
    pub products: Vec<ProductId>,
    /// Products in the cart.
    pub cart: Vec<ProductId>,
    /// Products that the page says the visitor looked at, oldest first: what a visit may rest on when
    /// nothing may be kept.
    pub recent: Vec<ProductId>,
    /// The category on the page.
    pub category: Option<CategoryPath>,
    /// The market the shopper is in.
    pub market: Option<MarketId>,
    /// How many products are wanted.
    pub count: usize,
    /// What may be shown, in the filter language.
    pub filter: Option<String>,
    /// Products that may not be shown.
    pub exclude: Vec<ProductId>,
    /// A position that the answer must have seen, or say how far behind it is.
    pub after: Option<Position>,
    /// How long the answer may take.
    pub deadline: Option<Span>,
    /// What the request itself says of consent.
    pub signals: consent::Signals,
}

/// A decision, as it is answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// Where it is shown.
    pub placement: PlacementId,
    /// What is shown, first to last.
    pub slate: Vec<Shown>,
    /// What was fallen back to, and why.
    pub fallback: Option<Fallback>,
    /// The versions of what decided.
    pub versions: Vec<String>,
    /// The position up to which the deciding state had seen events.
    pub seen: Position,
    /// How many events it was behind the asked position when its time was over; 0 when it had seen it.
    pub behind: u64,
}

/// Why nothing could be decided.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecideError {
    /// There is no such placement.
    #[error("there is no placement `{placement}`; the shop has {known}")]
    UnknownPlacement {
        /// What was asked for.
        placement: PlacementId,
        /// The placements there are.
        known: String,
    },
    /// The filter cannot be understood.
    #[error("the filter is not understood: {0}")]
    Filter(rank::FilterError),
    /// Neither a visitor nor a shopper was named in a usable way.
    #[error(transparent)]
    Who(#[from] crate::WhoError),
}
