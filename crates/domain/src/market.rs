//! Markets: where a shop sells, in which currency, language and tax.

use minicbor::{Decode, Encode};

use crate::{BasisPoints, Currency, MarketId};

/// Whether the prices of a market carry its tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum TaxInPrices {
    /// Prices are what the shopper pays.
    #[n(0)]
    Included,
    /// Tax is added at checkout.
    #[n(1)]
    Excluded,
}

/// A market of the shop.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Market {
    /// Its id.
    #[n(0)]
    pub id: MarketId,
    /// The currency of its prices.
    #[n(1)]
    pub currency: Currency,
    /// The language spoken to its shoppers, as a tag of BCP 47 such as `de-AT`.
    #[n(2)]
    pub language: String,
    /// The usual rate of its sales tax.
    #[n(3)]
    pub tax_rate: BasisPoints,
    /// Whether its prices carry that tax.
    #[n(4)]
    pub tax_in_prices: TaxInPrices,
    /// The name of the shop's price list for it, where it has one of its own.
    #[n(5)]
    pub price_list: Option<String>,
}
