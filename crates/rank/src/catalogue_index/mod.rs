//! The catalogue as bitmaps and flat arrays: which products may be shown at all.
//!
//! ```text
//! sellable      a bit a product      visible, not out of stock, not deleted
//! restricted    a bit a product      sold in named markets only
//! prices_minor  a number a product   scanned by price < 50
//! stocks        a number a product   scanned by stock >= 5
//! terms         a bitmap a term      brand, category, attribute and value, market
//! ```
//!
//! # Cost
//!
//! For 100,000 products, on one core of the machine of `bench/RESULTS.md`:
//!
//! - Without a filter, an answer copies one bit a product: 12.5 KB, 0.2 µs.
//! - A term costs its number of products, 1 µs for 400 of them and 0.1 ms for 43,000; a comparison of
//!   price or stock one pass over a flat array, 0.08 ms.
//! - A change of price or stock takes 20 ns, a product of eight terms 1.6 µs.
//! - Memory: 12.25 bytes a product for arrays and bits, its id, and for each term of a product four
//!   bytes here and two to eight in the term's bitmap; a term of its own takes about 250 bytes.
//!
//! # Invariants
//!
//! - What is asked after a change is answered as if the index had been built from the products as
//!   they now are: nothing of a product's earlier state is left, and a term that no product has takes
//!   no memory.
//!
//! # What does not live here
//!
//! The products themselves: `app` keeps them, and an index is built from them when it starts.

mod evaluate;
mod terms;
#[cfg(test)]
mod tests;

use domain::{Currency, MarketId, Product, ProductId, ProductIdx};
use rustc_hash::FxHashMap;

use crate::filter::Term;
use crate::{Filter, ProductSet};
use terms::Terms;

/// The price of a product that has none in the shop's currency; lower than any price.
const NO_PRICE: i64 = i64::MIN;
/// The stock of a product that is not counted; higher than any stock that is.
const NOT_COUNTED: u32 = u32::MAX;

/// The catalogue as bitmaps and flat arrays, kept up to date change by change.
#[derive(Clone, Debug)]
pub struct CatalogueIndex {
    currency: Currency,
    sellable: ProductSet,
    restricted: ProductSet,
    prices_minor: Vec<i64>,
    stocks: Vec<u32>,
    terms: Terms,
    ids: FxHashMap<ProductId, ProductIdx>,
}

impl CatalogueIndex {
    /// An index of no products, for a shop whose filters speak of prices in `currency`.
    pub fn new(currency: Currency) -> CatalogueIndex {
        CatalogueIndex {
            currency,
            sellable: ProductSet::default(),
            restricted: ProductSet::default(),
            prices_minor: Vec::new(),
            stocks: Vec::new(),
            terms: Terms::default(),
            ids: FxHashMap::default(),
        }
    }

    /// An index of `products`.
    pub fn from_products<'a>(
        currency: Currency,
        products: impl IntoIterator<Item = (ProductIdx, &'a Product)>,
    ) -> CatalogueIndex {
        let mut index = CatalogueIndex::new(currency);
        for (idx, product) in products {
            index.upsert(idx, product);
        }
        index
    }

    /// Takes in a product or what has become of it.
    ///
    /// `idx` belongs to the product's id for good, as dense numbers do.
    pub fn upsert(&mut self, idx: ProductIdx, product: &Product) {
        self.patch(idx, product);
        self.terms.set(idx, terms_of(product));
        if product.markets.is_empty() {
            self.restricted.remove(idx);
        } else {
            self.restricted.insert(idx);
        }
        if !self.ids.contains_key(&product.id) {
            self.ids.insert(product.id.clone(), idx);
        }
    }

    /// Takes in a change of price, stock or visibility; `product` is the product after it.
    ///
    /// As good as [`upsert`](CatalogueIndex::upsert) after a [`ProductPatch`](domain::ProductPatch),
    /// and far cheaper: it touches no term.
    pub fn patch(&mut self, idx: ProductIdx, product: &Product) {
        let at = idx.as_usize();
        if self.prices_minor.len() <= at {
            self.prices_minor.resize(at + 1, NO_PRICE);
            self.stocks.resize(at + 1, 0);
        }
        self.prices_minor[at] = price_minor(product, self.currency);
        self.stocks[at] = stock(product);
        if product.is_sellable() {
            self.sellable.insert(idx);
        } else {
            self.sellable.remove(idx);
        }
    }

    /// Takes a product out; nothing happens when it is not there.
    pub fn delete(&mut self, idx: ProductIdx) {
        self.sellable.remove(idx);
        self.restricted.remove(idx);
        self.terms.set(idx, Vec::new());
        if let Some(price) = self.prices_minor.get_mut(idx.as_usize()) {
            *price = NO_PRICE;
            self.stocks[idx.as_usize()] = 0;
        }
    }

    /// The products that may be shown: visible, not out of stock, sold in `market`, passing every one
    /// of `filters`, and not among `exclude`.
    ///
    /// Without a market, products of every market may be shown.
    pub fn eligible(
        &self,
        filters: &[&Filter],
        market: Option<&MarketId>,
        exclude: &[ProductIdx],
    ) -> ProductSet {
        let mut eligible = self.sellable.clone();
        if let Some(market) = market {
            self.keep_market(market, &mut eligible);
        }
        for filter in filters {
            self.keep_matching(filter.root(), &mut eligible);
        }
        for &product in exclude {
            eligible.remove(product);
        }
        eligible
    }

    /// Which of `products` match `filter`, sellable or not, in their order.
    ///
    /// Looks at each of them, which is far cheaper for a few hundred than asking for all that are eligible:
    /// a test takes 2 µs for 300 products.
    pub fn matching_among(&self, filter: &Filter, products: &[ProductIdx]) -> Vec<bool> {
        self.matching_each(filter.root(), products)
    }

    /// The dense number of the shop's product of that id, which may have been deleted since.
    pub fn idx(&self, id: &ProductId) -> Option<ProductIdx> {
        self.ids.get(id).copied()
    }

    /// Whether a shopper of some market may see the product and could buy it.
    pub fn is_sellable(&self, idx: ProductIdx) -> bool {
        self.sellable.contains(idx)
    }

    /// Every product that a shopper of some market may see and could buy.
    pub fn sellable(&self) -> &ProductSet {
        &self.sellable
    }
}

/// The price in the shop's currency: the product's own, or the lowest of its variants.
fn price_minor(product: &Product, currency: Currency) -> i64 {
    let variants = product.variants.iter().filter_map(|it| it.price);
    let lowest = variants.filter(|it| it.currency() == currency).min_by_key(|it| it.amount_minor());
    let price = product.price.filter(|it| it.currency() == currency).or(lowest);
    price.map_or(NO_PRICE, |it| it.amount_minor().max(NO_PRICE + 1))
}

fn stock(product: &Product) -> u32 {
    let counted = |stock: u64| u32::try_from(stock).unwrap_or(NOT_COUNTED).min(NOT_COUNTED - 1);
    product.stock_total().map_or(NOT_COUNTED, counted)
}

fn terms_of(product: &Product) -> Vec<Term> {
    let brand = product.brand.iter().map(|it| Term::Brand(it.as_str().into()));
    let categories = product.categories.iter().flat_map(Term::of_category);
    let of_variants = product.variants.iter().flat_map(|it| &it.attributes);
    let attributes = product.attributes.iter().chain(of_variants).flat_map(|attribute| {
        attribute.values.iter().map(|value| Term::Attribute {
            name: attribute.name.as_str().into(),
            value: value.as_str().into(),
        })
    });
    let markets = product.markets.iter().map(|it| Term::Market(it.as_str().into()));
    brand.chain(categories).chain(attributes).chain(markets).collect()
}
