//! The catalogue as decisions see it: products, their numbers, what may be shown.
//!
//! A product keeps its number for good, also while it is deleted, so that everything learned about it
//! is there again when it comes back.

use domain::{CategoryPath, Currency, MarketId, Product, ProductId, ProductIdx, ProductPatch};
use features::{CategoryIdx, MarketIdx};
use minicbor::decode::Error as DecodeError;
use rank::CatalogueIndex;

use super::numbering::Numbering;

/// Products beyond so many are not taken into decisions.
const PRODUCTS_MAX: usize = features::counts::PRODUCTS_MAX;
/// Categories, and markets, beyond so many are not counted on their own.
const SCOPES_MAX: usize = features::counts::SCOPES_MAX;

/// The catalogue.
#[derive(Debug)]
pub(crate) struct Catalogue {
    numbers: Numbering<ProductId>,
    categories: Numbering<CategoryPath>,
    markets: Numbering<MarketId>,
    /// By number; `None` for products that were deleted.
    entries: Vec<Option<Entry>>,
    /// How many entries there are that are not `None`.
    n_products: usize,
    /// What may be shown. It follows from the entries.
    index: CatalogueIndex,
}

/// A product and what is looked up about it often.
#[derive(Debug)]
struct Entry {
    product: Product,
    /// Its categories and all wider ones, each once.
    categories: Vec<CategoryIdx>,
}

impl Catalogue {
    /// An empty catalogue of a shop whose filters speak of prices in `currency`.
    pub(crate) fn new(currency: Currency) -> Catalogue {
        Catalogue {
            numbers: Numbering::default(),
            categories: Numbering::default(),
            markets: Numbering::default(),
            entries: Vec::new(),
            n_products: 0,
            index: CatalogueIndex::new(currency),
        }
    }

    /// The number of a product that is or was in the catalogue.
    pub(crate) fn number(&self, id: &ProductId) -> Option<ProductIdx> {
        self.numbers.get(id).map(ProductIdx::new)
    }

    /// Whether a product can be taken in after `n_before` new ones.
    pub(crate) fn has_room_for(&self, id: &ProductId, n_before: usize) -> bool {
        self.number(id).is_some() || self.numbers.things().len() + n_before < PRODUCTS_MAX
    }

    /// The id of the product of that number.
    pub(crate) fn id(&self, product: ProductIdx) -> Option<&ProductId> {
        self.numbers.thing(product.get())
    }

    /// The product of that id.
    pub(crate) fn get(&self, id: &ProductId) -> Option<&Product> {
        let entry = self.entries.get(self.number(id)?.as_usize())?;
        entry.as_ref().map(|it| &it.product)
    }

    /// The number of a category.
    pub(crate) fn category(&self, path: &CategoryPath) -> Option<CategoryIdx> {
        self.categories.get(path).map(CategoryIdx::new)
    }

    /// The number of a market that some product named.
    pub(crate) fn market(&self, id: &MarketId) -> Option<MarketIdx> {
        self.markets.get(id).map(MarketIdx::new)
    }

    /// The categories of a product and all wider ones.
    pub(crate) fn categories_of(&self, product: ProductIdx) -> &[CategoryIdx] {
        let entry = self.entries.get(product.as_usize()).and_then(Option::as_ref);
        entry.map_or(&[], |it| &it.categories)
    }

    /// The first category of a product, in full.
    pub(crate) fn main_category(&self, product: ProductIdx) -> Option<&CategoryPath> {
        let entry = self.entries.get(product.as_usize()).and_then(Option::as_ref)?;
        entry.product.categories.first()
    }

    /// How many products there are, deleted ones not counted.
    pub(crate) const fn n_products(&self) -> usize {
        self.n_products
    }

    /// How many products were ever numbered, deleted ones included.
    pub(crate) fn n_numbered(&self) -> usize {
        self.numbers.things().len()
    }

    /// The ids of the products of these numbers, without those that were deleted.
    pub(crate) fn ids(&self, numbers: std::ops::Range<usize>) -> impl Iterator<Item = &ProductId> {
        let entries = self.entries.iter().take(numbers.end).skip(numbers.start);
        entries.flatten().map(|it| &it.product.id)
    }

    /// What may be shown.
    pub(crate) const fn index(&self) -> &CatalogueIndex {
        &self.index
    }

    /// At most `n_max` products after that number, in the order of their numbers.
    pub(crate) fn page(&self, after: Option<ProductIdx>, n_max: usize) -> Vec<Product> {
        let start = after.map_or(0, |it| it.as_usize() + 1);
        let entries = self.entries.iter().skip(start).flatten();
        entries.take(n_max).map(|it| it.product.clone()).collect()
    }

    /// Takes a product in, or replaces it.
    pub(crate) fn upsert(&mut self, product: Product) {
        let Some(number) = self.numbers.number(&product.id, PRODUCTS_MAX) else { return };
        for market in &product.markets {
            self.markets.number(market, SCOPES_MAX);
        }
        let mut categories: Vec<CategoryIdx> = product
            .categories
            .iter()
            .flat_map(CategoryPath::prefixes)
            .filter_map(|it| self.categories.number(&it, SCOPES_MAX))
            .map(CategoryIdx::new)
            .collect();
        categories.sort_unstable();
        categories.dedup();
        let number = ProductIdx::new(number);
        if self.entries.len() <= number.as_usize() {
            self.entries.resize_with(number.as_usize() + 1, || None);
        }
        self.index.upsert(number, &product);
        let before = self.entries[number.as_usize()].replace(Entry { product, categories });
        self.n_products += usize::from(before.is_none());
    }

    /// Changes a few fields of a product; nothing when it is not in the catalogue.
    pub(crate) fn patch(&mut self, id: &ProductId, patch: &ProductPatch) {
        let Some(number) = self.number(id) else { return };
        if let Some(entry) = self.entries.get_mut(number.as_usize()).and_then(Option::as_mut) {
            patch.apply_to(&mut entry.product);
            self.index.patch(number, &entry.product);
        }
    }

    /// Takes a product out.
    pub(crate) fn delete(&mut self, id: &ProductId) {
        let Some(number) = self.number(id) else { return };
        if let Some(entry) = self.entries.get_mut(number.as_usize())
            && entry.take().is_some()
        {
            self.n_products -= 1;
            self.index.delete(number);
        }
    }

    /// Appends the catalogue in bytes: the three numberings, then the products by number.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let products: Vec<Option<&Product>> =
            self.entries.iter().map(|it| it.as_ref().map(|it| &it.product)).collect();
        let whole =
            (self.numbers.things(), self.categories.things(), self.markets.things(), products);
        minicbor::encode(whole, out).expect("writing to memory cannot fail");
    }

    /// Reads what [`encode`](Catalogue::encode) wrote.
    pub(crate) fn decode(bytes: &[u8], currency: Currency) -> Result<Catalogue, DecodeError> {
        type Whole = (Vec<ProductId>, Vec<CategoryPath>, Vec<MarketId>, Vec<Option<Product>>);
        let (ids, categories, markets, products): Whole = minicbor::decode(bytes)?;
        let mut catalogue = Catalogue::new(currency);
        for id in &ids {
            catalogue.numbers.number(id, PRODUCTS_MAX);
        }
        for category in &categories {
            catalogue.categories.number(category, SCOPES_MAX);
        }
        for market in &markets {
            catalogue.markets.number(market, SCOPES_MAX);
        }
        catalogue.entries.resize_with(products.len(), || None);
        for product in products.into_iter().flatten() {
            catalogue.upsert(product);
        }
        Ok(catalogue)
    }
}
