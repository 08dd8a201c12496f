//! A product as it is answered, which is also how it may be sent.

use std::collections::BTreeMap;

use domain::{Attribute, Money, Product, Variant, Visibility};
use serde::Serialize;
use utoipa::ToSchema;

/// An amount of money, in minor units: cents, pence, sen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MoneyView {
    /// The number of minor units.
    #[schema(example = 1999)]
    pub amount_minor: i64,
    /// The currency of ISO 4217.
    #[schema(example = "EUR")]
    pub currency: String,
}

impl From<Money> for MoneyView {
    fn from(money: Money) -> MoneyView {
        MoneyView {
            amount_minor: money.amount_minor(),
            currency: money.currency().code().to_owned(),
        }
    }
}

/// Whether shoppers may see a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisibilityView {
    /// They may.
    Visible,
    /// They may not, for now.
    Hidden,
}

/// A product of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProductView {
    /// The shop's id of it.
    #[schema(example = "TENT-2")]
    pub id: String,
    /// What it is called.
    #[schema(example = "Two-person dome tent")]
    pub title: String,
    /// A few sentences about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its page in the shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Who makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// The ways to it through the categories, each from the widest to the narrowest.
    #[schema(example = json!([["Outdoor", "Tents", "Dome tents"]]))]
    pub categories: Vec<Vec<String>>,
    /// What sets it apart, by name.
    #[schema(example = json!({"colour": ["green"]}))]
    pub attributes: BTreeMap<String, Vec<String>>,
    /// What it sells for. When sent, also a decimal such as `19.99`, in `currency` or the shop's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<MoneyView>,
    /// What the shop pays for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<MoneyView>,
    /// How many can be sold; missing when the shop does not count them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stock: Option<u32>,
    /// Addresses of its pictures, the best first.
    pub images: Vec<String>,
    /// The forms in which it is sold.
    pub variants: Vec<VariantView>,
    /// Whether shoppers may see it.
    pub visibility: VisibilityView,
    /// The markets it is sold in; empty for all of them.
    pub markets: Vec<String>,
    /// Since when the shop has it, as RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_time: Option<String>,
}

/// One size, colour or other form in which a product is sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VariantView {
    /// The shop's id of it.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What sets it apart.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Its price, where it differs from the product's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<MoneyView>,
    /// How many can be sold; missing when the shop does not count them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stock: Option<u32>,
}

impl From<Product> for ProductView {
    fn from(product: Product) -> ProductView {
        let names =
            |path: &domain::CategoryPath| path.names().iter().map(ToString::to_string).collect();
        ProductView {
            id: product.id.to_string(),
            title: product.title,
            description: product.description,
            url: product.url,
            brand: product.brand.map(|it| it.to_string()),
            categories: product.categories.iter().map(names).collect(),
            attributes: attributes(&product.attributes),
            price: product.price.map(MoneyView::from),
            cost: product.cost.map(MoneyView::from),
            stock: product.stock,
            images: product.images,
            variants: product.variants.into_iter().map(VariantView::from).collect(),
            visibility: match product.visibility {
                Visibility::Visible => VisibilityView::Visible,
                Visibility::Hidden => VisibilityView::Hidden,
            },
            markets: product.markets.iter().map(ToString::to_string).collect(),
            create_time: product.create_time.map(|it| it.to_string()),
        }
    }
}

impl From<Variant> for VariantView {
    fn from(variant: Variant) -> VariantView {
        VariantView {
            id: variant.id.to_string(),
            title: variant.title,
            attributes: attributes(&variant.attributes),
            price: variant.price.map(MoneyView::from),
            stock: variant.stock,
        }
    }
}

fn attributes(attributes: &[Attribute]) -> BTreeMap<String, Vec<String>> {
    let values = |it: &Attribute| it.values.iter().map(ToString::to_string).collect();
    attributes.iter().map(|it| (it.name.to_string(), values(it))).collect()
}
