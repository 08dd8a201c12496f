//! What the shop changes in its catalogue.

use minicbor::{Decode, Encode};

use crate::{Product, ProductId, ProductPatch};

/// A product came into the catalogue or was replaced in it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ProductUpserted {
    /// The product as it now is.
    #[n(0)]
    pub product: Product,
}

/// Price, stock or visibility of a product changed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ProductPatched {
    /// The product.
    #[n(0)]
    pub product: ProductId,
    /// What changed.
    #[n(1)]
    pub patch: ProductPatch,
}

/// A product left the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ProductDeleted {
    /// The product.
    #[n(0)]
    pub product: ProductId,
}
