//! Who a shopper is, what they allow, and what only the shop has a name for.

use minicbor::{Decode, Encode};

use crate::{Purpose, Purposes};

/// A shopper said who they are. Traits are sealed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Identified {}

/// A shopper allowed or refused something; what is in neither set stays as it was.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ConsentChanged {
    /// What is now allowed.
    #[n(0)]
    pub given: Purposes,
    /// What is now refused.
    #[n(1)]
    pub denied: Purposes,
}

impl ConsentChanged {
    /// What this change says of `purpose`: allowed, refused, or nothing.
    pub const fn answer(&self, purpose: Purpose) -> Option<bool> {
        match (self.given.contains(purpose), self.denied.contains(purpose)) {
            (_, true) => Some(false),
            (true, false) => Some(true),
            (false, false) => None,
        }
    }
}

/// Something of the shop's own kind happened. Properties that the shop did not declare open are sealed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Custom {
    /// The shop's name of it.
    #[n(0)]
    pub name: String,
}
