//! Decisions: slates with their reasons, and what became of them.

use std::fmt;

use minicbor::{Decode, Encode};

use crate::{DecisionId, Position, ProductId, Timestamp};

/// One product of a slate, as it was shown and why.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Shown {
    /// The product.
    #[n(0)]
    pub product: ProductId,
    /// The score that placed it: comparable within its slate only.
    #[n(1)]
    pub score: f32,
    /// Which generator proposed it.
    #[n(2)]
    pub generator: String,
    /// Why it is shown.
    #[n(3)]
    pub reason: Reason,
}

/// Why a product is shown, as data; the interface puts it into words.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Reason {
    /// Visits that touched this product went on to the shown one.
    #[n(0)]
    VisitsLikeThis {
        /// A product of the shopper's own visit.
        #[n(0)]
        because: ProductId,
    },
    /// Often looked at in the same visit as this product.
    #[n(1)]
    ViewedTogether {
        /// The product on the page or of the visit.
        #[n(0)]
        because: ProductId,
    },
    /// Often bought in the same order as this product.
    #[n(2)]
    BoughtTogether {
        /// The product on the page or in the cart.
        #[n(0)]
        because: ProductId,
    },
    /// Liked by many lately, in that category when one is named.
    #[n(3)]
    Popular {
        /// The category in which it is popular.
        #[n(0)]
        category: Option<String>,
    },
    /// Liked by more and more, in that category when one is named.
    #[n(4)]
    Trending {
        /// The category in which it rises.
        #[n(0)]
        category: Option<String>,
    },
    /// Nothing is known that speaks for another product: it is simply for sale.
    #[n(5)]
    ForSale,
    /// Shoppers who had to do with this product had to do with the shown one.
    #[n(6)]
    GoesWithYours {
        /// A product that the shopper had to do with, lately or long ago.
        #[n(0)]
        because: ProductId,
    },
    /// The shopper ordered this very product before.
    #[n(7)]
    BoughtBefore,
    /// The shopper was interested in this very product before.
    #[n(8)]
    SeenBefore,
}

impl Reason {
    /// The name in tables and exports.
    pub const fn name(&self) -> &'static str {
        match self {
            Reason::VisitsLikeThis { .. } => "visits_like_this",
            Reason::ViewedTogether { .. } => "viewed_together",
            Reason::BoughtTogether { .. } => "bought_together",
            Reason::Popular { .. } => "popular",
            Reason::Trending { .. } => "trending",
            Reason::ForSale => "for_sale",
            Reason::GoesWithYours { .. } => "goes_with_yours",
            Reason::BoughtBefore => "bought_before",
            Reason::SeenBefore => "seen_before",
        }
    }

    /// The product or category that it refers to.
    pub fn because(&self) -> Option<&str> {
        match self {
            Reason::VisitsLikeThis { because }
            | Reason::ViewedTogether { because }
            | Reason::BoughtTogether { because }
            | Reason::GoesWithYours { because } => Some(because.as_str()),
            Reason::Popular { category } | Reason::Trending { category } => category.as_deref(),
            Reason::ForSale | Reason::BoughtBefore | Reason::SeenBefore => None,
        }
    }
}

/// What a decision fell back to, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Fallback {
    /// The placement's own generators found too little; what sells filled the rest.
    #[n(0)]
    TooFewCandidates,
    /// The shopper did not allow personalization.
    #[n(1)]
    NoConsent,
    /// Personalization is switched off for the shop or the placement.
    #[n(2)]
    SwitchedOff,
    /// The time allowed was over before the placement's generators had answered.
    #[n(3)]
    DeadlinePassed,
    /// No product passes the filters, so that the slate is empty.
    #[n(4)]
    NothingEligible,
    /// It could not be looked up in time who the shopper is.
    #[n(5)]
    ShopperUnavailable,
}

impl Fallback {
    /// The name in the interface.
    pub const fn name(self) -> &'static str {
        match self {
            Fallback::TooFewCandidates => "too_few_candidates",
            Fallback::NoConsent => "no_consent",
            Fallback::SwitchedOff => "switched_off",
            Fallback::DeadlinePassed => "deadline_passed",
            Fallback::NothingEligible => "nothing_eligible",
            Fallback::ShopperUnavailable => "shopper_unavailable",
        }
    }
}

impl fmt::Display for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a shopper did about a product that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum OutcomeKind {
    /// They could see it.
    #[n(0)]
    Exposed,
    /// They clicked it.
    #[n(1)]
    Clicked,
    /// They looked at its page.
    #[n(2)]
    Viewed,
    /// They put it into the cart.
    #[n(3)]
    Added,
    /// They bought it.
    #[n(4)]
    Ordered,
}

impl OutcomeKind {
    /// The name in the interface.
    pub const fn name(self) -> &'static str {
        match self {
            OutcomeKind::Exposed => "exposed",
            OutcomeKind::Clicked => "clicked",
            OutcomeKind::Viewed => "viewed",
            OutcomeKind::Added => "added",
            OutcomeKind::Ordered => "ordered",
        }
    }
}

/// How an outcome found its decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Join {
    /// The event named the decision.
    #[n(0)]
    Named,
    /// Shopper, product and time fit; the event named none.
    #[n(1)]
    Inferred,
}

/// What became of one shown product.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Outcome {
    /// The decision.
    #[n(0)]
    pub decision: DecisionId,
    /// The product; `None` when the whole slate was exposed.
    #[n(1)]
    pub product: Option<ProductId>,
    /// What the shopper did.
    #[n(2)]
    pub kind: OutcomeKind,
    /// How it was joined.
    #[n(3)]
    pub join: Join,
    /// When.
    #[n(4)]
    pub time: Timestamp,
    /// The event that tells of it.
    #[n(5)]
    pub position: Position,
}
