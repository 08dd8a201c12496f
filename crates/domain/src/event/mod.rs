//! What can happen, as typed events.
//!
//! Each kind has a number that is never given again, and fields with numbers of their own, so that
//! old and new programs read each other's events: a missing field is `None`, an unknown one is passed
//! over, and an event of an unknown kind is carried on untouched as [`Event::Unknown`].
//!
//! Read [`shopping`] for what shoppers do, [`catalogue`] for what the shop changes, [`deciding`] for
//! what Tastemaker chose and [`person`] for who a shopper is and what they allow.

pub mod catalogue;
pub mod deciding;
pub mod person;
pub mod shopping;
mod unlinked;

use minicbor::decode::Error as DecodeError;

use catalogue::{ProductDeleted, ProductPatched, ProductUpserted};
use deciding::{DecisionExposed, DecisionMade};
use person::{ConsentChanged, Custom, Identified};
use shopping::{
    CartViewed, CheckoutStarted, OrderCancelled, OrderCompleted, OrderRefunded, PageViewed,
    ProductAdded, ProductClicked, ProductListViewed, ProductRemoved, ProductReviewed,
    ProductViewed, ProductsSearched, Wishlisted,
};

macro_rules! events {
    ($($(#[$doc:meta])* $number:literal $name:literal $kind:ident,)*) => {
        /// Something that happened.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Event {
            $($(#[$doc])* $kind($kind),)*
            /// An event of a kind that this program does not know: a newer one wrote it.
            Unknown(UnknownEvent),
        }

        impl Event {
            /// The number of the event's kind.
            pub const fn kind_number(&self) -> u16 {
                match self {
                    $(Event::$kind(_) => $number,)*
                    Event::Unknown(event) => event.kind_number,
                }
            }

            /// The name of the event's kind, for people: metrics, logs, the console.
            pub const fn kind_name(&self) -> &'static str {
                match self {
                    $(Event::$kind(_) => $name,)*
                    Event::Unknown(_) => "unknown",
                }
            }

            pub(crate) fn encode_payload(&self) -> Vec<u8> {
                match self {
                    $(Event::$kind(event) => {
                        minicbor::to_vec(event).expect("writing to memory cannot fail")
                    })*
                    Event::Unknown(event) => event.payload.clone(),
                }
            }

            pub(crate) fn decode_payload(number: u16, payload: &[u8]) -> Result<Event, DecodeError> {
                match number {
                    $($number => minicbor::decode(payload).map(Event::$kind),)*
                    _ => Ok(Event::Unknown(UnknownEvent {
                        kind_number: number,
                        payload: payload.to_vec(),
                    })),
                }
            }
        }

        $(impl From<$kind> for Event {
            fn from(event: $kind) -> Event {
                Event::$kind(event)
            }
        })*
    };
}

events! {
    /// A product's page was looked at.
    1 "product_viewed" ProductViewed,
    /// A list of products was looked at.
    2 "product_list_viewed" ProductListViewed,
    /// A product was clicked in a list.
    3 "product_clicked" ProductClicked,
    /// A product was put into the cart.
    4 "product_added" ProductAdded,
    /// A product was taken out of the cart.
    5 "product_removed" ProductRemoved,
    /// The cart was looked at.
    6 "cart_viewed" CartViewed,
    /// Checkout began.
    7 "checkout_started" CheckoutStarted,
    /// An order was placed.
    8 "order_completed" OrderCompleted,
    /// An order was refunded, wholly or in part.
    9 "order_refunded" OrderRefunded,
    /// An order was cancelled.
    10 "order_cancelled" OrderCancelled,
    /// Products were searched for.
    11 "products_searched" ProductsSearched,
    /// A product was put on a wish list or taken off it.
    12 "wishlisted" Wishlisted,
    /// A product was reviewed.
    13 "product_reviewed" ProductReviewed,
    /// A page or a screen of an app was looked at.
    14 "page_viewed" PageViewed,
    /// A shopper said who they are.
    15 "identified" Identified,
    /// A product came into the catalogue or was replaced in it.
    16 "product_upserted" ProductUpserted,
    /// Price, stock or visibility of a product changed.
    17 "product_patched" ProductPatched,
    /// A product left the catalogue.
    18 "product_deleted" ProductDeleted,
    /// A shopper allowed or refused something.
    19 "consent_changed" ConsentChanged,
    /// Tastemaker decided something.
    20 "decision_made" DecisionMade,
    /// A shopper could see what was decided.
    21 "decision_exposed" DecisionExposed,
    /// Something of the shop's own kind happened.
    22 "custom" Custom,
}

/// An event of a kind that this program does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownEvent {
    pub(crate) kind_number: u16,
    pub(crate) payload: Vec<u8>,
}
