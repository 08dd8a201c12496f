//! What the shop sells.

use minicbor::{Decode, Encode};

use crate::{AttributeText, CategoryName, Money, ProductId, Timestamp, VariantId};

/// The most names on the way to one product.
pub const CATEGORY_DEPTH_MAX: usize = 8;

/// One way to a product through the categories, from the widest to the narrowest.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode)]
#[cbor(transparent)]
pub struct CategoryPath(#[n(0)] Vec<CategoryName>);

impl CategoryPath {
    /// Wraps the names, or returns `None` when there is none or are more than [`CATEGORY_DEPTH_MAX`].
    pub fn new(names: Vec<CategoryName>) -> Option<CategoryPath> {
        (1..=CATEGORY_DEPTH_MAX).contains(&names.len()).then_some(CategoryPath(names))
    }

    /// The names, widest first.
    pub fn names(&self) -> &[CategoryName] {
        &self.0
    }

    /// This path and every wider one, widest first: `A`, `A > B`, `A > B > C`.
    pub fn prefixes(&self) -> impl Iterator<Item = CategoryPath> + '_ {
        (1..=self.0.len()).map(|depth| CategoryPath(self.0.iter().take(depth).cloned().collect()))
    }
}

/// Names joined by ` > `.
impl std::fmt::Display for CategoryPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (depth, name) in self.0.iter().enumerate() {
            let separator = if depth == 0 { "" } else { " > " };
            write!(f, "{separator}{name}")?;
        }
        Ok(())
    }
}

/// An attribute and its values, such as `colour: green, white`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Attribute {
    /// Its name.
    #[n(0)]
    pub name: AttributeText,
    /// Its values.
    #[n(1)]
    pub values: Vec<AttributeText>,
}

/// One size, colour or other form in which a product is sold.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Variant {
    /// The shop's id of it.
    #[n(0)]
    pub id: VariantId,
    /// What it is called.
    #[n(1)]
    pub title: String,
    /// What sets it apart.
    #[n(2)]
    pub attributes: Vec<Attribute>,
    /// Its price, where it differs from the product's.
    #[n(3)]
    pub price: Option<Money>,
    /// How many can be sold; `None` when the shop does not count them.
    #[n(4)]
    pub stock: Option<u32>,
}

/// Whether shoppers may see a product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Visibility {
    /// They may.
    #[default]
    #[n(0)]
    Visible,
    /// They may not, for now.
    #[n(1)]
    Hidden,
}

/// A product of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Product {
    /// The shop's id of it.
    #[n(0)]
    pub id: ProductId,
    /// What it is called.
    #[n(1)]
    pub title: String,
    /// A few sentences about it.
    #[n(2)]
    pub description: Option<String>,
    /// Its page in the shop.
    #[n(3)]
    pub url: Option<String>,
    /// Who makes it.
    #[n(4)]
    pub brand: Option<AttributeText>,
    /// The ways to it.
    #[n(5)]
    pub categories: Vec<CategoryPath>,
    /// What sets it apart.
    #[n(6)]
    pub attributes: Vec<Attribute>,
    /// What it sells for.
    #[n(7)]
    pub price: Option<Money>,
    /// What the shop pays for it.
    #[n(8)]
    pub cost: Option<Money>,
    /// How many can be sold; `None` when the shop does not count them.
    #[n(9)]
    pub stock: Option<u32>,
    /// Addresses of its pictures, the best first.
    #[n(10)]
    pub images: Vec<String>,
    /// The forms in which it is sold.
    #[n(11)]
    pub variants: Vec<Variant>,
    /// Whether shoppers may see it.
    #[n(12)]
    pub visibility: Visibility,
    /// The markets it is sold in; empty for all of them.
    #[n(13)]
    pub markets: Vec<crate::MarketId>,
    /// Since when the shop has it.
    #[n(14)]
    pub create_time: Option<Timestamp>,
}

impl Product {
    /// How many can be sold over all variants; `None` when the shop does not count them.
    ///
    /// A product with counted variants has what they have; its own figure stands when there are none.
    pub fn stock_total(&self) -> Option<u64> {
        if self.variants.iter().all(|it| it.stock.is_none()) {
            return self.stock.map(u64::from);
        }
        // One uncounted variant among counted ones can always be sold.
        self.variants.iter().map(|it| it.stock.map(u64::from)).sum()
    }

    /// Whether a shopper may see it and could buy it.
    pub fn is_sellable(&self) -> bool {
        self.visibility == Visibility::Visible && self.stock_total() != Some(0)
    }
}

/// A change of a few fields of a product that is in the catalogue.
///
/// `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ProductPatch {
    /// A new price.
    #[n(0)]
    pub price: Option<Money>,
    /// A new cost.
    #[n(1)]
    pub cost: Option<Money>,
    /// A new stock of the product itself.
    #[n(2)]
    pub stock: Option<u32>,
    /// A new visibility.
    #[n(3)]
    pub visibility: Option<Visibility>,
    /// New stock and prices of variants.
    #[n(4)]
    pub variants: Vec<VariantPatch>,
}

/// A change of stock and price of one variant.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct VariantPatch {
    /// Which variant.
    #[n(0)]
    pub id: VariantId,
    /// A new price.
    #[n(1)]
    pub price: Option<Money>,
    /// A new stock.
    #[n(2)]
    pub stock: Option<u32>,
}

impl ProductPatch {
    /// Applies the change to `product`; variants that it does not have are passed over.
    pub fn apply_to(&self, product: &mut Product) {
        product.price = self.price.or(product.price);
        product.cost = self.cost.or(product.cost);
        product.stock = self.stock.or(product.stock);
        product.visibility = self.visibility.unwrap_or(product.visibility);
        for patch in &self.variants {
            if let Some(variant) = product.variants.iter_mut().find(|it| it.id == patch.id) {
                variant.price = patch.price.or(variant.price);
                variant.stock = patch.stock.or(variant.stock);
            }
        }
    }
}
