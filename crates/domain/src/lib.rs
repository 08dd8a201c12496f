//! The words of Tastemaker: what every other crate means by them.
//!
//! # Glossary
//!
//! | word | meaning | type |
//! | --- | --- | --- |
//! | visitor | whoever is on the page, known by an anonymous id of the shop's making | |
//! | shopper | the person behind one or more visitors, as far as is known; every visitor has one | [`ShopperKey`] |
//! | product, variant | what is sold, and the forms in which it is sold | [`Product`], [`Variant`] |
//! | catalogue | all products of a shop | |
//! | market | where a shop sells: currency, language, tax, price list | [`Market`] |
//! | event | something that happened, once, at one position of the shop's sequence | [`Event`], [`Envelope`] |
//! | position | an event's place in that sequence | [`Position`] |
//! | partition | one of 256 parts into which shoppers are divided | [`Partition`] |
//! | visit | what a visitor does until half an hour passes without anything; elsewhere also *session* | |
//! | purpose | what a shopper's data may be used for | [`Purpose`] |
//! | placement | a place where something is decided | [`Placement`] |
//! | candidate | a product that a generator proposes for a slate | |
//! | slate | an ordered list of candidates, shown together | [`Shown`] |
//! | decision | a slate chosen for a shopper in a placement | [`DecisionMade`](event::deciding::DecisionMade) |
//! | exposure | the shopper could see it | [`DecisionExposed`](event::deciding::DecisionExposed) |
//! | outcome | what the shopper then did | [`Outcome`] |
//! | fallback | what was shown because something better was missing | [`Fallback`] |
//! | propensity | the chance with which something was shown | [`Propensity`] |
//! | shop | one tenant of an installation | [`ShopId`] |
//!
//! # Where to start
//!
//! Read [`Envelope`]: everything that is known about a shop is a sequence of them.
//!
//! # What does not live here
//!
//! No rule, no arithmetic beyond money, no clock, no storage. The interface's JSON is `api`'s.

mod address_range;
mod decision;
mod envelope;
pub mod event;
mod key_id;
mod market;
mod money;
mod placement;
mod probability;
mod product;
mod product_idx;
mod purpose;
mod text_id;
mod time;

pub use address_range::{AddressRange, InvalidAddressRange};
pub use decision::{Fallback, Join, Outcome, OutcomeKind, Reason, Shown};
pub use envelope::{
    Envelope, EnvelopeError, KeyKind, OpenValue, Recorded, SCHEMA_VERSION, Source, Verification,
};
pub use event::Event;
pub use key_id::{DecisionId, InvalidKeyId, MessageKey, Partition, Position, ShopperKey};
pub use market::{Market, TaxInPrices};
pub use money::{BasisPoints, Currency, InvalidAmount, InvalidCurrency, Money};
pub use placement::{GeneratorShare, ListOrder, Personalization, Placement, Steering};
pub use probability::{Probability, Propensity};
pub use product::{
    Attribute, CATEGORY_DEPTH_MAX, CategoryPath, Product, ProductPatch, Variant, VariantPatch,
    Visibility,
};
pub use product_idx::ProductIdx;
pub use purpose::{Purpose, Purposes};
pub use text_id::{
    AttributeText, CartId, CategoryName, ID_BYTES_MAX, InvalidId, MarketId, OrderId, PlacementId,
    ProductId, ShopId, VariantId,
};
pub use time::{ParseTimestampError, Span, Timestamp};
