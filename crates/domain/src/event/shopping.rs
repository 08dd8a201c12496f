//! What shoppers do: browsing, carts, orders, wishes, reviews.
//!
//! Free text (a search query, a review) is not here: it is sealed in the event's envelope.

use minicbor::{Decode, Encode};

use crate::{CartId, CategoryPath, DecisionId, Money, OrderId, ProductId, VariantId};

/// The most lines one event may carry.
pub const LINES_MAX: usize = 2_000;

/// Some pieces of one product, in a cart or an order.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Line {
    /// The product.
    #[n(0)]
    pub product: ProductId,
    /// Which form of it.
    #[n(1)]
    pub variant: Option<VariantId>,
    /// How many pieces; negative when they come back.
    #[n(2)]
    pub quantity: i32,
    /// The price of one piece.
    #[n(3)]
    pub unit_price: Option<Money>,
}

/// A product's page was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ProductViewed {
    /// The product.
    #[n(0)]
    pub product: ProductId,
    /// Which form of it.
    #[n(1)]
    pub variant: Option<VariantId>,
    /// The decision that led here.
    #[n(2)]
    pub decision: Option<DecisionId>,
}

/// A list of products was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ProductListViewed {
    /// The shop's name of the list.
    #[n(0)]
    pub list: Option<String>,
    /// The category it shows.
    #[n(1)]
    pub category: Option<CategoryPath>,
    /// What was on it, first to last.
    #[n(2)]
    pub products: Vec<ProductId>,
}

/// A product was clicked in a list.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ProductClicked {
    /// The product.
    #[n(0)]
    pub product: ProductId,
    /// Its place in the list, counted from 1.
    #[n(1)]
    pub rank: Option<u32>,
    /// The decision that showed it.
    #[n(2)]
    pub decision: Option<DecisionId>,
}

/// A product was put into the cart.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ProductAdded {
    /// What and how many.
    #[n(0)]
    pub line: Line,
    /// The cart.
    #[n(1)]
    pub cart: Option<CartId>,
    /// The decision that led here.
    #[n(2)]
    pub decision: Option<DecisionId>,
}

/// A product was taken out of the cart.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ProductRemoved {
    /// What and how many.
    #[n(0)]
    pub line: Line,
    /// The cart.
    #[n(1)]
    pub cart: Option<CartId>,
}

/// The cart was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CartViewed {
    /// The cart.
    #[n(0)]
    pub cart: Option<CartId>,
    /// What is in it.
    #[n(1)]
    pub lines: Vec<Line>,
}

/// Checkout began.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CheckoutStarted {
    /// The order that may come of it.
    #[n(0)]
    pub order: Option<OrderId>,
    /// What is being bought.
    #[n(1)]
    pub lines: Vec<Line>,
}

/// An order was placed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct OrderCompleted {
    /// The order.
    #[n(0)]
    pub order: OrderId,
    /// What was bought.
    #[n(1)]
    pub lines: Vec<Line>,
    /// What the shopper pays in all.
    #[n(2)]
    pub total: Option<Money>,
    /// What the shop earns: without shipping and tax.
    #[n(3)]
    pub revenue: Option<Money>,
    /// The cart it came from.
    #[n(4)]
    pub cart: Option<CartId>,
}

/// An order was refunded, wholly or in part.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct OrderRefunded {
    /// The order.
    #[n(0)]
    pub order: OrderId,
    /// What came back; empty when all of it did.
    #[n(1)]
    pub lines: Vec<Line>,
    /// What was paid back.
    #[n(2)]
    pub total: Option<Money>,
}

/// An order was cancelled.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct OrderCancelled {
    /// The order.
    #[n(0)]
    pub order: OrderId,
    /// What it had been for.
    #[n(1)]
    pub lines: Vec<Line>,
}

/// Products were searched for. The query is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ProductsSearched {
    /// How many products were found, where the shop says so.
    #[n(0)]
    pub n_found: Option<u32>,
}

/// Which way a wish changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Wish {
    /// The product was put on the list.
    #[n(0)]
    Added,
    /// It was taken off.
    #[n(1)]
    Removed,
}

/// A product was put on a wish list or taken off it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Wishlisted {
    /// The product.
    #[n(0)]
    pub product: ProductId,
    /// Which way.
    #[n(1)]
    pub wish: Wish,
}

/// A product was reviewed. The text is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ProductReviewed {
    /// The product.
    #[n(0)]
    pub product: ProductId,
    /// Stars, from 1 to 5, in hundredths.
    #[n(1)]
    pub rating_hundredths: Option<u16>,
}

/// A page or a screen of an app was looked at. Its address is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PageViewed {
    /// The shop's category of the page.
    #[n(0)]
    pub category: Option<String>,
}
